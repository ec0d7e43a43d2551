"""The slot engine: counts, sums, maxima and newest days of events in many windows.

Every date that is asked about and every beginning of a window is an edge; between two
edges lies a slot. Households are worked in chunks: each event is put once into a cube
of slots, and a window of any date is read off a run of them.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

from features.planes import Cells, Cubes, Events, Ints, Measure, Planes, slot_of

# A cube of 16 thousand households stays in the processor's cache.
CHUNK = 1 << 14
# Earlier than any date32 that a file can hold.
BEGINNING = int(np.iinfo(np.int32).min)

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


class Slotted:
    """Events laid out by chunk of households, ready to be read as on several dates.

    A window of w months is [as_of - w months, as_of) on the day it occurred, None is
    all of the past; only what was known before a date is seen on it at all.
    `windows` run from the longest to the shortest, None first.
    """

    def __init__(
        self,
        events: Events,
        *,
        households: int,
        dates: Sequence[date],
        windows: Sequence[int | None],
        measures: Sequence[Measure],
        chunk: int = CHUNK,
    ) -> None:
        self.dates, self._measures = tuple(dates), tuple(measures)
        self._days = [day_number(day) for day in dates]
        # Per measure and date: where its windows begin.
        self._starts = [
            [_starts(day, m.windows or windows) for day in dates] for m in measures
        ]
        self._events = events
        # What is seen on a date is a run of slots only if news never come late.
        self._is_shared = len(self._days) == 1 or (
            events.known is None and all(m.how != "bits" for m in measures)
        )
        count = max(1, -(-households // chunk))
        bounds = [(n * chunk, min((n + 1) * chunk, households)) for n in range(count)]
        self.chunks = [slice(*bound) for bound in bounds]
        bucket = events.household // chunk
        seen = events.before(max(self._days))
        # Up to sixteen bits make numpy sort by radix, several times faster here; what
        # no date sees comes last and is left there.
        bucket = bucket.astype(np.min_scalar_type(-count - 1))
        bucket[~seen] = count
        self._order = np.argsort(bucket, kind="stable")
        ends = np.cumsum(np.bincount(bucket, minlength=count + 1))[:count].tolist()
        self._runs = list(zip([0, *ends[:-1]], ends, strict=True))

    def cubes(self, number: int) -> Iterator[Cubes]:
        """The cubes of a chunk, date by date."""
        part = self._events.take(self._order[slice(*self._runs[number])])
        where = self.chunks[number]
        if self._is_shared:
            yield from self._read(part, where, range(len(self._days)))
            return
        for place, day in enumerate(self._days):
            yield from self._read(part.take(part.before(day)), where, [place])

    def _read(
        self, part: Events, where: slice, places: Sequence[int]
    ) -> Iterator[Cubes]:
        """Put the events into slots once, and read every date off them."""
        days = [self._days[place] for place in places]
        starts = [[of[place] for place in places] for of in self._starts]
        edges = np.unique(np.concatenate([days, *(one for of in starts for one in of)]))
        slot = slot_of(part.occurred, edges)
        local = part.household.astype(np.int64) - where.start
        width = where.stop - where.start
        cells = Cells(part, slot, local, (len(edges), width))
        planes = [Planes(m, cells, days[-1]) for m in self._measures]
        for day, *begins in zip(days, *starts, strict=True):
            runs = [np.searchsorted(edges, [*one, day]).tolist() for one in begins]
            yield [
                one.windows(run[:-1], run[-1])
                for one, run in zip(planes, runs, strict=True)
            ]


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
    """Hand `consume` every chunk of households with its cubes, as on one date.

    Raises:
        ValueError: The windows do not run from the longest to the shortest.
    """
    slotted = Slotted(
        events,
        households=households,
        dates=[as_of],
        windows=windows,
        measures=measures,
        chunk=chunk,
    )

    def one(number: int) -> None:
        for cubes in slotted.cubes(number):
            consume(slotted.chunks[number], cubes)

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(one, range(len(slotted.chunks))):
            pass


def _starts(day: date, windows: Sequence[int | None]) -> Ints:
    starts = np.array(
        [BEGINNING if w is None else day_number(months_before(day, w)) for w in windows]
    )
    if np.any(np.diff(starts) <= 0):
        raise ValueError("windows must run from the longest to the shortest")
    return starts
