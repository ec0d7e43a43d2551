"""Nothing that was not known before the as-of day can move a feature, on any feature."""

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.build import build_features
from features.catalogue import EVENTS, FEATURES, Feature
from pipeline.warehouse import Warehouse
from tests.lib.core import Event, features_of, put_events, town

AS_OF = date(2026, 3, 2)
MOVED_BY_EVENTS = [
    feature
    for feature in FEATURES.values()
    if feature.is_windowed or feature.name == "listed_unmet_24m"
]


@st.composite
def an_event(draw: st.DrawFn) -> Event:
    # Days near the as-of day are where an off-by-one would show.
    back = draw(st.one_of(st.integers(-5, 5), st.integers(-60, 800)))
    occurred = AS_OF - timedelta(days=back)
    restored_after = draw(st.none() | st.integers(0, 30))
    return Event(
        household_id=draw(st.sampled_from(["h1", "h2", "h3"])),
        event_type=draw(st.sampled_from(EVENTS)),
        occurred_on=occurred,
        known_on=occurred + timedelta(days=draw(st.integers(0, 10))),
        months_overdue=draw(st.none() | st.integers(0, 40)),
        amount_krw=draw(st.none() | st.integers(0, 10_000_000)),
        restored_on=None
        if restored_after is None
        else occurred + timedelta(days=restored_after),
        is_current=draw(st.booleans()),
    )


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    opened = Warehouse.in_memory()
    households = """
        household_id | home_kind
        h1           | other
        h2           | apartment
        h3           | unknown
    """
    town(opened, households=households)
    return opened


def matrix(warehouse: Warehouse, events: Sequence[Event]) -> pa.Table:
    put_events(warehouse, events)
    return build_features(warehouse, AS_OF)


def different(one: pa.Table, other: pa.Table) -> list[str]:
    return [n for n in FEATURES if not one[n].equals(other[n])]


@given(events=st.lists(an_event(), max_size=30), data=st.data())
def test_the_future_and_the_order_of_rows_change_nothing(
    warehouse: Warehouse, events: list[Event], data: st.DataObject
) -> None:
    everything = matrix(warehouse, events)
    known = matrix(warehouse, [e for e in events if e.known_on < AS_OF])
    assert different(everything, known) == []
    shuffled = data.draw(st.permutations(events))
    assert different(everything, matrix(warehouse, shuffled)) == []


def an_event_that_moves(feature: Feature) -> list[Event]:
    """Events with which the feature differs from a household without any."""
    kinds = feature.events or ("listing",)
    last_week = AS_OF - timedelta(days=6)
    return [
        Event(
            household_id="h1",
            event_type=kind,
            occurred_on=last_week,
            known_on=last_week,
            months_overdue=3,
            amount_krw=90_000,
            restored_on=last_week if feature.state == "restored" else None,
            is_current=feature.state == "current",
        )
        for kind in kinds
    ]


@pytest.mark.parametrize("feature", MOVED_BY_EVENTS, ids=lambda f: f.name)
@pytest.mark.parametrize(("days_before", "is_seen"), [(1, True), (0, False)])
def test_an_event_counts_from_the_day_after_it_was_known(
    warehouse: Warehouse, feature: Feature, days_before: int, is_seen: bool
) -> None:
    put_events(warehouse, [])
    without = features_of(warehouse, AS_OF)[feature.name]
    known_on = AS_OF - timedelta(days=days_before)
    late = [e.but(known_on=known_on) for e in an_event_that_moves(feature)]
    put_events(warehouse, late)
    found = features_of(warehouse, AS_OF)[feature.name]
    assert (found != without) is is_seen


@pytest.mark.parametrize("feature", MOVED_BY_EVENTS, ids=lambda f: f.name)
def test_what_happens_on_the_as_of_day_is_outside_every_window(
    warehouse: Warehouse, feature: Feature
) -> None:
    put_events(warehouse, [])
    without = features_of(warehouse, AS_OF)[feature.name]
    early = an_event_that_moves(feature)
    put_events(warehouse, [e.but(occurred_on=AS_OF) for e in early])
    assert features_of(warehouse, AS_OF)[feature.name] == without


def test_occurred_on_tuesday_known_on_friday() -> None:
    tuesday, friday = date(2026, 3, 3), date(2026, 3, 6)
    stop = Event("h1", "gas_stop", tuesday, friday, is_current=True)
    with Warehouse.in_memory() as warehouse:
        town(warehouse, households="household_id\nh1", events=[stop])
        seen = {
            day: features_of(warehouse, day)["gas_stop_in_force"]
            for day in (date(2026, 3, 4), friday, date(2026, 3, 7))
        }
    assert list(seen.values()) == [0, 0, 1]
