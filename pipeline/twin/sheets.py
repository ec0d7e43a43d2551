"""A file before it is bytes: its rows, and what a right reader makes of them."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, overload

import numpy as np

Row = list[str]


class Table(Sequence[Row]):
    """Rows kept as columns: a row becomes a list of its own when it is asked for.

    `table[i]` may be changed in place and stays changed; rows met while iterating are
    copies.
    """

    def __init__(self, columns: Sequence[Sequence[str]]) -> None:
        self.columns = columns
        self.changed: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self.columns[0])

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if index not in self.changed:
            self.changed[index] = [column[index] for column in self.columns]
        return self.changed[index]

    def __iter__(self) -> Iterator[Row]:
        for row in chain.from_iterable(self.pieces()):
            yield list(row)

    def pieces(self) -> Iterator[Iterable[Sequence[str]]]:
        """All rows in order, in long stretches: what a writer takes most quickly."""
        stored, done = zip(*self.columns, strict=True), 0
        for i in sorted(self.changed):
            yield islice(stored, i - done)
            yield (self.changed[i],)
            next(stored)
            done = i + 1
        yield stored

    def column(self, at: int) -> list[str]:
        """One column, changes included; "" where a row has lost it."""
        values = list(self.columns[at])
        for i, row in self.changed.items():
            values[i] = row[at] if at < len(row) else ""
        return values


def pieces_of(rows: Sequence[Row]) -> Iterable[Iterable[Sequence[str]]]:
    """Rows to be read only, in stretches."""
    return rows.pieces() if isinstance(rows, Table) else (rows,)


def tuples(rows: Sequence[Row]) -> Iterable[Sequence[str]]:
    """Rows to be read only, one by one."""
    return chain.from_iterable(pieces_of(rows))


@dataclass
class Sheet:
    """Rows in order of key; `tail` holds planted repeats, `foot` what is no row at all.

    `rows` is a list of lists, or a `Table` where there are many. Every planted
    difficulty takes rows that nothing else has touched, so that what a reader must
    count can be told exactly.
    """

    columns: tuple[str, ...]
    rows: Sequence[Row]
    title: list[Row] = field(default_factory=list)
    tail: list[Row] = field(default_factory=list)
    foot: list[Row] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    superseded: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    touched: set[int] = field(default_factory=set)

    def at(self, column: str) -> int:
        """Position of a column."""
        return self.columns.index(column)

    def column(self, name: str) -> list[str]:
        """The values of a column, in order of the rows."""
        i = self.at(name)
        if isinstance(self.rows, Table):
            return self.rows.column(i)
        return [row[i] for row in self.rows]

    def take(
        self,
        rng: np.random.Generator,
        count: int,
        fits: Callable[[Row], bool] = lambda row: True,
    ) -> list[Row]:
        """Up to `count` untouched rows that fit; from now on they are touched.

        At most a third of a file is ever touched, so that a small town's files are
        still mostly whole.
        """
        taken: list[Row] = []
        room = len(self.rows) // 3 - len(self.touched)
        for i in rng.permutation(len(self.rows))[:4000].tolist():
            if len(taken) >= min(count, room):
                break
            if i not in self.touched and fits(self.rows[i]):
                self.touched.add(i)
                taken.append(self.rows[i])
        return taken

    def expected(self) -> dict[str, Any]:
        """What a reader must report of this file."""
        refused = sum(self.rejected.values())
        skipped = len(self.title) + len(self.foot)
        body = len(self.rows) + len(self.tail)
        return {
            "rows": body + skipped,
            "accepted": body - refused - self.repeated - self.superseded,
            "rejected": refused,
            "rejected_by_code": dict(sorted(self.rejected.items())),
            "repeated": self.repeated,
            "superseded": self.superseded,
            "skipped": skipped,
            "planted": dict(sorted(self.planted.items())),
        }


def delimited(sheet: Sheet, encoding: str, line_end: str, *, pipe: bool) -> bytes:
    """A delimited file: what stands above the header, header, rows, what follows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    for part in (
        [*sheet.title, list(sheet.columns)],
        sheet.rows,
        sheet.tail,
        sheet.foot,
    ):
        for piece in pieces_of(part):
            if pipe:
                out.writelines("|".join(row) + line_end for row in piece)
            else:
                writer.writerows(piece)
    return out.getvalue().encode(encoding)


NHIS_WIDTHS = (11, 1, 13, 20, 9, 3, 11, 6, 1, 10, 100)
_NUMERIC = frozenset((4, 5, 6))


def _fit(text: str, width: int) -> bytes:
    """Cut on a character boundary and pad with blanks, in bytes of cp949."""
    raw = text.encode("cp949")
    while len(raw) > width:
        text = text[:-1]
        raw = text.encode("cp949")
    return raw.ljust(width)


def _fitted(values: list[str], width: int) -> list[bytes]:
    """All values of a column, encoded at once: no value holds a line break."""
    whole = "\n".join(values).encode("cp949").split(b"\n")
    return [
        raw.ljust(width) if len(raw) <= width else _fit(text, width)
        for raw, text in zip(whole, values, strict=True)
    ]


def fixed_nhis(sheet: Sheet) -> bytes:
    """The health insurer's records of 185 bytes and their trailer."""
    parts: list[list[bytes]] = []
    for i, width in enumerate(NHIS_WIDTHS):
        values = sheet.column(sheet.columns[i]) + [row[i] for row in sheet.tail]
        if not values:
            continue
        if i in _NUMERIC:
            parts.append([value.zfill(width).encode() for value in values])
        else:
            parts.append(_fitted(values, width))
    records = list(map(b"".join, zip(*parts, strict=True)))
    records.append(f"T{len(records):010d}".encode())
    return b"\n".join(records) + b"\n"


def fixed_codes(sheet: Sheet) -> bytes:
    """The ministry's dong register: 300 bytes a line, the header line first."""
    widths = (10, 30, 30, 30, 8, 8)
    lines = []
    for row in [list(sheet.columns), *sheet.rows]:
        parts = [_fit(v, w) for v, w in zip(row, widths, strict=True)]
        lines.append(b" ".join(parts).ljust(300))
    return b"\n".join(lines) + b"\n"
