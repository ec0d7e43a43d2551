"""More hardship never lowers a score: the published list had 17 months and not 22."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.catalogue import FEATURES
from models.additive import AdditiveModel, matrix_of
from models.fit import fit
from models.registry import MODELS
from tests.lib.frames import HIGHEST, a_frame, a_household, planted_labels, rounds_of

PAIRS = 10_000
CLAIMED = [name for name, spec in MODELS.items() if spec.monotone]
DIRECTED = [name for name, feature in FEATURES.items() if feature.direction]


@pytest.fixture(scope="module")
def models() -> dict[str, AdditiveModel]:
    frame = a_frame(1_200, seed=11)
    labels, rounds = planted_labels(frame, seed=12), rounds_of(len(frame))
    # Half the labels are noise, so that free weights would go astray.
    noise = np.random.default_rng(13).random(len(frame)) < 0.5
    labels[noise] = 1.0 - labels[noise]
    as_of = date(2026, 1, 15)
    return {
        name: fit(name, frame, labels, rounds, as_of=as_of).model for name in MODELS
    }


def scores(model: AdditiveModel, frame: pd.DataFrame) -> np.ndarray:
    return model.scores(model.contributions(matrix_of(frame, model.features)))


def worsened(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Some facts of each household worse, by a little or a lot; unknown may appear."""
    generator = np.random.default_rng(seed)
    worse = frame.copy()
    for name in DIRECTED:
        feature = FEATURES[name]
        top = 1 if feature.unit == "여부" else HIGHEST[feature.unit]
        step = np.ceil(generator.random(len(frame)) ** 4 * top)
        step[generator.random(len(frame)) < 0.7] = 0.0
        values = worse[name].to_numpy(dtype=np.float64, copy=True)
        appearing = np.isnan(values) & (step > 0)
        values[appearing] = 0.0 if feature.direction > 0 else top
        values += feature.direction * step
        worse[name] = np.clip(values, 0.0, None)
    return worse


@pytest.mark.parametrize("name", CLAIMED)
def test_worse_facts_never_lower_the_score(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    before = a_frame(PAIRS, seed=21)
    after = worsened(before, seed=22)
    fallen = scores(models[name], after) < scores(models[name], before)
    assert (after.fillna(-1) != before.fillna(-1)).any(axis=1).mean() > 0.9
    assert not fallen.any(), f"{fallen.sum()} of {PAIRS} fell"


@pytest.mark.parametrize("name", CLAIMED)
@pytest.mark.parametrize("feature", DIRECTED)
def test_a_single_worse_fact_never_lowers_the_score(
    name: str, feature: str, models: dict[str, AdditiveModel]
) -> None:
    spec = FEATURES[feature]
    top = 1 if spec.unit == "여부" else HIGHEST[spec.unit]
    ladder = np.concatenate(([np.nan], np.linspace(0, top, 200)[:: spec.direction]))
    homes = pd.concat([a_frame(1, seed=31)] * len(ladder))
    homes[feature] = ladder
    assert (np.diff(scores(models[name], homes)) >= 0).all()


@pytest.mark.parametrize("name", CLAIMED)
def test_22_months_never_stand_below_17(
    name: str, models: dict[str, AdditiveModel]
) -> None:
    """Persona B, all else equal, over households of every kind."""
    twin = a_frame(PAIRS, seed=41)
    twin["nhis_months_overdue_now"] = 17.0
    longer = twin.assign(nhis_months_overdue_now=22.0)
    below, above = scores(models[name], twin), scores(models[name], longer)
    assert (above >= below).all()
    if name == "scorecard_v1":
        assert (above > below).all()


def test_the_test_sees_a_model_that_breaks_its_word(
    models: dict[str, AdditiveModel],
) -> None:
    terms = tuple(
        type(term)(term.feature, term.kind, term.direction, term.at, term.worth[::-1])
        for term in models["scorecard_v1"].terms
    )
    good = models["scorecard_v1"]
    broken = AdditiveModel("x", good.link, 0.0, terms, good.reasons, good.bands)
    before = a_frame(500, seed=51)
    # One fact alone: dozens of worse facts at once hide a fault in any one of them.
    months = before["nhis_months_overdue_now"].fillna(0.0) + 5.0
    after = before.assign(nhis_months_overdue_now=months)
    assert (scores(broken, after) < scores(broken, before)).any()


def test_the_fitted_model_uses_its_months(models: dict[str, AdditiveModel]) -> None:
    long, short = (a_household(nhis_months_overdue_now=m) for m in (22, 17))
    model = models["logistic_v1"]
    assert scores(model, long)[0] > scores(model, short)[0]
