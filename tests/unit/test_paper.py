"""What goes with the lists on paper and to a supplier: cards, receipts, row numbers."""

import datetime as dt

import pytest

from data_contracts.codes import FIELD_FLAG
from data_contracts.outputs import HEADERS_KO
from pipeline import quarantine_list
from pipeline.manifest import ListedFile
from pipeline.reason_card import render_cards
from pipeline.receipt import receipt_text
from pipeline.text_rows import SHEET_STEP


def test_a_card_has_room_for_every_mark_that_the_next_visitor_needs() -> None:
    page = render_cards([dict.fromkeys(HEADERS_KO, "")], "").decode()
    assert all(mark in page for mark in FIELD_FLAG)


@pytest.mark.parametrize("kind", ["의뢰목록", "봉인"])
def test_a_receipt_tells_what_opens_a_sealed_file(kind: str) -> None:
    day = dt.date(2026, 7, 2)
    text = receipt_text(
        "시청", "2026-R4", 1,
        [ListedFile(f"{kind}_2026-R4.zip", "1", "동", 1, "0", "list")],
        to="박주무", delivered_on=day, expires_on=day, confirmed_by="김담당",
    )  # fmt: skip
    assert ("7-Zip" in text) == (kind == "봉인")


def test_a_supplier_is_told_sheet_and_row_of_a_workbook() -> None:
    rows = (7, 2 * SHEET_STEP + 7)
    assert [quarantine_list._row(row) for row in rows] == [7, "sheet 3 row 7"]
