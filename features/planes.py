"""Events in slots of time: one cube of slot × channel × household for each measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
How = Literal["count", "sum", "max", "last", "bits"]

# No event, or an event without the value.
MISSING = int(np.iinfo(np.int64).min)
# Bits of an int64 that are months: of longer ago nothing is asked by month.
MONTH_BITS = 63
_EXACT: Final = 2.0**53


@dataclass(frozen=True)
class Events:
    """Events as columns of one length; `values` hold MISSING where there is none.

    `known` is None where every event is known on the day it occurs.
    """

    household: npt.NDArray[np.int32]
    channel: npt.NDArray[np.int16]
    occurred: Days
    known: Days | None
    values: dict[str, Ints]

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Events":
        """The events at these positions (or under this mask)."""
        return Events(
            self.household[rows],
            self.channel[rows],
            self.occurred[rows],
            None if self.known is None else self.known[rows],
            {name: column[rows] for name, column in self.values.items()},
        )

    def before(self, day: int) -> npt.NDArray[np.bool_]:
        """Which of them had occurred, and were known, before a day."""
        seen = self.occurred < day
        return seen if self.known is None else seen & (self.known < day)


@dataclass(frozen=True)
class Measure:
    """One cube to compute: how, of which value, over which channels.

    `bits` marks the calendar months with an event: bit 0 is the month of `as_of`,
    bit 1 the one before. `count` of a value counts the events that have it.
    `is_merged` puts all channels together as one; `windows` is for a measure that is
    not asked for in all of them.
    """

    how: How
    value: str | None
    channels: tuple[int, ...]
    is_merged: bool = False
    windows: tuple[int | None, ...] | None = None


# Per measure: [window][position in Measure.channels][household of the chunk]
Cubes = list[Ints]
Kept = npt.NDArray[np.bool_] | None
# Slots and households of a chunk.
Shape = tuple[int, int]


def month_number(days: Days) -> Ints:
    """Months since January 1970 of day numbers."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


class Cells:
    """Where each event of a chunk falls in cubes over the same channels.

    A cube has a slot, a channel (or one for all) and a household to each cell.
    """

    def __init__(
        self, part: Events, slot: npt.NDArray[np.intp], local: Ints, shape: Shape
    ) -> None:
        self.part, self._slot, self._local, self._shape = part, slot, local, shape
        self._known: dict[tuple[tuple[int, ...], bool], tuple[Ints, Kept]] = {}

    def of(self, measure: Measure) -> tuple[Ints, Kept, tuple[int, int, int]]:
        """Cells, which events have one (None: all), and the cube's shape."""
        slots, width = self._shape
        depth = 1 if measure.is_merged else len(measure.channels)
        key = (measure.channels, measure.is_merged)
        if key not in self._known:
            highest = max(*measure.channels, int(self.part.channel.max(initial=0)))
            place = np.full(highest + 1, -1)
            place[list(measure.channels)] = 0 if measure.is_merged else np.arange(depth)
            position = place[self.part.channel]
            kept = (position >= 0) & (self._slot >= 0)
            cell = (self._slot * depth + position) * width + self._local
            self._known[key] = cell, None if kept.all() else kept
        return *self._known[key], (slots, depth, width)


class Planes:
    """One measure of one chunk: a plane of channel × household for each slot."""

    def __init__(self, measure: Measure, cells: Cells, today: int) -> None:
        self._operation, self._nothing = _OPERATION[measure.how]
        cell, kept, shape = cells.of(measure)
        column = _values(cells.part, today, measure)
        if column is not None and int(column.min(initial=0)) == MISSING:
            told = column != MISSING
            kept = told if kept is None else kept & told
        if measure.how == "count":
            column = None  # each counts as one
        if kept is not None:
            cell = cell[kept]
            column = None if column is None else column[kept]
        size = shape[0] * shape[1] * shape[2]
        cube = _scattered(self._operation, self._nothing, cell, column, size)
        self._planes = cube.reshape(shape)
        self._upto: Ints | None = None

    def windows(self, begins: Sequence[int], end: int) -> Ints:
        """The windows that begin at these slots and end before one of them."""
        if self._operation is np.add:
            upto = self._all_before()
            return np.asarray(upto[end] - upto[begins])
        if list(begins) == [0]:
            return self._all_before()[end : end + 1]
        # From the newest slot on: each window holds every later one.
        found = np.empty((len(begins), *self._planes.shape[1:]), np.int64)
        so_far = np.full(self._planes.shape[1:], self._nothing, np.int64)
        for place, begin in reversed(list(enumerate(begins))):
            for slot in range(end - 1, begin - 1, -1):
                self._operation(so_far, self._planes[slot], out=so_far)
            found[place], end = so_far, begin
        return found

    def _all_before(self) -> Ints:
        """All slots before each; two such sums differ by what lies between."""
        if self._upto is None:
            shape = (len(self._planes) + 1, *self._planes.shape[1:])
            upto = np.empty(shape, np.int64)
            upto[0] = self._nothing
            # Plane by plane: a cumulation over the first axis jumps through memory.
            for slot, plane in enumerate(self._planes):
                self._operation(upto[slot], plane, out=upto[slot + 1])
            self._upto = upto
        return self._upto


def _scattered(
    operation: np.ufunc, nothing: int, cell: Ints, column: Ints | None, size: int
) -> Ints:
    if column is None:
        return np.bincount(cell, minlength=size)
    if operation is np.add and float(np.abs(column).sum(dtype=float)) < _EXACT:
        # Sums of whole numbers are exact in a double up to 2^53.
        return np.bincount(cell, weights=column, minlength=size).astype(np.int64)
    cube = np.full(size, nothing, dtype=np.int64)
    # Of another width than the cube's it would take a path ten times slower.
    operation.at(cube, cell, column.astype(np.int64, copy=False))
    return cube


def slot_of(days: Days, edges: Ints) -> npt.NDArray[np.intp]:
    """The slot of each day, -1 before the first edge; a table where days are near."""
    if not len(days):
        return np.zeros(0, dtype=np.intp)
    first, last = int(days.min()), int(days.max())
    if last - first > len(days):
        return np.searchsorted(edges, days, side="right") - 1
    table = np.searchsorted(edges, np.arange(first, last + 1), side="right") - 1
    return np.asarray(table[days - first])


_OPERATION: Final[dict[How, tuple[np.ufunc, int]]] = {
    "count": (np.add, 0),
    "sum": (np.add, 0),
    "max": (np.maximum, MISSING),
    "last": (np.maximum, MISSING),
    "bits": (np.bitwise_or, 0),
}


def _values(part: Events, today: int, measure: Measure) -> Ints | None:
    """What is put into the cube, or has to be there for an event to count."""
    if measure.how == "count" and measure.value is None:
        return None
    if measure.how == "last":
        return part.occurred.astype(np.int64)
    if measure.how == "bits":
        this_month = int(month_number(np.array([today], dtype=np.int32))[0])
        back = this_month - month_number(part.occurred)
        marks = np.left_shift(np.int64(1), np.clip(back, 0, MONTH_BITS - 1))
        return np.where(back < MONTH_BITS, marks, MISSING)
    return part.values[measure.value or ""]
