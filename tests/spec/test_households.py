"""Who belongs together, who is the head, and at which doors nobody is registered."""

import pytest

from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2025-06-30 | 2025-07-05
    2       | resident | 2025-12-31 | 2026-01-05
    3       | kepco    | 2026-02-15 | 2026-02-18
    4       | kikcd_h  | 2020-01-01 | 2020-01-02
    5       | history  | 2025-10-31 | 2025-11-03
"""


def test_the_latest_visible_register_says_who_lives_together() -> None:
    people = """
        file_id | registry_no_key | person_key | relation
        1       | h1              | p1         | head
        1       | h1              | p2         | child
        2       | h1              | p1         | head
        2       | h2              | p2         | head
    """
    head = "household_id | person_key | is_head"
    with Warehouse.in_memory() as w:
        core(w, "2026-01-05", FILES, resident=people)
        assert_table(
            w, "core_household_member", f"{head}\nHh1 | p1 | true\nHh1 | p2 | false"
        )
        core(w, "2026-01-06", FILES, resident=people)
        assert_table(
            w, "core_household_member", f"{head}\nHh1 | p1 | true\nHh2 | p2 | true"
        )


def test_the_dead_are_known_and_the_oldest_of_the_living_becomes_head() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key | relation | birth_month_no | died_on
            2       | h1              | p1         | head     | 23000          | 2025-11-01
            2       | h1              | p2         | child    | 23700          |
            2       | h1              | p3         | other    | 23100          |
            2       | h2              | p4         | head     | 22000          | 2025-11-01
            """,
        )
        assert_table(
            w,
            "core_household",
            """
            household_id | kind       | members_alive | head_person_key
            Hh1          | registered | 2             | p3
            Hh2          | registered | 0             | p4
            """,
        )


def test_one_member_whose_address_is_protected_protects_the_household() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key | relation | is_protected
            2       | h1              | p1         | head     | false
            2       | h1              | p2         | child    | true
            2       | h2              | p3         | head     | false
            """,
        )
        assert_table(
            w, "core_household", "household_id | is_protected\nHh1 | true\nHh2 | false"
        )


def test_how_complete_an_address_is() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key | road_address                 | detail_address
            2       | none            | p1         |                              |
            2       | house           | p2         | 천안시 한들로 1              |
            2       | room            | p3         | 천안시 한들로 2              | 3층 301호
            2       | lacking         | p4         | 천안시 한들로 2              |
            2       | rooms1          | p7         | 천안시 한들로 4              |
            2       | rooms2          | p8         | 천안시 한들로 4              |
            2       | rooms3          | p9         | 천안시 한들로 4              |
            2       | tower           | p5         | 천안시 한들로 3 (한빛아파트) | 101동 502호
            2       | tower2          | p6         | 천안시 한들로 3 (한빛아파트) |
            """,
        )
        assert_table(
            w,
            "core_household",
            """
            household_id | home_kind | address_grade
            Hnone        | unknown   | 0
            Hhouse       | other     | 2
            Hroom        | other     | 2
            Hlacking     | other     | 1
            Hrooms1      | other     | 1
            Hrooms2      | other     | 1
            Hrooms3      | other     | 1
            Htower       | apartment | 2
            Htower2      | apartment | 1
            """,
        )


def test_a_stop_where_nobody_is_registered_becomes_an_address_only_household() -> None:
    """The bill bears a name that no register knows; somebody lives behind that door."""
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES + "\n    6 | gas | 2026-02-15 | 2026-02-18",
            resident="""
            file_id | registry_no_key | person_key | name   | road_address    | detail_address
            2       | h1              | p1         | 김영희 | 천안시 한들로 2 | 101호
            """,
            kepco="""
            file_id | account_no | contract_kind | stopped_on | restored_on | name   | road_address    | detail_address
            3       | new        | home          | 2026-02-01 |             | 한가람 | 천안시 한들로 2 | 201호
            3       | shop       | shop          | 2026-02-01 |             | 한가람 | 천안시 한들로 2 | 202호
            3       | owing      | home          |            |             | 한가람 | 천안시 한들로 2 | 203호
            3       | old        | home          | 2025-02-01 | 2025-02-20  | 한가람 | 천안시 한들로 2 | 204호
            3       | long       | home          | 2025-02-01 |             | 한가람 | 천안시 한들로 2 | 205호
            3       | taken      | home          | 2026-02-01 |             | 한가람 | 천안시 한들로 2 | 101호
            3       | away       | home          | 2026-02-01 |             | 한가람 | 평택시 한들로 2 | 201호
            """,
            gas="""
            file_id | account_no | stopped_on | name   | road_address
            6       | pipe       | 2026-02-09 | 한가람 | 천안시 한들로 2, 2층 201호
            """,
            kikcd_h="""
            file_id | dong_code  | dong_name | created_on
            4       | 4413151000 | 쌍용동    | 2008-06-23
            """,
        )
        assert_table(
            w,
            "SELECT * FROM core_link WHERE source IN ('kepco', 'gas')",
            """
            source | account_no | household_id | reason            | dong_code
            kepco  | new        | Aknew        | NOBODY_REGISTERED | 4413151000
            gas    | pipe       | Aknew        | NOBODY_REGISTERED | 4413151000
            kepco  | shop       |              | NOT_RESIDENTIAL   |
            kepco  | owing      |              | NO_MATCH          |
            kepco  | old        |              | NO_MATCH          |
            kepco  | long       | Aklong       | NOBODY_REGISTERED | 4413151000
            kepco  | taken      |              | AMBIGUOUS         |
            kepco  | away       |              | NO_MATCH          |
            """,
        )
        assert_table(
            w,
            "core_household",
            """
            household_id | kind         | members_alive | current_dong_code | address_grade | source   | row_no
            Aklong       | address_only | 0             | 4413151000        | 2             | kepco    | 5
            Aknew        | address_only | 0             | 4413151000        | 2             | kepco    | 1
            Hh1          | registered   | 1             | 4413151000        | 2             | resident | 1
            """,
        )
        assert_table(
            w,
            "SELECT * FROM core_event WHERE event_type LIKE '%_stop'",
            """
            household_id | event_type | occurred_on
            Aknew        | kepco_stop | 2026-02-01
            Aknew        | gas_stop   | 2026-02-09
            Aklong       | kepco_stop | 2025-02-01
            """,
        )


EMPTY = (
    FILES
    + """
    6 | gas   | 2025-12-15 | 2025-12-18
    7 | tip   | 2025-11-30 | 2025-12-02
    8 | kepco | 2025-12-15 | 2025-12-17
    9 | kepco | 2026-06-15 | 2026-06-17
"""
)
REGISTERED = """
    file_id | registry_no_key | person_key | name   | road_address    | detail_address
    2       | h1              | p1         | 김영희 | 천안시 한들로 2 | 101호
"""
HEAD = "file_id | account_no | stopped_on | restored_on | name | road_address"


@pytest.mark.parametrize("as_of", ["2026-03-01", "2026-07-01", "2027-01-01"])
def test_a_door_keeps_its_id_whatever_is_stopped_there_later(as_of: str) -> None:
    # Power, first heard of in December, was cut in January and again in June; gas,
    # heard of first, was cut in February.
    kepco = f"""
        {HEAD.replace("road", "detail_address | road")}
        8 | b |            |            | 한가람 | 201호 | 천안시 한들로 2
        3 | b | 2026-01-20 | 2026-01-30 | 한가람 | 201호 | 천안시 한들로 2
        9 | b | 2026-06-10 |            | 한가람 | 201호 | 천안시 한들로 2
    """
    gas = f"{HEAD}\n6 | c | 2025-11-20 | 2025-12-01 | 한가람 | 천안시 한들로 2, 201호"
    with Warehouse.in_memory() as w:
        core(w, as_of, EMPTY, resident=REGISTERED, kepco=kepco, gas=gas)
        found = w.rows(
            "SELECT household_id FROM core_household WHERE kind <> 'registered'"
        )
        # Both of December: then the account's own key decides, for good.
        assert found == [("Akb",)]


def test_a_bill_in_the_name_of_somebody_protected_tells_no_list_where_they_hide() -> (
    None
):
    """Protected where they are registered, they hide at a door with a bill of theirs."""
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key | name   | birth_date | road_address    | detail_address | is_protected
            2       | h1              | p1         | 한가람 | 1980-03-04 | 천안시 한들로 2 | 101호          | true
            2       | h2              | p2         | 이민국 | 1970-01-02 | 천안시 한들로 2 | 102호          | false
            """,
            kepco="""
            file_id | account_no | contract_kind | stopped_on | name    | birth_date | road_address    | detail_address
            3       | hers       | home          | 2026-02-01 | 한 가람 | 1980-03-04 | 천안시 한들로 2 | 201호
            3       | unsaid     | home          | 2026-02-01 | 한가람  |            | 천안시 한들로 2 | 202호
            3       | another    | home          | 2026-02-01 | 한가람  | 1990-05-06 | 천안시 한들로 2 | 203호
            3       | his        | home          | 2026-02-01 | 이민국  | 1970-01-02 | 천안시 한들로 2 | 204호
            """,
        )
        found = w.rows(
            "SELECT l.account_no, h.is_protected FROM core_link AS l "
            "JOIN core_household AS h USING (household_id) "
            "WHERE h.kind = 'address_only' ORDER BY 1"
        )
        # The first and the last are theirs by name and birth date: no doors of nobody.
        assert found == [("another", False), ("unsaid", True)]


def test_a_tip_where_nobody_is_registered_is_an_address_to_go_to() -> None:
    tip = """
        file_id | tip_no | received_on | dong_code  | name   | road_address    | detail_address
        7       | t1     | 2025-11-20  | 4413151000 | 한가람 | 천안시 한들로 2 | 201호
        7       | t2     | 2025-11-20  | 4413151000 | 한가람 | 천안시 한들로 2 | 101호
        7       | t3     | 2024-11-20  | 4413151000 | 한가람 | 천안시 한들로 2 | 301호
        7       | t4     | 2025-11-20  | 4413151000 | 한가람 | 천안시 한들로 4 | 2호
    """
    kepco = f"""
        {HEAD.replace("road", "detail_address | road")}
        3 | b | 2026-01-20 | | 이민국 | 2호 | 천안시 한들로 4
    """
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", EMPTY, resident=REGISTERED, tip=tip, kepco=kepco)
        links = w.rows(
            "SELECT account_no, reason, household_id FROM core_link ORDER BY 1"
        )
        ids = {account: household for account, _, household in links}
        assert [(account, reason) for account, reason, _ in links] == [
            ("b", "NOBODY_REGISTERED"),
            ("t1", "NOBODY_REGISTERED"),
            ("t2", "ADDRESS_UNIT_ONLY"),
            ("t3", "NO_MATCH"),
            ("t4", "NOBODY_REGISTERED"),
        ]
        # The bill's address leads there where there is one; the tip was heard first.
        assert ids["b"] == ids["t4"] != ids["t1"]
        rows = w.rows(
            "SELECT household_id, source, dong_code FROM core_household "
            "WHERE kind = 'address_only'"
        )
        assert sorted(rows) == sorted(
            [(ids["t1"], "tip", "4413151000"), (ids["b"], "kepco", "4413151000")]
        )
        signs = w.rows("SELECT household_id, event_type FROM core_event ORDER BY ALL")
        assert sorted(signs) == sorted(
            [
                ("Hh1", "tip"),
                (ids["t1"], "tip"),
                (ids["b"], "tip"),
                (ids["b"], "kepco_arrears"),
                (ids["b"], "kepco_stop"),
            ]
        )


def test_earlier_rounds_follow_the_person_to_todays_household() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key
            1       | h1              | p1
            1       | h2              | p2
            2       | h2              | p1
            2       | h2              | p2
            """,
            history="""
            file_id | round   | person_key | selected_on | contacted_on
            5       | 2025-R5 | p1         | 2025-09-10  | 2025-09-20
            5       | 2025-R5 | gone       | 2025-09-10  |
            """,
        )
        assert_table(
            w,
            "core_event",
            """
            household_id | source  | event_type | subject | occurred_on | known_on
            Hh2          | history | listing    | p1      | 2025-09-10  | 2025-11-03
            Hh2          | history | contact    | p1      | 2025-09-20  | 2025-11-03
            """,
        )


def test_an_attempt_that_reached_nobody_is_no_contact() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key
            2       | h1              | p1
            """,
            history="""
            file_id | round   | person_key | selected_on | contacted_on | result_code
            5       | 2025-R4 | p1         | 2025-07-10  | 2025-07-20   | L2
            5       | 2025-R5 | p1         | 2025-09-10  | 2025-09-20   | R1
            """,
        )
        assert_table(
            w,
            "core_event",
            """
            event_type | occurred_on
            listing    | 2025-07-10
            listing    | 2025-09-10
            contact    | 2025-09-20
            """,
        )


def test_whoever_is_registered_there_without_a_unit_may_live_behind_the_door() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key | name   | road_address    | detail_address
            2       | h1              | p1         | 김영희 | 천안시 한들로 2 | 101호
            2       | h2              | p2         | 박민수 | 천안시 한들로 2 |
            """,
            kepco="""
            file_id | account_no | stopped_on | name   | road_address    | detail_address
            3       | a          | 2026-02-01 | 한가람 | 천안시 한들로 2 | 201호
            """,
        )
        assert_table(w, "core_link", "account_no | reason\na | NO_MATCH")
