"""The compiled matrix against a plain reading of the catalogue."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.build import build_features
from features.catalogue import DOMAINS, FEATURES, FRESHNESS_DAYS, NEVER_DAYS, Feature
from features.feature import SEASONS
from pipeline.warehouse import Warehouse
from tests.lib.core import Event
from tests.lib.feature_towns import AS_OF, event_table, put
from tests.lib.feature_towns import random_town as a_town

WINDOWED = [f for f in FEATURES.values() if f.is_windowed]
START = {
    months: (pd.Timestamp(AS_OF) - pd.DateOffset(months=months)).date()
    for months in {f.window_months for f in WINDOWED if f.window_months}
}
MONTH = AS_OF.year * 12 + AS_OF.month - 1


def month(event: Event) -> int:
    return event.occurred_on.year * 12 + event.occurred_on.month - 1


def longest_run(months: set[int]) -> int:
    """Month by month; a single month without a list is filled."""
    filled = months | {m for m in range(MONTH) if {m - 1, m + 1} <= months}
    return max((_run_from(m, filled) for m in filled), default=0)


def _run_from(first: int, months: set[int]) -> int:
    length = 0
    while first + length in months:
        length += 1
    return length


def oracle(  # noqa: C901 - one line for each aggregate
    feature: Feature, events: Sequence[Event]
) -> int:
    start = START.get(feature.window_months or 0, date(1900, 1, 1))
    found = [
        e
        for e in events
        if e.event_type in feature.events
        and start <= e.occurred_on
        and (e.is_current or feature.state != "current")
        and ((e.restored_on or AS_OF) < AS_OF or feature.state != "restored")
    ]
    values = [getattr(e, feature.value or "subject") for e in found]
    numbers = [v for v in values if isinstance(v, int)]
    kinds = {e.event_type for e in found}
    ages = [(AS_OF - e.occurred_on).days for e in found]
    months = {month(e) for e in found}
    season = SEASONS[feature.season] if feature.season else range(1, 13)
    of_month = [{e.event_type for e in found if month(e) == m} for m in months]
    domains = {DOMAINS.get(kind, "") for kind in kinds}
    match feature.aggregate:
        case "count":
            return len(found)
        case "exists":
            return int(bool(found))
        case "types":
            return len(kinds)
        case "together":
            ends = {event.rpartition("_")[2] for event in feature.events}
            return int({k.rpartition("_")[2] for k in kinds} == ends)
        case "domains":
            return len(domains)
        case "across":
            return int(domains == {DOMAINS[event] for event in feature.events})
        case "sum":
            return sum(numbers)
        case "max":
            return max(numbers, default=0)
        case "freshness":
            return FRESHNESS_DAYS - min(ages, default=FRESHNESS_DAYS)
        case "elapsed":
            return min([*ages, NEVER_DAYS])
        case "months":
            return len([m for m in months if m % 12 + 1 in season])
        case "run":
            return longest_run(months)
        case "overlap":
            return max(map(len, of_month), default=0)
        case "overlap_months":
            return len([kinds for kinds in of_month if len(kinds) > 1])
    raise AssertionError(feature.aggregate)


def is_unseen(feature: Feature, home: str, events: Sequence[Event]) -> bool:
    if feature.missing == "zero":
        return False
    seen = any(e.event_type.startswith(f"{feature.source}_") for e in events)
    return home == "apartment" and feature.source in ("kepco", "water") and not seen


@pytest.mark.parametrize("seed", [3, 4])
def test_the_engine_agrees_with_a_plain_reading_of_the_catalogue(seed: int) -> None:
    it = a_town(60, seed, events=12.0)
    known: dict[str, list[Event]] = {household: [] for household in it.ids}
    for row in event_table(it.events, np.array(it.ids)).to_pylist():
        row.pop("source")
        if row["known_on"] < AS_OF and row["occurred_on"] < AS_OF:
            known[row["household_id"]].append(Event(**row))
    with Warehouse.in_memory() as warehouse:
        put(warehouse, it)
        found = build_features(warehouse, AS_OF).to_pylist()
    for row, home in zip(found, it.homes["home_kind"].tolist(), strict=True):
        own = known[row["household_id"]]
        for feature in WINDOWED:
            unseen = is_unseen(feature, home, own)
            expected = None if unseen else oracle(feature, own)
            assert row[feature.name] == expected, (feature.name, own)
