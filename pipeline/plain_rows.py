"""Which rows hold plain cells only, so that the quick checks fit them."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
_ZERO, _BLANK = 0x30, 0x20
# First bytes of UTF-8 between these begin Hangul syllables and Hanja that are as
# they should be; below and above lie combining marks, jamo, full width, odd blanks.
_FIRST_LETTER, _FIRST_PLAIN, _LAST_PLAIN = 0xC0, 0xEA, 0xED


def split_plain(
    rows: pa.Table, marks: dict[str, str | None]
) -> tuple[pa.Table, pa.Table]:
    """Plain rows and the others; together they are all rows, each part in order."""
    odd = np.zeros(rows.num_rows, dtype=np.bool_)
    for name, allowed in marks.items():
        odd |= odd_cells(rows.column(name), allowed)
    if not odd.any():
        return rows, rows.slice(0, 0)
    return rows.filter(pa.array(~odd)), rows.filter(pa.array(odd))


def odd_cells(column: pa.ChunkedArray, allowed: str | None) -> npt.NDArray[np.bool_]:
    """Which cells are not plain: digits and `allowed` only; None: any clean text."""
    odd = np.zeros(len(column), dtype=np.bool_)
    for chunk, first in _chunks(column):
        _mark_odd(chunk, allowed, odd[first : first + len(chunk)])
    return odd


def _chunks(column: pa.ChunkedArray) -> list[tuple[pa.StringArray, int]]:
    starts = np.cumsum([0, *(len(chunk) for chunk in column.chunks)])
    return list(zip(column.chunks, starts[:-1].tolist(), strict=True))


def _mark_odd(
    cells: pa.StringArray, allowed: str | None, odd: npt.NDArray[np.bool_]
) -> None:
    _, ends, text = cells.buffers()
    if text is None or cells.null_count == len(cells):
        return
    offsets = np.frombuffer(ends, dtype=np.int32)[
        cells.offset : cells.offset + len(cells) + 1
    ]
    start = int(offsets[0])
    letters = np.frombuffer(text, dtype=np.uint8)[start : int(offsets[-1])]
    if not len(letters):
        return
    found = _odd_text(letters) if allowed is None else _odd_digits(letters, allowed)
    # Where cells are empty, the last one that begins there holds the byte.
    odd[np.searchsorted(offsets, found + start, side="right") - 1] = True
    if allowed is None:
        filled = np.flatnonzero(offsets[1:] > offsets[:-1])
        edges = letters[offsets[filled] - start] == _BLANK
        edges |= letters[offsets[filled + 1] - 1 - start] == _BLANK
        odd[filled[edges]] = True


def _odd_digits(letters: Bytes, allowed: str) -> npt.NDArray[np.int64]:
    is_odd = (letters - np.uint8(_ZERO)) > 9  # wraps below zero
    for mark in allowed:
        is_odd &= letters != ord(mark)
    return np.flatnonzero(is_odd)


def _odd_text(letters: Bytes) -> npt.NDArray[np.int64]:
    is_odd = letters < _BLANK
    is_odd |= letters > _LAST_PLAIN
    is_odd |= (letters - np.uint8(_FIRST_LETTER)) < _FIRST_PLAIN - _FIRST_LETTER
    blank = letters == _BLANK
    is_odd[1:] |= blank[1:] & blank[:-1]
    return np.flatnonzero(is_odd)
