"""What became of every listing: one disposition each, and a ledger over all rounds."""

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.checks import run_check
from pipeline.errors import ContractBroken
from pipeline.loop_figures import NATIONAL, RoundFigures, round_figures
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.loop import (
    Handover,
    House,
    Listing,
    Result,
    build_loop,
    loop_of,
    put_houses,
)
from tests.lib.tables import assert_table, load

AS_OF = dt.date(2026, 6, 15)
LISTED = dt.date(2026, 3, 2)
TRIED, MET, BACK = dt.date(2026, 3, 9), dt.date(2026, 3, 12), dt.date(2026, 4, 6)


def of(result: Result | None, route: str = "team") -> Listing:
    return Listing("2026-R2", LISTED, result, route)


def became(listing: Listing, *handovers: Handover) -> str:
    with loop_of([House("h1", (listing,), handovers)], AS_OF) as warehouse:
        ((found,),) = warehouse.rows("SELECT disposition FROM core_listing")
    return str(found)


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        (None, "carried"),
        (Result(BACK), "carried"),
        (Result(BACK, "S1", contact=MET), "met"),
        (Result(BACK, "P1", contact=MET), "met"),
        (Result(BACK, None, contact=MET), "met"),
        (Result(BACK, "N2", (TRIED,), MET), "met"),
        # On paper: nobody went, nobody was met.
        (Result(BACK, "S1"), "carried"),
        (Result(BACK, "N1"), "carried"),
        (Result(BACK, "P0"), "carried"),
        # Somebody went and met nobody, whatever the code says.
        (Result(BACK, None, (TRIED,)), "locate"),
        (Result(BACK, "N5", (TRIED,)), "locate"),
        (Result(BACK, "L1"), "locate"),
        (Result(BACK, "L2", (TRIED,), MET), "locate"),
        (Result(BACK, "D1"), "routed"),
        (Result(BACK, "D1", (TRIED,), MET), "routed"),
        # Not back yet on the day.
        (Result(AS_OF, "S1", contact=MET), "carried"),
    ],
)
def test_what_came_back_says_what_became_of_it(
    result: Result | None, wanted: str
) -> None:
    assert became(of(result)) == wanted


def test_what_others_than_a_team_had_is_routed() -> None:
    assert became(of(None, "case_manager")) == "routed"
    offered = Handover("2026-R2", "offered", BACK, to_city="아산시")
    assert became(of(None), offered) == "carried"
    assert became(of(None), offered, replace(offered, status="refused")) == "carried"
    assert became(of(None), offered, replace(offered, status="accepted")) == "routed"


def test_a_result_beside_an_l_code_is_an_attempt_and_no_contact() -> None:
    with loop_of([House("h1", (of(Result(BACK, "L2", (), MET)),))], AS_OF) as warehouse:
        assert_table(
            warehouse,
            "core_listing",
            """
            attempts | last_attempt_on | contacted_on | result_on
            1        | 2026-03-12      |              | 2026-03-12
            """,
        )


def test_editions_of_a_round_are_one_listing_and_the_newest_says_the_route() -> None:
    with Warehouse.in_memory() as warehouse:
        put_houses(warehouse, [House("h1", (of(None),))], AS_OF)
        warehouse.execute(
            "INSERT INTO out_issued SELECT * REPLACE "
            "(2 AS edition, 'institution' AS route) FROM out_issued"
        )
        build_loop(warehouse, AS_OF)
        found = warehouse.rows("SELECT route, disposition FROM core_listing")
        assert found == [("institution", "routed")]
        law = run_check(warehouse, "must_listing_have_one_disposition", AS_OF)
        assert law.failing == 0


@pytest.mark.parametrize(
    ("result", "times"),
    [
        (None, 1),
        (Result(BACK, "P0"), 1),
        (Result(BACK, "S1", (), MET), 2),
        (Result(BACK, "L2", (MET,)), 2),
        (Result(BACK, "D1"), 2),
    ],
)
def test_an_earlier_edition_is_no_earlier_listing_until_something_came_back(
    result: Result | None, times: int
) -> None:
    before = Listing("2026-R1", dt.date(2026, 1, 1))
    house = House("h1", (before, of(result)))
    with loop_of([house], AS_OF) as warehouse:
        assert warehouse.rows("SELECT times_listed FROM core_repeat") == [(2,)]
        build_loop(warehouse, AS_OF, "2026-R2")
        assert warehouse.rows("SELECT times_listed FROM core_repeat") == [(times,)]
        law = run_check(warehouse, "must_listing_have_one_disposition", AS_OF)
        assert law.failing == 0, "what left is still accounted for"


def test_a_first_list_made_again_carries_nobody_over() -> None:
    with loop_of([House("h1", (of(None),))], AS_OF) as warehouse:
        build_loop(warehouse, AS_OF, "2026-R2")
        assert warehouse.rows("FROM core_repeat") == []
        assert warehouse.rows("SELECT is_open FROM core_listing") == [(True,)]


def test_the_law_finds_a_listing_that_is_in_none_of_the_four() -> None:
    with loop_of([House("h1", (of(None),)), House("h2", (of(None),))], AS_OF) as w:
        for damage in ("SET disposition = 'closed'", "SET source = 'lost'"):
            w.execute("CREATE OR REPLACE TEMP TABLE kept AS FROM core_listing")
            w.execute(f"UPDATE core_listing {damage} WHERE household_id = 'h1'")
            law = run_check(w, "must_listing_have_one_disposition", AS_OF)
            assert law.failing > 0, damage
            w.execute("DELETE FROM core_listing")
            w.execute("INSERT INTO core_listing FROM kept")


def test_figures_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ContractBroken, match=r"listed 3, but .* = 2"):
        RoundFigures(
            "2026-R1", LISTED, 3, 1, 1, 0, 0, 2, 1, 0, 3, 0, None, None
        )  # fmt: skip


def test_the_ledger_counts_rounds_since_the_last_contact() -> None:
    def at(month: int, result: Result | None) -> Listing:
        return Listing(f"2025-R{month}", dt.date(2025, month, 1), result)

    back = dt.date(2025, 12, 1)
    listings = (
        at(1, Result(back, "L1", (dt.date(2025, 1, 9),))),
        at(2, Result(back, "N5", (), dt.date(2025, 2, 9))),
        at(3, Result(back, "L2", (dt.date(2025, 3, 9), dt.date(2025, 3, 10)))),
        at(4, None),
        at(5, Result(back, "N1")),
    )
    routed = Listing("2025-R6", dt.date(2025, 6, 1), None, "case_manager")
    with loop_of(
        [House("h1", listings), House("h2", (*listings, routed))], AS_OF
    ) as warehouse:
        assert_table(
            warehouse,
            "SELECT * FROM core_repeat WHERE household_id = 'h1'",
            """
            times_listed | times_met | unmet_since_contact | carried_in_row | attempts
            5            | 1         | 3                   | 2              | 4
            """,
        )
        assert_table(
            warehouse,
            "SELECT * FROM core_repeat WHERE household_id = 'h1'",
            """
            first_listed_on | last_listed_on | last_contact_on | last_attempt_on | last_result_code
            2025-01-01      | 2025-05-01     | 2025-02-09      | 2025-03-10      | N1
            """,
        )
        # A list of its case's manager is neither unmet nor carried.
        assert_table(
            warehouse,
            "SELECT * FROM core_repeat WHERE household_id = 'h2'",
            """
            times_listed | unmet_since_contact | carried_in_row
            6            | 3                   | 0
            """,
        )


# --- with everything that a screening builds ------------------------------------------

FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2025-12-31 | 2026-01-05
    2       | history  | 2026-01-31 | 2026-02-05
    3       | kikcd_h  | 2020-01-01 | 2020-01-02
    4       | result   | 2026-04-06 | 2026-04-06
    5       | result   | 2026-05-06 | 2026-05-06
"""
ROWS = {
    "resident": """
        file_id | registry_no_key | person_key | relation | moved_in_on
        1       | h1              | p1         | head     | 2015-05-01
        1       | h1              | p2         | spouse   | 2015-05-01
        1       | h2              | p3         | head     | 2015-05-01
    """,
    "history": """
        file_id | round   | person_key | selected_on | attempts | contacted_on | result_code
        2       | 2025-R6 | p1         | 2025-11-03  | 1        |              | L1
        2       | 2025-R6 | p2         | 2025-11-03  | 1        | 2025-11-12   | N5
        2       | 2025-R6 | stranger   | 2025-11-03  | 1        |              | L1
    """,
    "kikcd_h": """
        file_id | dong_code  | dong_name | created_on
        3       | 4413151000 | 쌍용동    | 2008-06-23
        3       | 4413158000 | 신방동    | 2008-06-23
    """,
    "result": """
        file_id | referral_id | attempt1_on | contacted_on | result_code
        4       | r2          | 2026-03-09  |              | L1
        5       | r2          | 2026-03-09  | 2026-04-20   | S3
    """,
}
ISSUED = (
    "INSERT INTO out_issued "
    "(round, edition, as_of, referral_id, household_id, route) VALUES "
    "('2026-R2', 1, DATE '2026-03-02', 'r2', 'Hh2', 'team'), "
    "('2026-R3', 1, DATE '2026-05-01', 'r3', 'Hh2', 'team')"
)
KEPT = ("core_listing", "core_repeat", "core_locate", "core_event", "core_household")


def built(warehouse: Warehouse, day: str) -> list[object]:
    core(warehouse, day, FILES, **ROWS)
    return [warehouse.fetch(f"FROM {name}").to_pylist() for name in KEPT]


@pytest.fixture
def town() -> Warehouse:
    warehouse = Warehouse.in_memory()
    core(warehouse, "2026-03-02", FILES, **ROWS)
    warehouse.execute(ISSUED)
    return warehouse


def test_persons_of_one_household_in_a_round_are_one_listing(town: Warehouse) -> None:
    built(town, "2026-03-01")
    found = town.rows("SELECT times_listed, times_met FROM core_repeat")
    assert found == [(1, 1)]
    assert town.rows("SELECT count(*) FROM core_locate") == [(0,)]


def test_screening_an_old_day_again_gives_what_it_gave(town: Warehouse) -> None:
    """Replay: results, lists and transfers of later days change nothing before."""
    town.execute("DELETE FROM out_issued WHERE referral_id = 'r3'")
    before = built(town, "2026-04-07")
    assert town.rows("SELECT state FROM core_locate") == [("open",)]
    town.execute("DELETE FROM out_issued")
    town.execute(ISSUED)
    town.execute(
        "INSERT INTO out_transfer VALUES ('r2', 'Hh2', '2026-R2', '4413158000', NULL, "
        "'L3', 'accepted', '김담당', DATE '2026-04-07')"
    )
    assert built(town, "2026-04-07") == before
    assert built(town, "2026-05-07") != before
    assert town.rows("SELECT count(*) FROM core_locate") == [(0,)]


def test_a_household_handed_over_stands_in_its_new_dong_until_it_registers_a_move(
    town: Warehouse,
) -> None:
    town.execute(
        "INSERT INTO out_transfer VALUES ('r2', 'Hh2', '2026-R2', '4413158000', NULL, "
        "'L3', 'accepted', '김담당', DATE '2026-04-07')"
    )
    dong = "SELECT current_dong_code FROM core_household WHERE household_id = 'Hh2'"
    built(town, "2026-04-07")
    assert town.rows(dong) == [("4413151000",)]
    built(town, "2026-04-08")
    assert town.rows(dong) == [("4413158000",)]
    moved = ROWS["resident"].replace(
        "p3         | head     | 2015-05-01", "p3         | head     | 2026-04-09"
    )
    core(town, "2026-04-30", FILES, **{**ROWS, "resident": moved})
    assert town.rows(dong) == [("4413151000",)]


def test_a_paper_closure_does_not_take_an_addresss_doubt_away(town: Warehouse) -> None:
    rows = {
        **ROWS,
        "resident": """
        file_id | registry_no_key | person_key | relation | name   | road_address
        1       | h2              | p3         | head     | 김영희 | 천안시 한들로 1
        """,
        "history": """
        file_id | round   | person_key | selected_on | contacted_on | result_code
        2       | 2025-R5 | p3         | 2025-09-03  | 2025-09-12   | L4
        2       | 2025-R6 | p3         | 2025-11-03  |              | N1
        """,
    }
    core(town, "2026-03-01", FILES, **rows)
    found = town.rows("SELECT household_id, signs FROM core_address_doubt")
    assert found == [("Hh2", ["MOVED"])]


# --- the figures ----------------------------------------------------------------------


def _hubs(warehouse: Warehouse) -> None:
    """Rosters of which the second was known on the round's day, and what a hub did."""
    load(
        warehouse,
        "core_file",
        """
        file_id INT | source | ref_date DATE | known_on DATE | version INT
        1           | team   | 2025-01-01    | 2025-01-03    | 1
        2           | team   | 2026-01-01    | 2026-01-03    | 1
        3           | team   | 2026-01-01    | 2026-07-03    | 2
        4           | team   | 2026-07-01    | 2026-07-03    | 1
        5           | result | 2026-02-01    | 2026-02-03    | 1
        """,
    )
    load(
        warehouse,
        "acc_team",
        """
        file_id INT | dong_code | hub_code | fte DOUBLE | weekly_cases INT | starts_on DATE | ends_on DATE
        1           | a         | hub      | 1          | 4                | 2025-01-01     |
        2           | a         | hub      | 9          | 4                | 2025-01-01     |
        2           | a         | hub      | 2          | 4                | 2026-01-01     |
        2           | a         | hub      | 9          | 4                | 2026-06-01     |
        2           | b         | hub      | 1          | 4                | 2026-01-01     |
        2           | c         | other    | 1          | 4                | 2026-01-01     |
        2           | d         |          | 1          | 4                | 2026-01-01     |
        2           | e         | hub      | 1          | 4                | 2025-01-01     | 2025-12-31
        3           | a         | hub      | 4          | 4                | 2026-01-01     |
        4           | b         | hub      | 5          | 4                | 2026-01-01     |
        """,
    )
    load(
        warehouse,
        "out_referral",
        f"""
        round   | as_of DATE | route     | worked_by
        2026-R2 | {LISTED}   | team      | a
        2026-R2 | {LISTED}   | team      | a
        2026-R2 | {LISTED}   | team      | a
        2026-R2 | {LISTED}   | team      | a
        2026-R2 | {LISTED}   | team      | b
        2026-R2 | {LISTED}   | city_team |
        """,
    )


def test_the_figures_of_a_round() -> None:
    def vain(round_: str, month: int, step: str | None = None) -> Listing:
        on = dt.date(2025, month, 1)
        back = Result(on + dt.timedelta(days=40), "L1", (on + dt.timedelta(days=3),))
        return Listing(round_, on, back, step=step)

    last = Listing("2026-R2", LISTED, Result(BACK, "S2", (TRIED,), MET))
    blind = (vain("2025-R1", 1), vain("2025-R2", 3))
    step = (vain("2025-R1", 1), vain("2025-R2", 3, "POST"))
    town = [
        House("h1", (*blind, last)),
        House("h2", (*step, replace(last, result=None))),
        House("h3", (blind[0], replace(last, result=Result(BACK, "N5", (), MET)))),
        House("h4", (*blind, replace(last, route="institution"))),
        House("h5", (of(Result(BACK, "L4")),)),
    ]
    with Warehouse.in_memory() as warehouse:
        put_houses(warehouse, town, AS_OF)
        build_loop(warehouse, AS_OF)
        _hubs(warehouse)
        *_, newest = round_figures(warehouse)
    told = newest.as_json()
    counts = {k: told[k] for k in ("listed", "met", "locate", "carried", "routed")}
    assert counts == {"listed": 5, "met": 2, "locate": 1, "carried": 1, "routed": 1}
    assert told["returned_share"] == 4 / 5
    assert told["met_share"] == 2 / 5
    assert told["support_share"] == 2 / 5
    assert told["repeat_share"] == 4 / 5
    # Of the four that a team had, only h1 was listed twice in vain without a step.
    assert told["blind_repeat_share"] == 1 / 4
    # Two by an officer of a, one of b; hub `other` has one team.
    assert told["load_spread"] == 1 - 1 / 2
    assert told["days_to_contact"] == (MET - LISTED).days


def test_meeting_them_ends_a_row_of_unmet_rounds() -> None:
    def at(month: int, result: Result | None) -> Listing:
        return Listing(f"2025-R{month}", dt.date(2025, month, 1), result)

    back = dt.date(2025, 12, 1)
    vain = [at(n, Result(back, "L1", (dt.date(2025, n, 9),))) for n in (1, 2)]
    seen = at(3, Result(back, "N5", (), dt.date(2025, 3, 9)))
    with Warehouse.in_memory() as warehouse:
        put_houses(warehouse, [House("h1", (*vain, seen, at(4, None)))], AS_OF)
        build_loop(warehouse, AS_OF)
        blind = [one.repeated_blindly for one in round_figures(warehouse)]
    assert blind == [0, 0, 1, 0]


def test_every_national_figure_names_its_source_and_what_it_stands_beside() -> None:
    named = set(RoundFigures("r", LISTED, *[0] * 10, None, None).as_json())
    for one in NATIONAL:
        assert one.source
        assert one.beside in named
