"""A list that comes back edited at random, and what must have become of every cell."""

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import openpyxl

from data_contracts.codes import RESULT_NAME
from data_contracts.outputs import HEADERS_KO, OFFICER_HEADERS_KO
from data_contracts.sources import SOURCES
from pipeline.file_report import FileReport
from pipeline.identity import create_keys
from pipeline.ingest import ingest_inbox
from pipeline.referral_id import make_referral_ids
from pipeline.round_tables import ensure_round_table
from pipeline.text_rows import SHEET_STEP
from pipeline.warehouse import Warehouse
from tests.lib import files

AS_OF: Final = dt.date(2026, 7, 1)
BACK_ON: Final = dt.date(2026, 8, 20)
ROUND: Final = "2026-R4"
# Seen in no message whatever happens.
SECRETS: Final = ("한가람", "카나리아길", "오솔길", "비밀사유")
FIELDS: Final = {each.header_ko: each.name for each in SOURCES["result"].fields}
DATES: Final = ("1차시도일", "2차시도일", "3차시도일", "접촉일")
METHODS: Final = {"전화": "phone", "방문": "visit", "우편": "mail", "내방": "office"}
FLAGS: Final = {
    "2인방문": "two_persons",
    "저장강박의심": "hoarding",
    "통역필요": "interpreter",
    "동물주의": "animal",
}
TEXTS: Final = ("서비스", "변경사유", "담당")
ID: Final = "의뢰번호"
SPOILED: Final[Any] = object()  # whatever holds it must not be accepted
Rng = np.random.Generator


def cleaned(text: str) -> str:
    """What is kept of a text: half width, single blanks."""
    half = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c
        for c in unicodedata.normalize("NFC", text)
    )
    return " ".join(half.split())


@dataclass
class Cell:
    """What stands in a cell, and what it means; None: nothing."""

    shown: Any = ""
    means: Any = None


Row = dict[str, Cell]


@dataclass
class Listed:
    """A list on its way: sheets of rows, with the columns in their order."""

    headers: list[str]
    sheets: list[list[Row | None]]
    names: dict[str, str] = field(default_factory=dict)  # header -> as it stands now
    titles: int = 0
    kind: str = "csv"
    encoding: str = "utf-8-sig"
    mark: str = ","
    done: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [row for sheet in self.sheets for row in sheet if row is not None]

    def placed(self) -> list[tuple[int, Row]]:
        """Every row with the number by which the pipeline tells it."""
        return [
            (sheet * SHEET_STEP + self.titles + 2 + at, row)
            for sheet, rows in enumerate(self.sheets)
            for at, row in enumerate(rows)
            if row is not None
        ]

    def write(self) -> bytes:
        """The file."""
        head = [self.names.get(header, header) for header in self.headers]
        return self._book(head) if self.kind == "xlsx" else self._text(head)

    def _cells(self, row: Row | None) -> list[Any]:
        return [row[h].shown if row and h in row else "" for h in self.headers]

    def _text(self, head: list[str]) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.mark, lineterminator="\r\n")
        writer.writerows([["의뢰 목록"]] * self.titles)
        writer.writerow(head)
        for row in (row for sheet in self.sheets for row in sheet):
            writer.writerow([as_text(cell) for cell in self._cells(row)])
        return out.getvalue().encode(self.encoding)

    def _book(self, head: list[str]) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for number, rows in enumerate(self.sheets):
            sheet = book.create_sheet(f"동{number}")
            for _ in range(self.titles):
                sheet.append(["의뢰 목록"])
            sheet.append(head)
            for at, row in enumerate(rows, self.titles + 2):
                for place, cell in enumerate(self._cells(row), 1):
                    if cell != "":
                        sheet.cell(at, place, cell)
        book.create_sheet("안내").append(["결과코드", "뜻"])
        book.create_sheet("코드").append(["결과코드", "필요확인", "위기도"])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def as_text(value: Any) -> str:
    """A cell's value as a spreadsheet writes it into a text file."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


class Office:
    """An office that sent a list of one round, and takes back what comes."""

    def __init__(self, folder: Path, *, households: int = 12) -> None:
        self.office = files.office(folder)
        self.keys = create_keys(self.office, 1)
        self.warehouse = Warehouse.in_memory()
        homes = [f"H{n}" for n in range(households)]
        ids = make_referral_ids(b"k" * 32, ROUND, homes)
        self.ids = [ids[home] for home in homes]
        ensure_round_table(self.warehouse, "out_issued")
        for home, id_ in ids.items():
            self.issue(id_, home)

    def issue(
        self, id_: str, home: str = "H", *, edition: int = 1, dong: str = "4413125000"
    ) -> None:
        """Write down that a referral left."""
        self.warehouse.execute(
            "INSERT INTO out_issued BY NAME SELECT $round AS round, "
            "CAST($edition AS INTEGER) AS edition, CAST($day AS DATE) AS as_of, "
            "$id AS referral_id, $home AS household_id, $dong AS dong_code, "
            "'team' AS route, 'rank' AS slot_kind",
            {
                "round": ROUND,
                "edition": edition,
                "day": AS_OF,
                "id": id_,
                "home": home,
                "dong": dong,
            },
        )

    def take(
        self, content: bytes, name: str = "회신.csv", day: dt.date = BACK_ON
    ) -> FileReport:
        """Bring a file in."""
        inbox = self.office.path("inbox")
        path = files.write(inbox, name, content, day.isoformat())
        (told,) = ingest_inbox(self.office, self.warehouse, self.keys, files=[path])
        return told

    def kept(self) -> dict[int, dict[str, Any]]:
        """Row number -> what is kept of the newest file, vault and all."""
        found = self.warehouse.fetch(
            "SELECT a.*, v.change_reason, v.officer FROM acc_result AS a "
            "JOIN vault.main.vault_result AS v USING (file_id, row_no) "
            "WHERE file_id = (SELECT max(file_id) FROM core_file) ORDER BY row_no"
        )
        return {row["row_no"]: row for row in found.to_pylist()}

    def rejected(self) -> dict[int, list[str]]:
        """Row number -> codes, of the newest file."""
        found = self.warehouse.rows(
            "SELECT row_no, codes FROM rej_row "
            "WHERE file_id = (SELECT max(file_id) FROM core_file)"
        )
        return {int(row_no): list(codes) for row_no, codes in found}


def filled_list(ids: list[str], rng: Rng) -> Listed:
    """The list as it left, worked by officers who type neatly."""
    rows: list[Row | None] = []
    for n, id_ in enumerate(ids):
        row = {header: Cell("x", "x") for header in HEADERS_KO}
        row |= {header: Cell() for header in OFFICER_HEADERS_KO}
        row[ID] = Cell(id_, id_)
        row["성명"], row["주소"] = Cell(SECRETS[0]), Cell(f"{SECRETS[1]} 1, 101호")
        row["연락처"] = Cell("'010-0000-0000")
        for header in OFFICER_HEADERS_KO:
            if n and rng.random() < 0.25:
                continue  # the first row is filled in whole
            row[header] = _neat(header, rng)
        rows.append(row)
    return Listed(list(HEADERS_KO), [rows])


def _neat(header: str, rng: Rng) -> Cell:
    if header in DATES:
        day = AS_OF + dt.timedelta(days=int(rng.integers(0, 50)))
        return Cell(day.isoformat(), day)
    of_header: dict[str, dict[str, Any]] = {
        "결과코드": {code: code for code in RESULT_NAME},
        "필요확인": {"Y": "Y", "N": "N", "U": "U"},
        "위기도": {str(n): n for n in range(1, 6)},
        "담당자판단": {"동의": "agree", "변경": "change"},
        "현장표시": FLAGS,
        "서비스": {"긴급 생계비": "긴급 생계비"},
        "변경사유": {f"{SECRETS[3]} 1": f"{SECRETS[3]} 1"},
        "담당": {SECRETS[2]: SECRETS[2]},
    }
    words = of_header.get(header, METHODS)
    shown = list(words)[int(rng.integers(len(words)))]
    return Cell(shown, words[shown])


# One edit: changes the list, and what its cells mean with it.
Edit = Callable[[Listed, Rng], None]


def _a_row(listed: Listed, rng: Rng) -> Row:
    rows = listed.rows
    return rows[int(rng.integers(len(rows)))]


def _a_cell(listed: Listed, rng: Rng, headers: tuple[str, ...]) -> Cell:
    row = _a_row(listed, rng)
    return row[headers[int(rng.integers(len(headers)))]]


def _one(rng: Rng, of: list[Any]) -> Any:
    return of[int(rng.integers(len(of)))]


def clear_cell(listed: Listed, rng: Rng) -> None:
    cell = _a_cell(listed, rng, OFFICER_HEADERS_KO)
    cell.shown, cell.means = _one(rng, ["", " ", "\u3000"]), None


def respell_date(listed: Listed, rng: Rng) -> None:
    cell = _a_cell(listed, rng, DATES)
    day = AS_OF + dt.timedelta(days=int(rng.integers(0, 50)))
    m, d = day.month, day.day
    spellings: list[Any] = [
        f"{day:%Y%m%d}", f"{day:%Y.%m.%d}", f"2026. {m}. {d}.", f"2026/{m}/{d}",
        f"26.{m}.{d}", f"26. {m}. {d}.", f"2026년 {m}월 {d}일", f"{day} 14:30",
        f"{day} 00:00:00", f"2026. {m}. {d}.(금)", f" {day} ", f"'{day}",
        str((day - dt.date(1899, 12, 30)).days),
    ]  # fmt: skip
    if listed.kind == "xlsx":
        serial = (day - dt.date(1899, 12, 30)).days
        spellings += [day, dt.datetime.combine(day, dt.time(9, 30)), serial, serial + 0.5,
                      float(serial), int(f"{day:%Y%m%d}")]  # fmt: skip
    cell.shown, cell.means = _one(rng, spellings), day


def respell_code(listed: Listed, rng: Rng) -> None:
    code = _one(rng, list(RESULT_NAME))
    name = RESULT_NAME[code]
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    row = _a_row(listed, rng)
    header, shown, means = _one(
        rng,
        [
            ("결과코드", _one(rng, [code.lower(), f"{code} {name}", f"{name} {code}",
                                f"{code}({name})", wide, f" {code[0]} {code[1]}"]), code),
            ("필요확인", "y", "Y"), ("필요확인", "예", "Y"), ("필요확인", "아니오", "N"),
            ("위기도", "3단계", 3), ("위기도", "4.0", 4), ("위기도", "２", 2),
            ("1차방법", "방 문", "visit"), ("2차방법", " 전화", "phone"),
            ("담당자판단", "변 경", "change"),
            ("현장표시", "2인 방문, 동물주의", "animal,two_persons"),
        ],
    )  # fmt: skip
    row[header] = Cell(shown, means)


def respell_id(listed: Listed, rng: Rng) -> None:
    cell = _a_row(listed, rng)[ID]
    text = str(cell.shown)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in text)
    cell.shown = _one(
        rng,
        [text.lower(), f"{text[:11]} {text[11:]}", text.replace("-", ""), wide,
         text.replace("-", "–"), f" {text}"],
    )  # fmt: skip


def spoil_cell(listed: Listed, rng: Rng) -> None:
    row = _a_row(listed, rng)
    header = _one(rng, [h for h in OFFICER_HEADERS_KO if h not in TEXTS])
    wrong = ["?", "PO", "7", "3월 전화", "#N/A", "=1+1"]
    if header in DATES:
        wrong = ["7/3", "7월 3일", "2026-02-30", "오늘", "2026-13-01", "07/03/2026",
                 "2026-09-30", "2026-06-30", "=TODAY()", "#N/A"]  # fmt: skip
    row[header] = Cell(_one(rng, wrong), SPOILED)


def spoil_id(listed: Listed, rng: Rng) -> None:
    cell = _a_row(listed, rng)[ID]
    if cell.means is SPOILED:
        return
    text = str(cell.means)
    other = make_referral_ids(b"x" * 32, ROUND, ["F"])["F"]
    one = "1" if text[9] != "1" else "2"
    cell.shown = _one(rng, [text[:9] + one + text[10:], text[:-2], "", other, "O" * 16])
    cell.means = SPOILED


def type_text(listed: Listed, rng: Rng) -> None:
    text = _one(
        rng,
        ["=cmd|'/c calc'!A1", "+82-10", "-", "@SUM(A1)", '그가 "괜찮다"고 함', "a;b,c\td",
         "첫 줄\n둘째 줄", "３층　거주", "0010", "1E5", "=HYPERLINK(1)", "#N/A", "합계"],
    )  # fmt: skip
    _a_row(listed, rng)[_one(rng, list(TEXTS))] = Cell(text, cleaned(text))


def delete_rows(listed: Listed, rng: Rng) -> None:
    sheet = max(listed.sheets, key=len)
    rows = [row for row in sheet if row is not None]
    if len(rows) > 1:
        sheet[:] = rows[: int(rng.integers(1, len(rows)))]


def repeat_row(listed: Listed, rng: Rng) -> None:
    row = _a_row(listed, rng)
    listed.sheets[-1].append({h: Cell(c.shown, c.means) for h, c in row.items()})


def shuffle_rows(listed: Listed, rng: Rng) -> None:
    for sheet in listed.sheets:
        order = rng.permutation(len(sheet))
        sheet[:] = [sheet[at] for at in order]


def move_columns(listed: Listed, rng: Rng) -> None:
    listed.headers = [listed.headers[at] for at in rng.permutation(len(listed.headers))]


def add_column(listed: Listed, rng: Rng) -> None:
    header = f"메모{len(listed.headers)}"
    listed.headers.insert(int(rng.integers(len(listed.headers) + 1)), header)
    for row in listed.rows:
        row[header] = Cell(_one(rng, ["", SECRETS[0], "2줄\n메모", '"', "3,4"]))


def rename_column(listed: Listed, rng: Rng) -> None:
    header = _one(rng, [h for h in listed.headers if h in FIELDS])
    listed.names[header] = _one(rng, [f"{header} ", header[:1] + " " + header[1:],
                                      f"{header}2", "비고"])  # fmt: skip


def twice_a_column(listed: Listed, rng: Rng) -> None:
    listed.headers.append(_one(rng, [h for h in listed.headers if h in FIELDS]))


def drop_columns(listed: Listed, rng: Rng) -> None:
    gone = set(HEADERS_KO) - set(FIELDS)
    listed.headers = [h for h in listed.headers if h not in gone]


def drop_flag(listed: Listed, rng: Rng) -> None:
    listed.headers = [h for h in listed.headers if h != "현장표시"]
    for row in listed.rows:
        row["현장표시"] = Cell()


def blank_rows(listed: Listed, rng: Rng) -> None:
    for sheet in listed.sheets:
        sheet.insert(int(rng.integers(len(sheet) + 1)), None)


def add_title(listed: Listed, rng: Rng) -> None:
    listed.titles = int(rng.integers(1, 4))


def save_as(listed: Listed, rng: Rng) -> None:
    listed.encoding, listed.mark = _one(
        rng,
        [("utf-8", ","), ("utf-8-sig", ";"), ("utf-8-sig", "\t"), ("utf-16", "\t"),
         ("utf-16", ","), ("cp949", ",")],
    )  # fmt: skip


def part_sheets(listed: Listed, rng: Rng) -> None:
    if listed.kind == "xlsx" and len(listed.sheets) == 1:
        (rows,) = listed.sheets
        half = len(rows) // 2
        listed.sheets = [rows[:half], rows[half:]]


EDITS: Final[dict[str, Edit]] = {
    edit.__name__: edit
    for edit in (
        clear_cell, respell_date, respell_date, respell_code, respell_id, spoil_cell,
        spoil_id, type_text, delete_rows, repeat_row, shuffle_rows, move_columns,
        add_column, rename_column, twice_a_column, drop_columns, drop_flag, blank_rows,
        add_title, save_as, part_sheets,
    )
}  # fmt: skip


def edited_list(ids: list[str], rng: Rng) -> Listed:
    """A filled list after one to four random edits."""
    listed = filled_list(ids, rng)
    listed.kind = _one(rng, ["csv", "xlsx"])
    if listed.kind == "xlsx":
        # A spreadsheet keeps a number as a number.
        for row in listed.rows:
            if rng.random() < 0.5 and row["위기도"].shown:
                row["위기도"].shown = float(row["위기도"].shown)
    for _ in range(int(rng.integers(1, 5))):
        name = _one(rng, list(EDITS))
        EDITS[name](listed, rng)
        listed.done.append(name)
    return listed


def losses(listed: Listed, told: FileReport, office: Office) -> list[str]:
    """What was lost without a word; empty when nothing was."""
    where = f"{listed.kind} {listed.encoding} {listed.mark!r} {listed.done}"
    lost = [f"{where}: told a value" for s in SECRETS if s in told.message]
    if told.status == "replayed":
        return lost
    if told.status == "refused":
        refused = office.warehouse.rows(
            "SELECT count(*) FROM rej_file WHERE length(reason_code) > 0 "
            "AND file_name = $name", {"name": told.file}
        )  # fmt: skip
        return lost if refused[0][0] else [*lost, f"{where}: refused without a reason"]
    kept, rejected = office.kept(), office.rejected()
    is_told = {header for header in FIELDS if header in told.message}
    for row_no, row in listed.placed():
        if row_no in rejected:
            continue
        same = [
            each for each in kept.values() if each["referral_id"] == row[ID].means
        ] if row_no not in kept else [kept[row_no]]  # fmt: skip
        for header, name in FIELDS.items():
            means = row[header].means
            if means is SPOILED:
                lost.append(f"{where}: row {row_no} {header} accepted")
            elif means is None or header in is_told or means == "-":
                continue
            elif means not in [each[name] for each in same]:
                lost.append(f"{where}: row {row_no} {header} lost")
    return lost
