"""From the catalogue to a typed plan, so that nothing is interpreted per row."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from features.catalogue import ARREARS, DOMAINS, STOPS
from features.feature import Aggregate, Feature, State
from features.finish import FINISH, Channel, Column
from features.planes import Cubes, How, Ints, Measure
from features.windows import day_number

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
    "domains": "count",
    "across": "count",
    "months": "bits",
    "run": "bits",
    "overlap": "bits",
    "overlap_months": "bits",
}
_COUNT: Final[_Key] = ("count", None)


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
    return FINISH[column.feature.aggregate](cube, column, day_number(as_of))


def unproven(column: Column, cubes: Cubes, plan: Plan) -> Bools:
    """Where no event at all proves that the source sees the household."""
    past = cubes[plan.count][plan.windows.index(None)]
    return np.asarray(past[list(column.proof)].sum(axis=0) == 0)


def _key(feature: Feature) -> _Key:
    if feature.aggregate is None:
        raise ValueError(f"{feature.name} is no windowed feature")
    return _HOW[feature.aggregate], feature.value


def _groups(feature: Feature) -> list[list[Channel]]:
    by_domain = feature.aggregate in ("domains", "across")
    kinds: dict[str, list[Channel]] = {}
    for event in feature.events:
        kind = DOMAINS[event] if by_domain else event.rpartition("_")[2]
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
