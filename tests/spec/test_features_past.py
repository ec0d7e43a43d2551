"""Spells, seasons, burden, help and earlier results, as drawn tables."""

from datetime import date

from features.build import build_features
from pipeline.warehouse import Warehouse
from tests.lib.core import Event, town
from tests.lib.tables import assert_table

AS_OF = date(2026, 3, 1)
HOMES = "household_id\nh1\nh2"


def check(expected: str, **tables: object) -> None:
    with Warehouse.in_memory() as warehouse:
        town(warehouse, **{"households": HOMES, **tables})  # type: ignore[arg-type]
        build_features(warehouse, AS_OF)
        assert_table(warehouse, "feat_matrix", expected)


def told(home: str, kind: str, *days: str, **facts: object) -> list[Event]:
    dates = [date.fromisoformat(day) for day in days]
    return [Event(home, kind, day, day, **facts) for day in dates]  # type: ignore[arg-type]


def test_a_missing_list_breaks_no_spell_and_two_do() -> None:
    months = ["2025-06-30", "2025-08-31", "2025-09-30"]
    check(
        """
        household_id | gas_spell_24m | gas_arrears_seen_24m
        h1           | 4             | 3
        h2           | 1             | 2
        """,
        events=told("h1", "gas_arrears", *months)
        + told("h2", "gas_arrears", "2025-06-30", "2025-09-30"),
    )


def test_two_bills_of_one_month_overlap_and_of_two_months_do_not() -> None:
    check(
        """
        household_id | overlap_kinds_24m | overlap_months_12m | domains_in_arrears_12m
        h1           | 2                 | 1                  | 2
        h2           | 1                 | 0                  | 1
        """,
        events=told("h1", "gas_arrears", "2025-06-02")
        + told("h1", "nhis_arrears", "2025-06-30")
        + told("h2", "gas_arrears", "2025-06-30")
        + told("h2", "water_arrears", "2025-07-01"),
    )


def test_winter_is_november_to_march() -> None:
    check(
        """
        household_id | winter_energy_months_24m | winter_arrears_months_24m | summer_power_months_24m
        h1           | 2                        | 2                         | 0
        h2           | 0                        | 1                         | 1
        """,
        events=told("h1", "kepco_arrears", "2025-10-31", "2025-11-01", "2026-02-28")
        + told("h2", "kepco_arrears", "2025-06-30")
        + told("h2", "nhis_arrears", "2025-12-31"),
    )


def test_a_small_premium_in_arrears_and_won_per_head() -> None:
    check(
        """
        household_id | nhis_small_premium_months_now | arrears_amount_per_member_krw | nhis_amount_per_month_krw
        h1           | 7                             | 70000                         | 20000
        h2           | 0                             | 140000                        | 20000
        """,
        members="household_id | person_key\nh1 | p1\nh1 | p2\nh2 | p3",
        nhis="""
            head_key | ref_date   | known_on   | premium_krw
            p1       | 2025-12-31 | 2026-01-05 | 90000
            p1       | 2026-01-31 | 2026-02-05 | 50000
            p3       | 2026-01-31 | 2026-02-05 | 50001
            p3       | 2026-02-28 | 2026-03-01 | 20000
            """,
        events=[
            event
            for home in ("h1", "h2")
            for event in told(
                home,
                "nhis_arrears",
                "2026-01-31",
                months_overdue=7,
                amount_krw=140_000,
                is_current=True,
            )
        ],
    )


def test_what_kind_of_help_was_lost_or_goes_on() -> None:
    check(
        """
        household_id | basic_benefit_lost_24m | emergency_aid_ended_24m | is_near_the_line | is_receiving_basic
        h1           | 1                      | 1                       | 1                | 0
        h2           | 0                      | 0                       | 0                | 1
        """,
        events=told("h1", "benefit_dropped", "2025-05-01", subject="livelihood/p")
        + told("h1", "benefit_dropped", "2024-02-29", subject="medical/p")
        + told("h1", "benefit_dropped", "2025-05-01", subject="emergency/p")
        + told(
            "h1",
            "benefit_receiving",
            "2025-05-01",
            subject="housing/p",
            is_current=True,
        )
        + told(
            "h2",
            "benefit_receiving",
            "2025-05-01",
            subject="medical/p",
            is_current=True,
        ),
    )


def test_a_survey_fades_and_speaks_once_it_is_known() -> None:
    check(
        """
        household_id | crisis_level_6m | crisis_level_12m | crisis_level_24m | crises_found_24m
        h1           | 2               | 4                | 5                | 2
        h2           | 0               | 0                | 3                | 1
        """,
        surveys="""
        household_id | found_on   | crisis_level | known_on
        h1           | 2025-09-01 | 2            | 2025-09-10
        h1           | 2025-08-31 | 4            | 2025-09-10
        h1           | 2025-02-28 | 5            | 2025-03-10
        h1           | 2024-02-29 | 5            | 2024-03-10
        h1           | 2026-02-20 | 5            | 2026-03-01
        h2           | 2024-03-01 | 3            | 2024-03-10
        """,
    )


def test_results_speak_once_they_are_known_and_not_reached_is_never_a_no() -> None:
    check(
        """
        household_id | unreached_24m | wrong_address_24m | need_found_24m | no_need_found_24m | over_the_line_24m
        h1           | 1             | 1                 | 1              | 0                 | 0
        h2           | 0             | 0                 | 0              | 1                 | 1
        """,
        listings="""
            household_id | listed_on  | returned_known_on | result_code | need_confirmed
            h1           | 2025-03-02 | 2025-05-01        | L1          | N
            h1           | 2025-05-02 | 2025-07-01        | L4          |
            h1           | 2025-07-02 | 2025-09-01        | C1          |
            h1           | 2026-01-02 | 2026-03-01        | S1          | Y
            h1           | 2024-02-28 | 2024-05-01        | S1          | Y
            h2           | 2025-03-02 | 2025-05-01        | N1          |
            h2           | 2025-07-02 | 2025-09-01        | N2          |
            """,
    )


def test_where_they_live_and_whether_they_do() -> None:
    check(
        """
        household_id | address_doubt_points | lacks_unit | is_house_or_small_block | renter_signs_24m
        h1           | 5                    | 1          | 1                       | 1
        h2           | 0                    | 0          | 0                       | 0
        """,
        households="""
            household_id | home_kind | address_grade
            h1           | other     | 1
            h2           | apartment | 2
            """,
        doubts="household_id | score | since\nh1 | 5 | 2026-01-01\nh2 | 4 | 2026-03-01",
        events=told("h1", "indicator_housing_arrears", "2025-08-01", subject="R01/p")
        + told("h2", "indicator_housing_arrears", "2025-08-01", subject="R02/p"),
    )


def test_who_lives_with_whom() -> None:
    month = AS_OF.year * 12 + AS_OF.month
    check(
        """
        household_id | is_single_parent | is_skipped_generation | is_two_person | head_age | is_head_65_79
        h1           | 1                | 0                     | 1             | 40       | 0
        h2           | 0                | 1                     | 0             | 70       | 1
        """,
        members=f"""
            household_id | person_key | relation | birth_month_no
            h1           | p1         | head     | {month - 40 * 12}
            h1           | p2         | child    | {month - 5 * 12}
            h2           | p3         | head     | {month - 70 * 12}
            h2           | p4         | spouse   | {month - 66 * 12}
            h2           | p5         | other    | {month - 9 * 12}
            """,
    )
