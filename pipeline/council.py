"""What the dong's council is told: how many households, where, short of what."""

import datetime as dt
from collections import Counter
from typing import Final

from data_contracts.sheets import COUNCIL
from pipeline.disclosure import TOTAL, protected_table, shown
from pipeline.list_formats import render_csv
from pipeline.partner_files import (
    confirmation_kept,
    confirmed_name,
    publish_for_partners,
    reading_note,
    require_screened,
)
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.sheet_cells import sheet_rows
from pipeline.sheet_files import Published
from pipeline.sheet_people import Row, fetched
from pipeline.warehouse import Warehouse

# Each household is in one of them, so that the parts add up to the total.
PARTS: Final = ("energy", "insurance", "other", "several")
NO_TONG: Final = "통 모름"


def council_brief(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    confirm_by: str | None,
) -> tuple[Published, str]:
    """Publish counts of households with a sign in force by 통; who confirmed them.

    Nothing in it is anybody's: 1 to 4 are withheld, and so is what they follow from.
    Each dong is a table of its own with its totals.

    Raises:
        NotConfirmed: Nobody is named who confirms it.
        NotReady: The round was not screened as of that day.
        DiskError: The file cannot be written; nothing is published.
    """
    confirmed_by, round_ = confirmed_name(confirm_by), parse_round(round_)
    require_screened(warehouse, round_, as_of)
    is_synthetic = office.config.office.synthetic
    rows = [{**row, "round": round_} for row in _rows(warehouse, as_of)]
    file = f"council_brief_{round_}{'_합성' if is_synthetic else ''}.csv"
    content = render_csv(sheet_rows(COUNCIL, rows, is_synthetic=is_synthetic))
    note = reading_note(
        office,
        "현재 신호가 있는 세대를 통별로 세었으며, 한 세대는 한 칸에만 들어갑니다.",
        "0은 해당 세대 없음. 열람제한 세대는 어느 칸에도 없습니다.",
    )
    made = publish_for_partners(
        office,
        f"council_{round_}",
        {file: content, **note},
        {file: len(rows), **dict.fromkeys(note, 0)},
        as_of=as_of,
        told={"round": round_, "confirmed_by": confirmed_by},
    )
    return made, confirmation_kept(made)


def _rows(warehouse: Warehouse, as_of: dt.date) -> list[Row]:
    warehouse.run_sql("policy/_policy_kind")
    warehouse.run_sql("partners/_council_home", {"as_of": as_of})
    found = fetched(
        warehouse,
        "SELECT dong_code, any_value(coalesce(dong_name, dong_code)) AS dong_name, "
        "tong, part, count(*) AS households FROM _council_home "
        "GROUP BY dong_code, tong, part ORDER BY dong_code, tong, part",
    )
    by_dong: dict[str, list[Row]] = {}
    for row in found:
        by_dong.setdefault(row["dong_code"], []).append(row)
    return [line for rows in by_dong.values() for line in _dong_rows(rows)]


def _dong_rows(rows: list[Row]) -> list[Row]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        tong = f"{row['tong']}통" if row["tong"] else NO_TONG
        counts[tong, row["part"]] += row["households"]
    table = protected_table({(tong, part): counts[tong, part]
                             for tong, _ in counts for part in PARTS})  # fmt: skip
    tongs = sorted({tong for tong, _ in counts}, key=_by_number)
    return [
        {
            "dong_name": rows[0]["dong_name"],
            "tong": tong,
            **{part: shown(table[tong, part]) for part in PARTS},
            "households": shown(table[tong, TOTAL]),
        }
        for tong in (*tongs, TOTAL)
    ]


def _by_number(tong: str) -> tuple[bool, int, str]:
    digits = "".join(letter for letter in tong if letter.isdigit())
    return not digits, int(digits or 0), tong
