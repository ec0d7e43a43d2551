"""Wrong addresses against a synthetic town's truth: each sign, and the whole detector.

python benchmarks/wrong_address.py --office DIR --as-of 2026-08-20

DIR holds a synthetic office (blindspot twin, ingest). Precision: of the households in
doubt, how many do not live where they are registered on the day. Recall: of those who
do not, how many are in doubt; and of those among them who left any trace in a file.
"""

import argparse
import csv
import datetime as dt
import sys
from pathlib import Path

from pipeline.household import registered_household_id
from pipeline.identity import Keys, load_keys, registry_no_key
from pipeline.office import open_warehouse
from pipeline.settings import load_office
from pipeline.staging import build_core


def wrong_on(folder: Path, keys: Keys, as_of: dt.date) -> set[str]:
    """Households that did not live where they were registered the month before."""
    day = as_of.replace(day=1) - dt.timedelta(days=1)
    with (folder / "addresses.csv").open(encoding="utf-8", newline="") as rows:
        return {
            registered_household_id(registry_no_key(keys, row["household"]))
            for row in csv.DictReader(rows)
            if row["from"] <= f"{day:%Y%m}" <= row["to"]
        }


def told(name: str, found: set[str], wrong: set[str], base: set[str]) -> None:
    """Print one line of the table."""
    hits = len(found & wrong)
    print(
        f"{name:22} {len(found):7} {hits:6} {hits / max(len(found), 1):9.3f} "
        f"{hits / max(len(wrong), 1):7.3f} "
        f"{len(found & base & wrong) / max(len(wrong & base), 1):13.3f}"
    )


def main() -> int:
    """Build the day and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--office", type=Path, required=True)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, required=True)
    options = parser.parse_args()
    office = load_office(options.office)
    keys = load_keys(office)
    with open_warehouse(office, keys) as warehouse:
        build_core(warehouse, options.as_of, office)

        def ids(sql: str) -> set[str]:
            return {str(row[0]) for row in warehouse.rows(sql)}

        registered = ids(
            "SELECT household_id FROM core_household WHERE kind = 'registered'"
        )
        wrong = wrong_on(office.root / "truth", keys, options.as_of) & registered
        traced = ids("SELECT household_id FROM _address_sign")
        print(f"{len(registered):,} registered, {len(wrong):,} live elsewhere")
        print(
            f"{'sign':22} {'doubted':>7} {'right':>6} precision  recall of the traced"
        )
        for (sign,) in warehouse.rows("SELECT sign FROM _address_sign_rule ORDER BY 1"):
            of = f"SELECT household_id FROM _address_sign WHERE sign = '{sign}'"
            told(str(sign), ids(of), wrong, traced)
        listed = ids("SELECT household_id FROM core_event WHERE event_type = 'listing'")
        doubt = ids("SELECT household_id FROM core_address_doubt")
        told("in doubt", doubt, wrong, traced)
        told("in doubt, ever listed", doubt & listed, wrong & listed, traced)
    return 0


if __name__ == "__main__":
    sys.exit(main())
