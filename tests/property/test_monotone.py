"""More hardship never lowers a score: the published list had 17 months and not 22."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.catalogue import FEATURES
from models.fit import fit
from models.predict import score
from models.registry import MODELS
from tests.lib.feature_towns import fallen_features, pairs
from tests.lib.frames import HIGHEST, a_frame, a_household, planted_labels, rounds_of

PAIRS = 10_000
# Through feature building; benchmarks/features_pairs.py does a million.
BUILT_PAIRS = 15_000
CLAIMED = [name for name, spec in MODELS.items() if spec.monotone]
DIRECTED = [name for name, feature in FEATURES.items() if feature.direction]
Pairs = tuple[pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    frame = a_frame(1_200, seed=11)
    labels, rounds = planted_labels(frame, seed=12), rounds_of(len(frame))
    # Half the labels are noise, so that free weights would go astray.
    noise = np.random.default_rng(13).random(len(frame)) < 0.5
    labels[noise] = 1.0 - labels[noise]
    as_of = date(2026, 1, 15)
    return {
        name: fit(name, frame, labels, rounds, as_of=as_of).model for name in CLAIMED
    }


@pytest.fixture(scope="module")
def built() -> Pairs:
    return pairs(BUILT_PAIRS, seed=5)


def scores(model: Any, frame: pd.DataFrame) -> np.ndarray:
    return score(frame, model)["score"].to_numpy()


def top(name: str) -> int:
    return 1 if FEATURES[name].unit == "여부" else HIGHEST[FEATURES[name].unit]


def worsened(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Some facts of each household worse, by a little or a lot; unknown may appear."""
    generator = np.random.default_rng(seed)
    worse = {}
    for name in frame:
        values = frame[name].to_numpy(dtype=np.float64, copy=True)
        direction = FEATURES[name].direction
        if direction:
            step = np.ceil(generator.random(len(frame)) ** 4 * top(name))
            step[generator.random(len(frame)) < 0.7] = 0.0
            appearing = np.isnan(values) & (step > 0)
            values[appearing] = 0.0 if direction > 0 else top(name)
            values = np.clip(values + direction * step, 0.0, None)
        worse[name] = values
    return pd.DataFrame(worse, index=frame.index)


def test_no_fact_through_feature_building_moves_a_feature_backwards(
    built: Pairs,
) -> None:
    before, after = built
    assert fallen_features(before, after) == {}
    moved = before.fillna(0) != after.fillna(0)
    assert moved.any(axis=1).mean() > 0.6
    # No worsening reaches these: help received, and when somebody was last met.
    assert {name for name in DIRECTED if not moved[name].any()} == {
        "is_near_the_line",
        "days_since_contact",
    }


def test_the_pairs_see_a_direction_that_is_none(
    built: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"mean_months_overdue_12m", "winter_stop_months_24m"}
    for name in wrong:
        monkeypatch.setitem(FEATURES, name, replace(FEATURES[name], direction=1))
    assert set(fallen_features(*built)) == wrong


@pytest.mark.parametrize("name", CLAIMED)
def test_no_fact_through_feature_building_lowers_a_score(
    name: str, models: dict[str, Any], built: Pairs
) -> None:
    before, after = (scores(models[name], frame) for frame in built)
    fallen = int((after < before).sum())
    assert fallen == 0, f"{fallen} of {BUILT_PAIRS} fell"
    assert (after > before).mean() > 0.1, "the score never moved"


@pytest.mark.parametrize("name", CLAIMED)
def test_worse_facts_never_lower_the_score(name: str, models: dict[str, Any]) -> None:
    before = a_frame(PAIRS, seed=21)
    after = worsened(before, seed=22)
    fallen = scores(models[name], after) < scores(models[name], before)
    assert (after.fillna(-1) != before.fillna(-1)).any(axis=1).mean() > 0.9
    assert not fallen.any(), f"{fallen.sum()} of {PAIRS} fell"


@pytest.mark.parametrize("name", CLAIMED)
def test_a_single_worse_fact_never_lowers_the_score(
    name: str, models: dict[str, Any]
) -> None:
    """Every directed feature from unknown to the most, all else equal."""
    ladders = []
    home = a_frame(1, seed=31)
    for feature in DIRECTED:
        rungs = np.linspace(0, top(feature), 100)[:: FEATURES[feature].direction]
        ladder = pd.concat([home] * 101, ignore_index=True)
        ladders.append(ladder.assign(**{feature: [np.nan, *rungs]}))
    homes = pd.concat(ladders, ignore_index=True)
    homes.index = homes.index.astype(str)
    rising = scores(models[name], homes).reshape(len(DIRECTED), 101)
    fallen = (np.diff(rising, axis=1) < 0).any(axis=1)
    assert [n for n, fell in zip(DIRECTED, fallen, strict=True) if fell] == []


@pytest.mark.parametrize("name", CLAIMED)
def test_22_months_never_stand_below_17(name: str, models: dict[str, Any]) -> None:
    """Persona B, all else equal, over households of every kind."""
    twin = a_frame(PAIRS, seed=41)
    twin["nhis_months_overdue_now"] = 17.0
    longer = twin.assign(nhis_months_overdue_now=22.0)
    below, above = scores(models[name], twin), scores(models[name], longer)
    assert (above >= below).all()
    if name == "scorecard_v1":
        assert (above > below).all()


def test_the_test_sees_a_model_that_breaks_its_word(models: dict[str, Any]) -> None:
    good = models["scorecard_v1"]
    terms = tuple(replace(term, worth=term.worth[::-1]) for term in good.terms)
    broken = replace(good, terms=terms)
    before = a_frame(500, seed=51)
    # One fact alone: dozens of worse facts at once hide a fault in any one of them.
    months = before["nhis_months_overdue_now"].fillna(0.0) + 5.0
    after = before.assign(nhis_months_overdue_now=months)
    assert (scores(broken, after) < scores(broken, before)).any()


def test_the_fitted_model_uses_its_months(models: dict[str, Any]) -> None:
    long, short = (a_household(nhis_months_overdue_now=m) for m in (22, 17))
    model = models["logistic_v1"]
    assert scores(model, long)[0] > scores(model, short)[0]
