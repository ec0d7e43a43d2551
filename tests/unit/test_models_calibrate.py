"""Scores become shares of need: rising, near the truth, silent where little is known."""

from dataclasses import replace

import numpy as np
import pytest

from models.base import Calibration
from models.calibrate import calibrated, fit_calibration, later_scores
from models.registry import MODELS
from models.scorecard import scorecard_v1
from models.training import training_data
from tests.lib.frames import a_frame, planted_labels, rounds_of

DRAWS = np.random.default_rng(7)


def chance(scores: np.ndarray) -> np.ndarray:
    """A truth that no straight line on log-odds meets."""
    return np.where(scores < 200, 0.05, np.where(scores < 700, 0.3, 0.8))


def drawn(rows: int, ties: int = 1) -> tuple[np.ndarray, np.ndarray]:
    scores = np.floor(DRAWS.uniform(0, 1_000, rows) / ties) * ties
    return scores, (DRAWS.random(rows) < chance(scores)).astype(np.int8)


def test_a_step_holds_from_its_score_on_and_the_first_below_it() -> None:
    steps = Calibration((10.0, 20.0), (0.1, 0.4))
    scores = np.array([-5.0, 10, 19, 20, 99])
    assert steps.probability_of(scores).tolist() == [0.1, 0.1, 0.1, 0.4, 0.4]


@pytest.mark.parametrize("ties", [1, 100])
def test_shares_rise_and_are_near_the_truth(ties: int) -> None:
    found = fit_calibration(*drawn(6_000, ties))
    assert found is not None
    assert list(found.probability) == sorted(set(found.probability))
    scores = np.array([100.0, 400.0, 900.0])
    assert found.probability_of(scores) == pytest.approx(chance(scores), abs=0.06)


def test_a_ranking_upside_down_becomes_one_share() -> None:
    scores, labels = drawn(3_000)
    found = fit_calibration(-scores, labels)
    assert found is not None
    (share,) = found.probability
    assert share == pytest.approx(labels.mean(), abs=0.01)


def test_few_listings_are_drawn_to_the_smooth_curve() -> None:
    scores = np.arange(60.0)
    labels = (scores >= 30).astype(np.int8)
    found = fit_calibration(scores, labels)
    assert found is not None
    assert 0.02 < found.probability[0] < found.probability[-1] < 0.98


@pytest.mark.parametrize("needs", [9, 51])
def test_too_few_outcomes_give_none(needs: int) -> None:
    labels = (np.arange(60) < needs).astype(np.int8)
    assert fit_calibration(np.arange(60.0), labels) is None
    model = scorecard_v1()
    assert calibrated(model, np.arange(60.0), labels) is model


def test_scores_come_from_rounds_not_learnt_from() -> None:
    frame = a_frame(400, seed=1)
    data = training_data(frame, planted_labels(frame, seed=2), rounds_of(400, 4))
    scores, labels = later_scores("logistic_v1", data)
    later = np.concatenate(
        [data.labels[data.rounds == name] for name in data.round_names[-3:]]
    )
    assert labels.tolist() == later.tolist()
    last = data.rounds == data.round_names[-1]
    full = MODELS["logistic_v1"].factory(data.rows(~last))
    model = getattr(full, "model", full)
    matrix = frame.loc[last, list(model.features)].to_numpy(dtype=np.float64)
    assert scores[-last.sum() :].tolist() == model.scores(matrix).tolist()


def test_what_learns_something_else_tells_no_chance_of_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = a_frame(200, seed=1)
    data = training_data(frame, planted_labels(frame, seed=2), rounds_of(200))
    other = replace(MODELS["scorecard_v1"], label="supported")
    monkeypatch.setitem(MODELS, "scorecard_v1", other)
    assert len(later_scores("scorecard_v1", data)[0]) == 0
