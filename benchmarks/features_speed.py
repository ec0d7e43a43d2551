"""How long the feature matrix takes: 300,000 households, 2 million events.

Run: python benchmarks/features_speed.py [households] [events]
"""

import resource
import sys
from datetime import date
from time import perf_counter, process_time

from features.build import build_features
from pipeline.warehouse import Warehouse

AS_OF = date(2026, 3, 1)


def town(warehouse: Warehouse, households: int, events: int) -> None:
    warehouse.execute("SELECT setseed(0.5)")
    for statement in (
        f"""CREATE TABLE core_household AS
            SELECT 'H' || lpad(to_hex(hash(i)), 16, '0') AS household_id,
                CASE WHEN i % 2 = 0 THEN 'apartment' ELSE 'other' END AS home_kind,
                (i % 30)::VARCHAR AS current_dong_code, 'registered' AS kind,
                2 AS address_grade, false AS is_institution
            FROM range({households}) AS t(i)""",
        """CREATE TABLE core_household_member AS
            SELECT household_id, household_id || m AS person_key,
                'head' AS relation, 2000 * 12 - m * 300 AS birth_month_no,
                false AS is_foreigner, 0 AS disability_level,
                DATE '2020-01-01' AS moved_in_on, false AS is_residence_unknown,
                false AS is_dead
            FROM core_household, range(2) AS t(m)""",
        """CREATE TABLE core_source_clock AS
            SELECT unnest(['kepco', 'water', 'gas', 'nhis', 'nps', 'kcomwel',
                    'indicator']) AS source, 18 AS files, false AS is_stale""",
        """CREATE TABLE core_coverage_now AS
            SELECT 'water' AS source, d::VARCHAR AS dong_code, d % 6 > 0 AS is_observed
            FROM range(30) AS t(d)""",
        """CREATE TABLE _ids AS
            SELECT household_id, row_number() OVER (ORDER BY household_id) AS n
            FROM core_household""",
        f"""CREATE TABLE core_event AS
            WITH drawn AS (
                SELECT 1 + (hash(i) % {households})::BIGINT AS n, i,
                    ['kepco_arrears', 'water_arrears', 'gas_arrears', 'nhis_arrears',
                     'nhis_arrears', 'nps_arrears', 'nps_exempt', 'kepco_stop',
                     'gas_stop', 'indicator_finance_arrears', 'tip',
                     'listing', 'contact'][1 + i % 13] AS event_type,
                    DATE '2023-12-01' + ((hash(i + 7) % 830)::INTEGER) AS occurred_on
                FROM range({events}) AS t(i))
            SELECT household_id, event_type, split_part(event_type, '_', 1) AS source,
                'R01/p' AS subject, occurred_on,
                occurred_on + 9 AS known_on, (i % 24)::INTEGER AS months_overdue,
                (i % 900 * 1000)::BIGINT AS amount_krw,
                CAST(NULL AS DATE) AS restored_on,
                occurred_on >= DATE '2026-01-20' AS is_current
            FROM drawn JOIN _ids USING (n)""",
        """CREATE TABLE core_person_key AS
            SELECT person_key, household_id FROM core_household_member""",
        """CREATE TABLE stg_nhis AS
            SELECT person_key AS head_key, DATE '2026-01-31' AS ref_date,
                DATE '2026-02-05' AS known_on, hash(person_key) % 120000 AS premium_krw
            FROM core_person_key WHERE hash(person_key) % 8 = 0""",
        """CREATE TABLE core_listing AS
            SELECT household_id, 'r' AS round, n::VARCHAR AS subject,
                DATE '2024-06-01' + (n % 600)::INTEGER AS listed_on,
                DATE '2024-07-01' + (n % 600)::INTEGER AS returned_known_on,
                ['L1', 'S1', 'N1', 'N2'][1 + n % 4] AS result_code,
                NULL::VARCHAR AS need_confirmed, NULL::INTEGER AS crisis_level
            FROM _ids WHERE n % 5 = 0""",
        """CREATE TABLE core_survey AS
            SELECT household_id, DATE '2024-06-01' + (n % 600)::INTEGER AS found_on,
                (1 + n % 5)::INTEGER AS crisis_level,
                DATE '2024-07-01' + (n % 600)::INTEGER AS known_on
            FROM _ids WHERE n % 10 = 0""",
        """CREATE TABLE core_address_doubt AS
            SELECT household_id, 4 AS score, DATE '2025-12-01' AS since
            FROM _ids WHERE n % 20 = 0""",
        "DROP TABLE _ids",
    ):
        warehouse.execute(statement)


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:]]
    households, events = given or (300_000, 2_000_000)
    with Warehouse.in_memory() as warehouse:
        town(warehouse, households, events)
        before = peak_gb()
        for _ in range(3):
            start, busy = perf_counter(), process_time()
            matrix = build_features(warehouse, AS_OF)
            print(
                f"{matrix.num_rows:,} households, {events:,} events, "
                f"{matrix.num_columns - 1} features: {perf_counter() - start:.2f} s, "
                f"{process_time() - busy:.2f} s of processor, "
                f"peak {peak_gb():.2f} GB (town alone {before:.2f} GB)"
            )


if __name__ == "__main__":
    main()
