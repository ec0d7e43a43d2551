"""Delimited files: the header found, cells parsed by Arrow, every record numbered."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from pipeline.bytestream import Utf8Stream
from pipeline.layouts import Layout
from pipeline.refusals import Reason, Refused, cut_off
from pipeline.text_rows import (
    HEADER_WITHIN,
    Chunk,
    Counts,
    as_table,
    data_only,
    kind_of,
    places_of,
    plain,
)

CHUNK_BYTES = 2 << 20
_HEAD_BYTES = 1 << 18


@dataclass(frozen=True)
class Header:
    """Where the header is and which columns of the file hold which field."""

    record_no: int
    width: int
    places: dict[str, int]
    above: dict[str, int] = field(default_factory=dict)
    named: int = 0  # cells up to the last column that has a name

    def cells(self, found: list[str]) -> list[str] | None:
        """A record of another width, if it differs in blank cells at its end only."""
        if len(found) < self.named or any(plain(cell) for cell in found[self.width :]):
            return None
        return [*found[: self.width], *[""] * (self.width - len(found))]


@dataclass
class _Ragged:
    """Records that Arrow set aside because their number of cells is another."""

    layout: Layout
    header: Header
    counts: Counts
    numbers: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    whole: list[tuple[int, list[str]]] = field(default_factory=list)
    refusal: Refused | None = None

    def __call__(self, row: Any) -> str:
        self.numbers.append(row.number)
        if row.number < self.header.record_no:
            return "skip"  # title and unit rows were counted with the header
        if row.number == self.header.record_no:
            self.refusal = _header_too_long()
            return "error"
        if "\n" in row.text.strip("\r\n"):
            self.refusal = cut_off(
                f"record {row.number} opens a quote that does not close"
            )
            return "error"
        try:
            cells = next(_cells(row.text, self.layout), [])
        except csv.Error:
            self.refusal = cut_off(f"record {row.number} does not end")
            return "error"
        if (kind := kind_of(cells)) is not None:
            self.counts.skipped[kind] += 1
        elif (whole := self.header.cells(cells)) is not None:
            self.whole.append((row.number, whole))
        else:
            self.rows.append(row.number)
        return "skip"

    def drain(self, rows: pa.Table) -> Chunk:
        """Rows of the right width with those that were set aside since."""
        taken, self.rows = tuple(self.rows), []
        whole, self.whole = self.whole, []
        if whole:
            fields = {
                name: pa.array([cells[place] for _, cells in whole], pa.string())
                for name, place in self.header.places.items()
            }
            numbers = pa.array([number for number, _ in whole], pa.int64())
            rows = pa.concat_tables([rows, as_table(self.layout, fields, numbers)])
        return Chunk(rows, taken)


def read_delimited(path: Path, layout: Layout, counts: Counts) -> Iterator[Chunk]:
    """The rows of a delimited file, chunk by chunk.

    Raises:
        Refused: Cut off, not in its encoding, or without a column it must have.
    """
    header = find_header(path, layout)
    counts.skipped.update(header.above)
    counts.absent = set(layout.headers) - set(header.places)
    ragged = _Ragged(layout, header, counts)
    with Utf8Stream(path, layout.encoding) as stream:
        try:
            yield from _chunks(stream, header, ragged, layout, counts)
        except pa.ArrowInvalid:
            # Arrow's own message quotes the row.
            raise (
                ragged.refusal
                or stream.refusal
                or cut_off("a quote opens and does not close")
            ) from None


def _chunks(
    stream: Utf8Stream, header: Header, ragged: _Ragged, layout: Layout, counts: Counts
) -> Iterator[Chunk]:
    last_no = 0
    open_end = False
    for batch in _arrow_reader(stream, header, ragged, layout):
        numbers, ragged.numbers = _number(last_no, batch.num_rows, ragged.numbers)
        if batch.num_rows:
            last_no = int(numbers[-1])
            open_end = str(batch.columns[-1][-1]).endswith("\n")
            if stream.quotes and layout.quoting:
                _refuse_swallowed(batch, numbers, layout.delimiter)
        counts.bytes_read = stream.bytes_read
        below = int(np.searchsorted(numbers, header.record_no, side="right"))
        columns = [column[below:] for column in batch.columns]
        row_no = pa.array(numbers[below:])
        if len(row_no) and (keep := data_only(columns, counts.skipped)) is not None:
            columns = [column.filter(keep) for column in columns]
            row_no = row_no.filter(keep)
        fields = {name: columns[place] for name, place in header.places.items()}
        counts.rows = last_no - 1
        yield ragged.drain(as_table(layout, fields, row_no))
    last_no = max([last_no, *ragged.numbers])
    counts.rows = last_no - 1
    if open_end and stream.quotes % 2:
        raise cut_off("a quote opens in the last record and does not close")
    if ragged.rows or ragged.whole:
        nothing = {name: pa.array([], pa.string()) for name in header.places}
        yield ragged.drain(as_table(layout, nothing, pa.array([], pa.int64())))


def _refuse_swallowed(
    batch: pa.RecordBatch, numbers: npt.NDArray[np.int64], delimiter: str
) -> None:
    """A quote that never closed may meet a later one: whole lines lie in one cell."""
    for column in batch.columns:
        for index in pc.indices_nonzero(pc.match_substring(column, "\n")).to_pylist():
            if column[index].as_py().count(delimiter) >= batch.num_columns - 1:
                raise cut_off(
                    f"record {int(numbers[index])} opens a quote that does not close "
                    "on its line"
                )


def _arrow_reader(
    stream: Utf8Stream, header: Header, ragged: _Ragged, layout: Layout
) -> Iterator[pa.RecordBatch]:
    names = [f"c{place}" for place in range(header.width)]
    return iter(
        pacsv.open_csv(
            pa.PythonFile(stream, mode="r"),
            # Only its single-threaded parser tells the numbers of ragged records.
            read_options=pacsv.ReadOptions(
                block_size=CHUNK_BYTES, column_names=names, use_threads=False
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char='"' if layout.quoting else False,
                double_quote=layout.quoting,
                newlines_in_values=layout.quoting,
                ignore_empty_lines=False,
                invalid_row_handler=ragged,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
            ),
        )
    )


def _number(
    last_no: int, size: int, gone: list[int]
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Record numbers of the next `size` rows, stepping over those set aside.

    Arrow reads ahead, so `gone` may hold numbers of later chunks: they are returned.
    """
    away = np.unique(np.array(gone, dtype=np.int64))
    end = last_no + size
    while end != (more := last_no + size + int(np.searchsorted(away, end, "right"))):
        end = more
    candidates = np.arange(last_no + 1, end + 1, dtype=np.int64)
    numbers = candidates[~np.isin(candidates, away)]
    return numbers, [int(number) for number in away if number > end]


def find_header(path: Path, layout: Layout) -> Header:
    """The header record, found by its names; other columns and orders are fine.

    Raises:
        Refused: No record near the top has the names, or one that is needed lacks.
    """
    wanted = {plain(header): name for name, header in layout.headers.items()}
    best: tuple[int, list[str]] = (0, [])
    records = _top(path, layout)
    for number, cells in enumerate(records, start=1):
        found = [plain(cell) for cell in cells]
        known = [name for name in found if name in wanted]
        if (places := places_of(found, layout)) is not None:
            above = [_kind_above(record) for record in records[: number - 1]]
            kinds = {kind: above.count(kind) for kind in dict.fromkeys(above)}
            named = max(place for place, name in enumerate(found, 1) if name)
            return Header(number, len(cells), places, kinds, named)
        if len(known) > len(best[1]):
            best = (number, known)
    raise _no_header(wanted, *best)


def _header_too_long() -> Refused:
    """Its end was not seen when its width was taken: no row could be told from it."""
    return Refused(
        Reason.NO_HEADER,
        f"the header line does not end within {_HEAD_BYTES >> 10} KB",
        "check that the file is what its name says, or ask the holder for it again",
    )


def _no_header(wanted: dict[str, str], number: int, known: list[str]) -> Refused:
    """Only header names that the layout knows are told: any other may be a value."""
    if len(known) * 2 < len(wanted):
        return Refused(
            Reason.NO_HEADER,
            f"none of the first {HEADER_WITHIN} lines is the header; expected the "
            f"columns {', '.join(wanted)}",
            "check that the file is what its name says, or correct the office's layout",
        )
    missing = [name for name in wanted if name not in known]
    twice = sorted({name for name in known if known.count(name) > 1})
    what = f"lacks the columns {', '.join(missing)}" if missing else ""
    if twice:
        what += f"{' and ' if what else ''}has more than once {', '.join(twice)}"
    return Refused(
        Reason.MISSING_COLUMN,
        f"the header (line {number}) {what}; found {', '.join(dict.fromkeys(known))}",
        "ask the holder for the agreed columns, or name them in the office's layout",
    )


def _kind_above(cells: list[str]) -> str:
    if kind_of(cells) == "blank":
        return "blank"
    return "unit" if "단위" in plain("".join(cells)) else "title"


def _top(path: Path, layout: Layout) -> list[list[str]]:
    with Utf8Stream(path, layout.encoding) as stream:
        head = stream.read(_HEAD_BYTES)
    if len(head) == _HEAD_BYTES:  # a line that was cut would be a narrower header
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]
    text = head.decode("utf-8", errors="ignore")
    try:
        return list(islice(_cells(text, layout), HEADER_WITHIN))
    except csv.Error:
        raise cut_off("a quote opens near the top and does not close") from None


def _cells(text: str, layout: Layout) -> Iterator[list[str]]:
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=layout.delimiter,
        quoting=csv.QUOTE_MINIMAL if layout.quoting else csv.QUOTE_NONE,
    )
