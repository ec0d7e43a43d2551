"""The report's map and trends: what is told, what is not, and what it looks like."""

import datetime as dt
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from pipeline.loop_figures import RoundFigures
from pipeline.report_map import STEPS, Tile, key, step_of, tile_map
from pipeline.report_trends import trends_section

DAY = dt.date(2026, 3, 1)
ROUND = RoundFigures(
    "2026-R2", DAY, 100, 60, 20, 10, 10, 90, 40, 30, 90, 2, 12, 0.1
)  # fmt: skip


def rounds(*changed: dict[str, int]) -> list[RoundFigures]:
    """A round before, and one for each change."""
    first = replace(ROUND, round="2026-R1")
    named = [{"round": f"2026-R{n}", **one} for n, one in enumerate(changed, 2)]
    return [first, *(replace(ROUND, **one) for one in named)]  # type: ignore[arg-type]


def dots(html: str) -> list[int]:
    """How many points each of the six pictures has."""
    pictures = html.split('class="title"')[1:]
    return [len(re.findall("<circle", one)) for one in pictures]


def test_two_rounds_make_a_trend_and_one_does_not() -> None:
    assert trends_section(rounds()) == ""
    html = trends_section(rounds({}))
    assert dots(html) == [2] * 6
    svg = html[html.index("<svg") : html.index("</svg>") + 6]
    ElementTree.fromstring(svg)
    assert "60%" in html


@pytest.mark.parametrize(
    ("few", "left"),
    [
        ({"supported": 3}, [2, 2, 1, 2, 2, 2]),
        ({"repeated": 97}, [2, 2, 2, 2, 1, 2]),
        # Met and in locate together would tell that four are neither.
        ({"met": 76, "carried": 4, "routed": 0}, [2, 2, 2, 1, 2, 2]),
        ({"met": 3, "carried": 67}, [2, 1, 2, 2, 2, 1]),
    ],
)
def test_what_would_tell_of_a_few_is_a_gap(
    few: dict[str, int], left: list[int]
) -> None:
    assert dots(trends_section(rounds(few))) == left


def test_a_round_that_is_not_back_yet_is_hollow() -> None:
    html = trends_section(rounds({"returned": 79}))
    assert html.count('<circle class="hollow"') == 5
    assert "hollow" not in trends_section(rounds({"returned": 80}))


def test_a_tile_is_coloured_against_the_city() -> None:
    assert [step_of(edge * 8, 8) for edge in (0, *STEPS)] == [0, 1, 2, 3, 4]
    tiles = [Tile("가<동>", 3, 8.0), Tile("나동", 0, None), Tile("다동", 9, 80.0)]
    drawn = tile_map(tiles, 8.0, "부담")
    boxes = [one.get("class") for one in ElementTree.fromstring(drawn).iter("rect")]
    assert boxes == ["t-2", "t-none", "t-4"]
    assert "1건에 80.0세대" in drawn
    assert "팀 없음" in drawn
    assert len(re.findall("sign t-", key())) == len(STEPS) + 1
