"""The workbook that an officer opens: safe, filled in by choice, the same every time."""

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from data_contracts.codes import RESULT_NAME
from data_contracts.outputs import HEADERS_KO, OFFICER_HEADERS_KO
from pipeline.list_formats import Page
from pipeline.list_guide import CHOICES
from pipeline.workbook import render_workbook

DAY = dt.date(2026, 7, 1)
CELLS = {"의뢰번호": "R20264-ABCDEFGH1", "방문순서": "1", "연락처": "010-1234-5678"}


def a_page(tab: str = "의뢰목록", **cells: str) -> Page:
    row = {**CELLS, **cells}
    body = [[row.get(header, "") for header in HEADERS_KO]]
    return Page(tab, "2026-R4 · 신방동", [HEADERS_KO, *body], "2026-R4 신방동")


def opened(*pages: Page) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render_workbook(pages, DAY)))


def column(header: str) -> int:
    return HEADERS_KO.index(header) + 1


def test_a_title_then_the_header_then_the_rows() -> None:
    sheet = opened(a_page())["의뢰목록"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "2026-R4 · 신방동"
    assert set(rows[0][1:]) == {None}
    assert rows[1] == HEADERS_KO
    assert rows[2][0] == "R20264-ABCDEFGH1"
    assert len(rows) == 3


def test_the_header_and_the_order_of_visits_stay_in_sight() -> None:
    sheet = opened(a_page())["의뢰목록"]
    assert HEADERS_KO.index("방문순서") == 5
    assert sheet.freeze_panes == "G3"
    assert sheet.auto_filter.ref.startswith("A2:")
    assert sheet.auto_filter.ref.endswith("3")


def test_ours_are_text_so_that_nothing_is_rewritten() -> None:
    sheet = opened(a_page())["의뢰목록"]
    for header in HEADERS_KO:
        if header not in OFFICER_HEADERS_KO:
            assert sheet.cell(3, column(header)).number_format == "@", header
    assert sheet.cell(3, column("연락처")).value == "010-1234-5678"
    assert sheet.cell(3, column("방문순서")).value == "1"
    assert sheet.cell(3, column("접촉일")).number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(1)", "#REF!", "2026-07-01"])
def test_no_cell_is_a_formula_whatever_it_begins_with(text: str) -> None:
    sheet = opened(a_page(성명=text))["의뢰목록"]
    cell = sheet.cell(3, column("성명"))
    assert (cell.data_type, cell.value) == ("s", text)


def test_officers_columns_are_tinted_and_no_other() -> None:
    sheet = opened(a_page())["의뢰목록"]
    tinted = {
        header
        for header in HEADERS_KO
        if sheet.cell(3, column(header)).fill.fgColor.rgb == "00FFF9E5"
    }
    assert tinted == set(OFFICER_HEADERS_KO)


def choices_of(book: Any, header: str) -> list[str]:
    """What the drop-down of a column offers, followed to the cells it names."""
    sheet = book["의뢰목록"]
    (offered,) = [
        rule
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list" and sheet.cell(3, column(header)).coordinate in rule
    ]
    tab, cells = offered.formula1.replace("'", "").replace("$", "").split("!")
    return [cell.value for (cell,) in book[tab][cells]]


def test_what_can_be_chosen_is_offered() -> None:
    book = opened(a_page())
    chosen = {header: choices_of(book, header) for header in CHOICES}
    assert chosen["결과코드"] == [
        f"{code} {name}" for code, name in RESULT_NAME.items()
    ]
    assert chosen["1차방법"] == chosen["3차방법"] == ["전화", "방문", "우편", "내방"]
    assert chosen["필요확인"] == ["Y", "N", "U"]
    assert chosen["위기도"] == ["1", "2", "3", "4", "5"]
    assert chosen["담당자판단"] == ["동의", "변경"]
    assert chosen["현장표시"] == ["2인방문", "저장강박의심", "통역필요", "동물주의"]


def test_it_prints_on_a4_landscape_with_header_and_page_numbers() -> None:
    sheet = opened(a_page())["의뢰목록"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == (
        "landscape",
        9,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.oddFooter.left.text == "2026-R4 신방동"
    assert "&P / &N" in sheet.oddFooter.right.text


def width_of(sheet: Any, headers: tuple[str, ...]) -> float:
    letters = [sheet.cell(2, column(header)).column_letter for header in headers]
    dimensions = [sheet.column_dimensions[letter] for letter in letters]
    return float(sum(one.width for one in dimensions if not one.hidden))


def test_the_printed_page_breaks_where_the_results_begin() -> None:
    sheet = opened(a_page())["의뢰목록"]
    ours = tuple(h for h in HEADERS_KO if h not in OFFICER_HEADERS_KO)
    left = width_of(sheet, ours)
    right = width_of(sheet, OFFICER_HEADERS_KO + HEADERS_KO[:6])
    # A column of the left page would not fit on the right one.
    assert left - 14 < right <= left


def test_the_guide_says_that_not_reached_closes_nothing() -> None:
    guide = opened(a_page())["안내"]
    told = {row[0]: row[1] for row in guide.iter_rows(values_only=True)}
    assert "어떤 L 코드로도 종결되지 않습니다" in told["못 만난 경우(L)"]
    for code, name in RESULT_NAME.items():
        assert told[f"{code} {name}"]


def test_a_hub_has_a_sheet_per_dong() -> None:
    book = opened(a_page("신방동"), a_page("불당1동"))
    assert book.sheetnames == ["신방동", "불당1동", "안내", "코드"]


def test_a_sheet_that_nobody_fills_in_has_no_guide() -> None:
    book = opened(Page("배분현황", "배분현황", [["단위", "정원"], ["HUB1", "3"]]))
    assert book.sheetnames == ["배분현황"]


def test_the_same_pages_give_the_same_bytes_and_no_time_of_making() -> None:
    made = render_workbook([a_page()], DAY)
    assert made == render_workbook([a_page()], DAY)
    assert made != render_workbook([a_page()], DAY + dt.timedelta(days=1))
    with zipfile.ZipFile(io.BytesIO(made)) as container:
        assert {one.date_time for one in container.infolist()} == {
            (1980, 1, 1, 0, 0, 0)
        }
        core = container.read("docProps/core.xml").decode()
    assert core.count("2026-07-01T00:00:00Z") == 2
