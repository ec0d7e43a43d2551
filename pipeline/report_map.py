"""The town at a glance: a tile per dong, coloured by how many wait for each place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.report_charts import WIDTH, rect, svg, text

# From here on a tile is of the next colour: against the city's households per place.
STEPS: Final = (0.75, 0.9, 1.1, 1.33)
_WORDS: Final = ("시 평균의 75% 미만", "75–90%", "비슷함", "110–133%", "133% 이상")
_HEIGHT, _GAP = 62.0, 6.0
_MOST_COLUMNS: Final = 8
# From here on words on a tile are white.
_DARK: Final = 3


@dataclass(frozen=True)
class Tile:
    """A dong: how many of it are on a list, and how many wait for a place of its unit.

    `waiting` is of the unit, so that it tells nothing of a dong with few households;
    None where nobody works.
    """

    dong_name: str
    listed: int
    waiting: float | None


def tile_map(tiles: Sequence[Tile], city: float, title: str) -> str:
    """The dongs in the order of their codes, neighbours mostly beside each other.

    `city` is how many wait for a place in all of it.
    """
    columns = min(_MOST_COLUMNS, max(1, math.ceil(math.sqrt(len(tiles) * 1.6))))
    width = (WIDTH - _GAP * (columns - 1)) / columns
    body = []
    for at, tile in enumerate(tiles):
        left = (at % columns) * (width + _GAP)
        top = (at // columns) * (_HEIGHT + _GAP)
        step = None if tile.waiting is None else step_of(tile.waiting, city)
        kind = "t-none" if step is None else f"t-{step}"
        ink = "light" if step is not None and step >= _DARK else "dark"
        told = "팀 없음" if tile.waiting is None else f"1건에 {tile.waiting:.1f}세대"
        middle = left + width / 2
        body += [
            rect(left, top, width, _HEIGHT, kind),
            text(middle, top + 22, tile.dong_name, f"tile {ink}"),
            text(middle, top + 40, f"목록 {tile.listed:,}", f"tile-n {ink}"),
            text(middle, top + 54, told, f"tile-n {ink}"),
        ]
    rows = math.ceil(len(tiles) / columns)
    return svg(max(rows * (_HEIGHT + _GAP) - _GAP, 1), title, body)


def step_of(waiting: float, city: float) -> int:
    """Which colour, from 0 (pale) to 4."""
    return sum(waiting >= edge * city for edge in STEPS)


def key() -> str:
    """What the colours mean, as HTML."""
    signs = (
        f'<span class="item"><span class="sign t-{at}">&#160;</span> {words}</span>'
        for at, words in enumerate(_WORDS)
    )
    return " ".join(signs)
