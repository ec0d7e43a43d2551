"""Periods of a table in the order of time, however they are written."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.table.task import Ints

# More periods than this are dates; they are cut into this many runs of time.
MOST_PERIODS: Final = 12
BLOCKS: Final = 6
# Year last, as spreadsheets of other countries write dates: the year counts first.
YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def periods_of(times: pd.Series) -> Ints:
    """Periods as numbers in order of time; many dates are cut into equal runs.

    Raises:
        ModelError: some rows have no time.
    """
    times = _plain(times)
    unknown = times.isna()
    if pd.api.types.is_numeric_dtype(times):
        unknown |= np.isinf(times.astype(float))
    if unknown.any():
        raise ModelError(
            "the time column is empty in some rows",
            "fill it, or leave those rows out of the table",
        )
    codes, names = pd.factorize(times)
    order = _natural(list(names)) if isinstance(names[0], str) else list(names)
    sorted_places = sorted(range(len(names)), key=order.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[sorted_places] = np.arange(len(names))
    codes = rank[codes]
    if len(names) <= MOST_PERIODS:
        return codes
    share = pd.Series(codes).rank(method="max").to_numpy() / len(codes)
    blocks = np.minimum((share * BLOCKS - 1e-9).astype(np.int64), BLOCKS - 1)
    _, dense = np.unique(blocks, return_inverse=True)
    return dense.astype(np.int64)


def _plain(times: pd.Series) -> pd.Series:
    """Values that can be told apart and sorted."""
    if isinstance(times.dtype, pd.CategoricalDtype):
        if times.cat.ordered:
            return times.cat.codes.where(times.notna())
        times = times.astype(object)
    if times.dtype != object and not pd.api.types.is_string_dtype(times):
        return times
    texts = times.map(str, na_action="ignore").astype("string").str.strip()
    return texts.mask(texts == "")


def _natural(names: Sequence[str]) -> list[tuple[str | int, ...]]:
    """Sorting keys of texts in which numbers count as numbers: R2 before R10."""
    dates = [YEAR_LAST.match(name) for name in names]
    if all(dates):
        parts = [tuple(map(int, found.groups())) for found in dates if found]
        # Where some first part is above 12 the day stands first, else the month.
        turn = 1 if any(first > 12 for first, _, _ in parts) else 0
        months = [(p[2], p[turn], p[1 - turn]) for p in parts]
        return [
            (*month, name[found.end() :])
            for month, name, found in zip(months, names, dates, strict=True)
            if found
        ]
    cut = [re.split(r"(\d+)", name) for name in names]
    return [
        tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
        for parts in cut
    ]
