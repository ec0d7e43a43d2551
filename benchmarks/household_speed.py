"""Households of a large town from four registers and monthly changes: seconds a table.

python benchmarks/household_speed.py --households 300000
"""

import argparse
import datetime as dt
import sys
import time

from data_contracts.sources import SOURCES
from pipeline.household import MEMBER_TABLES
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse

PERSON = """
    md5('p' || i) AS person_key, md5('h' || (i // 2)) AS registry_no_key,
    CASE i % 2 WHEN 0 THEN 'head' ELSE 'child' END AS relation,
    23000 + i % 900 AS birth_month_no, 'F' AS sex, FALSE AS is_foreigner,
    DATE '2015-01-01' AS moved_in_on, '4413151000' AS dong_code,
    FALSE AS is_residence_unknown, 0 AS disability_level, FALSE AS is_protected
"""


def lay(warehouse: Warehouse, people: int) -> None:
    """Four registers half a year apart, 0.2 % of the people changing every month."""
    ensure_tables(warehouse)
    for n in range(4):
        day = dt.date(2024 + n // 2, (6, 12)[n % 2], 28)
        _file(warehouse, n, "resident", day)
        warehouse.execute(
            f"INSERT INTO acc_resident BY NAME SELECT {n} AS file_id, i AS row_no, "
            f"{PERSON} FROM range({people}) AS r (i)"
        )
    for n in range(6):
        _file(warehouse, 10 + n, "resident_change", dt.date(2026, 1 + n, 28))
        warehouse.execute(
            f"INSERT INTO acc_resident_change BY NAME SELECT {10 + n} AS file_id, "
            f"i AS row_no, 'move_in' AS change_kind, DATE '2026-0{1 + n}-10' AS "
            f"changed_on, {PERSON} FROM range({people}) AS r (i) "
            f"WHERE hash(i + {n}) % 500 = 0"
        )


def _file(warehouse: Warehouse, file_id: int, source: str, day: dt.date) -> None:
    warehouse.execute(
        "INSERT INTO core_file (file_id, source, form, file_name, ref_date, version, "
        "known_on, sha256) VALUES ($i, $s, $s, $s, $d, 1, $k, $i)",
        {"i": file_id, "s": source, "d": day, "k": day + dt.timedelta(days=5)},
    )


def main() -> int:
    """Lay the rows, build the tables, tell the seconds of each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--households", type=int, default=300_000)
    options = parser.parse_args()
    before = ["core/core_visible_file", "core/core_source_clock"]
    before += [f"staging/stg_{source}" for source in SOURCES]
    with Warehouse.in_memory() as warehouse:
        warehouse.execute("SET threads = 2")
        lay(warehouse, 2 * options.households)
        total = 0.0
        for name in (*before, *MEMBER_TABLES):
            began = time.perf_counter()
            rows = warehouse.run_sql(name, {"as_of": dt.date(2026, 8, 1)})
            took = time.perf_counter() - began
            if name in MEMBER_TABLES:
                total += took
                print(f"{name:34} {rows:9,} rows {took:6.2f} s")
        print(f"{'all':34} {'':14} {total:6.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
