"""Dong codes over time: live, renamed with their province, split, unknown."""

import datetime as dt
from pathlib import Path

from pipeline.dong import codes_for_review
from pipeline.settings import Config, Office
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core, ingested
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | known_on
    1       | kikcd_h  | 2023-01-01 | 2023-01-05
    2       | kikcd_h  | 2024-08-01 | 2024-08-05
    3       | resident | 2024-06-30 | 2024-07-05
    4       | team     | 2024-01-31 | 2024-02-01
    5       | team     | 2024-07-31 | 2024-08-01
"""
CODES = """
    file_id | dong_code  | sido           | sgg           | dong_name | created_on | abolished_on
    1       | 4413160000 | 충청남도       | 천안시 서북구 | 부성동    | 2008-06-23 |
    2       | 4413160000 | 충청남도       | 천안시 서북구 | 부성동    | 2008-06-23 | 2024-03-01
    2       | 4413160500 | 충청남도       | 천안시 서북구 | 부성1동   | 2024-03-01 |
    2       | 4413160600 | 충청남도       | 천안시 서북구 | 부성2동   | 2024-03-01 |
    1       | 4413151000 | 충청남도       | 천안시 서북구 | 쌍용동    | 2008-06-23 |
    2       | 4211051000 | 강원도         | 춘천시        | 교동      | 1995-01-01 | 2023-06-11
    2       | 5111051000 | 강원특별자치도 | 춘천시        | 교동      | 2023-06-11 |
    2       | 2611051000 | 부산광역시     | 중구          | 중앙동    | 1988-04-23 | 2022-01-01
    2       | 2611052000 | 부산광역시     | 중구          | 보수동    | 1988-04-23 |
    2       | 2711051000 | 대구광역시     | 중구          | 중앙동    | 2022-06-01 |
    2       | 4477011000 | 충청남도       | 서천군        | 장항읍    | 1988-04-23 | 2001-01-29
    2       | 4477025000 | 충청남도       | 서천군        | 장항읍    | 1988-04-23 |
    2       | 2911051000 | 광주광역시     | 동구          | 충장동    | 1988-04-23 | 2010-01-01
    2       | 3011051000 | 대전광역시     | 동구          | 충장동    | 1989-01-01 |
    2       | 4413100000 | 충청남도       | 천안시 서북구 |           | 2008-06-23 |
"""
PEOPLE = """
    file_id | registry_no_key | person_key | dong_code
    3       | h1              | p1         | 4413160000
    3       | h2              | p2         | 4413151000
    3       | h3              | p3         | 9999999999
    3       | h4              | p4         | 4211051000
"""


def test_an_abolished_dong_goes_to_a_plain_successor_or_nowhere() -> None:
    with Warehouse.in_memory() as w:
        core(w, "2024-09-01", FILES, kikcd_h=CODES, resident=PEOPLE)
        assert_table(
            w,
            "core_dong_current",
            """
            dong_code  | current_dong_code | how
            4413160000 |                   | review
            4413160500 | 4413160500        | live
            4413160600 | 4413160600        | live
            4413151000 | 4413151000        | live
            4211051000 | 5111051000        | recoded
            5111051000 | 5111051000        | live
            2611051000 |                   | review
            2611052000 | 2611052000        | live
            2711051000 | 2711051000        | live
            2911051000 |                   | review
            3011051000 | 3011051000        | live
            4477011000 | 4477025000        | recoded
            4477025000 | 4477025000        | live
            9999999999 |                   | unknown
            """,
        )
        assert [row["dong_code"] for row in codes_for_review(w)] == [
            "4413160000",
            "9999999999",
        ]


def test_a_code_is_live_until_its_end_and_known_only_when_told() -> None:
    with Warehouse.in_memory() as w:
        # On 2024-08-05 the split of March was not yet known here.
        core(w, "2024-08-05", FILES, kikcd_h=CODES)
        assert_table(
            w,
            "SELECT * FROM core_dong WHERE dong_name LIKE '부성%'",
            "dong_code | abolished_on | is_live\n4413160000 | | true",
        )


def test_an_end_named_in_advance_takes_effect_on_its_day() -> None:
    files = (
        "file_id | source | ref_date | known_on\n2 | kikcd_h | 2024-01-01 | 2024-01-02"
    )
    only = "SELECT * FROM core_dong WHERE dong_name LIKE '부성%'"
    with Warehouse.in_memory() as w:
        core(w, "2024-02-29", files, kikcd_h=CODES)
        assert_table(w, only, "dong_code | is_live\n4413160000 | true")
        core(w, "2024-03-01", files, kikcd_h=CODES)
        assert_table(
            w,
            only,
            """
            dong_code  | is_live
            4413160000 | false
            4413160500 | true
            4413160600 | true
            """,
        )


def test_a_later_register_without_a_code_abolishes_nothing() -> None:
    files = FILES + "\n6 | kikcd_h | 2024-08-20 | 2024-08-21"
    with Warehouse.in_memory() as w:
        core(w, "2024-09-01", files, kikcd_h=CODES)
        assert_table(
            w,
            "SELECT * FROM core_dong WHERE dong_code = '4413151000'",
            "dong_code | is_live\n4413151000 | true",
        )


def test_an_older_register_that_arrives_late_revives_no_code() -> None:
    late = FILES.replace("2023-01-01 | 2023-01-05", "2023-01-01 | 2024-08-20")
    with Warehouse.in_memory() as w:
        core(w, "2024-09-01", late, kikcd_h=CODES)
        assert_table(
            w,
            "SELECT * FROM core_dong WHERE dong_code = '4413160000'",
            "dong_code | is_live\n4413160000 | false",
        )


def test_an_office_sees_the_dongs_of_its_prefixes() -> None:
    config = Config.model_validate(
        {"office": {"name": "천안시", "dong_prefixes": ["4413"]}}
    )
    with Warehouse.in_memory() as w:
        ingested(w, FILES, kikcd_h=CODES)
        build_core(w, dt.date(2024, 9, 1), Office(root=Path(), config=config))
        found = w.rows("SELECT DISTINCT substr(dong_code, 1, 4) FROM core_dong")
        assert found == [("4413",)]


def test_the_team_of_a_dong_is_that_of_the_latest_roster_on_the_day() -> None:
    teams = """
        file_id | dong_code | team_name | starts_on  | ends_on
        4       | d1        | 옛팀      | 2023-01-01 |
        4       | d9        | 없어진팀  | 2023-01-01 |
        5       | d1        | 옛팀      | 2023-01-01 | 2024-08-31
        5       | d1        | 새팀      | 2024-09-01 |
        5       | d2        | 나중팀    | 2024-10-01 |
    """
    with Warehouse.in_memory() as w:
        core(w, "2024-08-31", FILES, team=teams)
        assert_table(w, "core_team", "dong_code | team_name\nd1 | 옛팀")
        core(w, "2024-09-01", FILES, team=teams)
        assert_table(w, "core_team", "dong_code | team_name\nd1 | 새팀")
