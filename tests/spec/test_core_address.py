"""How far an address leads a visitor, and where the door's number could be taken from."""

import pytest

from pipeline.borrowed_unit import unit_ko
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2025-12-31 | 2026-01-05
    2       | gas      | 2026-02-15 | 2026-02-18
    3       | kepco    | 2026-02-15 | 2026-02-18
"""
HEAD = "file_id | registry_no_key | person_key | name | road_address | detail_address | is_protected"
GAS = "file_id | account_no | name | road_address"


def graded(people: str, expected: str, gas: str = "", kepco: str = "file_id") -> None:
    with Warehouse.in_memory() as w:
        rows = HEAD + people.replace("천안", "충청남도 천안시 서북구")
        core(w, "2026-03-01", FILES, resident=rows, gas=GAS + gas, kepco=kepco)
        assert_table(
            w,
            "SELECT *, nullif(array_to_string(lacks, ' '), '') AS missing "
            "FROM core_address",
            expected,
        )


def test_an_address_is_graded_by_what_it_lacks() -> None:
    graded(
        """
        1 | h1 | p1 | 김하나 | 천안 한들로 2 (쌍용동)               | 301호      | false
        1 | h2 | p2 | 이두리 | 천안 한들로 2 (쌍용동)               |            | false
        1 | h3 | p3 | 박세찬 | 천안 외딴길 9 (성정동)               |            | false
        1 | h4 | p4 | 최네모 | 천안 쌍용동                          |            | false
        1 | h5 | p5 | 정다섯 | 천안 쌍용대로 5 (쌍용동, 한빛아파트) | 101동 502호 | false
        1 | h6 | p6 | 한여섯 | 천안 쌍용대로 5 (쌍용동, 한빛아파트) | 502호      | false
        1 | h7 | p7 | 오일곱 | 천안 쌍용동 12-3                     |            | false
        """,
        """
        household_id | grade | missing     | is_multi_unit
        Hh1          | 3     |             | true
        Hh2          | 1     | unit        | true
        Hh3          | 3     |             | false
        Hh4          | 0     | road number | false
        Hh5          | 3     |             | true
        Hh6          | 1     | building    | true
        Hh7          | 3     |             | false
        """,
    )


ONE_ROOMS = """
        1 | h1 | p1 | 김하나 | 천안 한들로 2 (쌍용동, 푸른원룸) |  | false
        1 | h2 | p2 | 이두리 | 천안 한들로 2 (쌍용동, 푸른원룸) |  | true
        1 | h3 | p3 | 박세찬 | 천안 한들로 2 (쌍용동, 푸른원룸) |  | false
        1 | h4 | p4 | 최네모 | 천안 한들로 2 (쌍용동, 푸른원룸) |  | false
"""


def test_persona_c_the_gas_contract_knows_the_door_that_the_register_lacks() -> None:
    graded(
        ONE_ROOMS,
        """
        household_id | grade | missing | unit_from_source | unit_from_file_id | unit_from_row_no
        Hh1          | 2     | unit    | gas              | 2                 | 1
        Hh2          | 1     | unit    |                  |                   |
        Hh3          | 1     | unit    |                  |                   |
        Hh4          | 1     | unit    |                  |                   |
        """,
        # Nobody lends to a protected address; two doors tell none; a contract at
        # another house is no door of this one.
        gas="""
        2 | 000000000001 | 김하나 | 충청남도 천안시 서북구 한들로 2, 302호 (쌍용동)
        2 | 000000000002 | 이두리 | 충청남도 천안시 서북구 한들로 2, 303호 (쌍용동)
        2 | 000000000003 | 박세찬 | 충청남도 천안시 서북구 한들로 2, 304호 (쌍용동)
        2 | 000000000004 | 박세찬 | 충청남도 천안시 서북구 한들로 2, 305호 (쌍용동)
        2 | 000000000005 | 최네모 | 충청남도 천안시 서북구 한들로 8, 306호 (쌍용동)
        """,
    )


def test_the_warehouse_keeps_no_door_number() -> None:
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", FILES)
        columns = {name for name, *_ in w.rows("DESCRIBE core_address")}
    assert columns == {
        "household_id",
        "grade",
        "lacks",
        "is_multi_unit",
        "unit_from_source",
        "unit_from_file_id",
        "unit_from_row_no",
    }


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("302", "302호"),
        ("101-1203", "101동 1203호"),
        ("가-202", "가동 202호"),
        ("지하1", "지하 1호"),
        ("가-지하1", "가동 지하 1호"),
        ("2층", "2층"),
        ("옥탑", "옥탑"),
    ],
)
def test_a_door_is_told_as_a_visitor_reads_it(key: str, words: str) -> None:
    assert unit_ko(key) == words
