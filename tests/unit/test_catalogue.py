"""The catalogue and the SQL of the families name the same things, completely."""

import re
from dataclasses import replace
from datetime import date

import pytest

from features import build
from features.catalogue import EVENTS, FEATURES, SIGNS, SOURCES, Feature
from features.feature import FREE_CONTEXT, by_name
from pipeline.errors import ContractBroken
from pipeline.warehouse import Warehouse
from tests.lib.core import town

AS_OF = date(2026, 3, 1)
HANGUL = re.compile(r"[가-힣]")
each = pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)


def test_there_are_enough_features() -> None:
    assert len(FEATURES) >= 100


@each
def test_a_feature_says_what_officers_read(feature: Feature) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", feature.name)
    assert HANGUL.search(feature.label_ko)
    assert feature.description.endswith(".")
    assert "{" not in feature.label_ko + feature.description


def test_labels_are_told_apart() -> None:
    assert len({f.label_ko for f in FEATURES.values()}) == len(FEATURES)


@each
def test_what_arrears_or_stops_can_move_has_a_direction(feature: Feature) -> None:
    if set(feature.events) & set(SIGNS):
        assert feature.direction == 1 or feature.family not in FREE_CONTEXT, (
            "a free weight here would break monotony"
        )
    if feature.family == "trend":
        assert feature.direction == 0, "one more fact can move it both ways"


def test_only_a_stops_season_is_a_sign_without_a_direction() -> None:
    free = {
        name
        for name, feature in FEATURES.items()
        if set(feature.events) & set(SIGNS) and feature.direction == 0
    }
    assert free == {"winter_stop_months_24m", "summer_stop_months_24m"}


@each
def test_windows_are_the_same_in_name_and_rule(feature: Feature) -> None:
    named = re.search(r"_(\d+)m$", feature.name)
    if feature.is_windowed:
        wanted = int(named[1]) if named else feature.window_months
        assert feature.window_months == wanted


def test_every_source_and_event_is_used() -> None:
    named = {f.source for f in FEATURES.values() if f.source}
    assert named == {*SOURCES, "indicator"}
    used = {event for f in FEATURES.values() for event in f.events}
    assert used == set(EVENTS)


def test_disability_and_nationality_are_sensitive() -> None:
    sensitive = {n for n, f in FEATURES.items() if f.sensitivity == "sensitive"}
    assert sensitive == {
        "members_disability",
        "members_severe_disability",
        "members_foreign",
    }


def test_a_name_is_declared_once() -> None:
    feature = FEATURES["listed_24m"]
    with pytest.raises(ValueError, match="listed_24m is declared twice"):
        by_name([feature, feature])


@pytest.mark.parametrize(
    "change",
    [
        {"aggregate": None},
        {"aggregate": "max"},
        {"value": "amount_krw"},
        {"window_months": 0},
        {"missing": "null"},
        {"season": "winter"},
    ],
    ids=str,
)
def test_a_declaration_that_cannot_be_compiled_is_refused(
    change: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match="listed_24m"):
        replace(FEATURES["listed_24m"], **change)  # type: ignore[arg-type]


@pytest.fixture
def warehouse() -> Warehouse:
    opened = Warehouse.in_memory()
    town(opened, households="household_id\nh2\nh1")
    return opened


def test_the_matrix_has_exactly_the_catalogues_columns(warehouse: Warehouse) -> None:
    matrix = build.build_features(warehouse, AS_OF)
    assert matrix.column_names == ["household_id", *FEATURES]
    assert matrix["household_id"].to_pylist() == ["h1", "h2"]


def test_the_whole_matrix_is_kept_with_its_day(warehouse: Warehouse) -> None:
    build.build_features(warehouse, AS_OF)
    kept = warehouse.fetch("SELECT * FROM feat_matrix")
    assert kept.column_names == ["as_of", "household_id", *FEATURES]
    assert set(kept["as_of"].to_pylist()) == {AS_OF}


def test_a_part_of_the_matrix_is_not_kept(warehouse: Warehouse) -> None:
    part = build.build_features(warehouse, AS_OF, ["h2", "not here"])
    assert part["household_id"].to_pylist() == ["h2"]
    assert not warehouse.has_table("feat_matrix")


def test_a_column_that_only_the_catalogue_has_is_an_error(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = replace(FEATURES["is_one_person"], name="is_two_persons")
    monkeypatch.setitem(FEATURES, new.name, new)
    with pytest.raises(ContractBroken, match=r"lacks the catalogue's.*is_two_persons"):
        build.build_features(warehouse, AS_OF)


def test_a_column_that_only_the_sql_has_is_an_error(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(FEATURES, "is_one_person")
    with pytest.raises(ContractBroken, match=r"catalogue lacks: .*is_one_person"):
        build.build_features(warehouse, AS_OF)


def test_a_town_without_households_has_an_empty_matrix() -> None:
    with Warehouse.in_memory() as warehouse:
        town(warehouse, households="household_id")
        assert build.build_features(warehouse, AS_OF).num_rows == 0
