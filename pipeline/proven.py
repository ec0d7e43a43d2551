"""Columns whose values their bytes prove, without reading cell by cell."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.base import ContractField
from data_contracts.identifiers import Digits
from data_contracts.measures import Whole
from data_contracts.types import Text
from pipeline.plain_rows import odd_cells

Mask = npt.NDArray[np.bool_]
# A column whose first cells repeat less than this is not read by distinct cells.
_SAMPLE, _MOST_DISTINCT = 4096, 0.5
_ARROW_WHOLE = {"BIGINT": pa.int64(), "INTEGER": pa.int32()}


def repeats(cells: pa.ChunkedArray) -> bool:
    """Is a column read by its distinct cells cheaper than cell by cell?"""
    sample = cells.slice(0, _SAMPLE)
    return len(sample.unique()) <= _MOST_DISTINCT * len(sample)


def proven(
    field: ContractField, cells: pa.ChunkedArray
) -> tuple[pa.ChunkedArray, Mask] | None:
    """A column's values where its bytes prove them, and the rows that they do not."""
    kind = field.type
    # By the exact class: a subclass may mean something else by the same text.
    if type(kind) is Text:
        odd = odd_cells(cells, None)
        empty = pc.equal(pc.binary_length(cells), 0)
        if (any_empty := pc.any(empty).as_py()) or cells.null_count:
            missing = pc.fill_null(empty, True)
            if any_empty:
                cells = pc.if_else(missing, None, cells)
            if field.required:
                odd |= missing.to_numpy()
        return cells, odd
    if type(kind) is Digits:
        length = pc.fill_null(pc.binary_length(cells), 0)
        return cells, odd_cells(cells, "") | (length.to_numpy() != kind.length)
    if type(kind) is Whole:
        length = pc.fill_null(pc.binary_length(cells), 0).to_numpy()
        # Eight digits may be a word for a missing day; fewer than the most fit.
        odd = odd_cells(cells, "") | (length == 0) | (length == 8)  # noqa: PLR2004
        odd |= length >= len(str(kind.maximum))
        readable = pc.if_else(pa.array(odd), None, cells) if odd.any() else cells
        return readable.cast(_ARROW_WHOLE[kind.sql_type]), odd
    return None
