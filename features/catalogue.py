"""The catalogue of features: one added to a family is built and tested."""

from collections.abc import Iterator
from typing import Final

from features.catalogue_bills import (
    ARREARS,
    DOMAINS,
    SOURCES,
    STOPS,
    SUPPLIES,
    all_stops_features,
    arrears_features,
    stops_features,
)
from features.catalogue_breadth import (
    breadth_features,
    burden_features,
    season_features,
)
from features.catalogue_home import (
    coverage_features,
    household_features,
    housing_features,
)
from features.catalogue_past import (
    listing_features,
    neighbourhood_features,
    trend_features,
)
from features.catalogue_signs import (
    CONTEXT_EVENTS,
    OTHER_SIGNS,
    indicator_features,
    pension_features,
)
from features.catalogue_welfare import sign_features, welfare_features
from features.feature import FRESHNESS_DAYS, NEVER_DAYS, Feature, by_name

__all__ = [
    "ARREARS",
    "DOMAINS",
    "EVENTS",
    "FEATURES",
    "FRESHNESS_DAYS",
    "NEVER_DAYS",
    "SIGNS",
    "SOURCES",
    "STOPS",
    "SUPPLIES",
    "Feature",
]

# Kinds of events for which a household may be listed; referral/_eligibility.sql names
# the others, and a test holds the two together.
SIGNS: Final = (*ARREARS, *STOPS, *OTHER_SIGNS)
EVENTS: Final = (*SIGNS, *CONTEXT_EVENTS, "listing", "contact")


def _all() -> Iterator[Feature]:
    for source, bill in SOURCES.items():
        yield from arrears_features(source, bill)
    yield from pension_features()
    for source, supply in SUPPLIES.items():
        yield from stops_features(source, supply)
    yield from all_stops_features()
    yield from indicator_features()
    yield from breadth_features()
    yield from sign_features()
    yield from season_features()
    yield from burden_features()
    yield from welfare_features()
    yield from household_features()
    yield from housing_features()
    yield from neighbourhood_features()
    yield from coverage_features()
    yield from listing_features()
    yield from trend_features()


FEATURES: Final = by_name(_all())
