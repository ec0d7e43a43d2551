"""The twelve households A-L of known cases, written into the ordinary files."""

import datetime as dt
from bisect import bisect_left
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.twin.clock import month_end, month_no, ymd
from pipeline.twin.extracts import Twin
from pipeline.twin.history import HISTORY_DELAY, Round, rounds
from pipeline.twin.persona_people import make_personas, when
from pipeline.twin.persona_signs import ROWS, Fields
from pipeline.twin.sheets import Row, Sheet, Table
from pipeline.twin.truth import write_json

LISTED = {"A": (7, "L4"), "C": (5, "L5")}  # times without contact, result
NOT_IN_NEED = frozenset("FG")  # what an officer who meets them would find
_KEYS = {
    "kepco": ("고객번호",),
    "water": ("수용가번호",),
    "gas": ("사용계약번호",),
    "nhis": ("증번호",),
    "nps": ("주민번호",),
    "kcomwel": ("사업장관리번호",),
    "indicator": ("위기정보코드", "주민번호", "발생일"),
    "resident": ("주민번호",),
    "resident_change": ("주민번호", "변동일", "변동구분"),
    "case_management": ("사례번호",),
    "history": ("주민번호",),
}


def _past_rounds(twin: Twin) -> list[Round]:
    """The rounds whose outcomes have arrived before as_of."""
    return [
        this
        for this in rounds(twin.window)
        if month_end(this.month) + HISTORY_DELAY < twin.window.as_of
    ]


def _history(twin: Twin, day: dt.date) -> list[Fields]:
    """A and C in the last rounds before as_of: tried, and never met."""
    past = _past_rounds(twin)
    numbers = {who.letter: who.head.number for who in make_personas(twin)}
    return [
        {
            "회차": this.name,
            "주민번호": numbers[letter],
            "선정일": ymd(this.selected),
            "접촉일": "",
            "접촉방법": "",
            "시도횟수": "3",
            "결과코드": result,
            "필요확인": "",
            "위기도": "",
        }
        for letter, (times, result) in LISTED.items()
        for this in past[-times:]
        if this.month == month_no(day)
    ]


def persona_rows(twin: Twin, file_name: str, source: str, day: dt.date) -> list[Fields]:
    """The rows of the personas in one file, by column name, in order of key."""
    if source == "history":
        rows = _history(twin, day)
    elif source in ROWS:
        cast = {who.letter: who for who in make_personas(twin)}
        rows = ROWS[source](cast, when(twin.window), day)
    else:
        return []
    return sorted(rows, key=lambda row: [row[column] for column in _KEYS[source]])


def _inserted(table: Table, at: list[int], rows: list[Row]) -> Table:
    """A table with rows before the given positions; what is changed stays so."""
    edges = [0, *at, len(table)]
    columns: list[list[str]] = []
    for i, column in enumerate(table.columns):
        values: list[str] = []
        for n, (start, end) in enumerate(pairwise(edges)):
            values += column[start:end]
            if n < len(rows):
                values.append(rows[n][i])
        columns.append(values)
    out = Table(columns)
    out.changed = {
        i + sum(position <= i for position in at): row
        for i, row in table.changed.items()
    }
    return out


def add_personas(
    twin: Twin, file_name: str, source: str, day: dt.date, sheet: Sheet
) -> None:
    """Put the personas' rows at their places in a file whose traps are planted."""
    fields = persona_rows(twin, file_name, source, day)
    if not fields or sheet.planted["header_only"]:
        return
    rows = [[row[column] for column in sheet.columns] for row in fields]
    which = [sheet.at(column) for column in _KEYS[source]]
    table = sheet.rows
    if isinstance(table, Table):
        # The columns hold the keys as they were before any damage.
        keys = list(zip(*(table.columns[i] for i in which), strict=True))
        at = [bisect_left(keys, tuple(row[i] for i in which)) for row in rows]
        sheet.rows = _inserted(table, at, rows)
        return
    out = list(table)
    for row in rows:
        key = [row[i] for i in which]
        # Damaged keys are shorter or hold a letter: they say nothing of the order.
        place = next(
            (
                n
                for n, other in enumerate(out)
                if len(other) == len(row)
                and [len(other[i]) for i in which] == [len(row[i]) for i in which]
                and [other[i] for i in which] > key
                and "*" not in other[which[0]]
            ),
            len(out),
        )
        out.insert(place, row)
    sheet.rows = out


def write_personas(twin: Twin, folder: Path) -> None:
    """personas.json: each persona's 세대번호 and accounts, and what must happen.

    No resident number, name or address stands here.
    """
    at = when(twin.window)
    told: dict[str, dict[str, Any]] = {}
    listed = len(_past_rounds(twin))
    for who in make_personas(twin):
        told[who.letter] = {
            "household": who.registry_no,
            "members": [person.relation for person in who.residents],
            "accounts": who.accounts,
            "dong_registered": who.dong_code,
            "dong": who.dong.code,
            "address_correct": "N" if who.letter == "A" else "Y",
            "in_need": "N" if who.letter in NOT_IN_NEED else "Y",
            "listed_without_contact": min(listed, LISTED.get(who.letter, (0, ""))[0]),
            "must": who.must,
        }
    days = {
        "C": at.stop, "F": at.blip, "H": at.limit, "K": at.died,
        "J": at.closed,
    }  # fmt: skip
    for letter, day in days.items():
        told[letter]["since"] = day.isoformat()
    write_json(folder / "personas.json", dict(told))
