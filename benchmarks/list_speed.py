"""Seconds from 300,000 scored households to the lists of 31 dongs, part by part.

    python benchmarks/list_speed.py [--households 300000]

The town is made by SQL in encrypted files of a temporary office, as a round leaves it
after scoring; what is timed is policy, eligibility, places, rows and the CSV files.
Prints one JSON object.
"""

import argparse
import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline import referral
from pipeline.exports import export_round
from pipeline.settings import Config, Office
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import DEFAULTS, SCHEMAS
from tests.lib.sheet_tables import MORE
from tests.lib.tables import read

AS_OF = dt.date(2026, 6, 15)
ROUND = "2026-R3"
DONGS = 31
KEY = "1" * 64

# Three of four households have no sign; the others up to three kinds; one in six of
# them was listed before, one in ten has a stop in force.
TOWN = {
    "core_as_of": "SELECT DATE '2026-06-15' AS as_of",
    "core_household": f"""
        SELECT 'H' || lpad(n::VARCHAR, 7, '0') AS household_id,
            CASE WHEN n % 40 = 0 THEN 'address_only' ELSE 'registered' END AS kind,
            CASE WHEN n % 2 = 0 THEN 'apartment' END AS home_kind,
            '44131' || lpad((n % {DONGS})::VARCHAR, 5, '0') AS dong_code,
            '44131' || lpad((n % {DONGS})::VARCHAR, 5, '0') AS current_dong_code,
            CASE WHEN n % 40 = 0 THEN 0 ELSE 1 + n % 4 END AS members_alive,
            n % 997 = 0 AS is_protected, n % 2503 = 0 AS is_institution,
            n % 401 = 0 AS is_residence_unknown, CASE WHEN n % 9 = 0 THEN 1 ELSE 2 END
            AS address_grade, 'resident' AS source, 1 AS source_file_id, n AS row_no
        FROM town""",
    "core_household_member": """
        SELECT 'H' || lpad(n::VARCHAR, 7, '0') AS household_id, 'p' || n AS person_key,
            true AS is_head, 23450 + n % 800 AS birth_month_no FROM town""",
    "core_team": f"""
        SELECT '44131' || lpad(n::VARCHAR, 5, '0') AS dong_code, '팀' || n AS team_name,
            CASE WHEN n % 31 < 12 THEN 'HUB' || n % 4 END AS hub_code,
            CASE WHEN n % 6 = 5 AND n < 12 THEN 0 ELSE 2 + n % 3 END AS fte,
            8 AS weekly_cases FROM range({DONGS}) AS r(n)""",
    "core_dong": f"""
        SELECT '44131' || lpad(n::VARCHAR, 5, '0') AS dong_code, '동' || n AS dong_name,
            true AS is_live FROM range({DONGS}) AS r(n)""",
    "core_event": """
        SELECT 'H' || lpad(n::VARCHAR, 7, '0') AS household_id,
            ['nhis', 'kepco', 'gas', 'history', 'nps'][1 + k] AS source,
            ['nhis_arrears', 'kepco_arrears', CASE WHEN n % 10 = 0 THEN 'gas_stop'
                ELSE 'gas_arrears' END, 'listing', 'nps_arrears'][1 + k] AS event_type,
            's' || n AS subject, DATE '2026-05-31' - 30 * CAST(m AS INTEGER)
            AS occurred_on, DATE '2026-06-05' - 30 * CAST(m AS INTEGER) AS known_on,
            CASE WHEN k IN (0, 1, 4) THEN 1 + (n + k) % 18 END AS months_overdue,
            m = 0 AS is_current
        FROM town, range(5) AS kinds(k), range(3) AS months(m)
        WHERE n % 4 = 0 AND (k <> 3 OR n % 6 = 0)""",
    "core_locate": """
        SELECT 'H' || lpad(n::VARCHAR, 7, '0') AS household_id, 'open' AS state,
            DATE '2026-02-01' AS opened_on, 1 + n % 5 AS unmet, n % 4 AS attempts,
            'VILLAGE_HEAD' AS next_step, '통·이장에게 확인' AS next_step_ko,
            14 AS due_days
        FROM town WHERE n % 24 = 0""",
    "core_repeat": """
        SELECT 'H' || lpad(n::VARCHAR, 7, '0') AS household_id,
            1 + n % 6 AS times_listed, 0 AS times_met, 1 + n % 6 AS unmet_since_contact,
            0 AS carried_in_row FROM town WHERE n % 24 = 0""",
    "out_score": f"""
        SELECT '{ROUND}' AS round, DATE '2026-06-15' AS as_of,
            'H' || lpad(n::VARCHAR, 7, '0') AS household_id, 'signs_v1' AS model,
            repeat('a', 64) AS model_hash, (hash(n) % 100000) / 1000.0 AS score,
            '높음' AS band, '건강보험료를 오래 내지 못했습니다' AS reason_1,
            '전기요금이 밀려 있습니다' AS reason_2 FROM town""",
    "core_source_clock": """
        SELECT s AS source, DATE '2026-05-31' AS last_ref_date, DATE '2026-06-05'
            AS last_known_on, 1 AS files, false AS is_stale
        FROM (SELECT unnest(['nhis', 'kepco', 'gas', 'nps']) AS s)""",
    "vault.vault_resident": """
        SELECT 1 AS file_id, n AS row_no, '김' || n AS name,
            '충청남도 천안시 시험로 ' || n AS road_address, '1' || n % 9 || '호'
            AS detail_address, CASE WHEN n % 3 > 0 THEN '0101234' || lpad((n % 10000)
            ::VARCHAR, 4, '0') END AS phone FROM town""",
}


def make_town(warehouse: Warehouse, households: int) -> None:
    """Every table that a list needs; those not made here are empty."""
    for table, schema in SCHEMAS.items():
        columns = ", ".join(f"{name} {kind}" for name, kind in schema.items())
        warehouse.execute(f"CREATE TABLE {table} ({columns})")
        if table in TOWN:
            warehouse.execute(
                f"INSERT INTO {table} BY NAME WITH town AS "
                f"(SELECT range AS n FROM range({households})) {TOWN[table]}"
            )
    # The sheets beside the lists read some more.
    for table, text in MORE.items():
        columns = [f"{name} {kind}" for name, kind in read(text).types.items()]
        warehouse.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(columns)})")
        for column in columns:
            warehouse.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    # What is not said above stands as in the tests' drawings.
    for table, defaults in DEFAULTS.items():
        said = TOWN.get(table, "")
        for name, value in defaults.items():
            if said and f"AS {name}" not in " ".join(said.split()):
                kind = SCHEMAS[table][name]
                warehouse.execute(
                    f"UPDATE {table} SET {name} = CAST($value AS {kind})",
                    {"value": value},
                )


@contextmanager
def timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add the seconds of a block to a part."""
    begin, spent = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        seconds[name] = round(seconds.get(name, 0.0) + time.perf_counter() - begin, 3)
        # On a shared machine the processor's time says what the work costs.
        cpu = f"{name}_cpu"
        seconds[cpu] = round(seconds.get(cpu, 0.0) + time.process_time() - spent, 3)


def clocked(
    stack: ExitStack, function: str, part: str, seconds: dict[str, float]
) -> None:
    """Time a function of pipeline.referral wherever it calls it."""
    inner: Callable[..., Any] = getattr(referral, function)

    def outer(*args: Any, **options: Any) -> Any:
        with timed(part, seconds):
            return inner(*args, **options)

    stack.enter_context(patch.object(referral, function, outer))


def measure(root: Path, households: int) -> dict[str, Any]:
    """One run: seconds per part, and how many rows came of it."""
    config = Config.model_validate(
        {
            "office": {
                "name": "천안시",
                "synthetic": True,
                "dong_prefixes": ("44131",),
            }
        }
    )
    office = Office(root=root, config=config)
    seconds: dict[str, float] = {}
    with ExitStack() as stack:
        warehouse = stack.enter_context(
            Warehouse.open(
                root / "warehouse.duckdb",
                root / "vault.duckdb",
                warehouse_key=KEY,
                vault_key=KEY,
                spill_folder=root / "spill",
            )
        )
        make_town(warehouse, households)
        clocked(stack, "apply_policy", "policy", seconds)
        clocked(stack, "decide_eligibility", "eligibility", seconds)
        clocked(stack, "fill_places", "places", seconds)
        clocked(stack, "_referral_rows", "rows", seconds)
        with timed("referrals", seconds):
            counts = referral.build_referrals(
                office, warehouse, ROUND, as_of=AS_OF, referral_key=b"k" * 32
            )
        with timed("export", seconds):
            report = export_round(
                office, warehouse, ROUND, as_of=AS_OF, confirm_by="홍길동"
            )
    return {
        "seconds": seconds,
        "total": round(seconds["referrals"] + seconds["export"], 3),
        "total_cpu": round(seconds["referrals_cpu"] + seconds["export_cpu"], 3),
        "households": households,
        "eligible": counts["ELIGIBLE"],
        "listed": counts["LISTED"],
        "files": len(report.lists),
        "rows": report.rows,
    }


def main() -> None:
    """Run twice (the first touches memory) and print both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=2)
    given = parser.parse_args()
    runs = []
    for _ in range(given.runs):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(measure(Path(folder), given.households))
    print(json.dumps({"runs": runs}, ensure_ascii=False, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
