"""Fixed width without a layout: where the columns may lie, in bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data_contracts.sources import SOURCES
from pipeline.layouts import Layout, load_layouts
from pipeline.sniff.columns import ColumnSeen, column_seen
from pipeline.sniff.headers import is_of_a_person
from pipeline.text_rows import plain

_SAMPLE = 3_000
_TRAILER = re.compile(rb"([A-Za-z]{1,8})(\d{10})\s*")
_RESIDENT = re.compile(rb"\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[1-8]\d{6}")
_DAY = re.compile(rb"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|0{8}|99991231")
_ZERO, _NINE, _BLANK, _HYPHEN = ord("0"), ord("9"), ord(" "), ord("-")
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class FixedSeen:
    """A fixed-width file: its columns in bytes, and the layout of ours that fits."""

    cuts: tuple[tuple[int, int], ...]
    columns: tuple[ColumnSeen, ...]
    kinds: dict[str, int]
    trailer: str | None
    form: str | None


def look_at_fixed(path: Path, encoding: str, record_bytes: int) -> FixedSeen:
    """The columns of a fixed-width file: those of a layout of ours, else proposed."""
    sample: list[bytes] = []
    first = last = b""
    others = blank = records = 0
    with path.open("rb") as file:
        for line in file:
            last = line.rstrip(b"\r\n")
            first = first or last
            if not last.strip():
                blank += 1
            elif len(last) != record_bytes:
                others += 1
            else:
                records += 1
                if len(sample) < _SAMPLE:
                    sample.append(last)
    trailer = _TRAILER.fullmatch(last)
    has_header = len(first) != record_bytes or _names_columns(first, sample[1:])
    body = sample[1:] if has_header and len(first) == record_bytes else sample
    known = _known(body, record_bytes, encoding)
    cuts = _cuts_of(known) if known else _proposed(body, encoding)
    names = _names(known, first if has_header else b"", cuts, encoding)
    kinds = dict.fromkeys(("title", "unit", "header", "total", "blank", "data"), 0)
    inside = has_header and len(first) == record_bytes
    kinds |= {"header": int(has_header), "blank": blank, "data": records - int(inside)}
    kinds["trailer"] = int(trailer is not None)
    kinds["other_length"] = others - kinds["trailer"] - int(has_header and not inside)
    columns = tuple(
        column_seen(name, [_text(line[start:end], encoding) for line in body])
        for name, (start, end) in zip(names, cuts, strict=True)
    )
    mark = trailer[1].decode() if trailer else None
    return FixedSeen(cuts, columns, kinds, mark, known.form if known else None)


def _text(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, errors="replace").strip()


def _names_columns(first: bytes, rest: list[bytes]) -> bool:
    """A header has no digit where nearly all other records have one."""
    if len(rest) < 2:
        return False
    table = _table(rest)
    digits = np.flatnonzero(_are_digits(table).mean(axis=0) > 0.9)
    return len(digits) > 3 and not any(chr(first[at]).isdigit() for at in digits)


def _known(body: list[bytes], record_bytes: int, encoding: str) -> Layout | None:
    """A layout of ours of that length, if its id columns hold digits here too."""
    for layout in load_layouts().values():
        if layout.record_bytes != record_bytes or layout.encoding != encoding:
            continue
        first = min(layout.slices.values(), key=lambda cut: cut.start)
        cells = [line[first.start : first.end].strip() for line in body]
        if sum(cell.isdigit() for cell in cells) >= 0.8 * len(cells):
            return layout
    return None


def _cuts_of(layout: Layout) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((cut.start, cut.end) for cut in layout.slices.values()))


def _names(
    known: Layout | None,
    header: bytes,
    cuts: Sequence[tuple[int, int]],
    encoding: str,
) -> list[str]:
    if known is not None:
        contract = SOURCES[known.source]
        fields = {cut.start: name for name, cut in known.slices.items()}
        return [contract.field(fields[start]).header_ko for start, _ in cuts]
    told = [_text(header[start:end], encoding) for start, end in cuts]
    if any(map(is_of_a_person, [*told, "".join(told)])):
        told = [""] * len(told)
    return [
        plain(name) or f"bytes_{start}_{end}"
        for name, (start, end) in zip(told, cuts, strict=True)
    ]


def _table(lines: list[bytes]) -> Bytes:
    joined = np.frombuffer(b"".join(lines), dtype=np.uint8)
    return joined.reshape(len(lines), -1)


def _are_digits(table: Bytes) -> npt.NDArray[np.bool_]:
    return (table >= _ZERO) & (table <= _NINE)


def _proposed(body: list[bytes], encoding: str) -> tuple[tuple[int, int], ...]:
    """Columns where the bytes change their nature: digits, text, blanks, zeros.

    A column of digits is cut further where resident numbers or days stand in it.
    """
    if not body:
        return ()
    table = _table(body)
    cuts: list[tuple[int, int]] = []
    begin = 0
    for start, end in _hyphened(table):
        cuts += [*_between(table, body, begin, start), (start, end)]
        begin = end
    return (*cuts, *_between(table, body, begin, table.shape[1]))


def _between(
    table: Bytes, body: list[bytes], begin: int, stop: int
) -> list[tuple[int, int]]:
    if begin >= stop:
        return []
    starts = [begin + at for at in _changes(table[:, begin:stop])]
    cuts: list[tuple[int, int]] = []
    is_text = False
    for start, end in pairwise([*starts, stop]):
        part = table[:, start:end]
        if (part == _BLANK).all():
            if cuts and end - start > 1:
                cuts[-1] = (cuts[-1][0], end)  # what is never filled pads its left
            continue
        if _are_digits(part).mean() > 0.95:
            cuts += _of_digits(table, body, start, end)
            is_text = False
        elif is_text and cuts[-1][1] == start - 1:
            cuts[-1] = (cuts[-1][0], end)  # one blank that all have parts two words
        else:
            cuts.append((start, end))
            is_text = True
    return cuts


def _hyphened(table: Bytes) -> list[tuple[int, int]]:
    """Where resident numbers stand with their hyphen."""
    digit = _are_digits(table).mean(axis=0)
    hyphen = np.flatnonzero((table == _HYPHEN).mean(axis=0) > 0.9)
    return [
        (int(at) - 6, int(at) + 8)
        for at in hyphen
        if 6 <= at <= table.shape[1] - 8
        and (digit[at - 6 : at] > 0.9).all()
        and (digit[at + 1 : at + 8] > 0.9).all()
    ]


def _changes(table: Bytes) -> list[int]:
    blank = (table == _BLANK).mean(axis=0)
    digit = _are_digits(table).mean(axis=0)
    starts = [0]
    for at in range(1, table.shape[1]):
        numbers = digit[at - 1] > 0.95, digit[at] > 0.95
        changes = numbers[0] != numbers[1]
        # Left-aligned text ends in blanks, and the next column begins without one.
        begins = blank[at - 1] > 0.5 and blank[at] < 0.3 and blank[at] < blank[at - 1]
        void = (blank[at - 1] == 1) != (blank[at] == 1)
        if changes or begins or void:
            starts.append(at)
    return starts


def _of_digits(
    table: Bytes, body: list[bytes], start: int, end: int
) -> list[tuple[int, int]]:
    """Resident numbers and days first: they show where the others begin and end."""
    for form, size in ((_RESIDENT, 13), (_DAY, 8)):
        for at in range(start, end - size + 1):
            cells = [line[at : at + size] for line in body]
            fitting = sum(form.fullmatch(cell) is not None for cell in cells)
            if fitting >= 0.9 * len(cells):
                before = _of_digits(table, body, start, at) if at > start else []
                last = at + size
                after = _of_digits(table, body, last, end) if last < end else []
                return [*before, (at, last), *after]
    return _by_zeros(table, start, end)


def _by_zeros(table: Bytes, start: int, end: int) -> list[tuple[int, int]]:
    """A number begins where zeros begin that other digits follow.

    Won end in zeros, so that such a border may be a byte or two early.
    """
    zero = (table == _ZERO).mean(axis=0)
    borders = [start]
    for at in range(start + 1, end):
        begins = zero[at - 1] < 0.5 and zero[at] > 0.9
        if begins and (zero[at:end] < 0.5).any():
            borders.append(at)
    return list(pairwise([*borders, end]))
