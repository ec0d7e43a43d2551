"""Looks at a file nobody has seen and tells what it is, streaming, without values."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from data_contracts.sources import SOURCES
from pipeline.errors import FileRefused
from pipeline.sniff.columns import ColumnSeen, column_seen
from pipeline.sniff.encoding import Encoding, encoding_of, line_ends_of, looks_zipped
from pipeline.sniff.fixed import FixedSeen, look_at_fixed
from pipeline.sniff.headers import header_names, is_of_a_person
from pipeline.sniff.rows import Labels, is_blank, labels_of, names_only, top_of
from pipeline.sniff.shape import Cut, cut_of, open_text, split_records
from pipeline.spreadsheet import sheet_names, sheet_records
from pipeline.text_rows import plain

_SAMPLE_ROWS = 3_000
# No list is wider; a row of stray delimiters may be.
_MAX_COLUMNS = 4_096
# Characters that end a line for some programs: another row's cells follow them.
_LINE_ENDS = re.compile(r"[\x0b\x0c\x1c-\x1e\u2028\u2029]")
_KNOWN = frozenset(
    plain(each.header_ko) for source in SOURCES.values() for each in source.fields
)
Records = Callable[[], Iterator[list[str]]]


@dataclass(frozen=True)
class Rows:
    """Records by kind (title, unit, header, total, blank, data), and their columns."""

    kinds: dict[str, int]
    columns: tuple[ColumnSeen, ...]
    blank_tail: int = 0
    ragged: int = 0
    padded: bool = False


@dataclass(frozen=True)
class Sniffed:
    """What a file is. `fixed` and `sheet` only where the shape has them."""

    shape: str
    encoding: Encoding
    cut: Cut
    rows: Rows
    line_ends: str | None = None
    has_last_end: bool = True
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    fixed: FixedSeen | None = None

    @property
    def header_rows(self) -> int:
        """How many rows name the columns."""
        return self.rows.kinds["header"]


def sniff(path: Path) -> Sniffed:
    """What the file is: encoding, cut, rows by kind, columns by type.

    Raises:
        FileRefused: No text and no workbook, or damaged.
    """
    if not path.is_file():
        raise FileRefused("there is no such file", "check the path that was given")
    if looks_zipped(path):
        return _sniff_workbook(path)
    encoding = encoding_of(path)
    cut = cut_of(path, encoding.name)
    ends, has_last_end = line_ends_of(path, encoding.name)
    if cut.record_bytes is not None:
        fixed = look_at_fixed(path, encoding.name, cut.record_bytes)
        rows = Rows(fixed.kinds, fixed.columns)
        return Sniffed(
            "fixed", encoding, cut, rows, ends, has_last_end, None, (), fixed
        )
    rows = _look(lambda: _text_records(path, encoding.name, cut))
    return Sniffed("delimited", encoding, cut, rows, ends, has_last_end)


def _text_records(path: Path, encoding: str, cut: Cut) -> Iterator[list[str]]:
    try:
        with open_text(path, encoding) as file:
            yield from split_records(file, cut.delimiter or ",", wrapped=cut.wrapped)
    except csv.Error:
        raise FileRefused(
            "a quote opens and does not close, or a cell is longer than any list's",
            "ask the holder for the whole file again",
        ) from None


def _sniff_workbook(path: Path) -> Sniffed:
    """The sheet with most data rows; of equals the first."""
    names = sheet_names(path)
    looked = {name: _look(_sheet(path, name)) for name in names}
    best = max(names, key=lambda name: looked[name].kinds["data"])
    return Sniffed(
        "xlsx",
        Encoding("utf-8"),
        Cut(None),
        looked[best],
        sheet=best,
        sheets=tuple(names),
    )


def _sheet(path: Path, name: str) -> Records:
    return lambda: sheet_records(path, name)


@dataclass
class _Body:
    """Counts of the records below the header."""

    labels: Labels
    named: int
    width: int
    kinds: Counter[str] = field(default_factory=Counter)
    blank_tail: int = 0
    ragged: int = 0
    padded: bool = False

    def take(self, row: list[str]) -> None:
        """Count one record."""
        if is_blank(row):
            self.kinds["blank"] += 1
            self.blank_tail += 1
            return
        self.blank_tail = 0
        self.kinds["total" if self.labels.is_total(row) else "data"] += 1
        self.ragged += len(row) < self.named or not is_blank(row[self.width :])
        self.padded = self.padded or any(cell != cell.strip() for cell in row)


def _look(records: Records) -> Rows:
    sample = list(islice(records(), _SAMPLE_ROWS))
    top = top_of(sample, _KNOWN)
    header = [
        row
        for row, kind in zip(sample[: top.first_data], top.kinds, strict=True)
        if kind == "header"
    ]
    rows = [row for row in sample[top.first_data :] if not is_blank(row)]
    names = _named_columns(_telling(header), rows)
    labels = labels_of(rows, len(names))
    data = [row for row in rows if not labels.is_total(row)]
    body = _Body(labels, len(names), max([len(names), *map(len, header)]))
    for row in islice(records(), top.first_data, None):
        body.take(row)
    above = Counter(top.kinds)
    kinds = {
        kind: above[kind] + body.kinds[kind]
        for kind in ("title", "unit", "header", "total", "blank", "data")
    }
    columns = tuple(
        column_seen(
            name or f"column_{at + 1}",
            [row[at] for row in data if at < len(row)],
        )
        for at, name in enumerate(_shown_names(names, header))
    )
    return Rows(kinds, columns, body.blank_tail, body.ragged, body.padded)


# Five were met in the wild; what is taken for more is data that cannot be told apart.
_MOST_HEADER_ROWS = 6


def _telling(header: list[list[str]]) -> list[list[str]]:
    """The header rows without cells of data that came to stand above or beside them.

    A row that lost its line end stands behind the header: then known names only tell.
    """
    is_joined = len(header) == 1 and any(map(is_of_a_person, header[0]))
    if is_joined or len(header) > _MOST_HEADER_ROWS:
        return [
            [cell if plain(cell) in _KNOWN else "" for cell in row] for row in header
        ]
    if len(header) == 1:
        return header
    nobodys = [row for row in header if not any(map(is_of_a_person, row))]
    return names_only(nobodys, _KNOWN)


def _shown_names(names: list[str], header: list[list[str]]) -> Iterator[str]:
    """Headers, but none that may be a cell: an id, or what follows a joined row."""
    joined = min(
        (
            at
            for row in header
            for at, cell in enumerate(row)
            if _LINE_ENDS.search(cell)
        ),
        default=len(names),
    )
    for at, name in enumerate(names):
        yield "" if at >= joined or is_of_a_person(name) else name


def _named_columns(header: list[list[str]], rows: list[list[str]]) -> list[str]:
    """The columns' names, without those at the end that have neither name nor cell."""
    names = header_names(header)
    width = min(max([len(names), *(len(row) for row in rows)]), _MAX_COLUMNS)
    del names[width:]
    names += [""] * (width - len(names))
    while names and not names[-1]:
        if any(row[len(names) - 1].strip() for row in rows if len(row) >= len(names)):
            break
        names.pop()
    return names
