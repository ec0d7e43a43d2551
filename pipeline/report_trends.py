"""How rounds went, one small picture per question, with the range of each share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.disclosure import is_small
from pipeline.loop_figures import RoundFigures
from pipeline.rates import wilson
from pipeline.report_charts import rect, svg, text
from pipeline.report_parts import section

# A round of which less came back says little yet: its point is hollow.
RETURNED: Final = 0.8
LAST_ROUNDS: Final = 12
_WIDTH, _HEIGHT, _GAP = 270.0, 150.0, 25.0
_HEAD, _FOOT = 34.0, 24.0
_LABELS: Final = 6


@dataclass(frozen=True)
class Point:
    """A round's value, None: not told; `low` and `high` are its range, if any."""

    round: str
    value: float | None
    low: float | None = None
    high: float | None = None
    is_early: bool = False


def trends_section(rounds: Sequence[RoundFigures]) -> str:
    """The part of the page; empty before there are two rounds to compare."""
    shown = [one for one in rounds if one.listed][-LAST_ROUNDS:]
    if len(shown) < 2:
        return ""
    charts = (
        ("목록에 오른 세대", _counts(shown), "{:,.0f}"),
        ("만난 비율", _shares(shown, lambda one: one.met), "{:.0%}"),
        ("지원으로 이어진 비율", _shares(shown, lambda one: one.supported), "{:.0%}"),
        ("소재 확인 중 비율", _locates(shown), "{:.0%}"),
        ("이전에도 올랐던 비율", _shares(shown, lambda one: one.repeated), "{:.0%}"),
        ("첫 접촉까지 일수(중앙값)", _days(shown), "{:.0f}일"),
    )
    body = [
        part
        for at, (title, points, form) in enumerate(charts)
        for part in _chart(title, points, form, _place(at))
    ]
    height = 2 * _HEIGHT + _GAP
    return section(
        "회차별 추이",
        "세로 선은 95% 구간, 빈 점은 아직 회신이 80%에 못 미친 회차입니다. "
        "만나지 못한 것은 위기가 없다는 뜻이 아닙니다. "
        "5 미만을 알게 하는 값은 비웁니다.",
        svg(height, "회차별 추이", body),
    )


def _place(at: int) -> tuple[float, float]:
    return (at % 3) * (_WIDTH + _GAP), (at // 3) * (_HEIGHT + _GAP)


def _is_early(one: RoundFigures) -> bool:
    return one.returned < RETURNED * one.listed


def _counts(rounds: Sequence[RoundFigures]) -> list[Point]:
    return [
        Point(one.round, None if is_small(one.listed) else float(one.listed))
        for one in rounds
    ]


def _shares(
    rounds: Sequence[RoundFigures], part: Callable[[RoundFigures], int]
) -> list[Point]:
    return [_share(one, part(one)) for one in rounds]


def _share(one: RoundFigures, hits: int) -> Point:
    # The first picture tells how many were listed, and so who are not among the hits.
    if is_small(hits) or is_small(one.listed - hits):
        return Point(one.round, None)
    low, high = wilson(hits, one.listed)
    return Point(one.round, hits / one.listed, low, high, _is_early(one))


def _locates(rounds: Sequence[RoundFigures]) -> list[Point]:
    """Beside who was met it would tell how many are neither, so those must be many."""
    return [
        Point(one.round, None)
        if is_small(one.listed - one.met - one.locate)
        else _share(one, one.locate)
        for one in rounds
    ]


def _days(rounds: Sequence[RoundFigures]) -> list[Point]:
    return [
        Point(
            one.round,
            None
            if one.days_to_contact is None or is_small(one.met)
            else float(one.days_to_contact),
            is_early=_is_early(one),
        )
        for one in rounds
    ]


def _chart(
    title: str, points: Sequence[Point], form: str, place: tuple[float, float]
) -> list[str]:
    """One picture; its axis begins at zero."""
    left, top = place
    tops = [p.high if p.high is not None else p.value for p in points]
    most = max((one for one in tops if one is not None), default=0.0) or 1.0
    ground = top + _HEIGHT - _FOOT
    scale = (_HEIGHT - _FOOT - _HEAD) / most
    step = _WIDTH / len(points)
    axis = f'<line class="axis" x1="{left:.1f}" x2="{left + _WIDTH:.1f}" '
    body = [
        text(left, top + 14, title, "title"),
        f'{axis}y1="{ground:.1f}" y2="{ground:.1f}"/>',
    ]
    every = max(1, -(-len(points) // _LABELS))
    for at, point in enumerate(points):
        x = left + (at + 0.5) * step
        if (len(points) - 1 - at) % every == 0:
            body.append(text(x, ground + 16, point.round[2:], "tick"))
        if point.value is not None:
            body += _dot(x, ground, scale, point, point.value)
    if (last := next((p for p in reversed(points) if p.value is not None), None)) and (
        last.value is not None
    ):
        told = f"{form.format(last.value)} ({last.round[2:]})"
        body.append(text(left + _WIDTH, top + 14, told, "end figure"))
    return body


def _dot(
    x: float, ground: float, scale: float, point: Point, value: float
) -> list[str]:
    y = ground - value * scale
    parts = []
    if point.low is not None and point.high is not None:
        high = ground - point.high * scale
        parts.append(rect(x - 1, high, 2, (point.high - point.low) * scale, "pale"))
    kind = "hollow" if point.is_early else "full"
    parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
    return parts
