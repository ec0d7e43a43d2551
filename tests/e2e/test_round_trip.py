"""A real export, filled in by script and by LibreOffice, comes back with every cell."""

import csv
import datetime as dt
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_contracts.codes import RESULT_NAME
from data_contracts.outputs import OFFICER_HEADERS_KO
from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.lib import files
from tests.lib.returned import DATES, FIELDS, FLAGS, ID, METHODS
from tests.lib.towns import AS_OF, done, make_town

BACK_ON = dt.date(2026, 8, 20)
FORMULA = "=cmd|'/c calc'!A1"
CODES = list(RESULT_NAME)
Filled = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round's folder, as it was exported."""
    office = make_town(tmp_path_factory.mktemp("trip") / "office")
    day = ("--as-of", AS_OF.isoformat(), "--office", str(office))
    done("ingest", *day)
    done("screen", *day)
    done("export", *day, "--confirm-by", "시험", "--format", "both")
    (folder,) = (part for part in (office / "rounds").iterdir() if part.is_dir())
    return folder


def filled(ids: list[str], shift: int) -> Filled:
    """What officers write: every column, every code in turn."""
    cells: Filled = {}
    for n, id_ in enumerate(ids, shift):
        day = AS_OF + dt.timedelta(days=n % 30)
        row: dict[str, Any] = {
            header: day + dt.timedelta(days=at) for at, header in enumerate(DATES)
        }
        row |= {f"{at}차방법": list(METHODS)[(n + at) % 4] for at in (1, 2, 3)}
        code = CODES[n % len(CODES)]
        row |= {
            "결과코드": f"{code} {RESULT_NAME[code]}" if n % 2 else code,
            "필요확인": "YNU"[n % 3],
            "서비스": FORMULA if n % 5 == 0 else "긴급 생계비, 쌀 10kg",
            "위기도": str(n % 5 + 1),
            "담당자판단": "변경" if n % 2 else "동의",
            "변경사유": '본인이 "괜찮다"고 함; 다시 방문' if n % 2 else "",
            "담당": "한누리",
            "현장표시": list(FLAGS)[n % 4],
        }
        assert set(row) == set(OFFICER_HEADERS_KO)
        cells[id_] = row
    return cells


def meant(row: dict[str, Any]) -> dict[str, Any]:
    """What must be kept of it."""
    said = {FIELDS[header]: value or None for header, value in row.items()}
    said |= {f"attempt{n}_method": METHODS[row[f"{n}차방법"]] for n in (1, 2, 3)}
    return said | {
        "result_code": row["결과코드"].split()[0],
        "crisis_level": int(row["위기도"]),
        "officer_decision": "change" if row["담당자판단"] == "변경" else "agree",
        "field_flag": FLAGS[row["현장표시"]],
    }


def come_back(lists: Path, name: str, content: bytes, expected: Filled) -> None:
    """Bring a file in by the command; every cell must be kept as it was meant."""
    office = lists.parents[1]
    files.write(office / "inbox", name, content, BACK_ON.isoformat())
    words = ("--as-of", "2026-08-21", "--office", str(office), "--json")
    told = json.loads(done("ingest", *words).stdout)
    (report,) = (one for one in told if one["file"] == name)
    assert (report["status"], report["rejected_by_code"]) == ("loaded", {}), report
    assert f"{len(expected)} rows, {len(expected)} with a result" in report["message"]
    with open_warehouse(load_office(office, {}), read_only=True) as warehouse:
        rows = warehouse.fetch(
            "SELECT a.*, v.change_reason, v.officer FROM acc_result AS a "
            "JOIN core_file AS f USING (file_id) "
            "JOIN vault.main.vault_result AS v USING (file_id, row_no) "
            "WHERE f.file_name = $name",
            {"name": name},
        ).to_pylist()
    kept = {row["referral_id"]: row for row in rows}
    assert set(kept) == set(expected)
    for id_, row in expected.items():
        said = meant(row)
        assert {name: kept[id_][name] for name in said} == said


def a_list(lists: Path, suffix: str) -> Path:
    """The longest list of the round."""
    found = lists.glob(f"의뢰목록_*{suffix}")
    return max(found, key=lambda path: (path.stat().st_size, path.name))


def fill_csv(path: Path, shift: int) -> tuple[bytes, Filled]:
    head, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    cells = filled([row[head.index(ID)] for row in rows], shift)
    for row in rows:
        for header, value in cells[row[head.index(ID)]].items():
            row[head.index(header)] = str(value)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([head, *rows])
    return out.getvalue().encode("utf-8-sig"), cells


def fill_book(path: Path, shift: int) -> tuple[bytes, Filled]:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[2]]
    at = {header: place for place, header in enumerate(head, 1)}
    ids = {
        number: str(sheet.cell(number, at[ID]).value)
        for number in range(3, sheet.max_row + 1)
        if sheet.cell(number, at[ID]).value
    }
    cells = filled(list(ids.values()), shift)
    for number, id_ in ids.items():
        for header, value in cells[id_].items():
            cell = sheet.cell(number, at[header])
            cell.value = value or None
            if value == FORMULA:
                cell.data_type = "s"  # typed into a cell of the format text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), cells


def test_a_csv_filled_by_script_comes_back_whole(lists: Path) -> None:
    content, cells = fill_csv(a_list(lists, ".csv"), 0)
    come_back(lists, "회신 csv.csv", content, cells)
    rows = content.decode("utf-8-sig").splitlines()
    turned = "\r\n".join([rows[0], *reversed(rows[1:])]) + "\r\n"
    again, other = fill_csv(a_list(lists, ".csv"), 0)
    assert again == content
    come_back(lists, "거꾸로.csv", turned.encode("utf-8"), other)


def test_a_workbook_filled_by_script_comes_back_whole(lists: Path) -> None:
    content, cells = fill_book(a_list(lists, ".xlsx"), 1)
    come_back(lists, "회신 xlsx.xlsx", content, cells)


def convert(
    folder: Path, paths: list[Path], kind: str, end: str, *words: str
) -> list[Path]:
    """Files saved by LibreOffice in another format."""
    out = folder / f"as_{end}_{paths[0].suffix[1:]}"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile",
         *words, "--convert-to", kind, "--outdir", str(out), *map(str, paths)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return [out / f"{path.stem}.{end}" for path in paths]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_lists_saved_by_libreoffice_come_back_whole(
    lists: Path, tmp_path: Path
) -> None:
    book, of_book = fill_book(a_list(lists, ".xlsx"), 2)
    text, of_text = fill_csv(a_list(lists, ".csv"), 3)
    (tmp_path / "book.xlsx").write_bytes(book)
    (tmp_path / "text.csv").write_bytes(text)
    (ods,) = convert(tmp_path, [tmp_path / "book.xlsx"], "ods", "ods")
    (again,) = convert(tmp_path, [ods], "xlsx", "xlsx")
    # Who opens it by hand is asked for the encoding.
    utf8 = "--infilter=CSV:44,34,76,1"
    (from_text,) = convert(tmp_path, [tmp_path / "text.csv"], "xlsx", "xlsx", utf8)
    # Comma, quote, UTF-8, as shown.
    (as_text,) = convert(
        tmp_path,
        [tmp_path / "book.xlsx"],
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true",
        "csv",
    )
    come_back(lists, "ods를 거쳐.xlsx", again.read_bytes(), of_book)
    come_back(lists, "csv에서.xlsx", from_text.read_bytes(), of_text)
    come_back(lists, "xlsx에서.csv", as_text.read_bytes(), of_book)
