"""From the cubes of a chunk to one feature: a function per aggregate."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.feature import (
    FRESHNESS_DAYS,
    NEVER_DAYS,
    SEASONS,
    Aggregate,
    Feature,
    State,
)
from features.planes import MISSING, MONTH_BITS, Ints, month_number


@dataclass(frozen=True)
class Channel:
    """One stream of events that the engine keeps apart."""

    event_type: str
    state: State


@dataclass(frozen=True)
class Column:
    """Where a windowed feature is read from the cubes.

    Attributes:
        groups: Positions in the measure's channels, by kind of event.
        proof: Positions in the count measure (all of the past) of which any event
            proves that the source sees the household; empty if never null.
    """

    feature: Feature
    measure: int
    window: int
    groups: tuple[tuple[int, ...], ...]
    proof: tuple[int, ...]

    @property
    def positions(self) -> list[int]:
        """The positions of all groups."""
        return [position for group in self.groups for position in group]


def _since(last: Ints, today: int, never: int) -> Ints:
    return np.asarray(np.where(last == MISSING, never, today - last))


def _newest(cube: Ints, column: Column) -> Ints:
    return np.asarray(cube[column.positions].max(axis=0))


def _count(cube: Ints, column: Column, _: int) -> Ints:
    return np.asarray(cube[column.positions].sum(axis=0))


def _exists(cube: Ints, column: Column, today: int) -> Ints:
    return (_count(cube, column, today) > 0).astype(np.int64)


def _types(cube: Ints, column: Column, _: int) -> Ints:
    return np.asarray((cube[column.positions] > 0).sum(axis=0, dtype=np.int64))


def _together(cube: Ints, column: Column, _: int) -> Ints:
    some = [(cube[list(group)] > 0).any(axis=0) for group in column.groups]
    return np.asarray(np.stack(some).all(axis=0), dtype=np.int64)


def _max(cube: Ints, column: Column, _: int) -> Ints:
    return np.asarray(np.maximum(_newest(cube, column), 0))


def _freshness(cube: Ints, column: Column, today: int) -> Ints:
    since = _since(_newest(cube, column), today, FRESHNESS_DAYS)
    return np.maximum(FRESHNESS_DAYS - since, 0)


def _elapsed(cube: Ints, column: Column, today: int) -> Ints:
    return np.minimum(_since(_newest(cube, column), today, NEVER_DAYS), NEVER_DAYS)


def _across(cube: Ints, column: Column, today: int) -> Ints:
    every = _domains(cube, column, today) == len(column.groups)
    return np.asarray(every, dtype=np.int64)


def _domains(cube: Ints, column: Column, _: int) -> Ints:
    some = [(cube[list(group)] > 0).any(axis=0) for group in column.groups]
    return np.asarray(np.stack(some).sum(axis=0, dtype=np.int64))


def _union(cube: Ints, column: Column) -> Ints:
    return np.asarray(np.bitwise_or.reduce(cube[column.positions], axis=0))


def _months(cube: Ints, column: Column, today: int) -> Ints:
    marked = _union(cube, column)
    if column.feature.season:
        wanted = SEASONS[column.feature.season]
        this_month = int(month_number(np.array([today], dtype=np.int32))[0])
        bits = [b for b in range(MONTH_BITS) if (this_month - b) % 12 + 1 in wanted]
        marked = marked & np.int64(sum(1 << b for b in bits))
    return np.bitwise_count(marked).astype(np.int64)


def _run(cube: Ints, column: Column, _: int) -> Ints:
    marked = _union(cube, column)
    # One month without a list breaks no spell: lists are late, and get lost.
    left = marked | ((marked << 1) & (marked >> 1))
    length = np.zeros(left.shape, dtype=np.int64)
    while (going := left != 0).any():
        length += going
        left &= left << 1
    return length


def _kinds_by_month(cube: Ints, column: Column) -> list[Ints]:
    marked = cube[column.positions]
    months = range((column.feature.window_months or MONTH_BITS - 1) + 1)
    return [np.asarray(((marked >> b) & 1).sum(axis=0)) for b in months]


def _overlap(cube: Ints, column: Column, _: int) -> Ints:
    return np.asarray(np.maximum.reduce(_kinds_by_month(cube, column)))


def _overlap_months(cube: Ints, column: Column, _: int) -> Ints:
    several = [kinds > 1 for kinds in _kinds_by_month(cube, column)]
    return np.asarray(np.stack(several).sum(axis=0, dtype=np.int64))


FINISH: Final[dict[Aggregate, Callable[[Ints, Column, int], Ints]]] = {
    "count": _count,
    "exists": _exists,
    "types": _types,
    "together": _together,
    "sum": _count,
    "max": _max,
    "freshness": _freshness,
    "elapsed": _elapsed,
    "domains": _domains,
    "across": _across,
    "months": _months,
    "run": _run,
    "overlap": _overlap,
    "overlap_months": _overlap_months,
}
