"""Which encoding a file is in: its mark, its zero bytes, then strict decoding."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import FileRefused

_BLOCK = 1 << 22
HEAD_BYTES = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What an office may take for text, by its first bytes.
_NO_TEXT = (
    (b"\xd0\xcf\x11\xe0", "an old .xls, .hwp or a workbook with a password"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
)


@dataclass(frozen=True)
class Encoding:
    """An encoding as Python names it; `extended`: letters KS X 1001 has not."""

    name: str
    has_mark: bool = False
    extended: bool = False


def looks_zipped(path: Path) -> bool:
    """Is it a zip container (an .xlsx), whatever its name says?"""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def encoding_of_head(head: bytes) -> str | None:
    """The encoding that the first bytes of a file suggest; None when none fits."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return _wide(head)
    return next((name for name in ("utf-8", "cp949") if _decodes(head, name)), None)


def encoding_of(path: Path) -> Encoding:
    """The encoding in which the whole file can be read.

    Raises:
        FileRefused: Empty, no text at all, or text of no encoding that we know.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise FileRefused(f"{path.suffix or 'the file'}: the file is empty", _ASK)
    for start, what in _NO_TEXT:
        if head.startswith(start):
            raise FileRefused(
                f"the file is {what}, not a text file",
                "save it as .xlsx without a password or as .csv and try again",
            )
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:6].lower() in (b"<html>", b"<!doct"):
        raise FileRefused(
            "the file is a web page, whatever its name says",
            "open it in a spreadsheet and save it as .xlsx or .csv",
        )
    for mark, name in _MARKS:
        if head.startswith(mark):
            _read_all(path, name)
            return Encoding(name, has_mark=True)
    if b"\0" in head:
        wide = _wide(head)
        _read_all(path, wide)
        return Encoding(wide)
    wrong = {name: _first_wrong(path, name) for name in ("utf-8", "cp949")}
    for name, at in wrong.items():
        if at is None:
            extended = name == "cp949" and _first_wrong(path, "euc_kr") is not None
            return Encoding(name, extended=extended)
    # The one that gets furthest is what the file was meant to be.
    furthest = max(wrong, key=lambda name: wrong[name] or 0)
    raise _undecodable(furthest, wrong[furthest] or 0)


_ASK = "ask the holder for the file again"


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: ASCII has its zero byte second in LE, first in BE."""
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _decodes(head: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _read_all(path: Path, name: str) -> None:
    if (at := _first_wrong(path, name)) is not None:
        raise _undecodable(name, at)


def _undecodable(name: str, at: int) -> FileRefused:
    return FileRefused(
        f"byte {at + 1} is no {name} text, and the file is in no other encoding that "
        "is known (UTF-8, cp949, UTF-16)",
        _ASK + "; it may have been cut or joined from two files",
    )


def _first_wrong(path: Path, name: str) -> int | None:
    """Where strict decoding fails first."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    offset = 0
    with path.open("rb") as file:
        while True:
            raw = file.read(_BLOCK)
            carried = len(decoder.getstate()[0])
            try:
                decoder.decode(raw, final=not raw)
            except UnicodeDecodeError as error:
                return offset - carried + error.start
            if not raw:
                return None
            offset += len(raw)


def line_ends_of(path: Path, name: str) -> tuple[str, bool]:
    """Line ends (lf, crlf, cr, mixed or none) and whether the last line has one."""
    crlf = feeds = returns = 0
    last = ""
    with path.open(encoding=name, newline="") as file:
        while block := file.read(_BLOCK):
            text = last[-1:] + block if last.endswith("\r") else block
            again = text is not block
            crlf += text.count("\r\n")
            feeds += text.count("\n")
            returns += text.count("\r") - again
            last = block[-2:]
    kinds = {"crlf": crlf, "lf": feeds - crlf, "cr": returns - crlf}
    found = [kind for kind, number in kinds.items() if number]
    ending = found[0] if len(found) == 1 else "mixed" if found else "none"
    return ending, last.endswith(("\n", "\r"))
