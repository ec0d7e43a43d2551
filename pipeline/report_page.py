"""The report's page: sections of tables and bars, everything escaped, no script."""

from collections.abc import Mapping, Sequence
from html import escape

from data_contracts.outputs import ELIGIBILITY_KO
from pipeline.disclosure import SMALL, small_count
from pipeline.report_charts import CapacityBar, capacity_chart, histogram
from pipeline.report_coverage import coverage_sections
from pipeline.report_data import RoundFigures, SourceRows, UnitLoad
from pipeline.report_loop import loop_sections
from pipeline.report_map import Tile, key, tile_map
from pipeline.report_parts import section, source_name, table
from pipeline.report_style import CSS
from pipeline.report_trends import trends_section
from pipeline.report_words import LINK_KO, REJECT_KO, STAGE_KO

LINKED_TO_NOBODY = ("MASTER_METER", "NOT_RESIDENTIAL", "AMBIGUOUS", "NO_MATCH")
_MAX_DONG_NAMES = 2


def render_page(
    figures: RoundFigures,
    timings: Mapping[str, float],
    *,
    office_name: str,
    is_synthetic: bool,
) -> str:
    """The whole page: self-contained, without script or request."""
    title = f"{office_name} {figures.round} 회차 보고서"
    banner = (
        '<p class="banner">합성 자료 — 실제 사람이 아닙니다</p>' if is_synthetic else ""
    )
    sections = (
        _head(figures, title),
        _reconciliation(figures.sources),
        _freshness(figures),
        coverage_sections(figures.coverage),
        _scores(figures),
        _capacity(figures),
        _map(figures),
        loop_sections(figures.loop),
        trends_section(figures.rounds),
        _dongs(figures),
        _eligibility(figures),
        _links(figures),
        _timings(timings),
    )
    return (
        '<!DOCTYPE html>\n<html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{CSS}</style></head><body>{banner}<main>"
        + "\n".join(sections)
        + "<footer>목록은 연락 순서일 뿐 지원 여부의 결정이 아니며, 담당자가 확인하고 "
        "판단합니다. 판정 사유와 행정동별 대상·위험구간의 5 미만은 밝히지 않습니다."
        "</footer></main></body></html>\n"
    )


def _bar(share: float, is_off: bool = False) -> str:
    kind = "bar off" if is_off else "bar"
    return f'<span class="{kind}" style="width:{max(share, 0.004) * 100:.1f}%"></span>'


def _head(figures: RoundFigures, title: str) -> str:
    listed = sum(unit.listed for unit in figures.units)
    places = sum(unit.places for unit in figures.units)
    rows = sum(source.rows for source in figures.sources)
    tiles = (
        (small_count(figures.eligibility["ELIGIBLE"]), "의뢰 대상 세대"),
        (f"{listed:,}", "목록에 오른 세대"),
        (f"{places:,}", "처리 가능 건수"),
        (f"{rows:,}", "입수한 행"),
    )
    boxes = "".join(
        f'<div class="tile"><b>{value}</b><span>{label}</span></div>'
        for value, label in tiles
    )
    model = escape(", ".join(figures.models))
    return (
        f"<header><h1>{escape(title)}</h1><p>기준일 {figures.as_of} 전까지 알려진 "
        f'자료 · 모형 {model}</p></header><div class="tiles">{boxes}</div>'
    )


def _reconciliation(sources: Sequence[SourceRows]) -> str:
    rows = [
        [
            source_name(one.source),
            f"{one.files:,}",
            f"{one.rows:,}",
            f"{one.accepted:,}",
            f"{one.rejected:,}",
            f"{one.superseded:,}",
            f"{one.repeated:,}",
            f"{one.skipped:,}",
            '<span class="good">일치</span>'
            if one.balances
            else '<span class="bad">불일치</span>',
            ", ".join(
                f"{escape(REJECT_KO.get(code, code))} {count:,}"
                for code, count in one.rejected_by_code.items()
            ),
        ]
        for one in sources
    ]
    headers = (
        "자료", "파일", "행", "수용", "반려", "대체", "중복", "제외",
        "대조", "반려 사유",
    )  # fmt: skip
    return section(
        "자료 대조",
        "입수한 행 = 수용 + 반려 + 대체(뒤 행이 이김) + 중복 + 제외(제목·합계·빈 줄)",
        table(headers, rows, range(1, 8)),
    )


def _freshness(figures: RoundFigures) -> str:
    rows = [
        [
            source_name(one.source),
            str(one.last_ref_date or "–"),
            str(one.last_known_on or "–"),
            "–" if one.days_old is None else f"{one.days_old:,}일",
            f"{one.files:,}",
            '<span class="bad">오래됨</span>'
            if one.is_stale
            else '<span class="good">유효</span>',
        ]
        for one in figures.freshness
    ]
    headers = ("자료", "마지막 기준일", "받은 날", "경과", "파일", "상태")
    return section(
        "자료의 최신성",
        "오래된 자료의 체납·중지는 현재 상태로 보지 않습니다.",
        table(headers, rows, (3, 4)),
    )


def _scores(figures: RoundFigures) -> str:
    note = (
        "의뢰 대상 세대의 점수별 수"
        '<span class="key pale"></span>대상<span class="key full"></span>목록'
    )
    chart = histogram(figures.scores, "점수 분포") if figures.scores else "대상 없음"
    return section("점수 분포", note, chart)


def _unit_label(unit: UnitLoad) -> str:
    names = unit.dongs.split(", ")
    shown = "·".join(names[:_MAX_DONG_NAMES])
    more = len(names) - _MAX_DONG_NAMES
    return f"{shown} 외 {more}" if more > 0 else shown


def _capacity(figures: RoundFigures) -> str:
    bars = [
        CapacityBar(
            _unit_label(unit),
            unit.listed,
            unit.places,
            f"{unit.listed:,} / {unit.places:,}",
        )
        for unit in figures.units
    ]
    note = (
        "팀(권역은 함께) 별 목록 건수와 처리 가능 건수"
        '<span class="key pale"></span>처리 가능<span class="key full"></span>목록'
    )
    chart = capacity_chart(bars, "목록과 처리역량") if bars else "팀 없음"
    return section("목록과 처리역량", note, chart)


def _map(figures: RoundFigures) -> str:
    waiting = {
        name: unit.eligible / unit.places if unit.places else None
        for unit in figures.units
        for name in unit.dongs.split(", ")
    }
    tiles = [
        Tile(dong.dong_name, dong.listed, waiting.get(dong.dong_name))
        for dong in figures.dongs
    ]
    places = sum(unit.places for unit in figures.units)
    if not tiles or not places:
        return ""
    city = sum(unit.eligible for unit in figures.units) / places
    note = (
        "처리 가능 1건에 의뢰 대상이 몇 세대인지, 팀이나 권역 단위로 "
        f"(시 전체 {city:.1f}세대). "
        f"자리는 지도상의 위치가 아니라 행정동코드 순입니다. {key()}"
    )
    return section("행정동별 부담", note, tile_map(tiles, city, "행정동별 부담"))


def _dongs(figures: RoundFigures) -> str:
    rows = [
        [
            escape(dong.dong_name),
            escape(dong.team_name),
            small_count(dong.eligible),
            f"{dong.listed:,}",
            small_count(dong.very_high),
        ]
        for dong in figures.dongs
    ]
    headers = ("행정동", "팀", "의뢰 대상", "목록", "매우 높음")
    return section(
        "행정동별 목록",
        "대상은 점수 순으로 처리 가능 건수까지만 목록에 오릅니다.",
        table(headers, rows, (2, 3, 4)),
        "long",
    )


def _eligibility(figures: RoundFigures) -> str:
    most = max(figures.eligibility.values(), default=0) or 1
    rows = [
        [
            escape(ELIGIBILITY_KO[code]),
            small_count(count),
            _bar(max(count, SMALL) / most, code != "ELIGIBLE") if count else "",
        ]
        for code, count in figures.eligibility.items()
    ]
    return section(
        "의뢰 대상 판정",
        "위에서부터 처음 해당하는 사유 하나로 셉니다. "
        "연락이 닿지 않았다는 이유로는 빠지지 않습니다.",
        table(("판정", "세대", ""), rows, (1,)),
    )


def _links(figures: RoundFigures) -> str:
    totals: dict[str, int] = {}
    for source, _, count in figures.links:
        totals[source] = totals.get(source, 0) + count
    rows, last = [], ""
    for source, reason, count in figures.links:
        share = count / totals[source]
        rows.append(
            [
                source_name(source) if source != last else "",
                escape(LINK_KO.get(reason, reason)),
                f"{count:,}",
                f"{share:.1%}",
                _bar(share, reason in LINKED_TO_NOBODY),
            ]
        )
        last = source
    return section(
        "계정과 세대의 연계",
        "계정마다 사유 하나. 흐린 막대는 어느 세대에도 귀속하지 않은 계정입니다.",
        table(("자료", "사유", "계정", "비율", ""), rows, (2, 3)),
        "long",
    )


def _timings(timings: Mapping[str, float]) -> str:
    most = max(timings.values(), default=0.0) or 1.0
    rows = [
        [escape(STAGE_KO.get(stage, stage)), f"{seconds:.1f}초", _bar(seconds / most)]
        for stage, seconds in timings.items()
    ]
    rows.append(["<b>합계</b>", f"<b>{sum(timings.values()):.1f}초</b>", ""])
    return section(
        "단계별 소요시간",
        "이번 실행에서 잰 값",
        table(("단계", "시간", ""), rows, (1,)),
    )
