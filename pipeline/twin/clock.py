"""Months, reference dates and seeded streams: all the time and chance there is."""

import calendar
import datetime as dt
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]  # of str: taking many of them by index is quick

# Months simulated before the first extract, so that arrears have a past of their own.
BURN_IN = 60


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own per use: new draws in one part leave the others alone."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def texts(words: Iterable[str]) -> Texts:
    """Words as an array to take from by index."""
    listed = list(words)
    out = np.empty(len(listed), dtype=object)
    out[:] = listed
    return out


def month_no(day: dt.date) -> int:
    """Months since year zero (year × 12 + month)."""
    return day.year * 12 + day.month


def month_day(number: int, day: int) -> dt.date:
    """A day of a month given by its number."""
    return dt.date((number - 1) // 12, (number - 1) % 12 + 1, day)


def month_end(number: int) -> dt.date:
    """The last day of a month given by its number."""
    year, month = (number - 1) // 12, (number - 1) % 12 + 1
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def ymd(day: dt.date) -> str:
    """A date as the extracts write it."""
    return day.strftime("%Y%m%d")


def ym(number: int) -> str:
    """A month as the extracts write it."""
    return f"{(number - 1) // 12:04d}{(number - 1) % 12 + 1:02d}"


@dataclass(frozen=True)
class Window:
    """The months that the extracts cover: those wholly before `as_of`'s month."""

    as_of: dt.date
    months: int

    @property
    def first(self) -> int:
        """Number of the first month."""
        return month_no(self.as_of) - self.months

    @property
    def numbers(self) -> range:
        """Numbers of all months."""
        return range(self.first, self.first + self.months)

    def step(self, number: int) -> int:
        """Index of a month in the simulated series, burn-in included."""
        return number - self.first + BURN_IN

    @property
    def steps(self) -> int:
        """Length of the simulated series."""
        return BURN_IN + self.months

    def half_months(self) -> list[dt.date]:
        """The 15th and the last day of every month."""
        days = [(month_day(n, 15), month_end(n)) for n in self.numbers]
        return [day for pair in days for day in pair]

    def month_ends(self) -> list[dt.date]:
        """The last day of every month."""
        return [month_end(n) for n in self.numbers]

    def half_years(self) -> list[dt.date]:
        """The day before the window and every sixth month end after it."""
        return [
            month_end(n) for n in range(self.first - 1, self.first + self.months, 6)
        ]
