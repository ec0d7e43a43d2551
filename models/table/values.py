"""How a column's values are read: numbers, dates, levels; and when they cannot be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from models.table.task import Floats

ID_NAME: Final = re.compile(
    r"(^|_)(id|ids|idx|index|uuid|guid|key|pid|seq|serial|no|num|rowid|rownum)($|_)"
    r"|id$|번호|일련|식별|고유키",
    re.IGNORECASE,
)
# Strings so nearly unique name rows instead of describing them.
UNIQUE_SHARE: Final = 0.5
LEAST_DISTINCT: Final = 50
TEXT_LENGTH: Final = 30
# Numbers of this many digits, all as long and all different, are keys, not amounts.
KEY_DIGITS: Final = 8
MOST_LEVELS: Final = 2_000
NUMERIC_SHARE: Final = 0.95
# What surveys write for "no answer".
BELOW_ZERO: Final = (-1.0, -8.0, -9.0, -88.0, -99.0, -999.0, -9999.0)
ALL_NINES: Final = (99.0, 999.0, 9999.0, 99999.0, 999999.0, 9999999.0, 99999999.0)
NINES_GAP: Final = 4.0
NESTED: Final = (list, tuple, dict, set, np.ndarray)


@dataclass(frozen=True)
class Coding:
    """How values become numbers.

    Attributes:
        levels: category → code; a level that was never seen is unknown.
        unknown: numbers that mean "no answer".
    """

    kind: str
    reader: str
    levels: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[float, ...] = ()

    def numbers(self, values: pd.Series) -> Floats:
        """Numbers, NaN where unknown."""
        if self.kind == "category":
            codes = _texts(values).map(self.levels)
            return _floats(codes)
        out = _READERS[self.reader](values)
        out = np.where(np.isfinite(out), out, np.nan)
        if self.unknown:
            out = np.where(np.isin(out, self.unknown), np.nan, out)
        return out


def coding_of(values: pd.Series) -> Coding:
    """The reading that fits a column."""
    reader = _reader_of(values)
    if reader is None or (reader == "plain" and _is_code(values)):
        texts = _texts(values).dropna()
        levels = sorted(texts.unique())[:MOST_LEVELS]
        return Coding("category", "text", {name: i for i, name in enumerate(levels)})
    return Coding("number", reader, unknown=_no_answers(_READERS[reader](values)))


def unusable_values(values: pd.Series) -> str | None:
    """Why a column's values cannot be learnt from, if they cannot."""
    known = values.dropna()
    if len(known) == 0:
        return "is empty"
    if known.dtype == object and any(isinstance(v, NESTED) for v in known):
        return "holds lists or records instead of values"
    distinct = known.nunique()
    if distinct == 1 and len(known) == len(values):
        return "has the same value in every row"
    if _reader_of(values) is not None:
        return _key_reason(values.name, known, distinct)
    texts = _texts(known)
    if distinct >= LEAST_DISTINCT and distinct > UNIQUE_SHARE * len(known):
        long = float(texts.str.len().mean()) > TEXT_LENGTH
        spaced = float(texts.str.contains(r"\s", regex=True).mean()) > 0.5
        if long or spaced:
            return "is free text"
        return "is an identifier: nearly every row has its own value"
    if float(texts.str.len().mean()) > 2 * TEXT_LENGTH and distinct >= LEAST_DISTINCT:
        return "is free text"
    return None


def _key_reason(name: object, known: pd.Series, distinct: int) -> str | None:
    """Numbers that name rows: all different, and named, counted up or cut like keys."""
    if pd.api.types.is_datetime64_any_dtype(known) or distinct < LEAST_DISTINCT:
        return None
    numbers = pd.Series(_READERS[_reader_of(known) or "plain"](known))
    numbers = numbers[np.isfinite(numbers)]
    if len(numbers) == 0:
        return None
    whole = bool((numbers == numbers.round()).all())
    if not whole or distinct < 0.95 * len(known):
        named = bool(ID_NAME.search(str(name))) and whole
        if named and distinct > UNIQUE_SHARE * len(known):
            return "is an identifier: nearly every row has its own number"
        return None
    span = float(numbers.max() - numbers.min()) + 1
    digits = numbers.abs().clip(lower=1).map(lambda n: len(str(int(n))))
    long_key = digits.nunique() == 1 and int(digits.iloc[0]) >= KEY_DIGITS
    if ID_NAME.search(str(name)) or span <= 1.05 * len(numbers) or long_key:
        return "is an identifier: nearly every row has its own number"
    return None


def _texts(values: pd.Series) -> pd.Series:
    texts = values.astype("string").str.strip()
    return texts.mask(texts == "")


def _plain(values: pd.Series) -> Floats:
    return _floats(pd.to_numeric(values, errors="coerce"))


def _floats(values: pd.Series) -> Floats:
    out: Floats = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return out


def _written(values: pd.Series) -> Floats:
    texts = _texts(values).str.replace(",", "", regex=False)
    return _plain(texts)


def _dates(values: pd.Series) -> Floats:
    """Days since 1970."""
    times = pd.to_datetime(values, errors="coerce", format="ISO8601", utc=True)
    # Seconds hold any year; nanoseconds end in 2262, where "9999-12-31" is a date.
    seconds = times.dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    out: Floats = np.where(np.isnat(seconds), np.nan, seconds.astype(np.float64))
    return out / 86_400.0


_READERS: Final = {"plain": _plain, "written": _written, "date": _dates}


def _reader_of(values: pd.Series) -> str | None:
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if isinstance(values.dtype, pd.CategoricalDtype):
        return None
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return "plain"
    texts = _texts(values).dropna()
    if len(texts) == 0:
        return None
    if float(np.mean(~np.isnan(_written(texts)))) >= NUMERIC_SHARE:
        return "written"
    dated = texts.str.fullmatch(r"\d{4}-\d{2}-\d{2}.*").fillna(False)
    if float(dated.mean()) >= NUMERIC_SHARE:
        return "date"
    return None


def _is_code(values: pd.Series) -> bool:
    """Whole numbers of one length and few kinds, such as codes of places."""
    known = values.dropna()
    if not pd.api.types.is_integer_dtype(known) or len(known) == 0:
        return False
    low, high = int(known.min()), int(known.max())
    long = low >= 10**4 and len(str(low)) == len(str(high)) and len(str(low)) >= 7
    return long and known.nunique() <= 0.05 * len(known)


def _no_answers(numbers: Floats) -> tuple[float, ...]:
    """Numbers that stand for "no answer": far off and written as such."""
    levels = np.unique(numbers[np.isfinite(numbers)])
    if len(levels) < 3:
        return ()
    below = levels[levels < 0]
    found: list[float] = []
    if 0 < len(below) <= 3 and np.isin(below, BELOW_ZERO).all():
        found += below.tolist()
    top = float(levels[-1])
    if top in ALL_NINES and levels[-2] > 0 and top >= NINES_GAP * levels[-2]:
        found.append(top)
    return tuple(found)
