"""Columns that look like resident numbers: refused, never shown."""

import re
from typing import Final

import pandas as pd

LEAST_SHARE: Final = 0.02
LEAST_COUNT: Final = 3
# Birth date, hyphen, digit of sex; the rest may be starred out, as offices write it.
WRITTEN: Final = re.compile(
    r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"\s*[-\u2010-\u2015\u2212\uff0d~]\s*\d(?:\d{6}|[*xX●○]{6})(?!\d)"
)


def holds_a_person(text: str) -> bool:
    """Whether a resident number stands anywhere in a text."""
    if WRITTEN.search(text):
        return True
    return any(is_personal_number(run) for run in re.findall(r"\d{12,}(?:\.0)?", text))


def is_personal_number(text: str) -> bool:
    """Whether a text has the form of a resident number.

    A number that lost its leading zero, or came as a decimal, is still one.
    """
    bare = text.strip()
    digits = re.sub(r"\D", "", bare.removesuffix(".0"))
    if len(digits) == 12:
        digits = "0" + digits
    if len(digits) != 13:
        return False
    month, day = int(digits[2:4]), int(digits[4:6])
    fits = 1 <= month <= 12 and 1 <= day <= 31
    return fits and re.fullmatch(r"\d{5,6}[- ]?\d{7}(\.0)?", bare) is not None


def holds_personal_numbers(values: pd.Series) -> bool:
    """Whether values have that form: one written with a hyphen, or many bare ones."""
    known = values.dropna()
    if known.empty:
        return False
    if pd.api.types.is_bool_dtype(known) or pd.api.types.is_datetime64_any_dtype(known):
        return False
    if pd.api.types.is_numeric_dtype(known):
        known = known[(known >= 1e11) & (known < 1e13)]
        if len(known) < LEAST_COUNT or len(known) < LEAST_SHARE * values.notna().sum():
            return False
        known = known.astype("int64")
        # By chance few such numbers hold a month and a day; amounts rarely do.
        return _share(known, 0.5)
    known = known.astype(str).drop_duplicates()
    if bool(known.str.contains(WRITTEN).any()):
        return True
    runs = known.str.findall(r"\d[\d -]{10,}\d(?:\.0)?").explode().dropna()
    return _share(runs, LEAST_SHARE)


def _share(values: pd.Series, least: float) -> bool:
    distinct = set(values.astype(str))
    found = sum(map(is_personal_number, distinct))
    return found >= LEAST_COUNT and found >= least * len(distinct)
