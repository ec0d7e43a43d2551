"""A round's report for the city's case-management unit (희망복지지원단); no names."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from data_contracts.sheets import SUPPORT_TEAM
from pipeline.disclosure import TOTAL, WITHHELD, protected_list, shown
from pipeline.due import due_items
from pipeline.errors import NotReady
from pipeline.loop_figures import RoundFigures, round_figures
from pipeline.partner_files import publish_for_partners
from pipeline.rates import wilson
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.sheet_cells import DATA_KIND_KO, sheet_rows
from pipeline.sheet_files import Published
from pipeline.sheet_people import Row, fetched
from pipeline.warehouse import Warehouse

NO_DONG: Final = "행정동 미기재(열람제한)"
NOTES: Final = (
    "선정 = 만남 + 소재 확인 + 회신 없음 + 다른 곳에서 맡음.",
    "접촉률 = 만남 / 동 팀이 맡은 의뢰(선정 - 다른 곳에서 맡음). "
    "지원율 = 지원(S 코드) / 같은 의뢰.",
    "괄호는 95 % 구간(Wilson). 의뢰가 적은 동은 구간이 넓으니 순위를 매기지 않습니다.",
    "소요일 = 만난 가구의 의뢰일부터 접촉일까지 일수의 중앙값.",
    "기한 지남 = 첫 접촉이나 소재 확인 단계의 기한이 지난 가구(지난 회차 것 포함).",
    "X = 지원 세대가 5 미만이거나 합계에서 그 수를 되짚을 수 있어 비공개.",
)


@dataclass(frozen=True)
class TeamRound:
    """The report's figures: a row per dong, then the round."""

    round: str
    as_of: dt.date
    rows: Sequence[Row]


def team_round(warehouse: Warehouse, round_: str, *, as_of: dt.date) -> TeamRound:
    """The figures of a round as of a day. Run it inside `loop_as_of`.

    Raises:
        NotReady: No list of the round left before that day.
    """
    round_ = parse_round(round_)
    # It makes the table of what is due, too.
    due_items(warehouse, as_of)
    warehouse.run_sql("partners/_team_round", {"round": round_, "as_of": as_of})
    dongs = fetched(
        warehouse, "SELECT * FROM _team_round ORDER BY dong_code NULLS LAST"
    )
    if not any(dong["listed"] for dong in dongs):
        raise NotReady(
            f"no list of {round_} left before {as_of}",
            "give a later --as-of, or: blindspot export",
        )
    (whole,) = (one for one in round_figures(warehouse) if one.round == round_)
    # The few who were helped in a dong are not told: everybody there knows them.
    supported = protected_list(
        {dong["dong_code"] or NO_DONG: dong["supported"] for dong in dongs}
    )
    rows = [
        _told(round_, dong, supported[dong["dong_code"] or NO_DONG]) for dong in dongs
    ]
    city = _city_row(dongs, whole)
    return TeamRound(round_, as_of, [*rows, _told(round_, city, supported[TOTAL])])


def write_team_round(office: Office, made: TeamRound) -> Published:
    """Publish the report as a workbook and as Markdown.

    Raises:
        DiskError: A file cannot be written; nothing is published.
    """
    is_synthetic = office.config.office.synthetic
    table = sheet_rows(SUPPORT_TEAM, made.rows, is_synthetic=is_synthetic)
    title = f"희망복지지원단 회차 보고 {made.round} ({made.as_of} 기준)"
    mark = f" · {DATA_KIND_KO[True]}" if is_synthetic else ""
    stem = f"{SUPPORT_TEAM.title_ko}_{made.round}{'_합성' if is_synthetic else ''}"
    # The library is slow to import, and a dry look at the figures needs none of it.
    from pipeline.team_book import figures_book

    book = figures_book(title + mark, _figures(made.rows), NOTES, made.as_of)
    text = _markdown(title + mark, table).encode()
    rows = len(made.rows)
    return publish_for_partners(
        office,
        f"support_team_{made.round}",
        {f"{stem}.xlsx": book, f"{stem}.md": text},
        {f"{stem}.xlsx": rows, f"{stem}.md": rows},
        as_of=made.as_of,
        told={"round": made.round},
    )


def _figures(rows: Sequence[Row]) -> list[list[Any]]:
    """The sheet's columns with numbers as numbers; what the title says is left out."""
    columns = [c for c in SUPPORT_TEAM.columns if c.name not in ("round", "data_kind")]
    body = [[_number(row[column.name]) for column in columns] for row in rows]
    return [[column.header_ko for column in columns], *body]


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _city_row(dongs: Sequence[Row], whole: RoundFigures) -> Row:
    summed = (
        "listed",
        "worked",
        "met",
        "locate",
        "carried",
        "routed",
        "supported",
        "overdue",
    )
    return {
        **{name: sum(dong[name] for dong in dongs) for name in summed},
        "dong_name": TOTAL,
        "hub_code": None,
        "fte": round(sum(dong["fte"] or 0 for dong in dongs), 2),
        # A median is no sum of medians.
        "days_to_contact": whole.days_to_contact,
        "days_late": max((dong["days_late"] or 0 for dong in dongs), default=0) or None,
    }


def _told(round_: str, dong: Row, supported: int | None) -> Row:
    worked = dong["listed"] - dong["routed"]
    load = round(dong["worked"] / dong["fte"], 1) if dong["fte"] else None
    return {
        **dong,
        "round": round_,
        "dong_name": dong["dong_name"] or NO_DONG,
        "load": load,
        "contact_rate": _rate(dong["met"], worked),
        "supported": shown(supported),
        "support_rate": WITHHELD if supported is None else _rate(supported, worked),
    }


def _rate(hits: int, seen: int) -> str:
    if not seen:
        return ""
    low, high = wilson(hits, seen)
    return f"{hits / seen:.0%} ({low:.0%}~{high:.0%})"


def _markdown(title: str, table: Sequence[Sequence[Any]]) -> str:
    header, *rows = table
    lines = [f"# {title}", "", _line(header), _line(["---"] * len(header))]
    lines += [_line(row) for row in rows]
    return "\n".join([*lines, "", *(f"- {note}" for note in NOTES), ""])


def _line(cells: Sequence[Any]) -> str:
    # A cell must not end early.
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
