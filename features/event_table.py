"""Windowed features of any table of events, by the engine of the catalogue's own.

Per household and date, for each window: how many events, their amount (sum, largest,
mean), months overdue (largest, mean), number and sum by event type; and how many days
since the last event, at all and by type.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.columns import arrow_of, numpy_of
from features.planes import MISSING, Cubes, Events, Ints, Measure
from features.windows import Slotted, day_number
from pipeline.errors import OptionError

EVENT_COLUMNS: Final = (
    "household_id", "event_type", "event_date", "amount", "months_overdue",
)  # fmt: skip
KNOWN: Final = "known_date"
_THREADS: Final = 2
# Ids that lie at most so much wider than there are households are looked up in a table.
_DENSE: Final = 8
# With many dates a chunk's cubes are many times larger.
_CHUNK, _CHUNK_OF_DATES = 1 << 14, 1 << 13

_Values = npt.NDArray[Any]


@dataclass(frozen=True)
class Asked:
    """Whose features are asked for, as of which dates, over which windows of months."""

    households: pa.ChunkedArray
    dates: tuple[date, ...]
    windows: tuple[int, ...]


class EventFeatures:
    """The features of a table of events, chunk by chunk of households.

    Grain: as_of, household_id; households in the order asked for, all dates of a chunk
    of them together.

    Raises:
        OptionError: A column is missing or of another kind, an id or a date is null, a
            household is named twice, or no date or window is asked for.
    """

    def __init__(self, events: pa.Table, asked: Asked) -> None:
        _check(events, asked)
        self._asked = asked
        self._windows = tuple(sorted(set(asked.windows)))
        place = _places(events["household_id"], asked.households)
        here = place >= 0
        self.events, self.elsewhere = len(place), int((~here).sum())
        kind = events["event_type"]
        if not pa.types.is_dictionary(kind.type):
            kind = kind.dictionary_encode()
        codes = kind.unify_dictionaries().combine_chunks()
        names = codes.dictionary.to_pylist()
        self.types = tuple(sorted(names))
        channel = np.array([self.types.index(n) for n in names] or [0], np.int16)
        columns = Events(
            household=place,
            channel=channel[codes.indices.to_numpy()],
            occurred=_days(events["event_date"]),
            known=_days(events[KNOWN]) if KNOWN in events.column_names else None,
            values={
                "amount": _whole(events["amount"]),
                "months_overdue": _whole(events["months_overdue"]),
            },
        )
        self._slotted = Slotted(
            columns if here.all() else columns.take(here),
            households=len(asked.households),
            dates=asked.dates,
            windows=self._windows[::-1],
            measures=_measures(len(self.types)),
            chunk=_CHUNK if len(asked.dates) == 1 else _CHUNK_OF_DATES,
        )

    def batches(self) -> Iterator[list[pa.RecordBatch]]:
        """The chunks of two workers at a time."""
        count = len(self._slotted.chunks)
        with ThreadPoolExecutor(_THREADS) as pool:
            for first in range(0, count, _THREADS):
                numbers = range(first, min(first + _THREADS, count))
                yield [one for ready in pool.map(self._chunk, numbers) for one in ready]

    def _chunk(self, number: int) -> list[pa.RecordBatch]:
        where = self._slotted.chunks[number]
        ids = self._asked.households.slice(where.start, where.stop - where.start)
        whose = ids.combine_chunks()
        ready = []
        for day, cubes in zip(
            self._asked.dates, self._slotted.cubes(number), strict=True
        ):
            columns = {
                "as_of": pa.repeat(pa.scalar(day, pa.date32()), len(whose)),
                "household_id": whose,
            }
            columns |= self._columns(cubes, day)
            ready.append(pa.RecordBatch.from_pydict(columns))
        return ready

    def _columns(self, cubes: Cubes, day: date) -> dict[str, pa.Array]:
        count, total, most, paid, months, longest, known, last = cubes
        found: dict[str, pa.Array] = {}
        for place, w in enumerate(reversed(self._windows)):
            found |= {
                f"n_{w}m": _count(count[place].sum(axis=0)),
                f"amt_sum_{w}m": arrow_of(sums := total[place].sum(axis=0)),
                f"amt_max_{w}m": _largest(most[place][0]),
                f"amt_mean_{w}m": _mean(sums, paid[place][0]),
                f"mo_max_{w}m": _largest(longest[place][0]),
                f"mo_mean_{w}m": _mean(months[place][0], known[place][0]),
            }
            for channel, name in enumerate(self.types):
                found[f"n_{name}_{w}m"] = _count(count[place][channel])
                found[f"amt_sum_{name}_{w}m"] = arrow_of(total[place][channel])
        found["days_since_any"] = _days_since(last[0].max(axis=0), day)
        for channel, name in enumerate(self.types):
            found[f"days_since_{name}"] = _days_since(last[0][channel], day)
        return found


def _measures(types: int) -> list[Measure]:
    every = tuple(range(max(types, 1)))
    return [
        Measure("count", None, every),
        Measure("sum", "amount", every),
        Measure("max", "amount", every, is_merged=True),
        Measure("count", "amount", every, is_merged=True),
        Measure("sum", "months_overdue", every, is_merged=True),
        Measure("max", "months_overdue", every, is_merged=True),
        Measure("count", "months_overdue", every, is_merged=True),
        Measure("last", None, every, windows=(None,)),
    ]


def _count(values: Ints) -> pa.Array:
    return arrow_of(values.astype(np.int32))


def _largest(values: Ints) -> pa.Array:
    return arrow_of(values, values == MISSING)


def _mean(total: Ints, count: Ints) -> pa.Array:
    mean = np.zeros(len(total))
    np.divide(total, count, out=mean, where=count > 0)
    return arrow_of(mean, count == 0)


def _days_since(last: Ints, day: date) -> pa.Array:
    never = last == MISSING
    since = np.where(never, 0, day_number(day) - last)
    return arrow_of(since.astype(np.int32), never)


def _days(column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    days: npt.NDArray[np.int32] = numpy_of(column.cast(pa.int32()))
    return days


def _whole(column: pa.ChunkedArray) -> Ints:
    if column.null_count:
        column = column.cast(pa.int64()).fill_null(MISSING)
    return numpy_of(column)


def _places(ids: pa.ChunkedArray, households: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    """The position of each event's household among those asked for, or -1."""
    if pa.types.is_integer(households.type) and len(households):
        wanted = numpy_of(households)
        low, high = int(wanted.min()), int(wanted.max())
        if high - low < _DENSE * len(wanted):
            table = np.full(high - low + 3, -1, np.int32)
            table[wanted - (low - 1)] = np.arange(len(wanted), dtype=np.int32)
            inside = numpy_of(ids)
            if len(inside) and (inside.min() < low or inside.max() > high):
                inside = np.clip(inside, low - 1, high + 1)
            return np.asarray(table[inside - (low - 1)])
    found = pc.index_in(ids, value_set=households.combine_chunks())
    return numpy_of(found.fill_null(-1))


def _check(events: pa.Table, asked: Asked) -> None:
    if missing := sorted(set(EVENT_COLUMNS) - set(events.column_names)):
        raise OptionError(
            f"the events lack the columns {', '.join(missing)}",
            f"give {', '.join(EVENT_COLUMNS)} and, where it differs, {KNOWN}",
        )
    if not asked.dates or not asked.windows or min(asked.windows) < 1:
        raise OptionError(
            "no date or no window is asked for",
            "e.g. --as-of 2026-07-01 --windows 1,12",
        )
    if len(set(asked.dates)) < len(asked.dates):
        raise OptionError("a date is asked for twice", "name each --as-of once")
    dates = [name for name in ("event_date", KNOWN) if name in events.column_names]
    kinds = dict.fromkeys(dates, (pa.types.is_date32, "a date (date32)"))
    kinds |= dict.fromkeys(
        ("amount", "months_overdue"), (pa.types.is_integer, "a whole number")
    )
    for name, (is_right, wanted) in kinds.items():
        if not is_right(events.schema.field(name).type):
            raise OptionError(f"the events' {name} is not {wanted}", "cast it to that")
    for name in ("household_id", "event_type", *dates):
        if events[name].null_count:
            raise OptionError(f"the events have rows without {name}", "leave them out")
    if events["household_id"].type != asked.households.type:
        raise OptionError(
            f"household_id is {events['household_id'].type} in the events and "
            f"{asked.households.type} in the spine", "give both the same type",
        )  # fmt: skip
    if pc.count_distinct(asked.households).as_py() < len(asked.households):
        raise OptionError(
            "the spine names a household twice or none", "give one row per household"
        )
