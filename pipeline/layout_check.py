"""A layout tried on a file: what would be taken, refused and why; nothing is kept."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from data_contracts.base import Contract
from data_contracts.derive import checking_sql, parameters
from data_contracts.rejects import Reject
from data_contracts.sources import SOURCES
from pipeline.errors import UserError
from pipeline.filenames import known_on, recognise
from pipeline.identity import Keys, Secret, pads
from pipeline.layouts import Layout
from pipeline.readers import read_rows
from pipeline.refusals import Reason, Refused
from pipeline.sniff.columns import shape_of
from pipeline.sniff.look import sniff
from pipeline.text_rows import Chunk, Counts, plain
from pipeline.warehouse import Warehouse

_TEXT = "_layout_text"
# Nothing keyed leaves this module, so that nobody needs the office's keys to look.
_THROWAWAY = Keys(*(Secret(bytes(32)) for _ in range(3)))


@dataclass(frozen=True)
class LayoutChecked:
    """What became of a file's rows; `sample` has shapes in the place of values."""

    source: str
    ref_date: dt.date
    takes_name: bool
    rows: int
    accepted: int
    rejected: int
    rejected_by_code: dict[str, int]
    skipped: dict[str, int]
    unknown_columns: tuple[str, ...]
    fields_without_column: tuple[str, ...]
    sample: tuple[dict[str, Any], ...]


def check_layout(
    path: Path, layout: Layout, *, rows: int = 20, ref_date: dt.date | None = None
) -> LayoutChecked:
    """Read the file by the layout and check every row, all in memory.

    Every value is told as its shape, of harmless fields too: a layout that is off by
    one column puts names where codes should be. Repeated keys are not settled.

    Raises:
        Refused: The file cannot be read to its end as the layout says.
    """
    try:
        return _checked(path, layout, rows, ref_date)
    except OSError:
        raise Refused(
            Reason.UNREADABLE,
            "is not there or may not be read",
            "check the path and its permissions",
        ) from None


def _checked(
    path: Path, layout: Layout, rows: int, ref_date: dt.date | None
) -> LayoutChecked:
    contract = SOURCES[layout.source]
    named = _date_in_name(path, layout)
    day = ref_date or named or known_on(path)
    counts, codes = Counts(), Counter[str]()
    sample: list[dict[str, Any]] = []
    accepted = 0
    with Warehouse.in_memory() as warehouse:
        for chunk in read_rows(path, layout, counts):
            found = _reasons(warehouse, contract, chunk, day)
            codes.update(reasons[0] for reasons in found.values() if reasons)
            codes.update({str(Reject.COLUMN_COUNT): len(chunk.ragged)})
            accepted += sum(not reasons for reasons in found.values())
            if len(sample) < rows:
                sample += _masked(chunk, found, rows - len(sample))
    by_code = {code: number for code, number in sorted(codes.items()) if number}
    return LayoutChecked(
        source=layout.source,
        ref_date=day,
        takes_name=named is not None,
        rows=counts.rows,
        accepted=accepted,
        rejected=sum(by_code.values()),
        rejected_by_code=by_code,
        skipped=dict(counts.skipped),
        unknown_columns=_unknown(path, layout),
        fields_without_column=tuple(
            each.name for each in contract.fields if each.name not in layout.columns
        ),
        sample=tuple(sample),
    )


def _date_in_name(path: Path, layout: Layout) -> dt.date | None:
    try:
        return recognise(path.name, {layout.form: layout}).ref_date
    except Refused:
        return None


def _reasons(
    warehouse: Warehouse, contract: Contract, chunk: Chunk, day: dt.date
) -> dict[int, list[str]]:
    """Row number -> reject codes, of every row of a chunk."""
    if not chunk.rows.num_rows:
        return {}
    given: dict[str, Any] = {"ref_date": day, **pads(_THROWAWAY)}
    params = {name: given[name] for name in parameters(contract)}
    with warehouse.registered(chunk.rows, _TEXT):
        found: pa.Table = warehouse.fetch(
            f"SELECT row_no, reasons FROM ({checking_sql(contract, _TEXT)}) "
            "ORDER BY row_no",
            params,
        )
    numbers = found.column("row_no").to_pylist()
    return dict(zip(numbers, found.column("reasons").to_pylist(), strict=True))


def _masked(
    chunk: Chunk, reasons: dict[int, list[str]], room: int
) -> list[dict[str, Any]]:
    masked = []
    for row in chunk.rows.slice(0, room).to_pylist():
        number = row.pop("row_no")
        shapes = {name: shape_of(cell) for name, cell in row.items() if cell}
        codes = ", ".join(reasons[number])
        masked.append({"row": number, "refused": codes, "fields": shapes})
    return masked


def _unknown(path: Path, layout: Layout) -> tuple[str, ...]:
    """Columns of the file that the layout does not name."""
    if layout.shape == "fixed":
        return ()
    try:
        columns = sniff(path).rows.columns
    except UserError:
        return ()  # it could be read, so that this is no more than not told
    named = {plain(header) for header in layout.headers.values()}
    return tuple(each.name for each in columns if plain(each.name) not in named)
