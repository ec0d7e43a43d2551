"""What stands beside the lists: cards, receipts, told rows, what left before."""

import datetime as dt

import pytest

from data_contracts.codes import FIELD_FLAG
from data_contracts.outputs import HEADERS_KO
from pipeline import quarantine_list
from pipeline.manifest import ListedFile
from pipeline.reason_card import render_cards
from pipeline.receipt import receipt_text
from pipeline.round_tables import ensure_round_table
from pipeline.text_rows import SHEET_STEP
from pipeline.warehouse import Warehouse


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


def test_what_left_before_issues_were_kept_is_issued_once() -> None:
    with Warehouse.in_memory() as warehouse:
        for table in ("out_referral", "out_export"):
            ensure_round_table(warehouse, table)
        warehouse.execute(
            "INSERT INTO out_referral BY NAME SELECT round, as_of, id AS referral_id, "
            "'H' AS household_id, '4413125000' AS dong_code FROM (VALUES "
            "('2026-R3', DATE '2026-05-01', 'R1'), "
            "('2026-R4', DATE '2026-07-01', 'R2')) AS v(round, as_of, id)"
        )
        warehouse.execute("ALTER TABLE out_referral DROP COLUMN route")
        warehouse.execute(
            "INSERT INTO out_export BY NAME SELECT '2026-R3' AS round, 2 AS edition, "
            "DATE '2026-05-01' AS as_of"
        )
        for _ in range(2):
            ensure_round_table(warehouse, "out_issued")
        assert warehouse.rows(
            "SELECT round, edition, referral_id, route FROM out_issued"
        ) == [("2026-R3", 2, "R1", "team")]
