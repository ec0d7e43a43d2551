"""Bars as inline SVG, written by hand.

Two kinds of bars need no plotting library: importing one would cost a second per round
and its SVG would need seeds and font settings to come out the same twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 860
_LABEL_WIDTH: Final = 190
_VALUE_WIDTH: Final = 130
_ROW_HEIGHT: Final = 26
_BAR_HEIGHT: Final = 14


@dataclass(frozen=True)
class CapacityBar:
    """A unit's list against its places."""

    label: str
    listed: int
    places: int
    shown: str


@dataclass(frozen=True)
class Column:
    """One column of a histogram; `marked` of its `count` are on a list."""

    label: str
    count: int
    marked: int


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def svg(height: float, title: str, body: Sequence[str]) -> str:
    """A drawing as wide as the page."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {_number(height)}" role="img" '
        f'aria-label="{escape(title)}">{"".join(body)}</svg>'
    )


def rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A box; its colour is its class's."""
    return (
        f'<rect class="{kind}" x="{_number(x)}" y="{_number(y)}" '
        f'width="{_number(width)}" height="{_number(height)}" rx="2"/>'
    )


def text(x: float, y: float, words: str, kind: str) -> str:
    """Words, escaped."""
    return (
        f'<text class="{kind}" x="{_number(x)}" y="{_number(y)}">{escape(words)}</text>'
    )


def capacity_chart(bars: Sequence[CapacityBar], title: str) -> str:
    """One row per unit: a pale bar for its places, a full one for its list."""
    most = max((max(bar.places, bar.listed) for bar in bars), default=0) or 1
    scale = (WIDTH - _LABEL_WIDTH - _VALUE_WIDTH) / most
    body = []
    for at, bar in enumerate(bars):
        top = at * _ROW_HEIGHT + (_ROW_HEIGHT - _BAR_HEIGHT) / 2
        baseline = top + _BAR_HEIGHT - 2.5
        body += [
            text(_LABEL_WIDTH - 10, baseline, bar.label, "end"),
            rect(_LABEL_WIDTH, top, bar.places * scale, _BAR_HEIGHT, "pale"),
            rect(_LABEL_WIDTH, top + 3, bar.listed * scale, _BAR_HEIGHT - 6, "full"),
            text(WIDTH - _VALUE_WIDTH + 10, baseline, bar.shown, "figure"),
        ]
    return svg(len(bars) * _ROW_HEIGHT, title, body)


def histogram(columns: Sequence[Column], title: str) -> str:
    """A column per bin; the part that is on a list stands full at its foot."""
    height, foot, head = 190.0, 24.0, 18.0
    most = max((column.count for column in columns), default=0) or 1
    step = WIDTH / max(len(columns), 1)
    bar_width = min(step - 3, 60.0)
    scale = (height - foot - head) / most
    ground = height - foot
    every = max(1, len(columns) // 10)
    body = [f'<line class="axis" x1="0" x2="{WIDTH}" y1="{ground}" y2="{ground}"/>']
    for at, column in enumerate(columns):
        left = at * step + (step - bar_width) / 2
        middle = at * step + step / 2
        top = ground - column.count * scale
        body.append(rect(left, top, bar_width, column.count * scale, "pale"))
        listed = column.marked * scale
        body.append(rect(left, ground - listed, bar_width, listed, "full"))
        if column.count:
            body.append(text(middle, top - 5, f"{column.count:,}", "tick"))
        if at % every == 0:
            body.append(text(middle, ground + 16, column.label, "tick"))
    return svg(height, title, body)
