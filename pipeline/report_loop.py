"""The report on the loop: who takes the places, and what became of the round before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from data_contracts.outputs import ROUTE_KO
from pipeline.disclosure import is_small, small_count
from pipeline.notices import Waiting, notices_waiting
from pipeline.report_parts import section, table
from pipeline.round_tables import ensure_round_table
from pipeline.warehouse import Warehouse

DISPOSITION_KO: Final = {
    "met": "만남",
    "locate": "만나지 못해 소재 확인",
    "carried": "회신 없음(다음 회차로)",
    "routed": "다른 곳에서 맡음",
}


# How long lists are is no secret; how many were found to be something may be.
_LENGTHS: Final = ("slots", "must", "locate", "rank", "sample")
_FOUND: Final = ("below_line", "to_city", "carried")
_COUNTS: Final = (*_LENGTHS, *_FOUND)


@dataclass(frozen=True)
class UnitPlaces:
    """Who takes the places of a unit, and how many stay below the line."""

    dongs: str
    slots: int
    must: int
    locate: int
    rank: int
    sample: int
    below_line: int
    to_city: int
    carried: int


@dataclass(frozen=True)
class LoopFigures:
    """Places by unit, referrals by route, and the former round by what became of it."""

    units: Sequence[UnitPlaces]
    routes: Mapping[str, int]
    notices: Waiting = Waiting(0, 0, None)
    former_round: str | None = None
    dispositions: Mapping[str, int] = field(default_factory=dict)
    campaigns: Mapping[str, int] = field(default_factory=dict)


def loop_figures(warehouse: Warehouse, round_: str) -> LoopFigures | None:
    """The figures of a screened round; None when it was screened without places."""
    if not warehouse.has_table("out_unit"):
        return None
    for name in ("out_unit", "out_referral"):
        # A round screened by an earlier version lacks what was added since.
        ensure_round_table(warehouse, name)
    warehouse.run_sql("sheets/_sheet_unit", {"round": round_})
    units = [
        UnitPlaces(*row)
        for row in warehouse.rows(
            "SELECT dong_names, slots, must_listed, locate_listed, rank_listed, "
            "sample_listed, below_line, must_to_city, carried FROM _sheet_unit "
            "ORDER BY slots DESC, unit"
        )
    ]
    if not units:
        return None
    counted = dict(
        warehouse.rows(
            "SELECT coalesce(route, 'team'), count(*) FROM out_referral "
            "WHERE round = $round GROUP BY ALL",
            {"round": round_},
        )
    )
    routes = {route: counted[route] for route in ROUTE_KO if counted.get(route)}
    former, dispositions = _former(warehouse, round_)
    ((as_of,),) = warehouse.rows(
        "SELECT max(as_of) FROM out_referral WHERE round = $round", {"round": round_}
    )
    waiting = notices_waiting(warehouse, as_of) if as_of else Waiting(0, 0, None)
    by_campaign = dict(
        warehouse.rows(
            "SELECT reason_1, count(*) FROM out_referral "
            "WHERE round = $round AND campaign IS NOT NULL GROUP BY ALL ORDER BY ALL",
            {"round": round_},
        )
    )
    return LoopFigures(units, routes, waiting, former, dispositions, by_campaign)


def _former(warehouse: Warehouse, round_: str) -> tuple[str | None, dict[str, int]]:
    if not warehouse.has_table("core_listing"):
        return None, {}
    # By name: rounds made elsewhere are called as ours, and a round that was made again
    # later than the next one is still the one before.
    found = warehouse.rows(
        "SELECT round, disposition, count(*) FROM core_listing WHERE round = "
        "(SELECT max(round) FROM core_listing WHERE round < $round) GROUP BY ALL",
        {"round": round_},
    )
    counted = {disposition: count for _, disposition, count in found}
    former = found[0][0] if found else None
    return former, {name: counted.get(name, 0) for name in DISPOSITION_KO}


def loop_sections(figures: LoopFigures | None) -> str:
    """Both parts of the page, as HTML."""
    if figures is None:
        return ""
    return (
        _places(figures)
        + _campaigns(figures.campaigns)
        + _routes(figures)
        + _notices(figures.notices)
        + _dispositions(figures)
    )


def _total(units: Sequence[UnitPlaces], name: str) -> str:
    counts = [int(getattr(unit, name)) for unit in units]
    # What is not told of one unit must not follow from the others.
    hidden = name in _FOUND and any(map(is_small, counts))
    return "–" if hidden else f"<b>{sum(counts):,}</b>"


def _places(figures: LoopFigures) -> str:
    headers = (
        "담당 행정동", "정원", "필수", "소재", "순위", "표본", "선 아래 대상",
        "희망복지지원단", "소재 이월",
    )  # fmt: skip
    rows = [
        [
            escape(unit.dongs),
            *(f"{getattr(unit, name):,}" for name in _LENGTHS),
            *(small_count(getattr(unit, name)) for name in _FOUND),
        ]
        for unit in figures.units
    ]
    total = ["<b>합계</b>", *(_total(figures.units, name) for name in _COUNTS)]
    note = (
        "정원 = 필수 방문 + 소재 확인 + 위험 순위 + 정기 표본(대상이 모자라면 비는 "
        "자리가 있음). 선 아래 대상은 의뢰 대상이나 자리가 없는 세대입니다."
    )
    body = table(headers, [*rows, total], range(1, len(headers)))
    return section("자리의 쓰임", note, body, "long")


def _campaigns(moved_up: Mapping[str, int]) -> str:
    """Who would have no place by rank: a campaign is never silent."""
    if not moved_up:
        return ""
    rows = [[escape(reason), f"{count:,}"] for reason, count in moved_up.items()]
    note = (
        "점수 순서로는 자리가 없었을 가구입니다. 그만큼 점수가 더 높은 가구가 선 "
        "아래에 남았습니다. 필수 방문·소재 확인·정기 표본의 자리는 그대로입니다."
    )
    return section("기획발굴", note, table(("사유", "가구"), rows, (1,)))


def _routes(figures: LoopFigures) -> str:
    rows = [
        [escape(ROUTE_KO[route]), small_count(count)]
        for route, count in figures.routes.items()
    ]
    note = "의뢰는 한 곳으로만 갑니다. 지원 여부가 아니라 누가 연락하는지입니다."
    return section("누구에게 갔는가", note, table(("받는 곳", "의뢰"), rows, (1,)))


def _notices(told: Waiting) -> str:
    if not told.waiting:
        return ""
    rows = [
        ["알려야 할 사람", f"{told.waiting:,}"],
        ["그중 30일이 지난 사람", f"{told.overdue:,}"],
        ["가장 오래된 기한", str(told.overdue_since or "–")],
    ]
    note = (
        "다른 사람·기관에서 연락처를 받으면 30일 안에 본인에게 알립니다"
        "(영 §7의2). 목록: blindspot notice list"
    )
    return section("연락처 출처 알림", note, table(("", "건"), rows, (1,)))


def _share(count: int, total: int) -> tuple[str, str]:
    share = count / total
    bar = f'<span class="bar" style="width:{share * 100:.1f}%"></span>'
    return f"{share:.1%}", bar if count else ""


def _dispositions(figures: LoopFigures) -> str:
    if figures.former_round is None:
        return ""
    total = sum(figures.dispositions.values())
    hidden = any(map(is_small, figures.dispositions.values()))
    rows = [
        [
            escape(DISPOSITION_KO[name]),
            small_count(count),
            *(("–", "") if hidden else _share(count, total)),
        ]
        for name, count in figures.dispositions.items()
    ]
    if not hidden:
        rows.append(["<b>선정</b>", f"<b>{total:,}</b>", "", ""])
    note = (
        "선정 = 만남 + 소재 확인 + 회신 없음 + 다른 곳에서 맡음. 결과코드만으로는 "
        "만난 것이 되지 않으며, 만나지 못한 세대는 종결하지 않습니다."
    )
    title = f"이전 회차({escape(figures.former_round)})는 어떻게 되었는가"
    body = table(("결과", "건", "비율", ""), rows, (1, 2))
    return section(title, note, body)
