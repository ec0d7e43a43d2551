"""A small town for linkage: its files and people, and one comparison of links."""

from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2025-12-31 | 2026-01-05
    2       | kepco    | 2025-11-30 | 2025-12-04
    3       | kepco    | 2026-02-15 | 2026-02-18
    4       | gas      | 2026-02-15 | 2026-02-18
    5       | water    | 2026-01-31 | 2026-02-05
    6       | nhis     | 2026-01-31 | 2026-02-05
    7       | nhis     | 2025-12-31 | 2026-01-05
"""
PEOPLE = """
    file_id | registry_no_key | person_key | relation | name     | birth_date | phone       | moved_in_on | road_address                     | detail_address
    1       | h1              | p1         | head     | 김영희   | 1980-01-02 | 01011112222 | 2015-01-01  | 충청남도 천안시 서북구 한들로 2 (쌍용동) | 3층 301호
    1       | h1              | p2         | spouse   | 이철수   | 1979-05-06 | 01033334444 | 2015-01-01  | 충청남도 천안시 서북구 한들로 2 (쌍용동) | 3층 301호
    1       | h2              | p3         | head     | 박민수   | 1990-03-04 | 01055556666 | 2015-01-01  | 충청남도 천안시 서북구 한들로 2 (쌍용동) | 302호
    1       | h3              | p4         | head     | 김영희   | 1955-07-08 | 01077778888 | 2026-01-01  | 충청남도 천안시 서북구 한들로 9 (성정동) |
    1       | h4              | p5         | head     | 최수진   | 1970-09-10 |             | 2015-01-01  | 충청남도 천안시 동남구 목천읍 서리1길 5 |
"""
LINKS = "SELECT * FROM core_link WHERE source = '{}'"


def links(source: str, rows: str, expected: str, people: str = PEOPLE) -> None:
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", FILES, resident=people, **{source: rows})
        assert_table(w, LINKS.format(source), expected)
