"""Columns between Arrow and NumPy, without a detour by pandas."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def numpy_of(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """A column without nulls as one array."""
    return np.asarray(column.combine_chunks().to_numpy(zero_copy_only=False))


def arrow_of(
    values: npt.NDArray[Any], null: npt.NDArray[np.bool_] | None = None
) -> pa.Array:
    """An array as a column; null where the mask says so."""
    # pa.array(mask=...) would import pandas, which costs a second.
    kind = pa.from_numpy_dtype(values.dtype)
    bits = None
    if null is not None and null.any():
        bits = pa.py_buffer(np.packbits(~null, bitorder="little").tobytes())
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])
