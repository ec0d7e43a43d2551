"""How a text file is cut into cells: delimiter, wrapped rows, or bytes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.layouts import load_layouts

DELIMITERS = (",", "\t", "|", ";")
_SAMPLE = 1 << 20
_SAMPLE_ROWS = 400
# Of the records with cells, so many must have one width.
_CONSISTENT = 0.8
_MIN_RECORD_BYTES = 8
_MIN_RECORDS = 3
# An address at the end of each record may have a comma or two, never at one byte.
_CELLS_OF_TEXT = 3
_MIN_MOVING = 10


@dataclass(frozen=True)
class Cut:
    """Delimited by `delimiter`, or records of `record_bytes` without one."""

    delimiter: str | None
    wrapped: bool = False
    record_bytes: int | None = None
    quoted: bool = True


def cut_of(path: Path, encoding: str) -> Cut:
    """How the file is cut into cells, judged by its first megabyte."""
    with open_text(path, encoding) as file:
        text = file.read(_SAMPLE)
    whole_lines = text[: text.rfind("\n") + 1] or text
    judged = [_judge(whole_lines, delimiter) for delimiter in DELIMITERS]
    score, width, wrapped, delimiter = max(judged, key=lambda each: each[:2])
    length = None if encoding.startswith("utf-16") else _record_bytes(path)
    if length is not None and (
        score < _CONSISTENT
        or width < 2
        or (width <= _CELLS_OF_TEXT and _moves(path, delimiter, length))
    ):
        return Cut(None, record_bytes=length)
    if width < 2:
        return Cut(",")
    return Cut(delimiter, wrapped, quoted='"' in whole_lines)


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """A file as text with its own line ends, without a mark."""
    with path.open(encoding=encoding, newline="") as file:
        yield file


def split_records(
    lines: Iterator[str], delimiter: str, *, quoting: bool = True, wrapped: bool = False
) -> Iterator[list[str]]:
    """Records of cells; wrapped ones (a whole row in one quoted cell) cut again."""
    records = csv.reader(
        lines,
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE,
    )
    if not wrapped:
        yield from records
        return
    for cells in records:
        if len(cells) == 1 and cells[0]:
            yield next(csv.reader([cells[0]], delimiter=delimiter), [])
        else:
            yield cells


def _judge(text: str, delimiter: str) -> tuple[float, int, bool, str]:
    """How many records have the commonest width (of at least two cells)."""
    rows = _parsed(text, delimiter, wrapped=False)
    alone = [row[0] for row in rows if len(row) == 1]
    wrapped = len(alone) >= _CONSISTENT * len(rows) and all(
        delimiter in cell for cell in alone
    )
    if wrapped and '"' in text[:4]:
        rows = _parsed(text, delimiter, wrapped=True)
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0, 0, False, delimiter
    width, often = max(widths.items(), key=lambda each: (each[1], each[0]))
    score = often / len(rows) if width > 1 else 0.0
    return round(score, 1), width, wrapped and width > 1, delimiter


def _parsed(text: str, delimiter: str, *, wrapped: bool) -> list[list[str]]:
    lines = io.StringIO(text, newline="")
    try:
        found = list(
            islice(split_records(lines, delimiter, wrapped=wrapped), _SAMPLE_ROWS)
        )
    except csv.Error:
        return []
    return [row for row in found if any(cell.strip() for cell in row)]


def _record_bytes(path: Path) -> int | None:
    """The length that nearly all lines have in bytes."""
    with path.open("rb") as file:
        lines = [line.rstrip(b"\r\n") for line in islice(file, _SAMPLE_ROWS)]
    lengths = Counter(len(line) for line in lines if line)
    if not lengths:
        return None
    length, often = max(lengths.items(), key=lambda each: (each[1], each[0]))
    # A line or two of another length are a header and a trailer.
    most = often >= min(0.9 * lengths.total(), lengths.total() - 2)
    known = {layout.record_bytes for layout in load_layouts().values()}
    # One line alone has always one length.
    if most and (often >= _MIN_RECORDS or length in known):
        return length if length >= _MIN_RECORD_BYTES else None
    return None


def _moves(path: Path, delimiter: str, length: int) -> bool:
    """Does the mark stand elsewhere in each record though all have one length?"""
    mark = delimiter.encode("ascii")
    with path.open("rb") as file:
        lines = [line.rstrip(b"\r\n") for line in islice(file, _SAMPLE_ROWS)]
    first = Counter(line.find(mark) for line in lines if len(line) == length)
    return first.total() >= _MIN_MOVING and max(first.values()) < 0.9 * first.total()
