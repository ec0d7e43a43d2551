"""Damages to workbooks: containers that burst, lie or hold no sheet."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from tests.fuzz.corpus import Case
from tests.fuzz.mutators import Mutator

SHEET = "xl/worksheets/sheet1.xml"
_GIB = 1 << 30


def _parts(case: Case) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(case.content)) as container:
        return {each.filename: container.read(each) for each in container.infolist()}


def _zipped(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as container:
        for name, body in parts.items():
            container.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _in_sheet(case: Case, change: Callable[[bytes], bytes]) -> None:
    parts = _parts(case)
    parts[SHEET] = change(parts[SHEET])
    case.content = _zipped(parts)


@cache
def _deflated_gib(count: int) -> tuple[bytes, int]:
    """Gigabytes of blanks that really deflate to them, and their checksum.

    Packed once and repeated: after a full flush every block stands for itself.
    """
    block = b" " * (1 << 24)
    times = count * (_GIB >> 24)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    return first * times + b"\x03\0", crc  # an empty last block ends it


def _with_raw(case: Case, name: str, told: int, packed: bytes, crc: int) -> None:
    """A member whose bytes are given; `told` is the size that it says it has."""
    parts = _parts(case)
    parts.pop(name, None)
    local, central = [], []
    offset = 0
    members = [(n, _pack(b), zlib.crc32(b), len(b)) for n, b in parts.items()]
    for each, body, check, size in [(name, packed, crc, told), *members]:
        head = each.encode()
        fields = b"\x14\0\0\0\x08\0\0\0\x21\0" + b"".join(
            number.to_bytes(4, "little") for number in (check, len(body), size)
        )
        fields += len(head).to_bytes(2, "little") + b"\0\0"
        local += [b"PK\x03\x04", fields, head, body]
        central += [
            b"PK\x01\x02\x14\0",
            fields,
            b"\0" * 10,
            offset.to_bytes(4, "little"),
        ]
        central.append(head)
        offset += 4 + len(fields) + len(head) + len(body)
    directory = b"".join(central)
    count = (len(members) + 1).to_bytes(2, "little")
    end = b"PK\x05\x06\0\0\0\0" + count * 2 + len(directory).to_bytes(4, "little")
    case.content = (
        b"".join(local) + directory + end + offset.to_bytes(4, "little") + b"\0\0"
    )


def _pack(body: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


def bomb(case: Case) -> None:
    """A tiny container that says it holds gigabytes, and does."""
    packed, crc = _deflated_gib(2)
    name = case.any_of((SHEET, "xl/sharedStrings.xml", "xl/media/image1.png", "x.bin"))
    _with_raw(case, name, 2 * _GIB, packed, crc)
    case.told_rows = None


def lying_bomb(case: Case) -> None:
    """It holds gigabytes and says that it is small."""
    packed, crc = _deflated_gib(2)
    name = case.any_of((SHEET, "xl/sharedStrings.xml", "[Content_Types].xml"))
    _with_raw(case, name, int(case.rng.choice([0, 900, 9_000_000])), packed, crc)


def entities(case: Case) -> None:
    """A billion laughs, at the top or behind a long comment."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode()
    gap = b"<!--" + b"x" * int(case.rng.choice([1, 5_000, 200_000])) + b"-->"

    def change(sheet: bytes) -> bytes:
        start = sheet.find(b"<worksheet")
        spoilt = sheet.replace(b"<t>", b"<t>&l9;", 1)
        return gap + doctype + spoilt[max(start, 0) :]

    _in_sheet(case, change)


def far_row(case: Case) -> None:
    """A row that says it is the millionth, or the billionth."""
    number = case.any_of(("1048576", "3000000", "999999999", "9" * 30, "-5", "0", "x"))

    def change(sheet: bytes) -> bytes:
        return (
            re.sub(rb'<row r="\d+"', f'<row r="{number}"'.encode(), sheet, count=1)
            + b""
        )

    def last(sheet: bytes) -> bytes:
        at = sheet.rfind(b"<row ")
        if at < 0:
            return sheet
        return sheet[:at] + re.sub(
            rb'<row r="\d+"', f'<row r="{number}"'.encode(), sheet[at:], count=1
        )

    _in_sheet(case, change if case.rng.random() < 0.3 else last)


def far_cell(case: Case) -> None:
    """A cell that says it stands in a far column."""
    place = case.any_of(
        ("XFD3", "ZZZZ3", "ZZZZZZZ3", "3", "", "A0", "가3", "A" * 9_000)
    )

    def change(sheet: bytes) -> bytes:
        return re.sub(rb'<c r="B\d+"', f'<c r="{place}"'.encode(), sheet)

    _in_sheet(case, change)


def odd_cells(case: Case) -> None:
    """Types, styles and values that a sheet should not hold."""
    cells = (
        '<c t="s"><v>99999999</v></c>',
        '<c t="s"><v>-1</v></c>',
        '<c t="b"><v>7</v></c>',
        '<c t="d"><v>9999-99-99</v></c>',
        '<c t="d"><v>2026-03-15T00:00:00</v></c>',
        '<c t="n"><v>1e999</v></c>',
        '<c t="n"><v>nan</v></c>',
        '<c t="n"><v>' + "9" * 5_000 + "</v></c>",
        '<c t="n"><v></v></c>',
        '<c t="zz"><v>1</v></c>',
        '<c t="n" s="999999"><v>1</v></c>',
        '<c t="n" s="-1"><v>1</v></c>',
        '<c t="e"><v>#REF!</v></c>',
        "<c><f>1+1</f></c>",
        "<c><f>" + "(" * 9_000 + "</f><v>1</v></c>",
        '<c t="inlineStr"><is><r><t>x</t></r></is></c>',
        "<c>" + "<a>" * 30_000 + "</a>" * 30_000 + "</c>",
    )

    def change(sheet: bytes) -> bytes:
        at = sheet.rfind(b"</row>")
        if at < 0:
            return sheet
        return sheet[:at] + case.any_of(cells).encode() + sheet[at:]

    _in_sheet(case, change)


def no_sheet(case: Case) -> None:
    parts = _parts(case)
    gone = case.any_of(tuple(parts))
    del parts[gone]
    case.content = _zipped(parts)


def parts_broken(case: Case) -> None:
    parts = _parts(case)
    name = case.any_of(tuple(parts))
    raw = bytearray(parts[name])
    for _ in range(int(case.rng.integers(1, 9))):
        raw[int(case.rng.integers(len(raw)))] = int(case.rng.integers(256))
    parts[name] = bytes(raw)
    case.content = _zipped(parts)


def many_members(case: Case) -> None:
    parts = _parts(case)
    parts |= {f"xl/extra/{n}.xml": b"<x/>" for n in range(3_000)}
    case.content = _zipped(parts)


def odd_members(case: Case) -> None:
    """Names that climb out of the container, or stand twice."""
    parts = _parts(case)
    parts |= {"../../evil.xml": b"x", "/etc/passwd": b"x", "con\0.xml": b"x"}
    case.content = _zipped(parts)


def nested(case: Case) -> None:
    case.content = _zipped({"inner.xlsx": case.content})


def locked(case: Case) -> None:
    """Flags that say it is encrypted, or packed in an unknown way."""
    raw = bytearray(case.content)
    where = {b"PK\x03\x04": 6, b"PK\x01\x02": 8}
    flag, method = case.rng.random() < 0.5, int(case.rng.choice([9, 12, 14, 99]))
    for sign, offset in where.items():
        at = raw.find(sign)
        while at >= 0:
            if flag:
                raw[at + offset] |= 1
            else:
                raw[at + offset + 2] = method
            at = raw.find(sign, at + 4)
    case.content = bytes(raw)


def misnamed(case: Case) -> None:
    """A text in the place of a workbook."""
    text = "\n".join(",".join(row) for row in [*case.header, *case.rows])
    case.content = (text + "\n").encode("utf-8")


BOOKS: dict[str, Mutator] = {
    each.__name__: each
    for each in (
        bomb,
        lying_bomb,
        entities,
        far_row,
        far_cell,
        odd_cells,
        no_sheet,
        parts_broken,
        many_members,
        odd_members,
        nested,
        locked,
        misnamed,
    )
}
