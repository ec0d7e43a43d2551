"""Fixed-width files: records cut in bytes first and decoded after."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.layouts import Layout, Slice
from pipeline.refusals import ASK_AGAIN, Reason, Refused, cut_off
from pipeline.text_rows import Chunk, Counts, as_table, data_only

CHUNK_RECORDS = 1 << 14
_NEWLINE = 10
_CARRIAGE = 13
_BLANK = 32
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Body:
    """Where the records lie: bytes of the header line, line end, number of records."""

    start: int
    line_end: int
    records: int
    first_no: int


def read_fixed(path: Path, layout: Layout, counts: Counts) -> Iterator[Chunk]:
    """The rows of a fixed-width file, chunk by chunk.

    Raises:
        Refused: Cut off, a record of another length, a wrong trailer, bytes that are
            no text.
    """
    size = layout.record_bytes or 0
    with path.open("rb") as file:
        body = _measure(file, path.stat().st_size, layout)
        file.seek(body.start)
        counts.rows = body.records
        step = size + body.line_end
        for first in range(0, body.records, CHUNK_RECORDS):
            take = min(CHUNK_RECORDS, body.records - first)
            raw = file.read(step * take)
            if len(raw) != step * take:
                raise cut_off("the file became shorter while it was read")
            records = np.frombuffer(raw, dtype=np.uint8).reshape(take, step)
            number = body.first_no + first
            if raw.count(b"\n") != take or b"\0" in raw or not _ends(records, size):
                _refuse_lengths(records, size, number)
            counts.bytes_read = body.start + (first + take) * step
            yield _chunk(records, layout, number, counts)


def _chunk(records: Bytes, layout: Layout, number: int, counts: Counts) -> Chunk:
    fields = {
        name: _text(records, cut, name, number, layout.encoding)
        for name, cut in layout.slices.items()
    }
    numbers = pa.array(np.arange(number, number + len(records), dtype=np.int64))
    if (keep := data_only(list(fields.values()), counts.skipped)) is not None:
        fields = {name: column.filter(keep) for name, column in fields.items()}
        numbers = numbers.filter(keep)
    return Chunk(as_table(layout, fields, numbers))


def _text(
    records: Bytes, cut: Slice, name: str, number: int, encoding: str
) -> pa.Array:
    """One field of all records: cut out, each closed by a line end, decoded at once."""
    width = cut.end - cut.start
    if (edge_to_edge := _undecoded(records, cut)) is not None:
        return edge_to_edge
    cells = np.full((len(records), width + 1), _NEWLINE, dtype=np.uint8)
    cells[:, :width] = records[:, cut.start : cut.end]
    block = cells.tobytes()
    if block.isascii():
        encoded, ends = block, np.arange(width, len(block), width + 1)
    else:
        try:
            encoded = block.decode(encoding).encode()
        except UnicodeDecodeError as error:
            raise Refused(
                Reason.ENCODING,
                f"record {number + error.start // (width + 1)}: the bytes of {name} "
                f"are no {encoding} text",
                "ask for the file in that encoding with the agreed widths in bytes",
            ) from None
        ends = np.flatnonzero(np.frombuffer(encoded, dtype=np.uint8) == _NEWLINE)
    offsets = np.concatenate([[0], ends + 1]).astype(np.int32)
    closed = pa.StringArray.from_buffers(
        len(records), pa.py_buffer(offsets.tobytes()), pa.py_buffer(encoded)
    )
    return pc.utf8_trim(closed, " \n\r\t")


def _undecoded(records: Bytes, cut: Slice) -> pa.Array | None:
    """A field of ASCII that fills its width in every record: nothing to trim."""
    cells = records[:, cut.start : cut.end]
    if (cells[:, 0] <= _BLANK).any() or (cells[:, -1] <= _BLANK).any():
        return None
    block = cells.tobytes()
    if not block.isascii():
        return None
    width = cut.end - cut.start
    offsets = np.arange(0, len(block) + 1, width, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(records), pa.py_buffer(offsets), pa.py_buffer(block)
    )


def _ends(records: Bytes, size: int) -> bool:
    ends = (records[:, -1] == _NEWLINE).all()
    return bool(ends and (records[:, size:-1] == _CARRIAGE).all())


def _refuse_lengths(records: Bytes, size: int, number: int) -> None:
    """Names the first record with a zero byte, or whose line end is out of place."""
    if not records[:, :size].all():
        at = int(np.flatnonzero(~records[:, :size].all(axis=1))[0])
        raise cut_off(f"a zero byte in record {number + at}")
    wrong = records[:, -1] != _NEWLINE
    if records.shape[1] - size == 2:
        wrong |= records[:, -2] != _CARRIAGE
    wrong |= (records[:, :size] == _NEWLINE).any(axis=1)
    if wrong.any():
        raise _other_length(number + int(np.flatnonzero(wrong)[0]), size)


def _other_length(number: int, size: int) -> Refused:
    return Refused(
        Reason.RECORD_LENGTH,
        f"record {number} is not {size} bytes and a line end",
        "ask for the file with the agreed widths in bytes (a Hangul letter is two), "
        "or set record_bytes in the office's layout",
    )


def _measure(file: BinaryIO, total: int, layout: Layout) -> _Body:
    size = layout.record_bytes or 0
    if total == 0:
        raise cut_off("the file is empty")
    file.seek(total - 1)
    if file.read(1) != b"\n":
        raise cut_off("the last line has no end")
    file.seek(0)
    first = file.readline(size + 1024)
    line_end = 2 if first.endswith(b"\r\n") else 1
    start = len(first) if layout.header != "none" else 0
    if start:
        _check_header(first.removesuffix(b"\n").removesuffix(b"\r"), layout)
    end, told = total, None
    if layout.trailer is not None:
        end, told = _trailer(file, total, line_end, layout.trailer)
    records, rest = divmod(max(end - start, 0), size + line_end)
    first_no = 2 if start else 1
    if rest:
        raise _first_wrong(file, start, first_no, size, line_end)
    if told is not None and told != records:
        raise Refused(
            Reason.TRAILER,
            f"the last line counts {told} records, the file has {records}",
            ASK_AGAIN,
        )
    return _Body(start, line_end, records, first_no)


def _check_header(line: bytes, layout: Layout) -> None:
    """A record in the header's place would be lost without being counted."""
    size = layout.record_bytes or 0
    if len(line) != size:
        raise _other_length(1, size)
    if any(
        line[cut.start : cut.end].strip().isdigit() for cut in layout.slices.values()
    ):
        raise Refused(
            Reason.NO_HEADER,
            "the first line is a record, not the header",
            'ask for the file with its header line, or set header = "none" in the '
            "office's layout",
        )


def _first_wrong(
    file: BinaryIO, start: int, first_no: int, size: int, line_end: int
) -> Refused:
    """Names the first record whose length is another."""
    file.seek(start)
    number = first_no
    while len(file.readline(size + line_end + 1)) == size + line_end:
        number += 1
    return _other_length(number, size)


def _trailer(file: BinaryIO, total: int, line_end: int, mark: str) -> tuple[int, int]:
    """Where the records end, and how many the last line says there are."""
    length = len(mark) + 10 + line_end
    start = max(total - length, 0)
    file.seek(start)
    line = file.read(length)
    match = re.fullmatch(mark.encode() + rb"(\d{10})\r?\n", line)
    if start:
        file.seek(start - 1)
    if match is None or (start and file.read(1) != b"\n"):
        raise Refused(
            Reason.TRAILER,
            f"the last line is not {mark} and a count of 10 digits",
            ASK_AGAIN,
        )
    return start, int(match[1])
