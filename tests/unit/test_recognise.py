"""A returned list under any name: its header tells it, and nothing else of it is kept."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from data_contracts.outputs import HEADERS_KO
from data_contracts.sources import SOURCES
from pipeline.identity import Keys, create_keys
from pipeline.ingest import FileReport, ingest_inbox
from pipeline.layouts import load_layouts
from pipeline.recognise import recognise_file
from pipeline.refusals import Refused
from pipeline.settings import Office
from pipeline.staging import CORE_TABLES
from pipeline.warehouse import Warehouse
from tests.lib import files

FIRST, SECOND = "R20263-01234567X", "R20263-765432108"
NAME, ROAD = "한가람", "천안시 동남구 중앙로 77"


def exported(referral_id: str, **cells: str) -> list[str]:
    """A row of the list as exported, with what the officer wrote into it."""
    known = {
        "의뢰번호": referral_id,
        "회차": "2026-R3",
        "성명": NAME,
        "주소": ROAD,
        "연락처": "010-0000-0000",
        "사유1": "가스가 끊김",
    }
    filled = {**known, **cells}
    return [filled.get(header, "") for header in HEADERS_KO]


def as_csv(*rows: list[str], encoding: str = "utf-8-sig", mark: str = ",") -> bytes:
    lines = [mark.join(cells) for cells in [list(HEADERS_KO), *rows]]
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


class Desk:
    """An office to which lists come back, and a warehouse in memory."""

    def __init__(self, folder: Path) -> None:
        self.office: Office = files.office(folder)
        self.keys: Keys = create_keys(self.office, 1)
        self.warehouse = Warehouse.in_memory()

    def put(self, name: str, content: bytes, known_on: str = "2026-05-11") -> Path:
        return files.write(self.office.path("inbox"), name, content, known_on)

    def ingest(self) -> dict[str, FileReport]:
        reports = ingest_inbox(self.office, self.warehouse, self.keys)
        return {report.file: report for report in reports}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_export_has_every_column_that_a_result_reads() -> None:
    needed = {field.header_ko for field in SOURCES["result"].fields}
    assert needed <= set(HEADERS_KO)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8-sig", ","), ("utf-8", ","), ("cp949", ","), ("utf-8-sig", "\t")],
)
def test_any_name_and_any_way_a_spreadsheet_saves_text(
    desk: Desk, encoding: str, mark: str
) -> None:
    row = exported(FIRST, 결과코드="S3", 접촉일="20260510", 담당="한누리")
    desk.put("중앙동 회신(최종).csv", as_csv(row, encoding=encoding, mark=mark))
    (report,) = desk.ingest().values()
    assert (report.status, report.source, report.accepted) == ("loaded", "result", 1)
    assert report.ref_date == report.known_on == dt.date(2026, 5, 11)
    assert desk.warehouse.rows(
        "SELECT referral_id, result_code, contacted_on FROM acc_result"
    ) == [(FIRST, "S3", dt.date(2026, 5, 10))]
    assert desk.warehouse.rows("SELECT officer FROM vault.vault_result") == [
        ("한누리",)
    ]


def test_a_workbook_is_read_too(desk: Desk, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADERS_KO))
    sheet.append(exported(FIRST, 결과코드="L1", **{"1차방법": "방문"}))
    sheet.cell(2, HEADERS_KO.index("1차시도일") + 1, dt.date(2026, 5, 10))
    file = tmp_path / "list.xlsx"
    book.save(file)
    desk.put("회신.xlsx", file.read_bytes())
    (report,) = desk.ingest().values()
    assert (report.status, report.accepted) == ("loaded", 1), report.message
    assert desk.warehouse.rows(
        "SELECT result_code, attempt1_on, attempt1_method FROM acc_result"
    ) == [("L1", dt.date(2026, 5, 10), "visit")]


def test_columns_may_stand_in_any_order_and_others_between_them(desk: Desk) -> None:
    row = exported(FIRST, 결과코드="N2")
    turned = [list(reversed([*HEADERS_KO, "메모"])), list(reversed([*row, NAME]))]
    body = "".join(",".join(cells) + "\n" for cells in turned).encode("utf-8-sig")
    desk.put("x.csv", body)
    assert desk.ingest()["x.csv"].accepted == 1
    assert desk.warehouse.rows("SELECT result_code FROM acc_result") == [("N2",)]


def test_nothing_personal_of_the_list_is_kept(desk: Desk) -> None:
    desk.put("x.csv", as_csv(exported(FIRST, 결과코드="S3")))
    assert desk.ingest()["x.csv"].accepted == 1
    tables = desk.warehouse.rows(
        "SELECT database_name, table_name FROM duckdb_tables() ORDER BY ALL"
    )
    for database, table in tables:
        kept = repr(desk.warehouse.rows(f"SELECT * FROM {database}.main.{table}"))
        assert NAME not in kept
        assert ROAD not in kept
        assert "끊김" not in kept


def test_lists_of_two_dongs_on_one_day_both_count(desk: Desk) -> None:
    desk.put("one.csv", as_csv(exported(FIRST, 결과코드="S3")))
    desk.put("other.csv", as_csv(exported(SECOND, 결과코드="N2")))
    assert {report.status for report in desk.ingest().values()} == {"loaded"}
    for name in CORE_TABLES[:2]:
        desk.warehouse.run_sql(
            name, {"as_of": dt.date(2026, 6, 1), "dong_prefixes": []}
        )
    desk.warehouse.run_sql("staging/stg_result", {})
    assert desk.warehouse.rows(
        "SELECT referral_id, result_code FROM stg_result ORDER BY 1"
    ) == [(FIRST, "S3"), (SECOND, "N2")]


def test_a_later_list_has_the_last_word_and_a_copy_of_the_first_has_none(
    desk: Desk,
) -> None:
    first = as_csv(exported(FIRST, 결과코드="P1"))
    desk.put("list.csv", first, "2026-05-01")
    desk.put("list 2.csv", as_csv(exported(FIRST, 결과코드="S1")), "2026-05-08")
    desk.ingest()
    desk.put("copy of list.csv", first, "2026-05-20")
    again = desk.ingest()["copy of list.csv"]
    assert again.status == "replayed"
    assert "list.csv" in again.message
    for name in CORE_TABLES[:2]:
        desk.warehouse.run_sql(
            name, {"as_of": dt.date(2026, 6, 1), "dong_prefixes": []}
        )
    desk.warehouse.run_sql("staging/stg_result", {})
    assert desk.warehouse.rows("SELECT result_code FROM stg_result") == [("S1",)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        "의뢰번호,회차\nR20263-01234567X,2026-R3\n".encode(),
        "결과코드\nS1\n".encode("cp949"),
        b"PK\x03\x04 no workbook",
        ("제목\n" * 20 + "의뢰번호,결과코드\n").encode(),
    ],
    ids=["empty", "text", "without result", "without id", "no workbook", "too deep"],
)
def test_what_is_no_returned_list_stays_unknown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "somebody.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match="no layout takes this file name") as caught:
        recognise_file(path, load_layouts())
    assert "*" not in {part.strip() for part in str(caught.value).split(",")}


def test_a_name_that_tells_is_believed_before_the_header(tmp_path: Path) -> None:
    path = tmp_path / "TIP_20260315.csv"
    path.write_bytes(as_csv(exported(FIRST)))
    found = recognise_file(path, load_layouts())
    assert (found.layout.source, found.ref_date) == ("tip", dt.date(2026, 3, 15))


def test_a_list_that_lost_a_column_is_refused_and_says_which(desk: Desk) -> None:
    desk.put("x.csv", "의뢰번호,결과코드,성명\nR20263-01234567X,S1,x\n".encode())
    report = desk.ingest()["x.csv"]
    assert (report.status, report.source) == ("refused", "result")
    assert "1차시도일" in report.message
