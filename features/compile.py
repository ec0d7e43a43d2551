"""From the catalogue to a typed plan, so that nothing is interpreted per row."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from features.catalogue import ARREARS, FRESHNESS_DAYS, NEVER_DAYS, STOPS
from features.feature import Aggregate, Feature, State
from features.windows import MISSING, Cubes, How, Ints, Measure, day_number

Bools = npt.NDArray[np.bool_]
_Key = tuple[How, str | None]

_HOW: Final[dict[Aggregate, How]] = {
    "count": "count",
    "exists": "count",
    "types": "count",
    "together": "count",
    "sum": "sum",
    "max": "max",
    "freshness": "last",
    "elapsed": "last",
}
_COUNT: Final[_Key] = ("count", None)


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


@dataclass(frozen=True)
class Plan:
    """All that the slot engine and the finishing need to know."""

    event_types: tuple[str, ...]
    channels: tuple[Channel, ...]
    windows: tuple[int | None, ...]
    measures: tuple[Measure, ...]
    columns: tuple[Column, ...]
    count: int

    def lookup(self, state: State) -> npt.NDArray[np.int16]:
        """The channel of each event type in this state, or -1."""
        table = np.full(len(self.event_types), -1, dtype=np.int16)
        for number, channel in enumerate(self.channels):
            if channel.state == state:
                table[self.event_types.index(channel.event_type)] = number
        return table


def plan(features: Iterable[Feature]) -> Plan:
    """Compile the windowed ones among these features."""
    chosen = [feature for feature in features if feature.is_windowed]
    wanted: dict[_Key, set[Channel]] = defaultdict(set)
    for feature in chosen:
        wanted[_key(feature)].update(c for g in _groups(feature) for c in g)
        wanted[_COUNT].update(_proof(feature))
    channels = sorted(
        set().union(*wanted.values()), key=lambda c: (c.state, c.event_type)
    )
    keys = sorted(wanted, key=str)
    own = {key: [c for c in channels if c in wanted[key]] for key in keys}
    windows = _windows(chosen)
    return Plan(
        event_types=tuple(sorted({c.event_type for c in channels})),
        channels=tuple(channels),
        windows=windows,
        measures=tuple(
            Measure(how, value, tuple(map(channels.index, own[how, value])))
            for how, value in keys
        ),
        columns=tuple(
            Column(
                feature=feature,
                measure=keys.index(_key(feature)),
                window=windows.index(feature.window_months),
                groups=tuple(
                    tuple(map(own[_key(feature)].index, group))
                    for group in _groups(feature)
                ),
                proof=tuple(map(own[_COUNT].index, _proof(feature))),
            )
            for feature in chosen
        ),
        count=keys.index(_COUNT) if _COUNT in wanted else -1,
    )


def finish(column: Column, cubes: Cubes, as_of: date) -> Ints:
    """A chunk's values of one feature.

    Raises:
        ValueError: The feature is not a windowed one.
    """
    if column.feature.aggregate is None:
        raise ValueError(f"{column.feature.name} is no windowed feature")
    cube = cubes[column.measure][column.window]
    return _FINISH[column.feature.aggregate](cube, column, day_number(as_of))


def unproven(column: Column, cubes: Cubes, plan: Plan) -> Bools:
    """Where no event at all proves that the source sees the household."""
    past = cubes[plan.count][plan.windows.index(None)]
    return np.asarray(past[list(column.proof)].sum(axis=0) == 0)


def _key(feature: Feature) -> _Key:
    if feature.aggregate is None:
        raise ValueError(f"{feature.name} is no windowed feature")
    return _HOW[feature.aggregate], feature.value


def _groups(feature: Feature) -> list[list[Channel]]:
    kinds: dict[str, list[Channel]] = {}
    for event in feature.events:
        kind = event.rpartition("_")[2]
        kinds.setdefault(kind, []).append(Channel(event, feature.state))
    return list(kinds.values())


def _proof(feature: Feature) -> list[Channel]:
    if feature.missing != "null":
        return []
    bills = (e for e in ARREARS + STOPS if e.startswith(f"{feature.source}_"))
    return [Channel(e, "any") for e in dict.fromkeys((*bills, *feature.events))]


def _windows(chosen: Iterable[Feature]) -> tuple[int | None, ...]:
    months = {feature.window_months for feature in chosen} - {None}
    return None, *sorted((m for m in months if m is not None), reverse=True)


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


_FINISH: Final[dict[Aggregate, Callable[[Ints, Column, int], Ints]]] = {
    "count": _count,
    "exists": _exists,
    "types": _types,
    "together": _together,
    "sum": _count,
    "max": _max,
    "freshness": _freshness,
    "elapsed": _elapsed,
}
