"""Two maps of coverage as inline SVG: sources by dong, and sources by month.

Every state has a sign beside its colour: a page printed grey still tells them apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.report_charts import WIDTH, rect, svg, text

# kind of cell → (class of its colour, sign)
SIGNS: Final = {
    "seen": ("h-seen", "●"),
    "few": ("h-few", "○"),
    "high": ("h-high", "▲"),
    "low": ("h-low", "▼"),
    "silent": ("h-bad", "!"),
    "nothing": ("h-none", "×"),
    "missing": ("h-bad", "–"),
    "part": ("h-low", "◐"),
    "never": ("h-never", ""),
}
_ROW: Final = 19
_HEAD: Final = 24
_GAP: Final = 2
_ROWS_PER_CHART: Final = 32  # fits a page of A4, which no chart breaks over


@dataclass(frozen=True)
class HeatMap:
    """Rows and columns by label, and the kind of each cell that there is."""

    rows: Sequence[str]
    columns: Sequence[str]
    kinds: Mapping[tuple[int, int], str]


def heat_map(chart: HeatMap, title: str, label_width: int) -> str:
    """The map, a page's rows at a time; a cell without a kind stays empty."""
    parts = []
    for first in range(0, len(chart.rows), _ROWS_PER_CHART):
        rows = chart.rows[first : first + _ROWS_PER_CHART]
        kinds = {
            (at - first, column): kind
            for (at, column), kind in chart.kinds.items()
            if first <= at < first + _ROWS_PER_CHART
        }
        part = HeatMap(rows, chart.columns, kinds)
        parts.append(_one_page(part, title, label_width))
    return "".join(parts)


def _one_page(chart: HeatMap, title: str, label_width: int) -> str:
    step = (WIDTH - label_width) / max(len(chart.columns), 1)
    body = [
        text(label_width + (at + 0.5) * step, _HEAD - 9, name, "tick")
        for at, name in enumerate(chart.columns)
    ]
    for at, name in enumerate(chart.rows):
        top = _HEAD + at * _ROW
        body.append(text(label_width - 8, top + _ROW - 6, name, "end"))
        for column in range(len(chart.columns)):
            kind = chart.kinds.get((at, column))
            if kind is None:
                continue
            colour, sign = SIGNS[kind]
            left = label_width + column * step
            body.append(rect(left, top, step - _GAP, _ROW - _GAP, colour))
            middle = left + (step - _GAP) / 2
            body.append(text(middle, top + _ROW - 6, sign, f"sign {colour}"))
    return svg(_HEAD + len(chart.rows) * _ROW, title, body)


def legend(words: Mapping[str, str]) -> str:
    """The signs of a map with their words, as HTML."""
    told = []
    for kind, word in words.items():
        colour, sign = SIGNS[kind]
        box = f'<span class="sign {colour}">{sign or "&nbsp;"}</span>'
        told.append(f'<span class="item">{box} {word}</span>')
    return " ".join(told)
