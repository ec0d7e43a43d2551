"""The report on the loop: places, routes and the round before, without small counts."""

import re
from xml.etree import ElementTree

import pytest

from data_contracts.outputs import ROUTE_KO
from pipeline.report_loop import (
    DISPOSITION_KO,
    LoopFigures,
    UnitPlaces,
    loop_figures,
    loop_sections,
)
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import BULDANG, MOKCHEON, ROUND, SINBANG
from tests.lib.sheet_tables import draw_round
from tests.lib.tables import load

LISTING = "household_id | round | disposition"


def a_round() -> Warehouse:
    warehouse = draw_round(
        core_team=f"""
        dong_code  | hub_code
        {SINBANG}  | HUB1
        {BULDANG}  | HUB1
        {MOKCHEON} |
        """,
        core_dong=f"""
        dong_code  | dong_name
        {SINBANG}  | 신방동
        {BULDANG}  | <불당>동
        {MOKCHEON} | 목천읍
        """,
        out_unit=f"""
        round   | unit       | slots | must_listed | locate_listed | rank_listed | sample_listed | below_line | must_to_city | carried
        {ROUND} | {MOKCHEON} | 8     | 2           | 1             | 5           | 0             | 3          | 0            | 0
        {ROUND} | HUB1       | 16    | 11          | 2             | 2           | 1             | 24         | 7            | 5
        2026-R2 | HUB1       | 99    | 99          | 99            | 99          | 99            | 99         | 99           | 99
        """,
        out_referral="household_id | route\n"
        + "".join(f"t{n} | team\n" for n in range(6))
        + "c | city_team\nm | case_manager",
    )
    told = {"met": 6, "locate": 5, "carried": 8, "routed": 5}
    rows = [f"h | 2026-R2 | {name}" for name, n in told.items() for _ in range(n)]
    more = ["h | 2026-R1 | met", f"h | {ROUND} | met", "h | 2026-R4 | met"]
    load(warehouse, "core_listing", "\n".join([LISTING, *rows, *more]))
    return warehouse


def words(figures: LoopFigures | None) -> str:
    text = re.sub(r"<[^>]+>", " ", loop_sections(figures))
    return re.sub(r"\s+", " ", text)


def test_the_figures_are_those_of_the_round_and_of_the_one_before() -> None:
    with a_round() as warehouse:
        figures = loop_figures(warehouse, ROUND)
    assert figures == LoopFigures(
        units=[
            UnitPlaces("신방동, <불당>동", 16, 11, 2, 2, 1, 24, 7, 5),
            UnitPlaces("목천읍", 8, 2, 1, 5, 0, 3, 0, 0),
        ],
        routes={"team": 6, "case_manager": 1, "city_team": 1},
        former_round="2026-R2",
        dispositions={"met": 6, "locate": 5, "carried": 8, "routed": 5},
    )


def test_the_page_tells_them_in_korean() -> None:
    with a_round() as warehouse:
        told = words(loop_figures(warehouse, ROUND))
    for part in (
        "목천읍 8 2 1 5 0 5 미만 0 0",
        "16 11 2 2 1 24 7 5",
        # A total of what is hidden for one unit would tell it.
        "합계 24 13 3 7 1 – 7 5",
        "맞춤형복지팀 6",
        "사례관리 담당자 5 미만",
        "이전 회차(2026-R2)는 어떻게 되었는가",
        "만남 6 25.0%",
        "회신 없음(다음 회차로) 8 33.3%",
        "선정 24",
    ):
        assert part in told, (part, told)


def test_a_few_are_not_told_by_the_others_either() -> None:
    with a_round() as warehouse:
        warehouse.execute(
            "DELETE FROM core_listing WHERE disposition = 'routed' "
            "AND rowid % 5 <> 0 AND round = '2026-R2'"
        )
        told = words(loop_figures(warehouse, ROUND))
    assert "다른 곳에서 맡음 5 미만 –" in told
    assert "만남 6 –" in told
    assert "선정 2" not in told


def test_it_is_well_formed_and_escaped() -> None:
    with a_round() as warehouse:
        page = loop_sections(loop_figures(warehouse, ROUND))
    ElementTree.fromstring(f"<div>{page}</div>")
    assert "&lt;불당&gt;동" in page


@pytest.mark.parametrize("gone", ["out_unit", "core_listing"])
def test_what_was_not_kept_is_left_out(gone: str) -> None:
    with a_round() as warehouse:
        warehouse.execute(f"DROP TABLE {gone}")
        told = words(loop_figures(warehouse, ROUND))
    assert "이전 회차" not in told
    assert ("자리의 쓰임" in told) is (gone != "out_unit")


def test_a_first_round_has_no_round_before() -> None:
    with a_round() as warehouse:
        warehouse.execute(f"DELETE FROM core_listing WHERE round < '{ROUND}'")
        figures = loop_figures(warehouse, ROUND)
    assert figures is not None
    assert figures.former_round is None
    assert "이전 회차" not in words(figures)


def test_every_route_and_disposition_has_its_words() -> None:
    assert set(DISPOSITION_KO) == {"met", "locate", "carried", "routed"}
    assert set(ROUTE_KO) >= {"team", "case_manager", "city_team", "institution"}
