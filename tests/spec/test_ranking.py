"""Who gets a place: capacity of the unit, the order, and what a tie means."""

import pytest

from pipeline.errors import NotReady
from pipeline.ranking import rank_households
from pipeline.referral import (
    FIND_ADDRESS,
    FIND_RESIDENT,
    FIND_UNIT,
    PHONE_FIRST,
    URGENT,
    VISIT_FIRST,
    first_step,
)
from pipeline.round_tables import ensure_round_table
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    MOKCHEON,
    ROUND,
    SINBANG,
    draw_town,
)
from tests.lib.tables import assert_table


def ranked(expected: str, *, weeks: int = 2, **drawings: str) -> None:
    with draw_town(**drawings) as warehouse:
        everybody_eligible(warehouse)
        rank_households(warehouse, ROUND, as_of=AS_OF, weeks=weeks)
        assert_table(warehouse, "_ranked", expected)


def everybody_eligible(warehouse: Warehouse) -> None:
    ensure_round_table(warehouse, "out_eligibility")
    warehouse.execute(
        "INSERT INTO out_eligibility "
        f"SELECT '{ROUND}', household_id, true, 'ELIGIBLE' FROM core_household"
    )


def test_equal_scores_go_to_the_longest_without_contact() -> None:
    ranked(
        """
        household_id | rank_in_unit | last_contact_on
        high         | 1            | 2026-06-01
        never_b      | 2            |
        never_c      | 3            |
        long_ago     | 4            | 2024-01-01
        """,
        weeks=4,
        core_team=f"dong_code\n{SINBANG}",
        core_household="household_id\nrecent\nnever_c\nlong_ago\nhigh\nnever_b",
        out_score="""
        household_id | score
        high         | 0.500001
        recent       | 0.5
        never_c      | 0.5000004
        long_ago     | 0.5
        never_b      | 0.5
        """,
        core_event="""
        household_id | event_type | occurred_on | known_on
        high         | contact    | 2026-06-01  | 2026-06-10
        recent       | contact    | 2026-05-01  | 2026-06-01
        long_ago     | contact    | 2023-01-01  | 2023-02-01
        long_ago     | contact    | 2024-01-01  | 2024-02-01
        never_b      | contact    | 2026-06-10  | 2026-06-15
        """,
    )


def test_a_hub_shares_its_places_among_its_dongs() -> None:
    # 1.5 FTE x 1 a week x 2 weeks = 3 places for both dongs of HUB1, none for FTE 0.
    ranked(
        f"""
        household_id | dong_code  | hub_code | rank_in_unit | rank_in_dong
        a1           | {SINBANG}  | HUB1     | 1            | 1
        b1           | {BULDANG}  | HUB1     | 2            | 1
        a2           | {SINBANG}  | HUB1     | 3            | 2
        c1           | {MOKCHEON} |          | 1            | 1
        """,
        core_team=f"""
        dong_code  | hub_code | fte
        {SINBANG}  | HUB1     | 1.5
        {BULDANG}  | HUB1     | 0
        {MOKCHEON} |          | 0.5
        """,
        core_household=f"""
        household_id | current_dong_code
        a1           | {SINBANG}
        a2           | {SINBANG}
        b1           | {BULDANG}
        b2           | {BULDANG}
        c1           | {MOKCHEON}
        c2           | {MOKCHEON}
        """,
        out_score="""
        household_id | score
        a1           | 9
        b1           | 8
        a2           | 7
        b2           | 6
        c1           | 2
        c2           | 1
        """,
    )


def test_half_a_case_of_two_teams_is_no_place() -> None:
    # 0.75 x 1 x 2 = 1.5 -> 1 place each, not 3 of both.
    ranked(
        """
        household_id | rank_in_unit
        a            | 1
        b            | 2
        """,
        core_team=f"""
        dong_code  | hub_code | fte
        {SINBANG}  | HUB1     | 0.75
        {BULDANG}  | HUB1     | 0.75
        """,
        core_household="household_id\na\nb\nc",
        out_score="household_id | score\na | 3\nb | 2\nc | 1",
    )


def test_a_score_of_another_day_or_round_gives_no_place() -> None:
    with draw_town(
        core_team=f"dong_code\n{SINBANG}",
        core_household="household_id\na\nb",
        out_score="""
        household_id | round   | as_of
        a            | 2026-R3 | 2026-06-15
        b            | 2026-R3 | 2026-06-14
        b            | 2026-R2 | 2026-06-15
        """,
    ) as warehouse:
        everybody_eligible(warehouse)
        with pytest.raises(NotReady) as caught:
            rank_households(warehouse, ROUND, as_of=AS_OF, weeks=8)
    assert caught.value.what == (
        "1 households may be listed but have no score of 2026-R3 as of 2026-06-15"
    )


@pytest.mark.parametrize(
    ("stop", "address_only", "grade", "listed", "met", "expected"),
    [
        (True, False, 2, 0, False, f"{URGENT} · {PHONE_FIRST}"),
        (True, True, 2, 0, False, f"{URGENT} · {FIND_RESIDENT}"),
        (True, False, 1, 5, False, f"{URGENT} · {FIND_UNIT}"),
        (False, False, 0, 0, False, FIND_ADDRESS),
        (False, False, 1, 0, False, FIND_UNIT),
        (False, False, 2, 1, False, VISIT_FIRST),
        (False, False, 2, 1, True, PHONE_FIRST),
        (False, False, 2, 0, False, PHONE_FIRST),
    ],
)
def test_the_first_step_says_how_urgent_and_how_to_get_there(
    stop: bool, address_only: bool, grade: int, listed: int, met: bool, expected: str
) -> None:
    assert expected == first_step(
        has_stop_in_force=stop,
        is_address_only=address_only,
        address_grade=grade,
        times_listed=listed,
        last_contact_on=AS_OF if met else None,
    )
