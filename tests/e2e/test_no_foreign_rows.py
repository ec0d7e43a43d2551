"""Every file of a round holds its reader's households and its contract's columns only.

No other dong's household, no resident number, nothing that tells where a protected
household lives, in lists, workbooks, cards, sealed zips, sheets and the urgent list.
"""

import csv
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
import pyzipper

from data_contracts.outputs import HEADERS_KO
from data_contracts.sheets import SHEETS
from tests.lib.sheet_town import (
    DOOR,
    FORMER_DAY,
    NAME,
    OFFICER,
    PHONE,
    make_sheet_town,
    read_rows,
    registers,
    send_back,
)
from tests.lib.towns import AS_OF, blindspot, done

DAY = ("--as-of", AS_OF.isoformat())
BY = ("--confirm-by", "김담당")
# Guide, codes and the like of a workbook hold no household.
NO_ROWS = {"안내", "코드"}
LIST, CARD = "의뢰목록", "사유카드"
CONTRACTS = {LIST: HEADERS_KO} | {s.title_ko: s.headers_ko for s in SHEETS.values()}
RESIDENT_NUMBER = re.compile(r"(?<!\d)\d{6}-?[1-8]\d{6}(?!\d)")


@dataclass(frozen=True)
class Table:
    """One table of a file: its rows by header, and the name of file and tab."""

    file: str
    tab: str
    header: tuple[str, ...]
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The contract by which it was written."""
        return next(name for name in CONTRACTS if self.file.startswith(name + "_"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rounds in all their shapes, a night and the results of the first."""
    root = make_sheet_town(tmp_path_factory.mktemp("foreign") / "office")
    where = ("--office", str(root))
    assert blindspot("ingest", *DAY, *where).exit_code in (0, 5)
    done("screen", *FORMER_DAY, *where)
    done("export", *FORMER_DAY, *where, *BY, "--format", "both")
    assert send_back(root, root / "rounds" / "2026-R3")
    done("ingest", *DAY, *where)
    done("urgent", "--as-of", "2026-06-28", *where, *BY)
    done("screen", *DAY, *where)
    shapes = ("--format", "both", "--by-hub", "--cards")
    done("export", *DAY, *where, *BY, *shapes)
    done("export", *DAY, *where, *BY, *shapes, "--sealed")
    done("delta", *DAY, *where, "--write")
    done("reentry", "--round", "2026-R3", *DAY, *where)
    done("report", *DAY, *where)
    return root


@pytest.fixture(scope="module")
def files(office: Path) -> dict[str, bytes]:
    """Every file that lies in the rounds folder, sealed ones opened."""
    with (office / "keys" / "team_passwords.csv").open(encoding="utf-8-sig") as file:
        passwords = [row["password"].encode() for row in csv.DictReader(file)]
    found: dict[str, bytes] = {}
    for path in sorted((office / "rounds").rglob("*")):
        if path.is_file() and path.suffix != ".zip":
            found[f"{path.parent.name}/{path.name}"] = path.read_bytes()
        elif path.is_file():
            for name, content in _opened(path, passwords):
                found[f"{path.name}/{name}"] = content
    return found


def _opened(path: Path, passwords: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """What a sealed file holds; exactly one team's password opens it."""
    fits = 0
    with pyzipper.AESZipFile(path) as container:
        for password in passwords:
            container.setpassword(password)
            try:
                held = [(name, container.read(name)) for name in container.namelist()]
            except (RuntimeError, zlib.error):  # one wrong word in 65,536
                continue
            fits += 1
            yield from held
    assert fits == 1, path.name


@pytest.fixture(scope="module")
def tables(files: dict[str, bytes]) -> list[Table]:
    found = []
    for path, content in files.items():
        name = path.rpartition("/")[2]
        if name.endswith(".csv"):
            header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
            found.append(_table(name, "", header, rows))
        elif name.endswith(".xlsx"):
            found += _tabs(name, content)
    return found


def _table(file: str, tab: str, header: list[str], rows: list[list[str]]) -> Table:
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    return Table(file, tab, tuple(header), lines)


def _tabs(name: str, content: bytes) -> Iterator[Table]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        cells = [
            ["" if cell is None else str(cell) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        at = next((n for n, row in enumerate(cells) if "자료구분" in row), None)
        if at is None:
            assert sheet.title in NO_ROWS, (name, sheet.title)
            continue
        yield _table(
            name, sheet.title, cells[at], [row for row in cells[at + 1 :] if any(row)]
        )


@pytest.fixture(scope="module")
def households(office: Path) -> dict[str, dict[str, str]]:
    """Of every referral: whose it is, by the warehouse and the vault."""
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        found = warehouse.fetch(
            """
            WITH referral AS (
                SELECT referral_id, household_id, dong_code, route FROM out_referral
                UNION
                SELECT referral_id, household_id, dong_code, route FROM out_issued
            )
            SELECT r.*, h.kind, v.name, t.unit
            FROM referral AS r
            JOIN core_household AS h USING (household_id)
            LEFT JOIN (
                SELECT dong_code, coalesce(hub_code, dong_code) AS unit FROM core_team
            ) AS t ON t.dong_code = r.dong_code
            LEFT JOIN (
                SELECT file_id, row_no, name, 'resident' AS source
                FROM vault.vault_resident
                UNION ALL
                SELECT file_id, row_no, name, 'resident' FROM vault.vault_resident_change
            ) AS v ON v.file_id = h.source_file_id AND v.row_no = h.row_no
                AND h.kind = 'registered'
            """
        ).to_pylist()
    return {row["referral_id"]: row for row in found}


def test_everything_that_leaves_is_here(
    files: dict[str, bytes], tables: list[Table]
) -> None:
    titles = {table.title for table in tables if table.rows}
    assert titles >= {LIST, "배분현황", "지정담당자", "변동목록", "긴급목록"}
    assert titles >= {"희망복지지원단", "행복e음_입력"}
    kinds = {path.rpartition(".")[2] for path in files}
    assert kinds == {"csv", "xlsx", "html", "json"}
    assert any(".zip/" in path for path in files)
    assert any(table.tab and " 등 " in table.file for table in tables)


def test_no_column_is_outside_its_files_contract(tables: list[Table]) -> None:
    for table in tables:
        assert table.header == CONTRACTS[table.title], table.file
        assert all(len(row) == len(table.header) for row in table.rows)
        assert {row["자료구분"] for row in table.rows} <= {"합성"}, table.file


def test_a_dongs_file_holds_its_own_households_only(
    tables: list[Table], households: dict[str, dict[str, str]]
) -> None:
    seen: defaultdict[str, int] = defaultdict(int)
    for table in tables:
        code = re.search(r"_(\d{10})_", table.file)
        if code is None or table.title == "배분현황":
            continue
        for row in table.rows:
            of = households[row["의뢰번호"] or row["이전 의뢰번호"]]
            by_hub = " 등 " in table.file
            whose = of["unit"] if by_hub else of["dong_code"]
            assert whose == code[1], (table.file, row["의뢰번호"])
            if by_hub:
                assert row["행정동"] == table.tab
            elif "행정동" in row:
                assert row["행정동"] in table.file
            assert of["route"] == "team"
            seen[table.title] += 1
    assert set(seen) == {LIST, "변동목록", "긴급목록", "행복e음_입력"}


def test_a_name_is_that_of_the_household_of_its_line(
    tables: list[Table], households: dict[str, dict[str, str]]
) -> None:
    checked = 0
    for table in tables:
        for row in table.rows:
            if not row.get("성명"):
                continue
            of = households[row["의뢰번호"]]
            told = of["name"] if of["kind"] == "registered" else "(등록자 없음)"
            assert row["성명"] == told, (table.file, row["의뢰번호"])
            checked += 1
    assert checked > 50


def test_routes_have_their_own_sheet_and_no_other(
    tables: list[Table], households: dict[str, dict[str, str]]
) -> None:
    routes = {
        LIST: "team",
        "변동알림": "case_manager",
        "시설": "institution",
        "지정담당자": "protected_officer",
        "희망복지지원단": "city_team",
    }
    for table in tables:
        if route := routes.get(table.title):
            assert {households[r["의뢰번호"]]["route"] for r in table.rows} <= {route}


def _text(path: str, content: bytes) -> str:
    """What can be read in a file; of a workbook every part of it."""
    if not path.endswith(".xlsx"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def test_no_file_holds_a_resident_number(office: Path, files: dict[str, bytes]) -> None:
    numbers = {
        row["주민번호"]
        for file in registers(office)
        for row in read_rows(file, "cp949")
    }
    assert len(numbers) > 500
    for path, content in files.items():
        # Digests hold any run of digits; whoever drew them knows nobody's number.
        text = re.sub(r"\b[0-9a-f]{64}\b", "", _text(path, content))
        runs = set(re.findall(r"\d{13}", text.replace("-", "")))
        assert not runs & numbers, path
        assert not RESIDENT_NUMBER.search(text), path


def test_where_a_protected_household_lives_is_in_no_file(
    files: dict[str, bytes], tables: list[Table]
) -> None:
    phones = (PHONE, "010-9876-5432")
    named = set()
    for path, content in files.items():
        text = _text(path, content)
        for secret in ("카나리로", DOOR, *phones):
            assert secret not in text, path
        if NAME in text:
            named.add(path.rpartition("/")[2])
    assert named
    assert all(
        name.startswith(("지정담당자_", "행복e음_입력_2026-R3_지정담당자"))
        for name in named
    )
    (row, *_) = (r for t in tables if t.title == "지정담당자" for r in t.rows)
    assert (row["성명"], row["지정담당자"]) == (NAME, OFFICER)


def test_a_protected_household_is_in_no_snapshot(office: Path, tmp_path: Path) -> None:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    done("snapshot", *DAY, "--office", str(office), "--out", str(tmp_path / "notes"))
    with open_warehouse(load_office(office), read_only=True) as warehouse:
        protected = {
            household
            for (household,) in warehouse.rows(
                "SELECT DISTINCT household_id FROM core_household "
                "JOIN out_referral USING (household_id) WHERE is_protected"
            )
        }
    assert protected, "one was referred to the designated officer"
    for file in sorted((tmp_path / "notes").glob("*.parquet")):
        table = pq.read_table(file)
        if "household_id" in table.column_names:
            assert not protected & set(table["household_id"].to_pylist()), file.name


def test_cards_are_of_the_dongs_own_list(
    files: dict[str, bytes], tables: list[Table]
) -> None:
    by_dong = {
        match[1]: {row["의뢰번호"] for row in table.rows}
        for table in tables
        if table.title == LIST
        and (match := re.match(r".*2026-R4_(\d{10})_", table.file))
        and table.file.endswith(".csv")
    }
    cards = {path: _text(path, c) for path, c in files.items() if CARD in path}
    assert cards
    for path, text in cards.items():
        code = re.findall(r"_(\d{10})_", path)[-1]
        ids = set(re.findall(r"R\d{5}-[0-9A-Z]{8}[0-9A-Z*~$=]", text))
        assert ids == by_dong[code], path
