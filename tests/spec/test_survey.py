"""What needs surveys found, in cases and in officers' results, as a drawn table."""

from datetime import date

from pipeline.warehouse import Warehouse
from tests.lib.tables import assert_table, load


def test_a_survey_counts_from_the_day_it_was_known() -> None:
    with Warehouse.in_memory() as warehouse:
        load(
            warehouse,
            "core_listing",
            """
            household_id | crisis_level INT | contacted_on DATE | result_on DATE | returned_known_on DATE
            by_result    | 4                | 2026-05-04        | 2026-05-06     | 2026-05-20
            by_letter    | 2                |                   | 2026-05-06     | 2026-05-20
            told_today   | 5                | 2026-06-01        | 2026-06-02     | 2026-06-15
            not_graded   |                  | 2026-05-04        | 2026-05-06     | 2026-05-20
            """,
        )
        load(
            warehouse,
            "core_person_key",
            """
            person_key | household_id
            p1         | by_case
            p2         | by_result
            """,
        )
        load(
            warehouse,
            "stg_case_management",
            """
            person_key | crisis_level INT | surveyed_on DATE | opened_on DATE | known_on DATE
            p1         | 5                | 2026-02-10       | 2026-02-01     | 2026-02-20
            p1         | 5                | 2026-02-10       | 2026-02-01     | 2026-03-20
            p1         | 3                |                  | 2025-02-01     | 2026-02-20
            p2         | 5                | 2026-06-14       | 2026-06-01     | 2026-06-15
            gone       | 5                | 2026-02-10       | 2026-02-01     | 2026-02-20
            """,
        )
        warehouse.run_sql("core/core_survey", {"as_of": date(2026, 6, 15)})
        assert_table(
            warehouse,
            "core_survey",
            """
            household_id | found_on   | crisis_level | known_on
            by_case      | 2025-02-01 | 3            | 2026-02-20
            by_case      | 2026-02-10 | 5            | 2026-02-20
            by_letter    | 2026-05-06 | 2            | 2026-05-20
            by_result    | 2026-05-04 | 4            | 2026-05-20
            """,
        )
