"""The compiled matrix against a plain reading of the catalogue, and its directions."""

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.build import build_features
from features.catalogue import ARREARS, FEATURES, FRESHNESS_DAYS, NEVER_DAYS, Feature
from pipeline.warehouse import Warehouse
from tests.lib.core import CLOCK, Event, put_events, town
from tests.property.test_leakage import AS_OF, an_event

HOMES = {"h1": "other", "h2": "apartment", "h3": "unknown"}


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    opened = Warehouse.in_memory()
    drawn = "\n".join(f"{h} | {kind}" for h, kind in HOMES.items())
    town(opened, households=f"household_id | home_kind\n{drawn}", clock=CLOCK)
    return opened


def oracle(feature: Feature, events: Sequence[Event]) -> int:
    months = feature.window_months
    start = pd.Timestamp(AS_OF) - pd.DateOffset(months=months or 12 * 100)
    rows = [
        e
        for e in events
        if e.event_type in feature.events
        and start.date() <= e.occurred_on < AS_OF
        and e.known_on < AS_OF
        and (e.is_current or feature.state != "current")
        and ((e.restored_on or AS_OF) < AS_OF or feature.state != "restored")
    ]
    values = [getattr(e, feature.value or "subject") for e in rows]
    numbers = [v for v in values if isinstance(v, int)]
    kinds = {e.event_type for e in rows}
    ages = [(AS_OF - e.occurred_on).days for e in rows]
    return {
        "count": len(rows),
        "exists": int(bool(rows)),
        "types": len(kinds),
        "together": int({k.partition("_")[2] for k in kinds} == {"stop", "arrears"}),
        "sum": sum(numbers),
        "max": max(numbers, default=0),
        "freshness": FRESHNESS_DAYS - min(ages, default=FRESHNESS_DAYS),
        "elapsed": min([*ages, NEVER_DAYS]),
    }[feature.aggregate or ""]


def is_unseen(feature: Feature, home: str, events: Sequence[Event]) -> bool:
    own = [e for e in events if e.known_on < AS_OF and e.occurred_on < AS_OF]
    seen = any(e.event_type.startswith(f"{feature.source}_") for e in own)
    return home == "apartment" and feature.source in ("kepco", "water") and not seen


@given(events=st.lists(an_event(), max_size=40))
def test_the_engine_agrees_with_a_plain_reading_of_the_catalogue(
    warehouse: Warehouse, events: list[Event]
) -> None:
    put_events(warehouse, events)
    rows = build_features(warehouse, AS_OF).to_pylist()
    for row in rows:
        household = str(row["household_id"])
        own = [e for e in events if e.household_id == household]
        for feature in (f for f in FEATURES.values() if f.is_windowed):
            expected = oracle(feature, own)
            unseen = is_unseen(feature, HOMES[household], own)
            assert row[feature.name] == (None if unseen else expected), feature.name


@st.composite
def a_history(draw: st.DrawFn) -> list[Event]:
    """Arrears per account month by month up to now, stops, listings, contacts."""
    events: list[Event] = []
    for kind in draw(st.sets(st.sampled_from(ARREARS))):
        owed, seen = draw(st.integers(1, 30)), draw(st.integers(1, 4))
        someone = draw(st.sampled_from(list(HOMES)))
        for back in range(min(owed, seen)):
            day = AS_OF - timedelta(days=10 + 30 * back)
            events.append(
                Event(
                    household_id=someone,
                    event_type=kind,
                    occurred_on=day,
                    known_on=day + timedelta(days=5),
                    months_overdue=owed - back,
                    amount_krw=(owed - back) * 50_000,
                    is_current=back == 0,
                )
            )
    others = st.lists(an_event(), max_size=12)
    return events + [e for e in draw(others) if e.event_type not in ARREARS]


def one_more_month(event: Event) -> list[Event]:
    """The bill ran a month longer, and was listed a month earlier as well."""
    longer = event.but(
        months_overdue=(event.months_overdue or 0) + 1,
        amount_krw=(event.amount_krw or 0) + 50_000,
    )
    earlier = event.occurred_on - timedelta(days=30)
    return [longer, event.but(occurred_on=earlier, is_current=False)]


def newer(event: Event, days: int) -> Event:
    """The same stop begun later, though known before the as-of day all the same."""
    latest = max(event.known_on, event.restored_on or event.known_on)
    shift = timedelta(days=max(min(days, (AS_OF - latest).days - 1), 0))
    return event.but(
        occurred_on=event.occurred_on + shift,
        known_on=event.known_on + shift,
        restored_on=event.restored_on and event.restored_on + shift,
    )


@pytest.fixture(scope="module")
def other_town() -> Warehouse:
    return Warehouse.in_memory()


@given(events=a_history(), which=st.integers(0, 50), days=st.integers(0, 800))
def test_worse_never_moves_a_feature_against_its_direction(
    other_town: Warehouse, events: list[Event], which: int, days: int
) -> None:
    arrears = [e for e in events if e.event_type in ARREARS]
    stops = [e for e in events if e.event_type.endswith("_stop")]
    missing = [kind for kind in ARREARS if kind not in {e.event_type for e in arrears}]
    fresh = AS_OF - timedelta(days=1 + days % 40)
    someone = list(HOMES)[which % len(HOMES)]
    blank = Event(someone, "gas_stop", fresh, fresh)
    worse: list[list[Event]] = [
        [*events, blank],
        [*events, blank.but(event_type="kepco_stop", is_current=True)],
        [*events, blank.but(event_type="water_stop", restored_on=fresh)],
    ]
    if arrears:
        one = arrears[which % len(arrears)]
        worse.append([e for e in events if e is not one] + one_more_month(one))
    if missing:
        bill = blank.but(event_type=missing[0], months_overdue=1, amount_krw=9_000)
        worse.append([*events, bill.but(is_current=True)])
    if stops:
        newest = max(stops, key=lambda e: e.occurred_on)
        worse.append([newer(e, days) if e is newest else e for e in events])
    variants = [events, *worse]
    with_town(other_town, variants)
    matrix = build_features(other_town, AS_OF).to_pandas().fillna(0)
    before, *after = (
        matrix[matrix["household_id"].str.endswith(f"-{n}")].reset_index(drop=True)
        for n in range(len(variants))
    )
    for changed in after:
        for name, feature in FEATURES.items():
            moved = changed[name] - before[name]
            if feature.direction == 0:
                assert (moved == 0).all(), name
            else:
                assert (moved * feature.direction >= 0).all(), name


def with_town(warehouse: Warehouse, variants: Sequence[Sequence[Event]]) -> None:
    """One town in which every household lives once per variant of its events."""
    homes = [f"{h}-{n} | {HOMES[h]}" for h in HOMES for n in range(len(variants))]
    town(
        warehouse,
        households="\n".join(["household_id | home_kind", *homes]),
        events=[
            event.but(household_id=f"{event.household_id}-{n}")
            for n, events in enumerate(variants)
            for event in events
        ],
    )
