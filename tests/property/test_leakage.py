"""Nothing that was not known before the as-of day can move a feature, on any feature."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from features.build import build_features
from features.catalogue import EVENTS, FEATURES, SOURCES
from pipeline.warehouse import Warehouse
from tests.lib.core import CLOCK, Event, features_of, put_events, town
from tests.lib.feature_towns import AS_OF, TODAY, Town, both, put, random_town, rows

HOMES = 300
SEEDS = range(4)
MOVED_BY_EVENTS = [f for f in FEATURES.values() if f.is_windowed] + [
    FEATURES[name] for name in ("listed_unmet_24m", "sign_kinds_since_contact")
]


def matrix(it: Town, clock: str = CLOCK, as_of: date = AS_OF) -> pa.Table:
    with Warehouse.in_memory() as warehouse:
        put(warehouse, it, clock=clock)
        return build_features(warehouse, as_of)


def different(one: pa.Table, other: pa.Table) -> list[str]:
    return [n for n in FEATURES if not one[n].equals(other[n])]


def known_of(it: Town) -> Town:
    """The town without what came on the as-of day or later."""
    return it.but(
        events=rows(it.events, it.events["known_on"] < TODAY),
        listings=rows(it.listings, it.listings["returned_known_on"] < TODAY),
        surveys=rows(it.surveys, it.surveys["known_on"] < TODAY),
        doubts=rows(it.doubts, it.doubts["since"] < TODAY),
        nhis=rows(it.nhis, it.nhis["known_on"] < TODAY),
    )


def backwards(it: Town) -> Town:
    last_first: Any = slice(None, None, -1)
    tables = ("events", "listings", "surveys", "doubts", "nhis", "members")
    return it.but(**{name: rows(getattr(it, name), last_first) for name in tables})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_future_and_the_order_of_rows_change_nothing(seed: int) -> None:
    it = random_town(HOMES, seed)
    everything = matrix(it)
    assert different(everything, matrix(known_of(it))) == []
    assert different(everything, matrix(backwards(it))) == []


def test_the_future_would_have_changed_nearly_every_feature() -> None:
    """The towns above hold what a leak would show."""
    it, later = random_town(1_500, 0), AS_OF + timedelta(days=60)
    moved = different(matrix(it, as_of=later), matrix(known_of(it), as_of=later))
    still = {name: FEATURES[name] for name in FEATURES if name not in moved}
    # The register tells of nothing that happens, and the 60 days are no summer.
    of_register = {n for n, f in still.items() if f.family in ("household", "coverage")}
    summer = {n for n, f in still.items() if f.season == "summer"}
    assert still.keys() - of_register - summer == {
        "is_house_or_small_block",
        "is_home_kind_unknown",
        "lacks_unit",
        "lacks_house_number",
        "is_institution",
        "is_address_only",
    }


@pytest.mark.parametrize("source", [*SOURCES, "indicator"])
def test_a_dropped_source_equals_one_that_never_came(source: str) -> None:
    """All of its rows come too late to be known, or there never were any."""
    it = random_town(HOMES, 7)
    of_source = [n for n, e in enumerate(EVENTS) if e.startswith(f"{source}_")]
    own = np.isin(it.events["kind"], of_source)
    dropped, never = rows(it.events, own), rows(it.events, ~own)
    dropped["known_on"] = np.maximum(dropped["known_on"], TODAY)
    late, none = it.but(events=both(never, dropped)), it.but(events=never)
    if source == "nhis":
        late_rows = {**it.nhis, "known_on": np.maximum(it.nhis["known_on"], TODAY)}
        late, none = late.but(nhis=late_rows), none.but(nhis=rows(it.nhis, []))
    lines = CLOCK.strip().splitlines()
    without = "\n".join(line for line in lines if not line.strip().startswith(source))
    empty = without + f"\n{source} | 0 | false"
    assert different(matrix(late, empty), matrix(none, without)) == []
    assert different(matrix(it), matrix(none, without)) != []


def an_event_that_moves(name: str, home: str, known: int) -> list[Event]:
    """Events with which the feature differs from a household without any."""
    feature = FEATURES[name]
    last_week = AS_OF - timedelta(days=6)
    day = date(2025, 7, 10) if feature.season == "summer" else last_week
    extra = {"sign_kinds_since_contact": ("gas_stop",)}
    return [
        Event(
            household_id=home,
            event_type=kind,
            occurred_on=day,
            known_on=AS_OF - timedelta(days=known),
            months_overdue=3,
            amount_krw=90_000,
            restored_on=last_week if feature.state == "restored" else None,
            is_current=feature.state == "current",
        )
        for kind in feature.events or extra.get(name, ("listing",))
    ]


@pytest.fixture(scope="module")
def of_one_event() -> dict[str, dict[str, Any]]:
    """The matrix of a town with one household per feature and case."""
    events: list[Event] = []
    for feature in MOVED_BY_EVENTS:
        events += an_event_that_moves(feature.name, f"{feature.name}-known", 1)
        events += an_event_that_moves(feature.name, f"{feature.name}-today", 0)
        events += [
            e.but(occurred_on=AS_OF)
            for e in an_event_that_moves(feature.name, f"{feature.name}-early", 1)
        ]
    homes = ["nothing", *(f"{f.name}-{c}" for f in MOVED_BY_EVENTS for c in CASES)]
    with Warehouse.in_memory() as warehouse:
        town(warehouse, households="\n".join(["household_id", *homes]), events=events)
        found = build_features(warehouse, AS_OF).to_pylist()
    return {str(row["household_id"]): row for row in found}


CASES = {"known": True, "today": False, "early": False}


@pytest.mark.parametrize("feature", MOVED_BY_EVENTS, ids=lambda f: f.name)
@pytest.mark.parametrize(("case", "is_seen"), CASES.items())
def test_an_event_counts_from_the_day_after_it_happened_and_was_known(
    feature: Any, case: str, is_seen: bool, of_one_event: dict[str, dict[str, Any]]
) -> None:
    found = of_one_event[f"{feature.name}-{case}"][feature.name]
    assert (found != of_one_event["nothing"][feature.name]) is is_seen


def test_occurred_on_tuesday_known_on_friday() -> None:
    tuesday, friday = date(2026, 3, 3), date(2026, 3, 6)
    stop = Event("h1", "gas_stop", tuesday, friday, is_current=True)
    with Warehouse.in_memory() as warehouse:
        town(warehouse, households="household_id\nh1", events=[])
        put_events(warehouse, [stop])
        seen = {
            day: features_of(warehouse, day)["gas_stop_in_force"]
            for day in (date(2026, 3, 4), friday, date(2026, 3, 7))
        }
    assert list(seen.values()) == [0, 0, 1]
