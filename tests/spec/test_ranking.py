"""Who gets a place: capacity of the unit, the order, and what a tie means."""

import pytest

from pipeline.errors import NotReady
from pipeline.first_step import (
    FIND_ADDRESS,
    FIND_RESIDENT,
    FIND_UNIT,
    PHONE_FIRST,
    URGENT,
    VISIT_FIRST,
    VISIT_WITHOUT_PHONE,
    first_step,
)
from pipeline.places import Shares
from pipeline.round_tables import ensure_round_table
from pipeline.warehouse import Warehouse
from tests.lib.places import empty_policy, fill
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    MOKCHEON,
    ROUND,
    SINBANG,
    draw_town,
)
from tests.lib.tables import assert_table, load

POLICY = {
    "household_id": "VARCHAR",
    "rule": "VARCHAR",
    "kind": "VARCHAR",
    "place": "INTEGER",
    "label_ko": "VARCHAR",
    "detail_ko": "VARCHAR",
}


def ranked(
    expected: str,
    *,
    weeks: int = 2,
    shares: Shares | None = None,
    policy: str | None = None,
    account: str | None = None,
    **drawings: str,
) -> None:
    with draw_town(**drawings) as warehouse:
        everybody_eligible(warehouse)
        empty_policy(warehouse)
        if policy:
            load(warehouse, "_policy", policy, POLICY)
        fill(warehouse, weeks=weeks, shares=shares)
        assert_table(warehouse, "_place", expected)
        if account:
            assert_table(warehouse, "_place_unit", account)


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


def test_the_larger_remainder_gets_the_odd_household() -> None:
    # 3 listed for 3 and 1 places: 2.25 and 0.75, so 2 and 1.
    ranked(
        f"""
        household_id | worked_by
        a            | {SINBANG}
        b            | {SINBANG}
        c            | {BULDANG}
        """,
        core_team=f"""
        dong_code | hub_code | fte
        {SINBANG} | HUB1     | 1.5
        {BULDANG} | HUB1     | 0.5
        """,
        core_household="household_id\na\nb\nc",
        out_score="household_id | score\na | 3\nb | 2\nc | 1",
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


TWELVE = "household_id\n" + "\n".join(f"h{n:02d}" for n in range(12))
TWELVE_SCORES = "household_id | score\n" + "\n".join(
    f"h{n:02d} | {20 - n}" for n in range(12)
)


def test_places_go_to_must_then_locate_then_rank_and_the_city_gets_the_overflow() -> (
    None
):
    # 10 places: must 3 at most, locate 2, the rest by rank.
    ranked(
        """
        household_id | slot_kind | rank_in_unit | must_code
        h11          | must      | 1            | CUT_OFF
        h08          | must      | 2            | TIP
        h09          | must      | 3            | TIP
        h07          | locate    | 4            |
        h05          | locate    | 5            |
        h00          | rank      | 6            |
        h01          | rank      | 7            |
        h02          | rank      | 8            |
        h03          | rank      | 9            |
        h04          | rank      | 10           |
        """,
        weeks=10,
        shares=Shares(must=0.3, locate=0.2, sample=0),
        policy="""
        household_id | rule    | kind    | place
        h11          | CUT_OFF | must    | 1
        h11          | TIP     | must    | 2
        h08          | TIP     | must    | 2
        h09          | TIP     | must    | 2
        h10          | TIP     | must    | 2
        h00          | TWO     | caution | 0
        """,
        account="""
        slots | eligible | below_line | must_wanted | must_listed | must_to_city | locate_wanted | locate_listed | rank_listed | sample_listed | carried | score_at_line
        10    | 12       | 1          | 4           | 3           | 1            | 3             | 2             | 5           | 0             | 1       | 16
        """,
        core_team=f"dong_code\n{SINBANG}",
        core_household=TWELVE,
        out_score=TWELVE_SCORES,
        # h10 is a must-visit too, h00 waits parked: no search for it.
        core_locate="""
        household_id | unmet | state
        h05          | 2     | open
        h06          | 1     | open
        h07          | 3     | open
        h10          | 9     | open
        h00          | 9     | parked
        """,
    )  # fmt: skip


def test_what_is_left_goes_to_must_and_then_to_locate_beyond_their_shares() -> None:
    # 4 places: must 1 and locate 1 at most; one candidate by rank leaves one more.
    ranked(
        """
        household_id | slot_kind | rank_in_unit
        m1           | must      | 1
        m2           | must      | 2
        l1           | locate    | 3
        r1           | rank      | 4
        """,
        weeks=4,
        shares=Shares(must=0.3, locate=0.3, sample=0),
        policy="household_id | rule | kind | place\nm1 | A | must | 1\nm2 | A | must | 1",
        account="must_listed | must_to_city | locate_listed | carried\n2 | 0 | 1 | 1",
        core_team=f"dong_code\n{SINBANG}",
        core_household="household_id\nm1\nm2\nl1\nl2\nr1",
        out_score="household_id | score\nm1 | 5\nm2 | 4\nl1 | 3\nl2 | 2\nr1 | 1",
        core_locate="household_id\nl1\nl2",
    )  # fmt: skip


def test_places_of_a_sample_with_nobody_to_draw_go_to_must_visits() -> None:
    # 10 places, one for the sample; everybody is a must-visit and none is below a line.
    ranked(
        "household_id | slot_kind\n" + "\n".join(f"h{n:02d} | must" for n in range(10)),
        weeks=10,
        policy="household_id | rule | kind | place\n"
        + "\n".join(f"h{n:02d} | A | must | 1" for n in range(12)),
        account="must_listed | must_to_city | sample_listed | below_line\n10 | 2 | 0 | 0",
        core_team=f"dong_code\n{SINBANG}",
        core_household=TWELVE,
        out_score=TWELVE_SCORES,
    )


def test_whoever_the_sample_draws_is_neither_carried_nor_below_the_line() -> None:
    # 10 places, one for the sample; 12 are sought, 9 get a place and 1 of 3 is drawn.
    with draw_town(
        core_team=f"dong_code\n{SINBANG}",
        core_household=TWELVE,
        out_score=TWELVE_SCORES,
        core_locate=TWELVE,
    ) as warehouse:
        everybody_eligible(warehouse)
        empty_policy(warehouse)
        fill(warehouse, weeks=10)
        assert_table(
            warehouse,
            "_place_unit",
            """
            eligible | below_line | locate_wanted | locate_listed | sample_listed | carried
            12       | 2          | 12            | 9             | 1             | 2
            """,
        )


def test_the_own_team_works_its_dong_up_to_its_part_and_the_rest_goes_to_the_other() -> (
    None
):
    # 3 and 1 places: of 4 listed the first team works 3, though only 1 is of its dong.
    ranked(
        f"""
        household_id | dong_code | worked_by
        a1           | {SINBANG} | {SINBANG}
        b1           | {BULDANG} | {BULDANG}
        b2           | {BULDANG} | {SINBANG}
        b3           | {BULDANG} | {SINBANG}
        """,
        core_team=f"""
        dong_code | hub_code | fte
        {SINBANG} | HUB1     | 1.5
        {BULDANG} | HUB1     | 0.5
        """,
        core_household=f"""
        household_id | current_dong_code
        a1           | {SINBANG}
        b1           | {BULDANG}
        b2           | {BULDANG}
        b3           | {BULDANG}
        """,
        out_score="household_id | score\na1 | 4\nb1 | 3\nb2 | 2\nb3 | 1",
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
            fill(warehouse, weeks=8)
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


def test_whoever_has_no_phone_is_visited_and_who_is_sought_gets_the_next_step() -> None:
    near = {
        "has_stop_in_force": True,
        "is_address_only": False,
        "address_grade": 2,
        "times_listed": 0,
        "last_contact_on": None,
    }
    assert first_step(**near, has_phone=False) == f"{URGENT} · {VISIT_WITHOUT_PHONE}"
    step = first_step(**near, has_phone=False, locate_step_ko="통·이장에게 확인")
    assert step == f"{URGENT} · 통·이장에게 확인"
