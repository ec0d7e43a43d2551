"""Who probably does not live where they are registered."""

from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2025-12-31 | 2026-01-05
    2       | gas      | 2026-02-15 | 2026-02-18
    3       | history  | 2026-01-31 | 2026-02-03
"""


def test_signs_newer_than_moving_in_and_than_the_last_meeting_count() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="""
            file_id | registry_no_key | person_key | name   | phone       | road_address    | is_residence_unknown | is_protected | moved_in_on
            1       | away            | p1         | 김영희 | 01011112222 | 천안시 한들로 1 | false                | false        | 2015-01-01
            1       | here            | p2         | 박민수 | 01033334444 | 천안시 한들로 2 | false                | false        | 2015-01-01
            1       | unknown         | p3         | 최수진 |             | 천안시 한들로 3 | true                 | false        | 2015-01-01
            1       | gone            | p4         | 이철수 |             | 천안시 한들로 4 | false                | false        | 2015-01-01
            1       | met             | p5         | 한가람 |             | 천안시 한들로 5 | false                | false        | 2015-01-01
            1       | newcomer        | p6         | 정하늘 |             | 천안시 한들로 6 | false                | false        | 2026-01-20
            1       | hidden          | p7         | 조은별 | 01055556666 | 천안시 한들로 7 | false                | true         | 2015-01-01
            """,
            gas="""
            file_id | account_no | name   | phone       | road_address
            2       | a          | 김영희 | 01011112222 | 천안시 새터로 9
            2       | b          | 박민수 | 01033334444 | 천안시 한들로 2
            2       | c          | 조은별 | 01055556666 | 천안시 새터로 8
            """,
            history="""
            file_id | round   | person_key | selected_on | contacted_on | result_code
            3       | 2025-R4 | p4         | 2025-07-01  | 2025-07-10   | L4
            3       | 2025-R4 | p5         | 2025-07-01  | 2025-07-10   | L4
            3       | 2025-R5 | p5         | 2025-09-01  | 2025-09-10   | N5
            3       | 2025-R5 | p6         | 2025-09-01  | 2025-09-10   | L3
            3       | 2025-R5 | p2         | 2025-09-01  | 2025-09-10   | L2
            """,
        )
        assert_table(
            w,
            "core_address_doubt",
            """
            household_id | signs               | score | newer_address_source | newer_file_id | newer_row_no
            Haway        | [ACCOUNT_ELSEWHERE] | 3     | gas                  | 2             | 1
            Hgone        | [MOVED]             | 3     |                      |               |
            Hhidden      | [ACCOUNT_ELSEWHERE] | 3     |                      |               |
            Hunknown     | [RESIDENCE_UNKNOWN] | 3     |                      |               |
            """,
        )
