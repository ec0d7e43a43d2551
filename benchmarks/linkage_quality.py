"""Linkage of a damaged town against its truth: precision, recall, time and memory.

    python benchmarks/linkage_quality.py --inbox DIR --accounts 400000

DIR is the inbox of a synthetic office (blindspot twin); only its registers are read.
Accounts are made here, from the register, with the stated errors, so the measurement
does not depend on what errors the twin plants. Precision: of the accounts linked to a
household, how many are its. Recall: of the accounts of which, were every slip mended,
an exact look-up in the latest register would find one household, how many were linked
to it.
"""

import argparse
import datetime as dt
import resource
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.linkage_register import Register, household_id, put, read_register
from benchmarks.linkage_town import Account, Damage, Maker, mark_knowable
from data_contracts.sources import SOURCES
from pipeline.linkage import LINKAGE_TABLES, MatchReason
from pipeline.staging import build_core
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse

MIX = {"kepco": 0.40, "gas": 0.35, "water": 0.20, "tip": 0.05}


def lay_accounts(
    warehouse: Warehouse,
    register: Register,
    accounts: list[Account],
    people_of_lots: list[tuple[str, str, str]],
) -> None:
    """Two files of every source: 24 months before the register, and 15 days after."""
    days = {1: register.ref_date - dt.timedelta(days=700), 2: register.ref_date}
    files = [(1, "resident", register.ref_date)]
    of: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        of[account.source].append(account)
    for at, source in enumerate(sorted(of)):
        for turn, day in days.items():
            file_id = 10 + 10 * at + turn
            files.append((file_id, source, day + dt.timedelta(days=15)))
            rows = [a for a in of[source] if turn == 2 or a.is_seen_before]
            put(warehouse, source, file_id, _rows(source, rows, day))
    files.append((9, "nhis", register.ref_date))
    put(
        warehouse,
        "nhis",
        9,
        pa.table(
            {
                "certificate_no": [f"{i:011d}" for i in range(len(people_of_lots))],
                "subscriber_kind": ["1"] * len(people_of_lots),
                "head_key": [k for k, _, _ in people_of_lots],
                "months_overdue": pa.array([3] * len(people_of_lots), pa.int32()),
                "name": [n for _, n, _ in people_of_lots],
                "address": [a for _, _, a in people_of_lots],
            }
        ),
    )
    for file_id, source, day in files:
        warehouse.execute(
            "INSERT INTO core_file (file_id, source, form, file_name, ref_date, "
            "version, known_on, sha256) VALUES ($i, $s, $s, $s, $d, 1, $k, $i)",
            {"i": file_id, "s": source, "d": day, "k": day + dt.timedelta(days=3)},
        )


def _rows(source: str, rows: list[Account], day: dt.date) -> pa.Table:
    road = [f"{a.home.road}" for a in rows]
    table: dict[str, object] = {"name": [a.name for a in rows]}
    if source == "tip":
        return pa.table(
            {
                **table,
                "tip_no": [a.number for a in rows],
                "received_on": [day] * len(rows),
                "road_address": road,
                "detail_address": [a.detail or None for a in rows],
            }
        )
    table |= {
        "account_no": [a.number for a in rows],
        "account_key": [f"{a.number:>032}" for a in rows],
        "months_overdue": pa.array([3] * len(rows), pa.int32()),
    }
    if source == "kepco":
        table |= {
            "contract_kind": ["home"] * len(rows),
            "limit_kind": ["arrears"] * len(rows),
            "birth_date": [a.birth for a in rows],
            "road_address": road,
            "detail_address": [a.detail or None for a in rows],
        }
    elif source == "gas":
        table |= {
            "phone": [a.phone for a in rows],
            "road_address": [
                f"{r}, {a.detail}" if a.detail else r
                for r, a in zip(road, rows, strict=True)
            ],
        }
    else:
        table |= {
            "use_kind": ["home"] * len(rows),
            "households": pa.array([1] * len(rows), pa.int32()),
            "waterworks_dong": [a.home.dong[5:8] for a in rows],
            "lot_address": [f"{a.home.lot} {a.detail}".strip() for a in rows],
        }
    return pa.table(table)


def make(
    register: Register, damage: Damage, count: int, seed: int, sources: list[str]
) -> tuple[list[Account], list[tuple[str, str, str]]]:
    """The accounts, and (person, name, lot address) as the insurer knows some."""
    maker = Maker(register, damage, seed)
    accounts = [
        account
        for source in sources
        for account in maker.accounts(source, round(count * MIX[source]))
    ]
    told, lots = [], set()
    chosen = np.random.default_rng(seed + 1).random(len(register.home))
    for (household, home), draw in zip(register.home.items(), chosen, strict=True):
        if draw < damage.lots_known:
            head = register.of_household[household][0]
            told.append((head.key, head.name, f"{home.lot} {home.detail}".strip()))
            lots.add(home.lot)
    mark_knowable(register, accounts, lots)
    return accounts, told


Linked = dict[tuple[str, str], tuple[str | None, str]]


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
        f"{'knowable':>8} {'recall':>7} {'of all':>7}"
    )
    for source in sources:
        parts = [row for (s, _), row in tally.items() if s == source]
        n, made, good, known, found = (sum(each) for each in zip(*parts, strict=True))
        print(
            f"{source:6} {n:8} {made:8} {good / max(made, 1):9.4f} "
            f"{known:8} {found / max(known, 1):7.4f} {good / n:7.4f}"
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


def main() -> int:
    """Make, damage, link, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inbox", type=Path, required=True)
    parser.add_argument("--accounts", type=int, default=400_000)
    parser.add_argument("--households", type=int, help="only the first so many")
    parser.add_argument("--seed", type=int, default=20260901)
    parser.add_argument("--dump", type=Path, help="folder for linkage_splink.py")
    options = parser.parse_args()
    registers = sorted(options.inbox.glob("RESIDENT_[0-9]*.csv"))
    register = read_register(registers[-1], registers[-4], options.households)
    sources = [s for s in MIX if s in SOURCES]
    accounts, told = make(register, Damage(), options.accounts, options.seed, sources)
    print(
        f"{len(register.home):,} households, {len(register.people):,} people, "
        f"{len(accounts):,} accounts, {len(told):,} lots told, seed {options.seed}"
    )
    with tempfile.TemporaryDirectory() as folder, Warehouse.in_memory() as warehouse:
        warehouse.execute(f"SET temp_directory='{folder}'")
        warehouse.execute("SET memory_limit='4GB'")
        warehouse.execute("SET threads=2")
        ensure_tables(warehouse)
        put(warehouse, "resident", 1, register.table)
        lay_accounts(warehouse, register, accounts, told)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        took: dict[str, float] = {}
        run = warehouse.run_sql

        def timed(name: str, params: object = None) -> int:
            began = time.perf_counter()
            rows = run(name, params)  # type: ignore[arg-type]
            took[name] = time.perf_counter() - began
            return rows

        warehouse.run_sql = timed  # type: ignore[method-assign, assignment]
        build_core(warehouse, register.ref_date + dt.timedelta(days=60))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        linked = {
            (str(s), str(n)): (h, str(r))
            for s, n, h, r in warehouse.rows(
                "SELECT source, account_no, household_id, reason FROM core_link"
            )
        }
        calibration(warehouse, accounts)
        if options.dump:
            dump(warehouse, options.dump)
    report(accounts, linked)
    seconds = sum(took[name] for name in LINKAGE_TABLES)
    slow = sorted(LINKAGE_TABLES, key=lambda n: -took[n])[:6]
    print(
        f"\nlinkage {seconds:.1f} s, all core tables {sum(took.values()):.1f} s, peak "
        f"memory {peak / 2**20:.2f} GB ({before / 2**20:.2f} before); slowest: "
        + ", ".join(f"{n.split('/')[1]} {took[n]:.1f}" for n in slow)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
