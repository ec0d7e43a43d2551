"""A table of figures as a workbook: numbers that can be summed, one page wide."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook  # type: ignore[import-untyped]  # it ships no types
from openpyxl.styles import (  # type: ignore[import-untyped]
    Alignment,
    Border,
    Font,
    PatternFill,
    Side,
)
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from pipeline.excel_safe import one_line
from pipeline.workbook_bytes import book_bytes

_A4: Final = 9
_FONT: Final = "맑은 고딕"
_HEAD: Final = PatternFill("solid", fgColor="D9E2EC")
_LINE: Final = Border(bottom=Side(style="thin", color="BFBFBF"))
_NARROW, _WIDE = 8, 26


def figures_book(
    title: str, table: Sequence[Sequence[Any]], notes: Sequence[str], day: dt.date
) -> bytes:
    """One sheet: title, table with its last row bold, notes; no time of its making."""
    book = Workbook()
    sheet = book.active
    sheet.title = "동별 현황"
    _put(sheet.cell(1, 1), title, bold=True, size=13)
    for number, row in enumerate(table, 3):
        is_bold = number in (3, len(table) + 2)
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place)
            _put(cell, value, bold=is_bold)
            cell.border = _LINE
            if number == 3:
                cell.fill = _HEAD
                cell.alignment = Alignment(
                    wrap_text=True, horizontal="center", vertical="center"
                )
            elif place > 1:
                side = "center" if isinstance(value, str) else "right"
                cell.alignment = Alignment(horizontal=side)
    for number, note in enumerate(notes, len(table) + 4):
        _put(sheet.cell(number, 1), note)
    for place, header in enumerate(table[0], 1):
        widest = max(_breadth(str(row[place - 1] or "")) for row in table[1:])
        width = min(_WIDE, max(_NARROW, widest + 2, _breadth(header) + 1))
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[3].height = 30
    sheet.freeze_panes = "B4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    book.properties.creator = "blindspot"
    return book_bytes(book, day)


def _put(cell: Any, value: Any, *, bold: bool = False, size: int = 10) -> None:
    if isinstance(value, str):
        if text := one_line(value):
            cell.value = text
            # The library takes a text that begins with = for a formula.
            cell.data_type = "s"
    elif value is not None:
        cell.value = value
    cell.font = Font(name=_FONT, size=size, bold=bold)


def _breadth(text: str) -> int:
    """How many columns of a Latin letter the text takes; a Hangul letter takes two."""
    return sum(2 if letter > "\u10ff" else 1 for letter in text)
