"""Persona L: a dong was divided last month; the written address says who is where."""

from pipeline.dong import codes_for_review
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | known_on
    1       | kikcd_h  | 2026-02-05 | 2026-02-06
    2       | kikmix   | 2026-02-05 | 2026-02-06
    3       | resident | 2025-12-31 | 2026-01-05
"""
CODES = """
    file_id | dong_code  | sgg           | dong_name | created_on | abolished_on
    1       | 4413351000 | 천안시 서북구 | 성정동    | 2008-06-23 |
    1       | 4413357000 | 천안시 서북구 | 부성동    | 2008-06-23 | 2026-02-01
    1       | 4413358000 | 천안시 서북구 | 부성1동   | 2026-02-01 |
    1       | 4413359000 | 천안시 서북구 | 부성2동   | 2026-02-01 |
"""
# 두정동 lies in both, 업성동 and 차암동 in one each.
MAP = """
    file_id | dong_code  | sido     | dong_name | legal_code | legal_name | created_on
    2       | 4413358000 | 충청남도 | 부성1동   | 4413310900 | 업성동     | 2026-02-01
    2       | 4413358000 | 충청남도 | 부성1동   | 4413310200 | 두정동     | 2026-02-01
    2       | 4413359000 | 충청남도 | 부성2동   | 4413310200 | 두정동     | 2026-02-01
    2       | 4413359000 | 충청남도 | 부성2동   | 4413310800 | 차암동     | 2026-02-01
    2       | 4413351000 | 충청남도 | 성정동    | 4413310100 | 성정동     | 2026-02-01
"""
HEAD = "file_id | registry_no_key | person_key | dong_code | road_address"


def placed(people: str, expected: str, *, codes: str = CODES, map_: str = MAP) -> None:
    with Warehouse.in_memory() as w:
        rows = HEAD + people.replace("천안", "충청남도 천안시 서북구")
        core(w, "2026-03-01", FILES, kikcd_h=codes, kikmix=map_, resident=rows)
        assert_table(w, "core_household_dong", expected)
        assert_table(
            w,
            "SELECT d.* FROM core_household_dong AS d INNER JOIN core_household AS h "
            "ON d.household_id = h.household_id "
            "AND d.current_dong_code IS NOT DISTINCT FROM h.current_dong_code",
            expected,
        )


def test_the_legal_dong_of_the_address_names_the_heir() -> None:
    placed(
        """
        3 | h1 | p1 | 4413357000 | 천안 업성길 1 (업성동)
        3 | h2 | p2 | 4413357000 | 천안 차암동 12-3
        3 | h3 | p3 | 4413351000 | 천안 성정로 1 (성정동)
        """,
        """
        household_id | current_dong_code | how        | evidence
        Hh1          | 4413358000        | by_address | legal_dong
        Hh2          | 4413359000        | by_address | legal_dong
        Hh3          | 4413351000        | live       | register
        """,
    )


def test_who_is_registered_at_the_number_by_todays_code_names_the_heir() -> None:
    placed(
        """
        3 | h1 | p1 | 4413357000 | 천안 두정로 5 (두정동)
        3 | h2 | p2 | 4413359000 | 천안 두정로 5 (두정동)
        3 | h3 | p3 | 4413357000 | 천안 차암로 7 (차암동)
        3 | h4 | p4 | 4413359000 | 천안 차암로 7 (차암동)
        """,
        """
        household_id | current_dong_code | how        | evidence
        Hh1          | 4413359000        | by_address | neighbours
        Hh2          | 4413359000        | live       | register
        Hh3          | 4413359000        | by_address | legal_dong_and_neighbours
        Hh4          | 4413359000        | live       | register
        """,
    )


def test_a_legal_dong_in_both_heirs_and_no_neighbour_is_a_persons_to_decide() -> None:
    people = "\n3 | h1 | p1 | 4413357000 | 천안 두정로 5 (두정동)"
    placed(
        people,
        """
        household_id | current_dong_code | how    | evidence
        Hh1          |                   | review | none
        """,
    )
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", FILES, kikcd_h=CODES, kikmix=MAP, resident=HEAD + people)
        assert codes_for_review(w) == [
            {
                "dong_code": "4413357000",
                "dong_name": "부성동",
                "households": 1,
                "how": "review",
                "address": "none",
                "may_be": ["4413358000", "4413359000"],
            }
        ]


def test_evidence_that_contradicts_itself_goes_to_review() -> None:
    placed(
        """
        3 | h1 | p1 | 4413357000 | 천안 차암로 7 (차암동)
        3 | h2 | p2 | 4413358000 | 천안 차암로 7 (차암동)
        3 | h3 | p3 | 4413357000 | 천안 두정로 5 (두정동)
        3 | h4 | p4 | 4413358000 | 천안 두정로 5 (두정동)
        3 | h5 | p5 | 4413359000 | 천안 두정로 5 (두정동)
        3 | h6 | p6 | 4413357000 | 천안 업성길 1 (업성동)
        3 | h7 | p7 | 4413351000 | 천안 업성길 1 (업성동)
        """,
        """
        household_id | current_dong_code | how    | evidence
        Hh1          |                   | review | conflict
        Hh2          | 4413358000        | live   | register
        Hh3          |                   | review | conflict
        Hh4          | 4413358000        | live   | register
        Hh5          | 4413359000        | live   | register
        Hh6          |                   | review | conflict
        Hh7          | 4413351000        | live   | register
        """,
    )


def test_without_the_map_of_legal_dongs_only_neighbours_speak() -> None:
    placed(
        "\n3 | h1 | p1 | 4413357000 | 천안 업성길 1 (업성동)",
        "household_id | current_dong_code | how | evidence\nHh1 | | review | none",
        map_="file_id",
    )


def test_before_the_day_the_old_code_is_where_they_live() -> None:
    with Warehouse.in_memory() as w:
        files = FILES.replace("2026-02-05 | 2026-02-06", "2026-01-05 | 2026-01-06")
        people = HEAD + "\n3 | h1 | p1 | 4413357000 | 천안 업성길 1 (업성동)"
        core(w, "2026-01-31", files, kikcd_h=CODES, kikmix=MAP, resident=people)
        assert_table(
            w,
            "core_household",
            "household_id | current_dong_code\nHh1 | 4413357000",
        )
