"""A part of an escrow as lines that a person can print, read out and type in again.

Every line ends in four check characters over its own place, so that a slip of the pen
is told by its line. Crockford's base 32 has no I, L, O and U to be mistaken for others.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from pipeline.errors import OptionError
from pipeline.referral_id import DIGITS

FORMAT: Final = 1
PARTS: Final = 2
TITLE: Final = "blindspot key escrow"
_FIELDS: Final = (
    "format", "part", "office", "made on", "set", "keys", "other part", "bytes",
)  # fmt: skip
_GROUP, _GROUPS, _CHECK = 5, 8, 4
# Eight groups of five characters of five bits.
_LINE_BYTES: Final = _GROUP * _GROUPS * 5 // 8
_BODY_LINE: Final = re.compile(r"(\d{1,4})[.:)]?\s+(\S.*)")
_TOLD: Final = re.compile(r"([a-z ]+?)\s*:\s*(.*?)\s*\[\s*([^\[\]]*)\]")
_NUMBERS: Final = re.compile(rf"{TITLE}: [12] of {PARTS}: \d{{1,7}}")
# What is read for another: a typist's hand, not an attacker's.
_MISREAD: Final = str.maketrans("ILOilo", "110110")


@dataclass(frozen=True)
class Part:
    """One of the two parts; its body alone is as good as noise.

    Attributes:
        made_on: The day, ISO.
        set_id: Drawn anew each time: what tells two escrows apart.
        fingerprint: Of the keys, not the keys.
        other: SHA-256 of the other part's body, its first digits.
    """

    number: int
    office: str
    made_on: str
    set_id: str
    fingerprint: str
    other: str
    body: bytes

    def text(self) -> str:
        """The part as it is printed."""
        told = (
            str(FORMAT), f"{self.number} of {PARTS}", self.office, self.made_on,
            self.set_id, self.fingerprint, self.other, str(len(self.body)),
        )  # fmt: skip
        lines = [TITLE]
        for name, value in zip(_FIELDS, told, strict=True):
            spelt = _spelt(value, name)
            lines.append(f"{name}: {spelt} [{_check(name, spelt)}]")
        for place, start in enumerate(range(0, len(self.body), _LINE_BYTES), start=1):
            digits = encode(self.body[start : start + _LINE_BYTES])
            groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
            mark = _check(f"{self.number} {place}", digits)
            lines.append(f"{place:02d}  {' '.join(groups)}  {mark}")
        lines.append(
            f"Part {self.number} of {PARTS}. Alone it tells nothing; keep it away from "
            "the other part."
        )
        return "\n".join(lines) + "\n"


def read_part(text: str, name: str) -> Part:
    """Read a part as it was printed or typed; case and blanks do not matter.

    Raises:
        OptionError: It is no part, or a line of it was mistyped: says which.
    """
    lines = [(at, line.strip()) for at, line in enumerate(text.splitlines(), start=1)]
    lines = [(at, line) for at, line in lines if line]
    if not lines or lines[0][1].casefold() != TITLE:
        raise OptionError(
            f"{name} is no part of an escrow: its first line is not '{TITLE}'",
            "name a file that 'blindspot keys escrow' wrote, or type it from its paper",
        )
    told = _header(lines[1 : 1 + len(_FIELDS)], name)
    number, count = int(told["part"][0]), int(told["bytes"])
    body = _body(lines[1 + len(_FIELDS) :], number, count, name)
    return Part(
        number, told["office"], told["made on"], told["set"], told["keys"],
        told["other part"], body,
    )  # fmt: skip


def _header(lines: list[tuple[int, str]], name: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for wanted, (at, line) in zip(_FIELDS, lines, strict=False):
        match = _TOLD.fullmatch(line)
        value = _spelt(match.group(2), wanted) if match else ""
        if (
            match is None
            or match.group(1).casefold() != wanted
            or _clean(match.group(3)) != _check(wanted, value)
        ):
            raise _mistyped(name, at, f"'{wanted}: … [check]' was expected")
        told[wanted] = value
    if len(told) < len(_FIELDS):
        raise _mistyped(name, len(told) + 2, "the part ends there")
    whose = f"{TITLE}: {told['part']}: {told['bytes']}"
    if not _NUMBERS.fullmatch(whose):
        raise _mistyped(name, 3, "part 1 of 2 or 2 of 2, and a number of bytes")
    if told["format"] != str(FORMAT):
        raise OptionError(
            f"{name} is of format {told['format']}; this version reads {FORMAT}",
            "recover with the version that wrote it",
        )
    return told


def _body(lines: list[tuple[int, str]], number: int, count: int, name: str) -> bytes:
    body = b""
    wanted = -(-count // _LINE_BYTES)
    for place, (at, line) in enumerate(lines[:wanted], start=1):
        match = _BODY_LINE.fullmatch(line)
        if match is None or int(match.group(1)) != place:
            raise _mistyped(name, at, f"the line numbered {place:02d} was expected")
        digits = _clean(match.group(2))
        digits, mark = digits[:-_CHECK], digits[-_CHECK:]
        size = min(_LINE_BYTES, count - len(body))
        if len(digits) != -(-size * 8 // 5) or mark != _check(
            f"{number} {place}", digits
        ):
            raise _mistyped(name, at, f"number {place:02d} does not fit its check")
        body += decode(digits, size)
    if len(body) < count:
        lost = len(lines[:wanted]) + 1
        raise _mistyped(name, 1 + len(_FIELDS) + lost, f"number {lost:02d} is missing")
    return body


def _mistyped(name: str, at: int, what: str) -> OptionError:
    return OptionError(
        f"{name} line {at} is not as it was printed: {what}",
        "compare that line with the paper, character by character; "
        "I and L are read as 1, O as 0",
    )


def encode(content: bytes) -> str:
    """Bytes as base 32 digits, the last one filled with zero bits."""
    bits = len(content) * 8
    digits = -(-bits // 5)
    value = int.from_bytes(content) << (digits * 5 - bits)
    return "".join(DIGITS[value >> 5 * n & 31] for n in reversed(range(digits)))


def decode(digits: str, size: int) -> bytes:
    """The bytes of base 32 digits."""
    value = 0
    for digit in digits:
        value = value * 32 + DIGITS.index(digit)
    return (value >> (len(digits) * 5 - size * 8)).to_bytes(size)


def digest(body: bytes) -> str:
    """What one part knows of the other's body."""
    return hashlib.sha256(b"blindspot escrow part" + body).hexdigest()[:32]


def _check(place: str, content: str) -> str:
    said = f"{TITLE} {FORMAT}|{place}|{content.casefold()}"
    hashed = hashlib.sha256(said.encode()).digest()
    return encode(hashed)[:_CHECK]


def _spelt(value: str, field: str) -> str:
    """One spelling of what a person types: composed Hangul, single blanks."""
    if field == "set":
        return _clean(value)
    spelt = " ".join(unicodedata.normalize("NFC", value).replace("[", "(").split())
    return spelt if field == "office" else spelt.casefold()


def _clean(digits: str) -> str:
    kept = digits.translate(_MISREAD).upper()
    return "".join(one for one in kept if one in DIGITS)
