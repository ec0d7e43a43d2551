"""Text rows as every reader yields them, and which of them are no data."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.sources import SOURCES
from pipeline.layouts import Layout

# A record whose first filled cell is one of these sums up others.
TOTAL_WORDS = frozenset({"합계", "소계", "총계"})
# Cells that cannot begin a total or blank row: nearly all, found without Python.
_ORDINARY = "^[!-~]"
# Title and unit rows stand above a header; deeper than this there is none.
HEADER_WITHIN: Final = 20
# Rows of a workbook's second sheet are numbered from here, and so on.
SHEET_STEP: Final = 10_000_000


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: text columns named by contract field, and `row_no`.

    `ragged` are the numbers of rows with too few or too many cells.
    """

    rows: pa.Table
    ragged: tuple[int, ...] = ()


@dataclass
class Counts:
    """What a reader has seen so far.

    `rows` are all records but the header and the trailer; `skipped` counts those that
    are no data by kind: title, unit, total, blank. `absent` are optional columns that
    the file has not.
    """

    rows: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    bytes_read: int = 0
    absent: set[str] = field(default_factory=set)


def plain(cell: str) -> str:
    """A cell as it is compared: NFC, half width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", cell).split())


def told_row(row_no: int) -> str:
    """A row as a person finds it: its number, with its sheet but on the first."""
    sheet, row = divmod(row_no, SHEET_STEP)
    return f"sheet {sheet + 1} row {row}" if sheet else f"row {row}"


def places_of(found: Sequence[str], layout: Layout) -> dict[str, int] | None:
    """Field -> place of its column in a header of plain cells; None if it is none.

    Every column that is not optional must be there, and none twice.
    """
    wanted = {plain(header): name for name, header in layout.headers.items()}
    known = [name for name in found if name in wanted]
    contract = SOURCES[layout.source]
    missing = {wanted[header] for header in set(wanted) - set(known)}
    if len(set(known)) < len(known) or not all(
        contract.field(name).optional for name in missing
    ):
        return None
    return {wanted[name]: found.index(name) for name in known}


def kind_of(cells: list[str]) -> str | None:
    """`total` or `blank` for a record that is no data."""
    first = next((word for cell in cells if (word := plain(cell))), "")
    if not first:
        return "blank"
    return "total" if first in TOTAL_WORDS else None


def data_only(columns: list[pa.Array], skipped: Counter[str]) -> pa.Array | None:
    """Mask of the rows that are data, the others counted; None when all are."""
    ordinary = pc.match_substring_regex(columns[0], _ORDINARY)
    candidates = pc.indices_nonzero(pc.invert(ordinary)).to_pylist()
    dropped = []
    for index in candidates:
        kind = kind_of([column[index].as_py() or "" for column in columns])
        if kind is not None:
            skipped[kind] += 1
            dropped.append(index)
    if not dropped:
        return None
    keep = [True] * len(columns[0])
    for index in dropped:
        keep[index] = False
    return pa.array(keep)


def as_table(
    layout: Layout, fields: dict[str, pa.Array], numbers: pa.Array
) -> pa.Table:
    """Rows in the contract's order of fields; a field the layout lacks is NULL."""
    names = [each.name for each in SOURCES[layout.source].fields]
    nothing = pa.nulls(len(numbers), pa.string())
    arrays = [fields.get(name, nothing) for name in names]
    return pa.table([numbers, *arrays], names=["row_no", *names])
