"""What `make fuzz` found once: each mended fault by name."""

import io
import os
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from data_contracts.sources import SOURCES
from data_contracts.types import Text, Words
from pipeline.filenames import shown_name
from pipeline.identity import create_keys
from pipeline.ingest import FileReport, ingest_inbox
from pipeline.layout_check import check_layout
from pipeline.layouts import load_layouts
from pipeline.refusals import Reason, Refused
from pipeline.sniff.told import tell
from pipeline.spreadsheet import MAX_ROWS, check_container, sheet_records
from pipeline.warehouse import Warehouse
from tests.lib import files

SHEET = "xl/worksheets/sheet1.xml"


def workbook(file: Path, **numbers: str) -> Path:
    """Three rows; a row's own number is replaced by what is said for it."""
    book = openpyxl.Workbook()
    for cell in "가나다":
        book.active.append([cell])
    held = io.BytesIO()
    book.save(held)
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == SHEET:
                for row, number in numbers.items():
                    at = f'<row r="{row.removeprefix("row")}"'.encode()
                    body = re.sub(at, f'<row r="{number}"'.encode(), body)
            new.writestr(name, body, zipfile.ZIP_DEFLATED)
    return file


def test_a_workbook_row_out_of_order_is_not_dropped(tmp_path: Path) -> None:
    assert len(list(sheet_records(workbook(tmp_path / "a")))) == 3
    for number in ("1", "2", "0", "-5"):
        with pytest.raises(Refused):
            list(sheet_records(workbook(tmp_path / "b", row3=number)))


def test_a_gap_in_a_workbook_is_blank_rows_but_no_billion_of_them(
    tmp_path: Path,
) -> None:
    assert len(list(sheet_records(workbook(tmp_path / "a", row3="9")))) == 9
    with pytest.raises(Refused):
        list(sheet_records(workbook(tmp_path / "b", row3=str(MAX_ROWS + 1))))


def test_a_part_that_unpacks_to_more_than_it_tells_is_not_unpacked(
    tmp_path: Path,
) -> None:
    honest = tmp_path / "a"
    with zipfile.ZipFile(honest, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("x.xml", b"<x>" + b" " * 1_000_000 + b"</x>")
    raw = bytearray(honest.read_bytes())
    central = raw.find(b"PK\x01\x02")
    for at in (22, central + 24):  # the size unpacked, at the part and in the index
        raw[at : at + 4] = (9_000).to_bytes(4, "little")
    lying = tmp_path / "b"
    lying.write_bytes(raw)
    check_container(honest)
    with pytest.raises(Refused) as caught:
        check_container(lying)
    assert caught.value.reason is Reason.UNREADABLE


def test_a_header_longer_than_the_look_at_the_top_refuses_the_file(
    tmp_path: Path,
) -> None:
    wide = [f"열{at}" for at in range(100_000)]
    lines = [[*files.header("nps"), *wide], *[files.row("nps")] * 3]
    content = "".join(",".join(line) + "\r\n" for line in lines).encode("cp949")
    report = ingested(tmp_path, files.NAMES["nps"], content)
    assert (report.status, report.rows) == ("refused", 0)
    assert "header" in report.message


def test_a_name_that_is_no_text_is_refused_and_kept(tmp_path: Path) -> None:
    name = os.fsdecode(b"TIP_\xff\xfe\xc0.csv")
    report = ingested(tmp_path, name, b"x")
    assert (report.status, report.file) == ("refused", "TIP_???.csv")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"RESIDENT_20260315{files.CANARY}.csv", f"RESIDENT_{'*' * 13}.csv"),
        ("TIP_v938900101-1234567.csv", f"TIP_v{'*' * 13}.csv"),
        ("a\n\x1b[31m.csv", "a??[31m.csv"),
        ("KEPCO_LIMIT_20260315_v2.txt", "KEPCO_LIMIT_20260315_v2.txt"),
    ],
)
def test_a_name_as_it_is_shown(name: str, shown: str) -> None:
    assert shown_name(Path(name)) == shown


def test_no_text_in_the_warehouse_keeps_a_long_number() -> None:
    """Registers of dongs too: free text is masked, or it belongs in the vault."""
    plain = [
        (source, each.name)
        for source, contract in SOURCES.items()
        for each in contract.fields
        if type(each.type) is Text and not each.vault
    ]
    assert plain == []


def test_a_resident_number_that_lost_its_zero_is_masked_in_words() -> None:
    (column,) = Words().columns("industry", "text")
    with Warehouse.in_memory() as warehouse:
        found = warehouse.rows(
            f"SELECT {column.sql} FROM (VALUES ('x 00101-1234567 y')) AS t(text)"
        )
    assert found == [("x * y",)]


def test_layout_check_of_no_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere")
    for name in ("missing.csv", "link.csv"):
        with pytest.raises(Refused) as caught:
            check_layout(tmp_path / name, load_layouts()["gas"])
        assert caught.value.reason is Reason.UNREADABLE


def test_rows_of_data_above_the_header_name_no_column(tmp_path: Path) -> None:
    row = files.row("case_management", manager=files.CANARY_NAME)
    lines = [row, row, files.header("case_management"), row, row]
    file = tmp_path / "x.csv"
    file.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    told, proposal = tell(file)
    assert files.CANARY_NAME not in f"{told}{proposal.text}"
    assert [c["name"] for c in told["columns"]] == files.header("case_management")


@pytest.mark.parametrize("between", ["\u2028", "", "\x0b"])
def test_a_row_joined_to_the_header_names_no_column(
    tmp_path: Path, between: str
) -> None:
    header, row = files.header("gas"), files.row("gas", name=files.CANARY_NAME)
    first = f"{','.join(header)}{between}{','.join(row)}"
    file = tmp_path / "x.csv"
    file.write_text(f"{first}\n" + (",".join(row) + "\n") * 3, encoding="utf-8")
    told, proposal = tell(file)
    assert files.CANARY_NAME not in f"{told}{proposal.text}"
    assert [c["name"] for c in told["columns"]][:8] == header[:8]


def test_a_record_of_fixed_width_names_no_column(tmp_path: Path) -> None:
    head = f"{'가나':<10}{files.CANARY}  ".encode()
    rest = b"".join(b"%010d7777777777777  \n" % at for at in range(5))
    file = tmp_path / "x.dat"
    file.write_bytes(head + b"\n" + rest)
    told, proposal = tell(file)
    assert files.CANARY not in f"{told}{proposal.text}"


def test_a_hundred_thousand_columns_are_looked_at_in_no_time(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    wide = ",".join(f"열{at}" for at in range(100_000))
    file.write_text(f"{wide}\n1,2,3\n", encoding="utf-8")
    told, _ = tell(file)  # quadratic, this took minutes: the test's time limit
    assert len(told["columns"]) < 10_000


def ingested(folder: Path, name: str, content: bytes) -> FileReport:
    office = files.office(folder)
    files.write(office.path("inbox"), name, content)
    with Warehouse.in_memory() as warehouse:
        (report,) = ingest_inbox(office, warehouse, create_keys(office, 1))
    return report
