"""What the linkage benchmarks print: precision and recall with exact intervals."""

from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from scipy.stats import binomtest

from benchmarks.linkage_register import household_id
from benchmarks.linkage_town import Account
from pipeline.linkage import MatchReason
from pipeline.warehouse import Warehouse

Linked = dict[tuple[str, str], tuple[str | None, str]]


def interval(right: int, of: int) -> str:
    """The exact (Clopper-Pearson) 95 % interval of a share."""
    if not of:
        return "-"
    told = binomtest(right, of).proportion_ci(method="exact")
    return f"{told.low:.4f}-{told.high:.4f}"


def report(accounts: list[Account], linked: Linked) -> None:
    """Print what each reason was worth, and precision and recall per source."""
    ids = {a.household: household_id(a.household) for a in accounts}
    # (source, reason) -> accounts, linked to a household, rightly, knowable, and found
    tally: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)
    for a in accounts:
        household, reason = linked[a.source, a.number]
        is_linked = (household or "").startswith("H")
        is_right = household == ids[a.household]
        row = (1, is_linked, is_right, a.knowable, a.knowable and is_right)
        for source in (a.source, "all"):
            tally[source, reason] = [
                n + int(more)
                for n, more in zip(tally[source, reason], row, strict=True)
            ]
    sources = [*sorted({s for s, _ in tally} - {"all"}), "all"]
    print(f"{'source':6} {'reason':24} {'accounts':>8} {'right':>8} {'share':>7} lost")
    for source in sources:
        for reason in MatchReason:
            if (source, reason.value) not in tally:
                continue
            n, made, good, known, found = tally[source, reason.value]
            share = f"{good / n:7.4f}" if made else " " * 7
            print(f"{source:6} {reason:24} {n:8} {good:8} {share} {known - found}")
    print(
        f"\n{'source':6} {'accounts':>8} {'linked':>8} {'precision':>9} "
        f"{'95 %, exact':>15} {'knowable':>8} {'recall':>7} {'95 %, exact':>15}"
    )
    for source in sources:
        parts = [row for (s, _), row in tally.items() if s == source]
        n, made, good, known, found = (sum(each) for each in zip(*parts, strict=True))
        print(
            f"{source:6} {n:8} {made:8} {good / max(made, 1):9.4f} "
            f"{interval(good, made):>15} {known:8} {found / max(known, 1):7.4f} "
            f"{interval(found, known):>15}"
        )


def calibration(warehouse: Warehouse, accounts: list[Account]) -> None:
    """Print how often the best candidate is right, by the probability it was given."""
    truth = pa.table(
        {
            "source": [a.source for a in accounts],
            "account_no": [a.number for a in accounts],
            "truth": [household_id(a.household) for a in accounts],
            "knowable": [a.knowable for a in accounts],
        }
    )
    warehouse.put("_truth", truth, home="temp")
    print(f"\n{'probability':>11} {'accounts':>8} {'right':>7}   (best candidates)")
    for bottom, n, right in warehouse.rows(
        "SELECT least(floor(probability * 10) / 10, 0.9), count(*), "
        "avg((household_id = truth)::INT) FROM _candidate NATURAL JOIN _truth "
        "WHERE place = 1 GROUP BY 1 ORDER BY 1"
    ):
        print(f"{bottom:11.1f} {n:8} {right:7.4f}")


PERSON_PARTS = """
    array_to_string(list_transform(string_split({0}.name, ''), lambda c: CASE
        WHEN c BETWEEN '가' AND '힣' THEN chr(33 + (ord(c) - 44032) // 588)
            || chr(52 + (ord(c) - 44032) // 28 % 21) || chr(73 + (ord(c) - 44032) % 28)
        ELSE c || '~~' END), '') AS jamo,
    {0}.name, strftime({0}.birth_date, '%y%m%d') AS birth, {0}.phone,
    {1}.city || ' ' || {1}.road_key AS road, {1}.unit_key AS unit,
    {1}.city || ' ' || {1}.area AS area
"""


def dump(warehouse: Warehouse, folder: Path) -> None:
    """Write both sides for linkage_splink.py: synthetic people, so in the clear."""
    people = warehouse.fetch(
        f"SELECT p.person_key AS id, p.household_id AS hh, "
        f"{PERSON_PARTS.format('p', 'h')} FROM _register_person AS p "
        "LEFT JOIN _register_home AS h USING (household_id) ORDER BY 1"
    )
    accounts = warehouse.fetch(
        "SELECT a.source || '/' || a.account_no AS id, t.truth AS hh, t.knowable, "
        f"l.household_id AS ours, {PERSON_PARTS.format('a', 'a')} "
        "FROM _account_place AS a JOIN _truth AS t USING (source, account_no) "
        "JOIN core_link AS l USING (source, account_no) ORDER BY 1"
    )
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(people, folder / "reg.parquet")
    pq.write_table(accounts, folder / "acc.parquet")
