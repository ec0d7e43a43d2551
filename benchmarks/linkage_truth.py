"""Linkage against the truth of a synthetic town: precision and recall per source.

    python benchmarks/linkage_truth.py --office DIR --truth DIR/truth --as-of 2026-09-01

Precision: of the accounts linked to a registered household, how many are really its.
Recall of knowable: of the accounts whose household an exact look-up in the latest
register can tell, how many were linked to it.
"""

import argparse
import csv
import datetime as dt
import sys
from collections import Counter
from pathlib import Path

from pipeline.household import registered_household_id
from pipeline.identity import Keys, load_keys, registry_no_key
from pipeline.office import open_warehouse
from pipeline.settings import load_office
from pipeline.staging import build_core

Truth = dict[tuple[str, str], tuple[str, str, bool, bool]]
Linked = dict[tuple[str, str], tuple[str | None, str]]


def read_truth(file: Path, keys: Keys) -> Truth:
    """(source, account) → household id, kind, knowable ever, knowable latest."""
    with file.open(encoding="utf-8", newline="") as rows:
        return {
            (row["source"], row["account"]): (
                registered_household_id(registry_no_key(keys, row["household"]))
                if row["household"]
                else "",
                row["kind"],
                row["knowable"] == "Y",
                row["knowable_latest"] == "Y",
            )
            for row in csv.DictReader(rows)
        }


def by_reason(truth: Truth, linked: Linked) -> None:
    """Print how often each reason was right, and what it was right or wrong about."""
    count: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    kinds: Counter[tuple[str, str, str]] = Counter()
    for (source, account), (household, reason) in sorted(linked.items()):
        true_household, kind, _, _ = truth.get(
            (source, account), ("", "?", False, False)
        )
        count[source, reason] += 1
        right[source, reason] += household is not None and household == true_household
        kinds[source, reason, kind] += 1
    print(
        f"{'source':7} {'reason':25} {'accounts':>8} {'right':>7} {'share':>7}  kinds"
    )
    for (source, reason), n in sorted(count.items()):
        what = ", ".join(
            f"{kind} {k}"
            for (s, r, kind), k in sorted(kinds.items())
            if (s, r) == (source, reason)
        )
        good = right[source, reason]
        print(f"{source:7} {reason:25} {n:8} {good:7} {good / n:7.4f}  {what}")


def by_source(truth: Truth, linked: Linked) -> None:
    """Print precision and recall per source."""
    print(
        f"\n{'source':7} {'linked':>7} {'precision':>9} {'knowable':>8} {'recall':>7} "
        f"{'latest':>7} {'recall':>7} {'homes':>7} {'recall':>7}"
    )
    for source in sorted({s for s, _ in linked}):
        of = {k: v for k, v in linked.items() if k[0] == source}
        made = [k for k, (h, _) in of.items() if h and h.startswith("H")]
        good = {k for k in made if of[k][0] == truth.get(k, ("",))[0]}
        ever = [k for k in of if k in truth and truth[k][2]]
        latest = [k for k in of if k in truth and truth[k][3]]
        homes = [k for k in of if k in truth and truth[k][1] == "home"]
        rate = [len(good) / max(1, len(made))]
        rate += [
            sum(k in good for k in x) / max(1, len(x)) for x in (ever, latest, homes)
        ]
        print(
            f"{source:7} {len(made):7} {rate[0]:9.4f} {len(ever):8} {rate[1]:7.4f} "
            f"{len(latest):7} {rate[2]:7.4f} {len(homes):7} {rate[3]:7.4f}"
        )


def main() -> int:
    """Build the core tables of the day and compare their links with the truth."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--office", type=Path, required=True)
    parser.add_argument("--truth", type=Path, help="default: OFFICE/truth")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, required=True)
    options = parser.parse_args()
    office = load_office(options.office)
    keys = load_keys(office)
    truth = read_truth((options.truth or office.root / "truth") / "accounts.csv", keys)
    with open_warehouse(office, keys) as warehouse:
        build_core(warehouse, options.as_of, office)
        linked: Linked = {
            (str(source), str(account)): (household, str(reason))
            for source, account, household, reason in warehouse.rows(
                "SELECT source, account_no, household_id, reason FROM core_link"
            )
        }
    # Accounts that a resident number names have no line in the truth: nothing to say.
    told = {source for source, _ in truth}
    linked = {key: link for key, link in linked.items() if key[0] in told}
    by_reason(truth, linked)
    by_source(truth, linked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
