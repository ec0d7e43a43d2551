"""Recall and precision at the places there are, paired over seeds, with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Floats = NDArray[np.float64]
COVERAGE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean over seeds, and where the mean of all seeds would lie."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """As the tables print it."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Hits:
    """One ranking of one town: places taken, and whom it found there."""

    places: int
    needs: int
    found: float  # the mean over all orders of tied households

    @property
    def recall(self) -> float:
        """Found of all in crisis."""
        return self.found / self.needs if self.needs else np.nan

    @property
    def precision(self) -> float:
        """Found of all listed."""
        return self.found / self.places if self.places else np.nan


def listed(
    scores: Floats, values: Floats, units: NDArray[np.object_], slots: Mapping[str, int]
) -> tuple[int, float]:
    """Places taken, and the expected sum of values of the first of each unit."""
    places, found = 0, 0.0
    for unit in np.unique(units.astype(str)).tolist():
        rows = units == unit
        room = min(slots.get(unit, 0), int(rows.sum()))
        if not room:
            continue
        here, worth = scores[rows], values[rows]
        level = np.sort(here)[::-1][room - 1]
        above, tied = here > level, here == level
        places += room
        found += worth[above].sum() + worth[tied].mean() * (room - above.sum())
    return places, float(found)


def hits(
    scores: Floats, crisis: Floats, units: NDArray[np.object_], slots: Mapping[str, int]
) -> Hits:
    """What a ranking finds at the places of each unit."""
    places, found = listed(scores, crisis, units, slots)
    return Hits(places, int(crisis.sum()), found)


def mean(values: list[float]) -> Interval:
    """The mean over seeds."""
    got = np.array(values, dtype=np.float64)
    if len(got) < 2:
        return Interval(float(got.mean()), float("-inf"), float("inf"))
    wide = _wide(got, len(got))
    return Interval(float(got.mean()), *(float(got.mean() + s * wide) for s in (-1, 1)))


def ratio(found: list[float], best: list[float]) -> Interval:
    """The ratio of two sums over the same seeds, by the spread of what it leaves."""
    a, b = np.array(found), np.array(best)
    if not b.sum():
        return Interval(np.nan, np.nan, np.nan)
    value = float(a.sum() / b.sum())
    if len(a) < 2:
        return Interval(value, float("-inf"), float("inf"))
    wide = _wide(a - value * b, len(a)) / float(b.mean())
    return Interval(value, value - wide, value + wide)


def _wide(values: Floats, count: int) -> float:
    error = float(values.std(ddof=1)) / np.sqrt(count)
    return float(student.ppf((1 + COVERAGE) / 2, count - 1) * error)


def chance_of_none(differences: list[float]) -> float:
    """How likely a mean difference as far above 0 is where there is none."""
    got = np.array(differences)
    if len(got) < 2:
        return 1.0
    error = float(got.std(ddof=1)) / np.sqrt(len(got))
    if error == 0:
        return 0.0 if got.mean() > 0 else 1.0
    return float(student.sf(got.mean() / error, len(got) - 1))


def declared(chances: dict[str, float], level: float = 0.05) -> dict[str, float]:
    """Names whose chance stays below a level when all are looked at (Holm)."""
    out: dict[str, float] = {}
    least = 0.0
    for place, (name, chance) in enumerate(sorted(chances.items(), key=lambda p: p[1])):
        least = max(least, min(1.0, chance * (len(chances) - place)))
        if least >= level:
            break
        out[name] = least
    return out
