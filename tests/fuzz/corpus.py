"""Good files of every form that ingest takes; whatever is personal in them is marked."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openpyxl  # type: ignore[import-untyped]

from data_contracts.base import ContractField
from data_contracts.identifiers import ResidentNumber
from data_contracts.sources import SOURCES
from pipeline.layouts import Layout, load_layouts
from pipeline.referral_id import DIGITS, check_character
from tests.lib import files

Rng = np.random.Generator
# Marks of what must be seen nowhere: the end of every resident number and phone, and
# syllables that stand in every name, address and free text, and nowhere else.
RESIDENT_MARK = "739184"
PHONE_MARK = "7391"
NAME_MARK = "꽃뜰"
LONGEST = 60

# Forms that the shipped layouts do not have, as an office would add them.
OFFICE_LAYOUTS = {
    "gas_wide": ("gas", "GASWIDE_{date}.csv", 'encoding = "utf-16"'),
    "nps_wrapped": ("nps", "NPSWRAPPED_{month}.csv", "wrapped = true"),
    "tip_rows": ("tip", "TIPROWS_{date}.csv", "header_rows = 2\nopen_end = true"),
    "visit_book": ("visit", "VISITBOOK_{month}.xlsx", 'shape = "xlsx"'),
}


@dataclass(frozen=True)
class Form:
    """One way in which a source's files come."""

    name: str
    source: str
    file_name: str
    layout: Layout

    @property
    def is_book(self) -> bool:
        return self.file_name.endswith(".xlsx")


@dataclass
class Case:
    """A file in the making.

    `content` is made from the parts above it by `render`. `spared`: how many rows must
    be taken in spite of what was done, None when that cannot be said. `told_rows` is
    the number of records where the bytes do not tell it plainly.
    """

    number: int
    form: Form
    header: list[list[str]]
    rows: list[list[str]]
    rng: Rng
    name: str | bytes
    above: list[list[str]] = field(default_factory=list)
    below: list[list[str]] = field(default_factory=list)
    ends: list[str] = field(default_factory=lambda: ["\n"])
    content: bytes = b""
    side_car: bytes | None = b"2026-03-20\n"
    place: str = "file"
    spared: int | None = 0
    told_rows: int | None = None
    done: list[str] = field(default_factory=list)
    values: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        return self.form.layout.delimiter

    @property
    def codec(self) -> str:
        return self.form.layout.encoding

    def pick(self, share: float = 0.2) -> list[list[str]]:
        """Some rows (at least one, if there is any) that something is done to."""
        if not self.rows:
            return []
        count = max(1, int(len(self.rows) * share * self.rng.random()))
        chosen = self.rng.choice(len(self.rows), count, replace=False)
        return [self.rows[at] for at in sorted(chosen)]

    def any_of(self, choices: "list[str] | tuple[str, ...]") -> str:
        return choices[int(self.rng.integers(len(choices)))]


def write_layouts(folder: Path) -> None:
    """The office's own layouts."""
    folder.mkdir(parents=True, exist_ok=True)
    shipped = load_layouts()
    for name, (source, pattern, more) in OFFICE_LAYOUTS.items():
        base = shipped[source]
        told = {
            "encoding": f'encoding = "{base.encoding}"',
            "shape": 'shape = "delimited"',
        }
        told = {key: line for key, line in told.items() if not more.startswith(key)}
        lines = [f'source = "{source}"', f'pattern = "{pattern}"', more, *told.values()]
        lines += ["[columns]", *(f'{n} = "{h}"' for n, h in base.headers.items())]
        if "header_rows" in more:
            at = lines.index("[columns]") + 1
            lines[at:] = [line.replace(' = "', ' = "확인_') for line in lines[at:]]
        (folder / f"{name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def forms(layouts: dict[str, Layout]) -> dict[str, Form]:
    """Every form by its name; returned lists come as text and as workbooks."""
    found = {}
    for name, layout in layouts.items():
        if name == "result":
            found["result"] = Form("result", "result", "회신.csv", layout)
            found["result_book"] = Form("result_book", "result", "회신.xlsx", layout)
            continue
        stem = layout.pattern.replace("{date}", "20260315").replace("{month}", "202603")
        found[name] = Form(name, layout.source, stem.replace("*", ""), layout)
    return found


def new_case(number: int, form: Form, rng: Rng) -> Case:
    """A good file of a form with some rows; nothing is rendered yet."""
    size = int(rng.integers(0, LONGEST))
    if rng.random() < 0.01:  # workbooks are slow to make
        size = 2_000 if form.is_book else 20_000
    start = int(rng.integers(0, 40))
    rows = [_row(form.source, start + at, rng) for at in range(size)]
    header = [files.header(form.source)]
    if form.layout.header_rows == 2:
        header = [["확인"] * len(header[0]), header[0]]
    stem, dot, ending = form.file_name.rpartition(".")
    name = f"{stem}_v{number % 9000 + 2}{dot}{ending}"
    case = Case(number, form, header, rows, rng, name, spared=size)
    if form.source == "water":
        case.above = [["수도요금 체납 현황"], ['"(단위: 원, 개월)"']]
        case.below = [["합계", *[""] * 7, '"1"', "", ""]]
    if form.layout.encoding == "cp949" and form.source not in ("kepco", "nhis"):
        case.ends = ["\r\n"]
    case.values = frozenset(
        cell
        for row in rows[:LONGEST]
        for cell in row
        if len(cell) > 5 and any(letter.isdigit() for letter in cell)
    )
    return case


def _row(source: str, at: int, rng: Rng) -> list[str]:
    """A good row whose key is its own and whose personal cells bear a mark."""
    cells = dict(files.DEFAULTS[source])
    for each in SOURCES[source].fields:
        if each.name in cells:
            cells[each.name] = _marked(each, cells[each.name], at)
    for name, number in _NUMBERS.items():
        if name in cells:
            cells[name] = number(at)
    if source in _ACCOUNT_DIGITS:
        cells["account_no"] = f"{at + 1:0{_ACCOUNT_DIGITS[source]}d}"
    if source in _REGISTERS:
        cells["dong_code"] = f"44131{at % 1000:03d}00"
    if source == "water":
        cells["amount_krw"] = f'"{rng.integers(10, 99)},{rng.integers(100, 999)}"'
    if source == "nhis":
        cells["name"] = f"최{NAME_MARK}"
    return files.row(source, **cells)


def _marked(each: ContractField, cell: str, at: int) -> str:
    if each.name == "phone":
        return f"010{PHONE_MARK}{at:04d}"
    if isinstance(each.type, ResidentNumber):
        return _resident_number(at)
    if each.vault and "birth" not in each.name:
        return f"{cell}{NAME_MARK}{at % 90 + 10}"
    return cell


def _resident_number(at: int) -> str:
    year, month, day = 50 + at // 336 % 49, at // 28 % 12 + 1, at % 28 + 1
    return f"{year:02d}{month:02d}{day:02d}{1 + at // 16464 % 2}{RESIDENT_MARK}"


def _referral_id(at: int) -> str:
    body = "".join(DIGITS[at >> 5 * n & 31] for n in reversed(range(8)))
    return f"R20263-{body}{check_character('20263' + body)}"


_NUMBERS: dict[str, Callable[[int], str]] = {
    "certificate_no": lambda at: f"{71_000_000_000 + at}",
    "registry_no": lambda at: f"{610_000_000_000 + at}",
    "workplace_no": lambda at: f"{81_000_000_000 + at}",
    "case_no": lambda at: f"2026-{at:06d}",
    "tip_no": lambda at: f"T2026-{at:06d}",
    "referral_id": _referral_id,
}
_ACCOUNT_DIGITS = {"kepco": 10, "water": 9, "gas": 12}
_REGISTERS = ("team", "kikcd_h", "kikmix")


def render(case: Case) -> None:
    """The parts as the bytes of a file."""
    if case.form.is_book:
        case.content = _book([*case.above, *case.header, *case.rows, *case.below])
    elif case.form.layout.shape == "fixed":
        case.content = _fixed(case)
    else:
        case.content = _text(case)


def _text(case: Case) -> bytes:
    lines = []
    for cells in [*case.above, *case.header, *case.rows, *case.below]:
        line = case.mark.join(cells)
        if case.form.layout.wrapped:
            line = '"' + line.replace('"', '""') + '"'
        lines.append(line)
    ends = case.ends
    if len(ends) > 1:
        chosen = case.rng.integers(len(ends), size=len(lines))
        lines = [line + ends[at] for line, at in zip(lines, chosen, strict=True)]
        return "".join(lines).encode(case.codec, "ignore")
    return "".join(line + ends[0] for line in lines).encode(case.codec, "ignore")


def _fixed(case: Case) -> bytes:
    layout = case.form.layout
    names = [each.name for each in SOURCES[case.form.source].fields]
    cuts = [layout.slices[name] for name in names]
    lines = []
    head = case.header if layout.header != "none" else []
    for cells in [*head, *case.rows]:
        line = bytearray(b" " * (layout.record_bytes or 0))
        for cell, cut in zip(cells, cuts, strict=False):
            width = cut.end - cut.start
            kept = cell.encode("cp949", "ignore")[:width].decode("cp949", "ignore")
            line[cut.start : cut.end] = kept.encode("cp949").ljust(width)
        lines.append(bytes(line).replace(b"\n", b" ").replace(b"\r", b" "))
    if layout.trailer is not None:
        lines.append(f"{layout.trailer}{len(case.rows):010d}".encode())
    return b"".join(line + b"\n" for line in lines)


def _book(records: list[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("명단")
    for cells in records:
        page.append([_legal(cell) for cell in cells[:16_384]])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _legal(cell: str) -> str:
    return "".join(c for c in cell[:32_000] if c in "\t\n" or " " <= c < "\ufffe")
