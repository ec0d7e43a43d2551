"""The report's part on coverage: what came of each source, and what it leaves dark."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from pipeline.coverage import regular_sources
from pipeline.coverage_findings import SourceCoverage, month_text, source_coverage
from pipeline.disclosure import small_count
from pipeline.quarantine import in_doubt
from pipeline.report_heat import HeatMap, heat_map, legend
from pipeline.report_parts import section, source_name, table
from pipeline.report_words import FLAG_KO, SOURCE_SHORT_KO
from pipeline.threshold import overrides
from pipeline.warehouse import Warehouse

MONTHS_SHOWN: Final = 18
_NAMES_SHOWN: Final = 6
# Payers of debts first: theirs are the zeros that a list is made from.
_PAYERS: Final = ("kepco", "water", "gas", "nhis", "nps", "kcomwel", "indicator")


@dataclass(frozen=True)
class CoverageFigures:
    """What the part shows: no count of people but homes, and these by whole dongs."""

    sources: Sequence[SourceCoverage]
    dongs: HeatMap
    months: HeatMap
    silent: Mapping[str, Sequence[str]]
    nothing: Mapping[str, Sequence[str]]
    flags: Mapping[str, Sequence[str]]
    meters: tuple[int, int, int]
    overrides: Sequence[Mapping[str, Any]] = ()
    in_doubt: Mapping[str, int] = field(default_factory=dict)


def coverage_figures(warehouse: Warehouse, as_of: dt.date) -> CoverageFigures | None:
    """The figures as the last screening left them; none before coverage was counted."""
    if not warehouse.has_table("warehouse.core_coverage_now"):
        return None
    order = [*_PAYERS, *(s for s in regular_sources() if s not in _PAYERS)]
    by_name = {one.source: one for one in source_coverage(warehouse, as_of)}
    flags = _flags(warehouse)
    has_quarantine = warehouse.has_table("warehouse.rej_file")
    return CoverageFigures(
        sources=[by_name[source] for source in order],
        dongs=_dong_map(warehouse, order, flags),
        months=_month_map(warehouse, order),
        silent=_names(warehouse, "silent"),
        nothing=_names(warehouse, "reports_nothing"),
        flags=_flag_words(flags),
        meters=_meters(warehouse),
        overrides=overrides(warehouse),
        in_doubt=in_doubt(warehouse) if has_quarantine else {},
    )


_Flag = tuple[str, str | None, str | None, str]


def _flags(warehouse: Warehouse) -> list[_Flag]:
    found = warehouse.rows(
        "SELECT f.source, f.dong_code, d.dong_name, f.kind "
        "FROM core_coverage_flag AS f "
        "LEFT JOIN core_dong AS d ON f.dong_code = d.dong_code "
        "ORDER BY f.source, f.kind, f.dong_code NULLS FIRST"
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _flag_words(flags: Sequence[_Flag]) -> dict[str, list[str]]:
    names: dict[tuple[str, str], list[str]] = {}
    for source, code, name, kind in flags:
        names.setdefault((source, kind), []).append(name or code or "전체")
    told: dict[str, list[str]] = {}
    for (source, kind), places in names.items():
        told.setdefault(source, []).append(f"{FLAG_KO[kind]}: {_few(places)}")
    return told


def _dong_map(
    warehouse: Warehouse, order: Sequence[str], flags: Sequence[_Flag]
) -> HeatMap:
    found = warehouse.rows(
        'SELECT n.source, n.dong_code, d.dong_name, n.state, n."rows" '
        "FROM core_coverage_now AS n "
        "LEFT JOIN core_dong AS d ON n.dong_code = d.dong_code "
        "ORDER BY n.dong_code, n.source"
    )
    names = {code: name or code for _, code, name, _, _ in found}
    row_of = {code: at for at, code in enumerate(names)}
    marked = {
        (source, code): "high" if kind.endswith("high") else "low"
        for source, code, _, kind in flags
    }
    kinds = {}
    for source, code, _, state, rows in found:
        seen = marked.get((source, code), "seen" if rows else "few")
        kind = {"silent": "silent", "reports_nothing": "nothing"}.get(state, seen)
        kinds[row_of[code], order.index(source)] = "never" if state == "never" else kind
    columns = [SOURCE_SHORT_KO.get(source, source) for source in order]
    return HeatMap(list(names.values()), columns, kinds)


def _month_map(warehouse: Warehouse, order: Sequence[str]) -> HeatMap:
    found = warehouse.rows(
        "SELECT source, month_no, files_expected, files_arrived "
        "FROM core_coverage_month ORDER BY source, month_no"
    )
    last = max((month for _, month, _, _ in found), default=0)
    first = max(
        min((month for _, month, _, _ in found), default=0), last - MONTHS_SHOWN + 1
    )
    kinds = {}
    for source, month, expected, come in found:
        if month >= first:
            full = "seen" if come >= expected else "part" if come else "missing"
            kinds[order.index(source), month - first] = full
    columns = [month_text(month)[2:] for month in range(first, last + 1)]
    rows = [SOURCE_SHORT_KO.get(source, source) for source in order]
    return HeatMap(rows, columns if found else [], kinds)


def _names(warehouse: Warehouse, state: str) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for source, code, name in warehouse.rows(
        "SELECT n.source, n.dong_code, d.dong_name FROM core_coverage_now AS n "
        "LEFT JOIN core_dong AS d ON n.dong_code = d.dong_code "
        "WHERE n.state = $state ORDER BY n.source, n.dong_code",
        {"state": state},
    ):
        told.setdefault(source, []).append(name or code)
    return told


def _meters(warehouse: Warehouse) -> tuple[int, int, int]:
    ((meters, households, amount),) = warehouse.rows(
        "SELECT coalesce(sum(meters), 0)::BIGINT, "
        "coalesce(sum(households), 0)::BIGINT, coalesce(sum(amount_krw), 0)::BIGINT "
        "FROM core_coverage_meter"
    )
    return meters, households, amount


def _few(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    shown = "·".join(names[:_NAMES_SHOWN])
    return f"{shown} 외 {more}" if more > 0 else shown


def coverage_sections(figures: CoverageFigures | None) -> str:
    """The sections as HTML; nothing where coverage was not counted."""
    if figures is None:
        return ""
    parts = (_arrivals(figures), _months(figures), _dongs(figures), _doubts(figures))
    return "\n".join(parts)


def _arrivals(figures: CoverageFigures) -> str:
    rows = []
    for one in figures.sources:
        lacking = f"{one.files_missing:,}"
        dark = [
            *(f"침묵: {_few(n)}" for n in [figures.silent.get(one.source)] if n),
            *(f"미보고: {_few(n)}" for n in [figures.nothing.get(one.source)] if n),
            *figures.flags.get(one.source, ()),
        ]
        rows.append(
            [
                source_name(one.source),
                f"{one.files_expected:,}",
                f"{one.files_arrived:,}",
                f'<span class="bad">{lacking}</span>' if one.files_missing else "0",
                str(one.last_ref_date or "온 적 없음"),
                "–" if one.days_old is None else f"{one.days_old:,}일",
                _share(one.homes_unseen + one.homes_blind, one.homes),
                "<br>".join(escape(words) for words in dark),
            ]
        )
    headers = (
        "출처", "예정", "도착", "빠짐", "마지막 기준일", "경과", "안 보이는 세대",
        "동별 이상",
    )  # fmt: skip
    meters, behind, amount = figures.meters
    note = (
        "예정: 기한이 지난 파일. 안 보이는 세대: 미보고·침묵 동의 세대와, 전기·수도를 "
        "관리비로 내는 공동주택. 그 세대의 체납 없음은 0이 아니라 모름입니다."
    )
    if meters:
        note += (
            f" 공동 계량기 {meters:,}개 뒤의 {small_count(behind)}세대: 체납 "
            f"{amount:,}원은 어느 세대에도 귀속하지 않습니다."
        )
    return section(
        "출처 도착 현황", note, table(headers, rows, (1, 2, 3, 5, 6)), "long"
    )


def _share(part: int, whole: int) -> str:
    """A share of homes; under five homes of a town would point at somebody."""
    if not whole or not part:
        return "0%"
    return f"{part / whole:.1%}" if part >= 5 else "0.1% 미만"


def _months(figures: CoverageFigures) -> str:
    words = {"seen": "모두 도착", "part": "일부 도착", "missing": "오지 않음"}
    note = f"출처와 기준월. {legend(words)} · 빈칸: 기한 전이거나 받기 전"
    chart = heat_map(figures.months, "출처별 월별 도착", 120)
    return section("월별 도착", note, chart)


def _dongs(figures: CoverageFigures) -> str:
    words = {
        "seen": "자료 있음",
        "few": "없음(우연일 수 있음)",
        "high": "다른 출처보다 많음·급증",
        "low": "적음·급감",
        "silent": "침묵(오다가 끊김)",
        "nothing": "보고한 적 없음",
        "never": "출처 없음",
    }
    note = (
        f"마지막 파일 기준. {legend(words)}<br>많고 적음은 필요가 아니라 누가 "
        "보고하는지를 보이는 것일 수 있습니다. 건수는 밝히지 않습니다."
    )
    chart = heat_map(figures.dongs, "출처와 행정동별 관측 여부", 92)
    kind = "long" if chart.count("<svg") > 1 else ""  # one chart stays with its title
    return section("동별 관측 여부", note, chart, kind)


def _doubts(figures: CoverageFigures) -> str:
    doubt = figures.in_doubt
    note = (
        f"격리 중인 파일 {doubt.get('refused_files', 0):,}개, 반려된 행 "
        f"{doubt.get('rejected_rows', 0):,}행 (다시 읽은 파일은 마지막 것만 셉니다)."
    )
    rows = [
        [
            str(one["accepted_at"])[:10],
            source_name(str(one["source"])),
            escape(str(one["file_name"])),
            f"{one['rejected']:,} / {one['data_rows']:,}",
            escape(str(one["reason"])),
        ]
        for one in figures.overrides
    ]
    headers = ("날짜", "출처", "파일", "반려 / 행", "받아들인 까닭")
    body = table(headers, rows, (3,)) if rows else ""
    note += (
        " 반려가 많은데도 받은 파일:" if rows else " 기준을 넘겨 받은 파일은 없습니다."
    )
    return section("격리와 예외", note, body)
