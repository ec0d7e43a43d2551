"""A list as a workbook: what an officer prints, fills in and sends back."""

import datetime as dt
import re
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
from openpyxl.worksheet.datavalidation import (  # type: ignore[import-untyped]
    DataValidation,
)

from data_contracts.outputs import OFFICER_HEADERS_KO
from pipeline.excel_safe import one_line
from pipeline.list_formats import Page
from pipeline.list_guide import CHOICES, CODES_TAB, DATE_HEADERS, GUIDE, GUIDE_TAB
from pipeline.workbook_bytes import book_bytes

HEADER_ROW: Final = 2
_FIRST_ROW: Final = HEADER_ROW + 1
# Rows below the list that the drop-downs still cover.
_SPARE_ROWS: Final = 20
_FREEZE_AFTER: Final = "방문순서"
# The same in every row and told in the title: there, but neither seen nor printed.
_HIDDEN: Final = frozenset({"회차", "자료구분", "행정동"})
_WIDTHS: Final = {
    "의뢰번호": 17, "팀": 9, "방문순서": 5, "의뢰구분": 7, "기한": 12, "위험구간": 7,
    "사유1": 16, "사유2": 16, "사유3": 16, "확인된 사실": 36, "자료기준일": 11,
    "첫 조치": 15, "유의사항": 13, "제안": 13, "성명": 8, "출생연도": 6, "주소": 23,
    "연락처": 14, "1차시도일": 12, "2차시도일": 12, "3차시도일": 12, "접촉일": 12,
    "1차방법": 7, "2차방법": 7, "3차방법": 7, "결과코드": 18, "필요확인": 7,
    "서비스": 34, "위기도": 7, "담당자판단": 8, "담당": 10, "현장표시": 13,
}  # fmt: skip
# As wide as makes both printed pages of a list equal: else the break between them
# falls among the columns that say who and where.
_STRETCHED, _NARROWEST = "변경사유", 20
_WIDTH_UNKNOWN: Final = 16
_A4: Final = 9
_CM: Final = 1 / 2.54  # in inches, as a workbook has them
_LINE_POINTS: Final = 14.0
_MAX_HEIGHT: Final = 400.0
_TO_BE_FILLED: Final = frozenset(OFFICER_HEADERS_KO)
_TYPED_TOO: Final = frozenset({"결과코드", "현장표시"})
_DATE: Final = "yyyy-mm-dd"
_TEXT: Final = "@"
_THIN: Final = Side(style="thin", color="BFBFBF")
_GRID: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAP: Final = Alignment(wrap_text=True, vertical="top")
_CENTRE: Final = Alignment(wrap_text=True, vertical="center", horizontal="center")
_BODY, _BOLD = (
    Font(name="맑은 고딕", size=10),
    Font(name="맑은 고딕", size=10, bold=True),
)
_BIG: Final = Font(name="맑은 고딕", size=12, bold=True)
_HEAD: Final = PatternFill("solid", fgColor="D9E2EC")
_HEAD_TO_FILL: Final = PatternFill("solid", fgColor="F2D16B")
_TO_FILL: Final = PatternFill("solid", fgColor="FFF9E5")


def render_workbook(pages: Sequence[Page], day: dt.date) -> bytes:
    """A workbook of lists with a guide; the same pages and day give the same bytes."""
    book = Workbook()
    book.remove(book.active)
    is_filled_in = any(_TO_BE_FILLED & set(page.rows[0]) for page in pages)
    for page in pages:
        _write_list(book.create_sheet(_tab(page.tab)), page)
    if is_filled_in:
        _write_guide(book.create_sheet(GUIDE_TAB))
        _write_codes(book.create_sheet(CODES_TAB))
    book.properties.creator = "blindspot"
    return book_bytes(book, day)


def _tab(name: str) -> str:
    """A sheet's name as a workbook takes it."""
    return re.sub(r"[\[\]:*?/\\']", "_", one_line(name))[:31]


def _write_list(sheet: Any, page: Page) -> None:
    headers, body = list(page.rows[0]), page.rows[1:]
    is_list = _FREEZE_AFTER in headers
    kept = headers.index(_FREEZE_AFTER) + 1 if is_list else 1
    widths = _widths(headers, kept)
    _put(sheet.cell(1, 1), page.title, _BIG, Alignment(vertical="center"))
    sheet.row_dimensions[1].height = 24
    sheet.row_dimensions[HEADER_ROW].height = 32
    for place, header in enumerate(headers, 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = widths[place - 1]
        column.hidden = is_list and header in _HIDDEN
        _write_column(sheet, place, header, [row[place - 1] for row in body])
        _offer_choices(sheet, place, header, HEADER_ROW + len(body) + _SPARE_ROWS)
    for number, row in enumerate(body, _FIRST_ROW):
        sheet.row_dimensions[number].height = _height(widths, row)
    end, last = get_column_letter(len(headers)), HEADER_ROW + len(body)
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{end}{last}"
    sheet.freeze_panes = f"{get_column_letter(kept + 1)}{_FIRST_ROW}"
    sheet.print_area = f"A1:{end}{last}"
    sheet.print_title_cols = f"A:{get_column_letter(kept)}"
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    # Left page who and why, right page the results: 34 columns on one are unreadable.
    _lay_out(sheet, page.footer, wide=2 if is_list else 1)


def _write_column(sheet: Any, place: int, header: str, cells: Sequence[str]) -> None:
    is_officers = header in _TO_BE_FILLED
    head = sheet.cell(HEADER_ROW, place)
    _put(head, header, _BOLD, _CENTRE)
    head.fill, head.border = (_HEAD_TO_FILL if is_officers else _HEAD), _GRID
    # A day that an officer types is a day; ours stay the text that they are.
    shape = _DATE if header in DATE_HEADERS and is_officers else _TEXT
    for number, text in enumerate(cells, _FIRST_ROW):
        cell = sheet.cell(number, place)
        _put(cell, text, _BODY, _WRAP)
        cell.number_format, cell.border = shape, _GRID
        if is_officers:
            cell.fill = _TO_FILL


def _put(cell: Any, text: str, font: Any, alignment: Any) -> None:
    if text := one_line(text):
        cell.value = text
        # The library takes a text that begins with = for a formula.
        cell.data_type = "s"
    cell.font, cell.alignment = font, alignment


def _widths(headers: Sequence[str], kept: int) -> list[int]:
    known = [_WIDTHS.get(header, _WIDTH_UNKNOWN) for header in headers]
    shown = list(zip(headers, known, strict=True))
    left = sum(w for h, w in shown if h not in _TO_BE_FILLED | _HIDDEN)
    right = sum(w for h, w in shown if h in _TO_BE_FILLED and h != _STRETCHED)
    # The columns that are repeated on the right page.
    right += sum(w for h, w in shown[:kept] if h not in _HIDDEN)
    stretched = max(_NARROWEST, left - right - 2)
    return [stretched if h == _STRETCHED else w for h, w in shown]


def _height(widths: Sequence[int], row: Sequence[str]) -> float:
    """Points for the tallest cell: not every program fits a row that it opens."""
    lines = (
        -(-_breadth(cell) // max(width - 1, 1))
        for width, cell in zip(widths, row, strict=True)
        if cell
    )
    return min(max(2, *lines, 2) * _LINE_POINTS + 4, _MAX_HEIGHT)


def _breadth(text: str) -> int:
    """How many columns of a Latin letter the text takes; a Hangul letter takes two."""
    return sum(2 if letter > "\u10ff" else 1 for letter in text)


def _offer_choices(sheet: Any, place: int, header: str, last: int) -> None:
    letter = get_column_letter(place)
    cells = f"{letter}{_FIRST_ROW}:{letter}{last}"
    if header in CHOICES:
        at = get_column_letter(2 * list(CHOICES).index(header) + 1)
        end = len(CHOICES[header]) + 1
        offered = DataValidation(
            type="list",
            formula1=f"'{CODES_TAB}'!${at}$2:${at}${end}",
            allow_blank=True,
            # A code alone is fine too: what is written is checked when it comes back.
            showErrorMessage=header not in _TYPED_TOO,
            errorTitle=header,
            error="목록에서 골라 주세요. 고를 수 있는 값은 '코드' 시트에 있습니다.",
        )
    elif header in DATE_HEADERS:
        offered = DataValidation(
            type="date",
            operator="greaterThan",
            formula1="36526",  # 2000-01-01: a day, not a part of a phone number
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning",
            errorTitle=header,
            error="날짜를 2026-07-03처럼 적어 주세요.",
        )
    else:
        return
    offered.add(cells)
    sheet.add_data_validation(offered)


def _lay_out(sheet: Any, footer: str, *, wide: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = wide, 0
    for side in ("left", "right"):
        setattr(sheet.page_margins, side, _CM)
    sheet.page_margins.top, sheet.page_margins.bottom = _CM, 1.5 * _CM
    sheet.page_margins.header = sheet.page_margins.footer = 0.6 * _CM
    sheet.oddFooter.left.text = one_line(footer).replace("&", "&&")
    sheet.oddFooter.right.text = "&P / &N"


def _write_guide(sheet: Any) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 100
    _put(sheet.cell(1, 1), "이 목록을 쓰는 법", _BIG, Alignment(vertical="center"))
    for number, (what, text) in enumerate(GUIDE, _FIRST_ROW):
        _put(sheet.cell(number, 1), what, _BOLD, _WRAP)
        _put(sheet.cell(number, 2), text, _BODY, _WRAP)
        sheet.row_dimensions[number].height = (
            _LINE_POINTS * -(-_breadth(text) // 96) + 4
        )
    first = _FIRST_ROW + len(GUIDE) + 1
    _put(sheet.cell(first, 1), "결과코드", _BOLD, _WRAP)
    _put(sheet.cell(first, 2), "뜻", _BOLD, _WRAP)
    for number, (code, text) in enumerate(CHOICES["결과코드"].items(), first + 1):
        for place, words in ((1, code), (2, text)):
            _put(sheet.cell(number, place), words, _BODY, _WRAP)
            sheet.cell(number, place).border = _GRID
    sheet.column_dimensions["A"].width = 24
    _lay_out(sheet, GUIDE_TAB, wide=1)


def _write_codes(sheet: Any) -> None:
    for place, (header, choices) in enumerate(CHOICES.items()):
        left = sheet.cell(1, 2 * place + 1)
        _put(left, header, _BOLD, _CENTRE)
        left.fill = _HEAD
        for number, (choice, meaning) in enumerate(choices.items(), 2):
            cell = sheet.cell(number, 2 * place + 1)
            _put(cell, choice, _BODY, _WRAP)
            cell.number_format = _TEXT
            _put(sheet.cell(number, 2 * place + 2), meaning, _BODY, _WRAP)
        letters = [get_column_letter(2 * place + side) for side in (1, 2)]
        sheet.column_dimensions[letters[0]].width = 20
        sheet.column_dimensions[letters[1]].width = 30 if any(choices.values()) else 2
    sheet.freeze_panes = "A2"
    _lay_out(sheet, CODES_TAB, wide=1)
