"""Unusual shapes as text rows: workbooks, wrapped rows, UTF-16, several header rows.

Slower than the quick reader (Python cuts the cells) but as strict, and as it nothing
is written to disk.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa

from data_contracts.measures import Date, Month
from data_contracts.sources import SOURCES
from pipeline.filenames import ANY_NAME
from pipeline.layouts import Layout
from pipeline.refusals import Reason, Refused, cut_off
from pipeline.sniff.headers import header_names
from pipeline.sniff.shape import split_records
from pipeline.spreadsheet import day_of_serial, every_sheet, sheet_records
from pipeline.text_rows import (
    HEADER_WITHIN,
    SHEET_STEP,
    Chunk,
    Counts,
    as_table,
    kind_of,
    places_of,
    plain,
)

_CHUNK_ROWS = 1 << 15
_REFERRAL = re.compile(r"R\d{5}-?[0-9A-Z]{8}[0-9A-Z*~$=]")


def read_unusual(path: Path, layout: Layout, counts: Counts) -> Iterator[Chunk]:
    """The rows of a file in an unusual shape, chunk by chunk.

    Raises:
        Refused: Cut off, not in its encoding, without a column it must have.
    """
    if layout.shape == "xlsx" and layout.pattern == ANY_NAME:
        yield from _read_every_sheet(path, layout, counts)
        return
    if layout.shape == "xlsx":
        records = sheet_records(path, layout.sheet)
    else:
        records = _text_records(path, layout, counts)
    top: list[list[str]] = []
    for record in islice(records, HEADER_WITHIN + layout.header_rows):
        top.append(record)
    if not top:
        raise cut_off("the file is empty, without even a header")
    header = _header(top, layout)
    for above in top[: header.first]:
        counts.skipped[_kind_above(above)] += 1
    counts.rows = header.first
    counts.absent = set(layout.headers) - set(header.places)
    rows = _Rows(layout, header, counts)
    below = header.first + layout.header_rows
    for number, cells in enumerate(_chained(top[below:], records), start=below + 1):
        rows.take(number, cells)
        if len(rows.numbers) >= _CHUNK_ROWS:
            yield rows.drain()
    if layout.shape == "xlsx":
        counts.bytes_read = path.stat().st_size
    yield rows.drain()


def _read_every_sheet(path: Path, layout: Layout, counts: Counts) -> Iterator[Chunk]:
    """The rows of each sheet that has the header: a hub's workbook has one per dong.

    Raises:
        Refused: No sheet has the header, or one holds a list without it.
    """
    told: Refused | None = None
    is_read = False
    for sheet, (_, records) in enumerate(every_sheet(path)):
        top = list(islice(records, HEADER_WITHIN + layout.header_rows))
        try:
            header = _header(top, layout)
        except Refused as refusal:
            told = told if is_read else (told or refusal)
            _refuse_headless(_chained(top, records), sheet, refusal)
            continue
        is_read = True
        for above in top[: header.first]:
            counts.skipped[_kind_above(above)] += 1
        counts.rows += header.first
        counts.absent |= set(layout.headers) - set(header.places)
        rows = _Rows(layout, header, counts)
        below = header.first + layout.header_rows
        first = sheet * SHEET_STEP + below + 1
        for number, cells in enumerate(_chained(top[below:], records), start=first):
            rows.take(number, cells)
        yield rows.drain()
    if not is_read:
        raise told or cut_off("the workbook is empty, without even a header")
    counts.bytes_read = path.stat().st_size


def _refuse_headless(
    records: Iterator[list[str]], sheet: int, refusal: Refused
) -> None:
    """Rows of a list on a sheet without its header would be lost without a word."""
    for cells in records:
        if any(_REFERRAL.fullmatch(plain(cell).upper()) for cell in cells):
            if refusal.reason is Reason.MISSING_COLUMN:
                raise refusal
            raise Refused(
                Reason.NO_HEADER,
                f"sheet {sheet + 1} holds referrals, but not the header of a list",
                "copy the header row onto that sheet too, or put its rows on the list",
            )


def _chained(first: list[list[str]], rest: Iterator[list[str]]) -> Iterator[list[str]]:
    yield from first
    yield from rest


@dataclass(frozen=True)
class _Header:
    """Where the header begins (0-based), its width, and which column is which field."""

    first: int
    width: int
    named: int
    places: dict[str, int]


@dataclass
class _Rows:
    """Rows that wait for their chunk."""

    layout: Layout
    header: _Header
    counts: Counts
    numbers: list[int] = field(default_factory=list)
    ragged: list[int] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=dict)

    def take(self, number: int, cells: list[str]) -> None:
        """One record: data, or counted as what else it is."""
        self.counts.rows += 1
        header = self.header
        if (kind := kind_of(cells)) is not None:
            self.counts.skipped[kind] += 1
        # A workbook leaves out the empty cells at a row's end; a text file does not.
        elif (len(cells) < header.named and self.layout.shape != "xlsx") or any(
            map(plain, cells[header.width :])
        ):
            self.ragged.append(number)
        else:
            self.numbers.append(number)
            for name, place in header.places.items():
                cell = cells[place] if place < len(cells) else ""
                self.cells.setdefault(name, []).append(cell)

    def drain(self) -> Chunk:
        """What waits, as a chunk."""
        fields = {
            name: pa.array(self._dated(name, self.cells.get(name, [])), pa.string())
            for name in self.header.places
        }
        numbers = pa.array(self.numbers, pa.int64())
        chunk = Chunk(as_table(self.layout, fields, numbers), tuple(self.ragged))
        self.numbers, self.ragged, self.cells = [], [], {}
        return chunk

    def _dated(self, name: str, cells: list[str]) -> list[str]:
        """In a workbook a day may be a bare number, and a month's day is no matter."""
        if self.layout.shape != "xlsx":
            return cells
        kind = SOURCES[self.layout.source].field(name).type
        if isinstance(kind, Date):
            return [day_of_serial(cell) for cell in cells]
        if isinstance(kind, Month):
            return [_month(day_of_serial(cell)) for cell in cells]
        return cells


def _month(text: str) -> str:
    return text[:6] if len(text) == 8 and text.isdigit() else text


def _header(top: list[list[str]], layout: Layout) -> _Header:
    wanted = {plain(header): name for name, header in layout.headers.items()}
    best: list[str] = []
    for first in range(len(top)):
        rows = top[first : first + layout.header_rows]
        if len(rows) < layout.header_rows:
            break
        found = [plain(name) for name in header_names(rows)]
        known = [name for name in found if name in wanted]
        if (places := places_of(found, layout)) is not None:
            named = max(at for at, name in enumerate(found, 1) if name)
            return _Header(first, len(found), named, places)
        best = max(best, known, key=lambda names: len(set(names)))
    missing = [name for name in wanted if name not in best]
    twice = sorted({name for name in best if best.count(name) > 1})
    raise Refused(
        Reason.MISSING_COLUMN if len(best) * 2 >= len(wanted) else Reason.NO_HEADER,
        f"no header of {layout.header_rows} rows near the top has every column of the "
        f"layout; missing {', '.join(missing) or 'none'}, more than once "
        f"{', '.join(twice) or 'none'}",
        "ask the holder for the agreed columns, or correct header_rows and [columns] "
        "in the office's layout",
    )


def _kind_above(cells: list[str]) -> str:
    if kind_of(cells) == "blank":
        return "blank"
    return "unit" if "단위" in plain("".join(cells)) else "title"


def _text_records(path: Path, layout: Layout, counts: Counts) -> Iterator[list[str]]:
    """Strictly decoded records; a cut-off file is refused when its end is reached."""
    watched = _Watched(path, layout, counts)
    try:
        records = split_records(
            watched.lines(),
            layout.delimiter,
            quoting=layout.quoting,
            wrapped=layout.wrapped,
        )
        for number, cells in enumerate(records, start=1):
            _refuse_swallowed(number, cells, layout)
            yield cells
    except UnicodeError:
        raise Refused(
            Reason.ENCODING,
            f"line {watched.read + 1} or one soon after is no {layout.encoding} text",
            "ask for the file in that encoding, or set encoding in the office's layout",
        ) from None
    except csv.Error:
        raise cut_off(f"record near line {watched.read} does not end") from None


@dataclass
class _Watched:
    """Lines of a file, looked at while they pass."""

    path: Path
    layout: Layout
    counts: Counts
    read: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        """Every line with its end; what shows a cut-off file refuses it."""
        line = ""
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding=self.layout.encoding, newline="")
            for line in text:
                self.read += 1
                if "\0" in line:
                    raise cut_off(f"a zero byte in line {self.read}")
                self.seen['"'] += line.count('"')
                self.counts.bytes_read = raw.tell()
                yield line.removeprefix("\ufeff") if self.read == 1 else line
        if not self.layout.open_end and not line.endswith(("\n", "\r")):
            raise cut_off("the last line has no end")
        if self.layout.quoting and self.seen['"'] % 2:
            raise cut_off("a quote opens and does not close")


def _refuse_swallowed(number: int, cells: list[str], layout: Layout) -> None:
    """A quote that never closed may meet a later one: whole lines lie in one cell."""
    for cell in cells:
        if "\n" in cell and cell.count(layout.delimiter) >= max(len(cells) - 1, 1):
            raise cut_off(f"record {number} opens a quote that does not close")
