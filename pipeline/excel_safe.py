"""Text that opens in a spreadsheet as what it is: no formula, no date, no lost zero."""

import re
import unicodedata
from typing import Final

# A cell that begins with one of these is run as a formula (full-width and small ones
# too, in an East Asian locale).
_FORMULA_START: Final = frozenset("=+-@")
# Controls, marks that turn the direction of writing, and what no workbook may hold.
_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]+"
)
# Nobody sees them; what stands behind them is what a cell begins with.
_UNSEEN: Final = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060 "
# 3-2, 2026-05-31, 12/5, 5월 3일, 1E5, 0012 and numbers longer than 11 digits.
_TURNED: Final = re.compile(
    r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?"
    r"|(\d{1,4}년 ?)?\d{1,2}월( ?\d{1,2}일)?"
    r"|\d+[eE]\d+|0\d+|\d{12,}|\d{1,2}:\d{2}(:\d{2})?"
)


def safe_text(text: str) -> str:
    """One line of text that no spreadsheet runs or rewrites."""
    line = one_line(text)
    first = unicodedata.normalize("NFKC", line.lstrip(_UNSEEN)[:1])
    if first in _FORMULA_START or _TURNED.fullmatch(line):
        return "'" + line
    return line


def one_line(text: str) -> str:
    """Text without controls: for titles and names of files, which nobody runs."""
    return _CONTROL.sub(" ", text).strip()


def hyphened_phone(digits: str) -> str:
    """A phone number with its hyphens, so that it stays text with its leading zero."""
    plain = re.sub(r"\D", "", digits)
    for pattern in (
        r"(02)(\d{3,4})(\d{4})",
        r"(050\d)(\d{3,4})(\d{4})",
        r"(0\d{2})(\d{3,4})(\d{4})",
        r"(1\d{3})(\d{4})",
    ):
        if found := re.fullmatch(pattern, plain):
            return "-".join(found.groups())
    return safe_text(plain)
