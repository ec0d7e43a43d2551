"""Who may be listed, and why not: one drawn table per rule an official would ask about."""

from pathlib import Path

import pytest

from data_contracts.outputs import ELIGIBILITY_KO
from pipeline.eligibility import decide_eligibility
from pipeline.errors import NotReady
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    ROUND,
    SINBANG,
    an_office,
    draw_town,
)
from tests.lib.tables import assert_table

TEAM = f"dong_code\n{SINBANG}"


def check(tmp_path: Path, expected: str, **drawings: str) -> dict[str, int]:
    with draw_town(**{"core_team": TEAM, **drawings}) as warehouse:
        counts = decide_eligibility(an_office(tmp_path), warehouse, ROUND, as_of=AS_OF)
        assert_table(warehouse, "out_eligibility", expected)
    assert list(counts) == list(ELIGIBILITY_KO)
    return counts


def test_each_rule_has_its_reason(tmp_path: Path) -> None:
    counts = check(
        tmp_path,
        """
        household_id | is_eligible | reason
        H1           | false       | ALL_DECEASED
        H1B          | false       | DECEASED_REPORTED
        H2           | false       | PROTECTED_ADDRESS
        H2A          | false       | PROCESSING_STOPPED
        H2B          | false       | INSTITUTION
        H2C          | false       | TRANSFERRED
        H3           | false       | NOT_IN_TOWN
        H4           | false       | DONG_UNKNOWN
        H4B          | false       | CASE_MANAGED
        H5           | false       | NO_TEAM
        H5B          | false       | PARKED
        H6           | false       | NO_SIGNAL
        H7           | false       | RECENTLY_CONTACTED
        H8           | true        | ELIGIBLE
        """,
        core_processing_stop="household_id\nH2A\nH1",
        core_household=f"""
        household_id | members_alive | is_protected | is_institution | dong_code  | current_dong_code
        H1           | 0             | false        | true           | {SINBANG}  | {SINBANG}
        H1B          | 1             | true         | false          | {SINBANG}  | {SINBANG}
        H2           | 1             | true         | true           | {SINBANG}  | {SINBANG}
        H2A          | 1             | true         | true           | {SINBANG}  | {SINBANG}
        H2B          | 12            | false        | true           | 4311151000 | 4311151000
        H2C          | 1             | false        | false          | 4311151000 | 4311151000
        H3           | 1             | false        | false          | 4311151000 | 4311151000
        H4           | 1             | false        | false          | {SINBANG}  |
        H4B          | 1             | false        | false          | {BULDANG}  | {BULDANG}
        H5           | 1             | false        | false          | {BULDANG}  | {BULDANG}
        H5B          | 1             | false        | false          | {SINBANG}  | {SINBANG}
        H6           | 1             | false        | false          | {SINBANG}  | {SINBANG}
        H7           | 1             | false        | false          | {SINBANG}  | {SINBANG}
        H8           | 1             | false        | false          | {SINBANG}  | {SINBANG}
        """,
        core_event="""
        household_id | event_type   | occurred_on | known_on   | is_current
        H1           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        H2           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        H3           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        H4           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        H4B          | case_open    | 2026-05-04  | 2026-06-05 | true
        H5           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        H7           | nhis_arrears | 2026-03-31  | 2026-04-05 | true
        H7           | contact      | 2026-06-01  | 2026-06-10 | false
        H8           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        """,
        core_listing="household_id | result_code\nH1B | D1",
        core_locate="household_id | state | review_on\nH5B | parked | 2026-07-01",
        out_transfer="household_id | to_city | status\nH2C | 청주시 | accepted",
    )
    assert set(counts.values()) == {1}


def test_a_visit_that_is_owed_needs_no_sign(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        household_id | reason
        looked_for   | ELIGIBLE
        carried      | ELIGIBLE
        thrice       | ELIGIBLE
        met          | NO_SIGNAL
        away         | PARKED
        gone         | NO_SIGNAL
        """,
        core_household="""
        household_id
        looked_for
        carried
        thrice
        met
        away
        gone
        """,
        core_locate="""
        household_id | state  | review_on
        looked_for   | open   |
        away         | parked | 2026-07-01
        """,
        core_repeat="""
        household_id | times_listed | unmet_since_contact | carried_in_row
        carried      | 1            | 1                   | 1
        thrice       | 3            | 3                   | 0
        met          | 3            | 0                   | 0
        away         | 3            | 3                   | 0
        gone         | 1            | 1                   | 0
        """,
    )


def test_a_case_with_a_new_limiter_is_its_managers_and_no_new_referral(
    tmp_path: Path,
) -> None:
    drawings = {
        "core_team": TEAM,
        "core_household": "household_id\nH\ncalm",
        "core_event": """
        household_id | source          | event_type | occurred_on | known_on
        H            | case_management | case_open  | 2026-02-02  | 2026-03-05
        H            | kepco           | kepco_stop | 2026-05-04  | 2026-05-20
        calm         | case_management | case_open  | 2026-02-02  | 2026-03-05
        calm         | kepco           | kepco_stop | 2026-01-04  | 2026-01-20
        """,
    }
    with draw_town(**drawings) as warehouse:
        decide_eligibility(an_office(tmp_path), warehouse, ROUND, as_of=AS_OF)
        assert_table(
            warehouse,
            "out_eligibility",
            "household_id | reason\nH | CASE_MANAGED\ncalm | CASE_MANAGED",
        )
        assert_table(
            warehouse,
            "SELECT household_id, rule FROM out_policy WHERE rule LIKE 'CASE%'",
            "household_id | rule\nH | CASE_MANAGED\ncalm | CASE_UNCHANGED",
        )


def test_the_policy_of_another_day_is_asked_anew(tmp_path: Path) -> None:
    later = AS_OF.replace(day=30)
    drawings = {
        "core_team": TEAM,
        "core_household": "household_id\nH1",
        "core_event": """
        household_id | event_type   | occurred_on | known_on
        H1           | nhis_arrears | 2026-05-31  | 2026-06-20
        """,
    }
    with draw_town(**drawings) as warehouse:
        office = an_office(tmp_path)
        for day, reason in ((AS_OF, "NO_SIGNAL"), (later, "ELIGIBLE")):
            counts = decide_eligibility(office, warehouse, ROUND, as_of=day)
            assert counts[reason] == 1


def test_the_first_rule_that_fits_decides(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        household_id | reason
        H1           | ALL_DECEASED
        H2           | PROTECTED_ADDRESS
        """,
        core_household="""
        household_id | members_alive | is_protected | current_dong_code
        H1           | 0             | true         |
        H2           | 1             | true         |
        """,
    )


def test_many_under_one_head_are_no_household_in_crisis(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        household_id | reason
        H1           | INSTITUTION
        H2           | ELIGIBLE
        """,
        core_household="""
        household_id | members_alive | is_institution
        H1           | 14            | true
        H2           | 14            | false
        """,
        core_event="""
        household_id | event_type   | occurred_on | known_on   | is_current
        H1           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        H2           | nhis_arrears | 2026-05-31  | 2026-06-05 | true
        """,
    )


def test_nobody_is_registered_at_a_stopped_address_and_that_is_no_death(
    tmp_path: Path,
) -> None:
    check(
        tmp_path,
        """
        household_id | reason
        A1           | ELIGIBLE
        """,
        core_household="""
        household_id | kind         | members_alive
        A1           | address_only | 0
        """,
        core_event="""
        household_id | source | event_type
        A1           | gas    | gas_stop
        """,
    )


def test_a_sign_counts_while_current_or_for_twelve_months(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        household_id   | reason
        ended_11m_ago  | ELIGIBLE
        ended_13m_ago  | NO_SIGNAL
        long_and_now   | ELIGIBLE
        restored_1m    | ELIGIBLE
        only_listed    | NO_SIGNAL
        known_today    | NO_SIGNAL
        """,
        core_household="""
        household_id
        ended_11m_ago
        ended_13m_ago
        long_and_now
        restored_1m
        only_listed
        known_today
        """,
        core_event="""
        household_id  | event_type   | occurred_on | known_on   | restored_on | is_current
        ended_11m_ago | nhis_arrears | 2025-07-31  | 2025-08-05 |             | false
        ended_13m_ago | nhis_arrears | 2025-05-31  | 2025-06-05 |             | false
        long_and_now  | gas_stop     | 2024-01-10  | 2024-01-20 |             | true
        restored_1m   | gas_stop     | 2024-01-10  | 2024-01-20 | 2026-05-01  | false
        only_listed   | listing      | 2026-04-10  | 2026-04-20 |             | false
        known_today   | nhis_arrears | 2026-05-31  | 2026-06-15 |             | true
        """,
    )


def test_cooling_off_ends_after_its_days_or_with_something_new(tmp_path: Path) -> None:
    # 2026-06-15 minus 60 days is 2026-04-16.
    check(
        tmp_path,
        """
        household_id   | reason
        met_on_the_day | RECENTLY_CONTACTED
        met_before     | ELIGIBLE
        met_today      | ELIGIBLE
        new_stop       | ELIGIBLE
        stop_was_known | RECENTLY_CONTACTED
        stop_is_over   | RECENTLY_CONTACTED
        new_source     | ELIGIBLE
        same_source    | RECENTLY_CONTACTED
        known_that_day | ELIGIBLE
        """,
        core_household="""
        household_id
        met_on_the_day
        met_before
        met_today
        new_stop
        stop_was_known
        stop_is_over
        new_source
        same_source
        known_that_day
        """,
        core_event="""
        household_id   | source  | event_type   | occurred_on | known_on   | restored_on | is_current
        met_on_the_day | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 |             | true
        met_on_the_day | history | contact      | 2026-04-16  | 2026-05-01 |             | false
        met_before     | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 |             | true
        met_before     | history | contact      | 2026-04-15  | 2026-05-01 |             | false
        met_today      | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 |             | true
        met_today      | history | contact      | 2026-06-15  | 2026-06-14 |             | false
        new_stop       | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 |             | true
        new_stop       | history | contact      | 2026-05-20  | 2026-06-01 |             | false
        new_stop       | gas     | gas_stop     | 2026-05-12  | 2026-05-28 |             | true
        stop_was_known | history | contact      | 2026-05-20  | 2026-06-01 |             | false
        stop_was_known | gas     | gas_stop     | 2026-04-12  | 2026-04-28 |             | true
        stop_is_over   | history | contact      | 2026-05-20  | 2026-06-01 |             | false
        stop_is_over   | gas     | gas_stop     | 2026-05-12  | 2026-05-28 | 2026-05-13  | false
        new_source     | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 |             | true
        new_source     | history | contact      | 2026-05-20  | 2026-06-01 |             | false
        new_source     | water   | water_arrears| 2026-05-31  | 2026-06-05 |             | true
        same_source    | nhis    | nhis_arrears | 2026-03-31  | 2026-04-05 |             | false
        same_source    | nhis    | nhis_arrears | 2026-05-31  | 2026-06-05 |             | true
        same_source    | history | contact      | 2026-05-20  | 2026-06-01 |             | false
        known_that_day | history | contact      | 2026-05-20  | 2026-06-01 |             | false
        known_that_day | gas     | gas_stop     | 2026-05-12  | 2026-05-20 |             | true
        """,
    )


def test_being_listed_and_never_reached_excludes_nobody(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        household_id | reason
        H1           | ELIGIBLE
        """,
        core_household="household_id\nH1",
        core_event="""
        household_id | source  | event_type   | occurred_on | known_on
        H1           | nhis    | nhis_arrears | 2026-05-31  | 2026-06-05
        H1           | history | listing      | 2026-04-10  | 2026-05-01
        H1           | history | listing      | 2026-06-01  | 2026-06-10
        """,
    )


def test_a_dong_whose_unit_has_no_staff_has_no_team(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        household_id | reason
        served       | ELIGIBLE
        orphan       | NO_TEAM
        """,
        core_team=f"""
        dong_code  | hub_code | fte
        {SINBANG}  | HUB1     | 0
        4413155000 | HUB1     | 2
        {BULDANG}  | HUB2     | 0
        """,
        core_household=f"""
        household_id | dong_code | current_dong_code
        served       | {SINBANG} | {SINBANG}
        orphan       | {BULDANG} | {BULDANG}
        """,
        core_event="household_id\nserved\norphan",
    )


def test_an_empty_register_is_no_round(tmp_path: Path) -> None:
    with draw_town() as warehouse, pytest.raises(NotReady) as caught:
        decide_eligibility(an_office(tmp_path), warehouse, ROUND, as_of=AS_OF)
    assert caught.value.next_step.startswith("ingest a RESIDENT file")
