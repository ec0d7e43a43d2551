"""Boosting from the scorecard, its blend, the national practice, any estimator."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

from features.catalogue import FEATURES
from models.base import POINTS_PER_LOG_ODDS, Floats, RankingModel, matrix_of
from models.blend import BlendModel
from models.boosted import CAUTIOUS, Start, choose_shape, fit_boosted, start_of
from models.booster import Task
from models.errors import ModelError
from models.estimator import EstimatorModel, fit_estimator
from models.national import fit_national
from models.registry import estimator_spec
from models.scorecard import scorecard_v1
from models.training import TrainingData, training_data
from tests.lib.frames import a_frame, planted_labels, rounds_of

FRAME = a_frame(900, seed=1)
DATA = training_data(FRAME, planted_labels(FRAME, seed=2), rounds_of(len(FRAME), 4))
LATER = a_frame(3_000, seed=3)
NEED = planted_labels(LATER, seed=4)


@pytest.fixture(scope="module")
def boosted() -> BlendModel:
    made = fit_boosted(DATA).model
    assert isinstance(made, BlendModel)
    return made


def scores_of(model: RankingModel, frame: pd.DataFrame) -> Floats:
    return model.scores(matrix_of(frame, model.features))


def test_it_finds_more_need_than_the_scorecard(boosted: BlendModel) -> None:
    card = roc_auc_score(NEED, scores_of(scorecard_v1(), LATER))
    assert roc_auc_score(NEED, scores_of(boosted, LATER)) > card + 0.02


def test_base_and_parts_are_the_score(boosted: BlendModel) -> None:
    matrix = matrix_of(LATER, boosted.features)
    scores, parts = boosted.scores(matrix), boosted.contributions(matrix)
    assert (boosted.base + parts.sum(axis=1) == scores).all()
    assert (scores == np.round(scores)).all()
    nobody = matrix_of(LATER.iloc[:1] * np.nan, boosted.features)
    assert boosted.scores(nobody)[0] == boosted.base


def test_a_blend_is_the_weighted_sum_of_its_members(boosted: BlendModel) -> None:
    card = scorecard_v1()
    blend = BlendModel("x", (boosted, card), (2, 5), (), (("높음", 100.0),))
    both = 2 * scores_of(boosted, LATER) + 5 * scores_of(card, LATER)
    assert (scores_of(blend, LATER) == both).all()
    assert blend.base == 2 * boosted.base + 5 * card.base
    matrix = matrix_of(LATER, blend.features)
    parts = dict(zip(blend.features, blend.contributions(matrix).T, strict=True))
    alone = dict.fromkeys(blend.features, np.zeros(len(LATER)))
    for weight, member in ((2, boosted), (5, card)):
        own = member.contributions(matrix_of(LATER, member.features))
        for name, part in zip(member.features, own.T, strict=True):
            alone[name] = alone[name] + weight * part
    assert all((parts[name] == alone[name]).all() for name in blend.features)
    assert set(blend.band_of(np.array([99.0, 100.0]))) == {"보통", "높음"}


def test_one_more_sign_never_lowers_a_score(boosted: BlendModel) -> None:
    homes = a_frame(4_000, seed=6)
    generator = np.random.default_rng(7)
    worse = homes.copy()
    for name, feature in FEATURES.items():
        if feature.direction > 0:
            more = generator.integers(0, 2, len(homes)) * generator.integers(1, 9)
            worse[name] = worse[name].fillna(0.0).where(more > 0, worse[name]) + more
    assert (scores_of(boosted, worse) >= scores_of(boosted, homes)).all()


def test_nothing_sensitive_is_read(boosted: BlendModel) -> None:
    for name in boosted.features:
        assert FEATURES[name].sensitivity == "ordinary", name
        assert FEATURES[name].is_model_input, name


def test_a_refit_is_the_same_model(boosted: BlendModel) -> None:
    assert fit_boosted(DATA).model == boosted


def test_the_start_is_the_scorecard_in_log_odds() -> None:
    start = start_of(DATA.levels)
    assert start.weight > 0
    odds = start.log_odds_of(DATA.levels)
    chance = 1 / (1 + np.exp(-odds))
    # Slope and intercept are of whole points: the mean is met closely, not exactly.
    assert chance.mean() == pytest.approx(DATA.labels.mean(), abs=0.01)
    card = start.card.scores(matrix_of(DATA.frame, start.card.features))
    (intercept,) = start.intercepts
    assert (odds == (intercept + start.weight * card) / POINTS_PER_LOG_ODDS).all()


def test_a_scorecard_that_misleads_is_not_followed() -> None:
    upside_down = replace(DATA, labels=(1 - DATA.labels).astype(np.int8))
    assert start_of(upside_down.levels).weight == 0
    assert isinstance(start_of(upside_down.levels), Start)


def test_few_rounds_are_met_with_caution() -> None:
    rounds = pd.Series(["2025-R1"] * len(FRAME))
    data = training_data(FRAME, planted_labels(FRAME, seed=2), rounds)
    shape, stages, why = choose_shape(data, Task(("tips_12m",), True, 1))
    assert (shape, stages) == CAUTIOUS
    assert "fewer than two later rounds" in why


def test_later_rounds_choose_how_far_it_bends() -> None:
    fitting = fit_boosted(DATA).fitting
    assert fitting["why"].startswith("least log loss over")
    order = np.random.default_rng(5).permutation(len(DATA.labels))
    shuffled = replace(DATA, labels=DATA.labels[order])
    # Where there is nothing to learn the fewest and smallest steps lose least.
    of_noise = fit_boosted(shuffled).fitting
    assert of_noise["stages"] < fitting["stages"]


def with_supported(supported: Floats) -> TrainingData:
    frame = FRAME.assign(label_supported=supported)
    return training_data(frame, planted_labels(FRAME, seed=2), rounds_of(len(FRAME), 4))


def test_the_national_practice_learns_who_was_supported() -> None:
    supported = planted_labels(FRAME, seed=8).to_numpy(copy=True)
    supported[:50] = np.nan
    made = fit_national(with_supported(supported))
    model = made.model
    assert made.fitting["target"] == "supported"
    assert roc_auc_score(NEED, scores_of(model, LATER)) > 0.6
    matrix = matrix_of(LATER, model.features)
    parts = model.contributions(matrix)
    assert (model.base + parts.sum(axis=1) == model.scores(matrix)).all()
    # Unconstrained: what is more is sometimes less.
    signs = [p for p, n in enumerate(model.features) if FEATURES[n].direction > 0]
    assert (parts[:, signs] < 0).any()


def test_without_supported_households_there_is_no_national_model() -> None:
    with pytest.raises(ModelError, match="who was supported"):
        fit_national(with_supported(np.zeros(len(FRAME))))


@pytest.mark.parametrize(
    "make",
    [lambda _: GaussianNB(), lambda seed: LinearSVC(C=0.001, random_state=seed)],
    ids=["with chances", "with margins only"],
)
def test_any_estimator_is_judged_but_tells_no_reasons(make: Any) -> None:
    model = fit_estimator("any_v1", make, DATA, seed=1)
    scores = scores_of(model, LATER)
    assert (scores == np.round(scores)).all()
    assert np.isfinite(scores).all()
    assert roc_auc_score(NEED, scores) > 0.55
    assert model.scores(np.empty((0, len(model.features)))).shape == (0,)
    with pytest.raises(ModelError, match="tells no reasons"):
        model.contributions(matrix_of(LATER, model.features))


def test_an_estimator_joins_by_a_line() -> None:
    spec = estimator_spec("bayes_v1", "나이브 베이즈", lambda _: GaussianNB())
    assert (spec.promotable, spec.stored, spec.monotone) == (False, False, False)
    made = spec.factory(DATA)
    assert isinstance(made, EstimatorModel)
    assert made.name == "bayes_v1"
    with pytest.raises(ModelError, match="bayes_v1 is fitted and has no training data"):
        spec.factory(None)
