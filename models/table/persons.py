"""Columns that look like resident numbers: refused, never shown."""

import re
from typing import Final

import pandas as pd

LEAST_SHARE: Final = 0.02
LEAST_COUNT: Final = 3
SAMPLE: Final = 5_000


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
    """Whether more values have that form than chance would give."""
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
    distinct = known.astype(str).drop_duplicates().head(SAMPLE)
    found = int(distinct.map(is_personal_number).sum())
    # By chance few numbers of that length hold a month and a day; amounts rarely do.
    share = 0.5 if pd.api.types.is_numeric_dtype(known) else LEAST_SHARE
    return found >= LEAST_COUNT and found >= share * len(distinct)
