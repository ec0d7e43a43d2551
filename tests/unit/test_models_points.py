"""points_v1 fits on a page: small whole points, few steps, most of what was learnt."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from features.catalogue import FEATURES
from models.additive import AdditiveModel, matrix_of
from models.base import Made
from models.logistic import fit_logistic
from models.points import MOST_FEATURES, STEPS, fit_points
from models.training import training_data
from tests.lib.frames import a_frame, planted_labels, rounds_of

FRAME = a_frame(900, seed=1)
DATA = training_data(FRAME, planted_labels(FRAME, seed=2), rounds_of(len(FRAME)))
LATER = a_frame(3_000, seed=3)
NEED = planted_labels(LATER, seed=4)


@pytest.fixture(scope="module")
def made() -> Made:
    return fit_points(DATA)


def test_points_are_small_whole_and_never_fall(made: Made) -> None:
    assert isinstance(made.model, AdditiveModel)
    assert 3 <= len(made.model.terms) <= MOST_FEATURES
    for term in made.model.terms:
        assert len(term.at) <= 5
        assert set(term.at) <= set(STEPS[FEATURES[term.feature].unit])
        assert all(float(points).is_integer() for points in term.worth)
        assert list(term.worth) == sorted(set(term.worth))
        assert 0 < term.worth[0] <= term.worth[-1] < 40
    assert made.model.base == 0


def test_its_facts_can_be_looked_up_by_hand(made: Made) -> None:
    for name in made.model.features:
        assert FEATURES[name].aggregate != "freshness"
        assert FEATURES[name].family != "neighbourhood"


def test_it_keeps_most_of_what_the_logistic_learnt(made: Made) -> None:
    full = fit_logistic(DATA).model
    small, whole = (
        model.scores(matrix_of(LATER, model.features)) for model in (made.model, full)
    )
    assert made.fitting["share_of_its_scores_told"] > 0.6
    assert np.corrcoef(small, whole)[0, 1] > 0.75
    assert roc_auc_score(NEED, small) > roc_auc_score(NEED, whole) - 0.06


def test_outcomes_that_tell_nothing_leave_a_model_that_ranks() -> None:
    few = training_data(
        FRAME.iloc[:40], NEED.iloc[:40] * 0 + np.arange(40) % 2, rounds_of(40)
    )
    model = fit_points(few).model
    names = [name for name, _ in model.bands]
    levels = [level for _, level in model.bands]
    assert names == ["매우 높음", "높음"]
    assert levels[0] > levels[1] > 0
