"""Whose account it is: the exact cascade, its reasons, and when it stays silent."""

from pipeline.linkage import MatchReason
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.linkage import FILES, PEOPLE, links
from tests.lib.tables import assert_table


def test_electricity_by_name_birth_address_and_unit_then_by_less() -> None:
    links(
        "kepco",
        """
        file_id | account_no | name     | birth_date | road_address             | detail_address
        3       | whole      | 김 영희  | 1980-01-02 | 충남 천안시 한들로 2     | 301호
        3       | spouse     | 이철수   | 1979-05-06 | 천안시 서북구 한들로 2   | 3-301
        3       | other_unit | 김영희   | 1980-01-02 | 천안시 한들로 2          | 401호
        3       | no_birth   | 박민수   |            | 천안시 한들로 2          | 302호
        3       | no_unit    | 박민수   | 1990-03-05 | 천안시 한들로 2          |
        3       | elsewhere  | 최수진   | 1970-09-10 | 천안시 없는로 77         | 101호
        3       | stranger   | 한가람   | 1970-09-10 | 천안시 없는로 77         | 102호
        """,
        """
        account_no | household_id | person_key | reason
        whole      | Hh1          | p1         | NAME_BIRTH_ADDRESS_UNIT
        spouse     | Hh1          | p2         | NAME_BIRTH_ADDRESS_UNIT
        other_unit | Hh1          | p1         | NAME_BIRTH_ADDRESS
        no_birth   | Hh2          | p3         | NAME_ADDRESS_UNIT
        no_unit    | Hh2          | p3         | NAME_ADDRESS
        elsewhere  | Hh4          | p5         | NAME_BIRTH
        stranger   |              |            | NO_MATCH
        """,
    )


def test_another_name_on_the_bill_of_those_who_have_long_lived_there() -> None:
    """The register of 12-31 shows them there since 2015: it is a landlord's name."""
    links(
        "kepco",
        """
        file_id | account_no | name   | birth_date | road_address    | detail_address
        2       | landlord   | 한가람 | 1960-01-01 | 천안시 한들로 2 | 302호
        2       | neighbour  | 최수진 | 1970-09-10 | 천안시 한들로 2 | 301호
        3       | since      | 한가람 | 1960-01-01 | 천안시 한들로 2 | 302호
        3       | newer      | 최수진 | 1970-09-10 | 천안시 한들로 2 | 302호
        """,
        """
        account_no | household_id | reason
        landlord   | Hh2          | ADDRESS_UNIT_ONLY
        neighbour  | Hh1          | ADDRESS_UNIT_ONLY
        since      |              | AMBIGUOUS
        newer      |              | AMBIGUOUS
        """,
    )


def test_who_has_moved_keeps_the_debt_of_the_former_home() -> None:
    """p4 left 302호, p3 came after: the old account is still p4's."""
    people = PEOPLE.replace("01055556666 | 2015-01-01", "01055556666 | 2025-12-20")
    links(
        "kepco",
        """
        file_id | account_no | name   | birth_date | road_address    | detail_address
        2       | former     | 김영희 | 1955-07-08 | 천안시 한들로 2 | 302호
        """,
        "account_no | household_id | reason\nformer | Hh3 | NAME_BIRTH",
        people,
    )


def test_gas_by_name_and_phone_or_name_and_address() -> None:
    links(
        "gas",
        """
        file_id | account_no | name   | phone         | road_address
        4       | address    | 김영희 |               | 천안시 한들로 2, 301호 (쌍용동)
        4       | phone      | 최수진 |               | 천안시 없는로 77
        4       | phone2     | 이철수 | 010-3333-4444 | 천안시 없는로 77
        4       | two_names  | 김영희 |               | 천안시 없는로 77
        """,
        """
        account_no | household_id | reason
        address    | Hh1          | NAME_ADDRESS_UNIT
        phone      |              | NO_MATCH
        phone2     | Hh1          | NAME_PHONE
        two_names  |              | NO_MATCH
        """,
    )


def test_a_door_with_two_households_behind_it_tells_nothing_by_itself() -> None:
    """세대분리: one has long been there, the other came last month."""
    other = "1 | h5 | p6 | head | 정하나 | 1960-01-01 | | 2025-12-20 | 천안시 한들로 2 (쌍용동) | 302호"
    links(
        "kepco",
        """
        file_id | account_no | name   | birth_date | road_address    | detail_address
        2       | landlord   | 한가람 | 1960-01-01 | 천안시 한들로 2 | 302호
        """,
        "account_no | household_id | reason\nlandlord | | AMBIGUOUS",
        PEOPLE + other,
    )


def test_two_households_that_fit_equally_stay_open() -> None:
    people = PEOPLE.replace("박민수  ", "김영희  ")
    links(
        "kepco",
        """
        file_id | account_no | name   | birth_date | road_address    | detail_address
        3       | either     | 김영희 |            | 천안시 한들로 2 |
        3       | clear      | 김영희 | 1990-03-04 | 천안시 한들로 2 |
        """,
        """
        account_no | household_id | reason
        either     |              | AMBIGUOUS
        clear      | Hh2          | NAME_BIRTH_ADDRESS
        """,
        people,
    )


def test_the_latest_file_says_who_holds_an_account() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident=PEOPLE,
            kepco="""
            file_id | account_no | name   | birth_date | road_address    | detail_address
            2       | a          | 김영희 | 1980-01-02 | 천안시 한들로 2 | 302호
            3       | a          | 박민수 | 1990-03-04 | 천안시 한들로 2 | 302호
            """,
        )
        assert_table(
            w,
            "core_link",
            "account_no | household_id | holder_since\na | Hh2 | 2026-02-15",
        )


def test_every_reason_in_sql_is_a_known_reason_and_the_other_way_round() -> None:
    import re
    from importlib import resources

    folder = resources.files("pipeline") / "sql"
    text = "".join(
        file.read_text(encoding="utf-8")
        for part in ("linkage", "core")
        for file in (folder / part).iterdir()
        if file.name in {"_match_candidate.sql", "_decided.sql", "core_link.sql"}
    )
    alone = "AMBIGUOUS|PROBABLE|CLERICAL"
    written = set(re.findall(rf"'([A-Z]+(?:_[A-Z]+)+|{alone})'", text))
    assert written == {reason.value for reason in MatchReason}


def test_no_name_or_address_leaves_temp_tables_and_vault() -> None:
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", FILES, resident=PEOPLE)
        kept = w.rows(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE database_name = 'warehouse' AND (column_name IN "
            "('name', 'phone', 'birth_date', 'address', 'detail', 'road_key', 'lot_key') "
            "OR column_name LIKE '%address' OR column_name LIKE '%_key')"
        )
        keyed = {
            "person_key",
            "head_person_key",
            "registry_no_key",
            "account_key",
            "head_key",
            "owner_key",
            "previous_person_key",
            "member_key",
        }
        assert {c for t, c in kept if not t.startswith("_")} <= keyed
