"""The slot engine: counts, sums, maxima and newest days of events in many windows."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
How = Literal["count", "sum", "max", "last", "bits"]

# No event, or an event without the value.
MISSING = int(np.iinfo(np.int64).min)
# Earlier than any date32 that a file can hold.
BEGINNING = int(np.iinfo(np.int32).min)
# A cube of 16 thousand households stays in the processor's cache.
CHUNK = 1 << 14
# Bits of an int64 that are months: of longer ago nothing is asked by month.
MONTH_BITS = 63


@dataclass(frozen=True)
class Events:
    """Events as columns of one length; `values` hold MISSING where there is none."""

    household: npt.NDArray[np.int32]
    channel: npt.NDArray[np.int16]
    occurred: Days
    known: Days
    values: dict[str, Ints]

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Events":
        """The events at these positions (or under this mask)."""
        return Events(
            self.household[rows],
            self.channel[rows],
            self.occurred[rows],
            self.known[rows],
            {name: column[rows] for name, column in self.values.items()},
        )


@dataclass(frozen=True)
class Measure:
    """One cube to compute: how, of which value, over which channels.

    `bits` marks the calendar months with an event: bit 0 is the month of `as_of`,
    bit 1 the one before.
    """

    how: How
    value: str | None
    channels: tuple[int, ...]


# Per measure: [window][position in Measure.channels][household of the chunk]
Cubes = list[Ints]
Consume = Callable[[slice, Cubes], None]


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or that month's last day if it is shorter."""
    year, month0 = divmod(day.year * 12 + day.month - 1 - months, 12)
    first_of_next = date(year + (month0 == 11), (month0 + 1) % 12 + 1, 1)
    last_day = date.fromordinal(first_of_next.toordinal() - 1).day
    return date(year, month0 + 1, min(day.day, last_day))


def day_number(day: date) -> int:
    """Days since 1970-01-01, as Arrow's date32 counts."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def month_number(days: Days) -> Ints:
    """Months since January 1970 of day numbers."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def windowed(
    events: Events,
    consume: Consume,
    *,
    households: int,
    as_of: date,
    windows: Sequence[int | None],
    measures: Sequence[Measure],
    threads: int = 2,
    chunk: int = CHUNK,
) -> None:
    """Hand `consume` every chunk of households with its cubes.

    A window of w months is [as_of - w months, as_of) on the day it occurred, None is
    all of the past; only what was known before `as_of` is seen at all.
    `windows` run from the longest to the shortest, None first.
    """
    today = day_number(as_of)
    seen = events.take((events.known < today) & (events.occurred < today))
    starts = np.array(
        [
            BEGINNING if w is None else day_number(months_before(as_of, w))
            for w in windows
        ]
    )
    if np.any(np.diff(starts) <= 0):
        raise ValueError("windows must run from the longest to the shortest")
    # Sixteen bits make numpy sort by radix, several times faster here.
    bucket = (seen.household // chunk).astype(np.int16)
    order = np.argsort(bucket, kind="stable")
    count = -(-households // chunk)
    ends = np.cumsum(np.bincount(bucket, minlength=count))

    def one(number: int) -> None:
        first = int(ends[number - 1]) if number else 0
        part = seen.take(order[first : int(ends[number])])
        where = slice(number * chunk, min((number + 1) * chunk, households))
        consume(where, _cubes(part, where, starts, today, measures))

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(one, range(count)):
            pass


def _cubes(
    part: Events, where: slice, starts: Ints, today: int, measures: Sequence[Measure]
) -> Cubes:
    width = where.stop - where.start
    slot = np.searchsorted(starts, part.occurred, side="right") - 1
    local = part.household.astype(np.int64) - where.start
    return [_cube(part, slot, local, (len(starts), width), today, m) for m in measures]


def _cube(
    part: Events,
    slot: npt.NDArray[np.intp],
    local: Ints,
    shape: tuple[int, int],
    today: int,
    measure: Measure,
) -> Ints:
    slots, width = shape
    highest = max(*measure.channels, int(part.channel.max(initial=0)))
    place = np.full(highest + 1, -1)
    place[list(measure.channels)] = np.arange(len(measure.channels))
    position = place[part.channel]
    column = _values(part, today, measure)
    kept = (position >= 0) & (slot >= 0) & (column != MISSING)
    cell = (slot[kept] * len(measure.channels) + position[kept]) * width + local[kept]
    size = slots * len(measure.channels) * width
    operation, nothing = _OPERATION[measure.how]
    cube = np.full(size, nothing, dtype=np.int64)
    # ufunc.at on integers keeps won exact; bincount's weights would be floats.
    operation.at(cube, cell, column[kept])
    planes = cube.reshape(slots, len(measure.channels), width)
    # A window holds its own slot and every later one: accumulate from the newest.
    whole = operation.accumulate(planes[::-1], axis=0)
    return np.ascontiguousarray(whole[::-1])


_OPERATION: Final[dict[How, tuple[np.ufunc, int]]] = {
    "count": (np.add, 0),
    "sum": (np.add, 0),
    "max": (np.maximum, MISSING),
    "last": (np.maximum, MISSING),
    "bits": (np.bitwise_or, 0),
}


def _values(part: Events, today: int, measure: Measure) -> Ints:
    if measure.how == "count":
        return np.ones(len(part.household), dtype=np.int64)
    if measure.how == "last":
        return part.occurred.astype(np.int64)
    if measure.how == "bits":
        this_month = int(month_number(np.array([today], dtype=np.int32))[0])
        back = this_month - month_number(part.occurred)
        marks = np.left_shift(np.int64(1), np.clip(back, 0, MONTH_BITS - 1))
        return np.where(back < MONTH_BITS, marks, MISSING)
    return part.values[measure.value or ""]
