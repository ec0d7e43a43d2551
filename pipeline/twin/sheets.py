"""A file before it is bytes: its rows, and what a right reader makes of them."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Row = list[str]


@dataclass
class Sheet:
    """Rows in order of key; `tail` holds planted repeats, `foot` what is no row at all.

    Every planted difficulty takes rows that nothing else has touched, so that what a
    reader must count can be told exactly.
    """

    columns: tuple[str, ...]
    rows: list[Row]
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
        for i in rng.permutation(len(self.rows))[:4000]:
            if len(taken) >= min(count, room):
                break
            if int(i) not in self.touched and fits(self.rows[int(i)]):
                self.touched.add(int(i))
                taken.append(self.rows[int(i)])
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
    if pipe:
        body = [*sheet.title, list(sheet.columns), *sheet.rows, *sheet.tail]
        out.writelines("|".join(row) + line_end for row in [*body, *sheet.foot])
    else:
        writer = csv.writer(out, lineterminator=line_end)
        writer.writerows(sheet.title)
        writer.writerow(sheet.columns)
        writer.writerows([*sheet.rows, *sheet.tail, *sheet.foot])
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


def fixed_nhis(sheet: Sheet) -> bytes:
    """The health insurer's records of 185 bytes and their trailer."""
    lines = []
    for row in [*sheet.rows, *sheet.tail]:
        parts = [
            value.zfill(width).encode() if i in _NUMERIC else _fit(value, width)
            for i, (value, width) in enumerate(zip(row, NHIS_WIDTHS, strict=True))
        ]
        lines.append(b"".join(parts))
    lines.append(f"T{len(lines):010d}".encode())
    return b"\n".join(lines) + b"\n"


def fixed_codes(sheet: Sheet) -> bytes:
    """The ministry's dong register: 300 bytes a line, the header line first."""
    widths = (10, 30, 30, 30, 8, 8)
    lines = []
    for row in [list(sheet.columns), *sheet.rows]:
        parts = [_fit(v, w) for v, w in zip(row, widths, strict=True)]
        lines.append(b" ".join(parts).ljust(300))
    return b"\n".join(lines) + b"\n"
