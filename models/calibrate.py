"""One global map of scores to probabilities, fitted on rounds not learnt from."""

from dataclasses import is_dataclass, replace
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from models.base import Calibration, Floats, RankingModel, matrix_of
from models.penalised import Penalty, fit_weights
from models.registry import make, spec_of
from models.splits import forward_chain
from models.training import LEAST_PER_CLASS, TrainingData

Labels = NDArray[np.int8]
MOST_FOLDS: Final = 3
# Steps of fewer listings would tell of single households.
LEAST_IN_STEP: Final = 30
MOST_STEPS: Final = 20
# Each step's share is drawn to a smooth curve as by so many listings more.
PRIOR_LISTINGS: Final = 20.0
PROBABILITY_PLACES: Final = 4


def calibrated(model: RankingModel, scores: Floats, labels: Labels) -> RankingModel:
    """The model with its calibration; unchanged where too little is known for one."""
    calibration = fit_calibration(scores, labels)
    if calibration is None or not is_dataclass(model):
        return model
    return cast(RankingModel, replace(cast(Any, model), calibration=calibration))


def later_scores(name: str, data: TrainingData) -> tuple[Floats, Labels]:
    """Scores and outcomes of the last rounds, each as the rounds before it teach.

    A model that learns nothing has seen none of them. One that learns something else
    than need gets no probability of need.
    """
    spec = spec_of(name)
    if spec.label != "need":
        return np.zeros(0), np.zeros(0, dtype=np.int8)
    if not spec.needs_outcomes:
        model = make(name).model
        return model.scores(matrix_of(data.frame, model.features)), data.labels
    scores, labels = [np.zeros(0)], [np.zeros(0, dtype=np.int8)]
    for past, later in forward_chain(data)[-MOST_FOLDS:]:
        model = make(name, past).model
        scores.append(model.scores(matrix_of(later.frame, model.features)))
        labels.append(later.labels)
    return np.concatenate(scores), np.concatenate(labels)


def fit_calibration(scores: Floats, labels: Labels) -> Calibration | None:
    """Shares of need per step of the score, never falling; None of too few outcomes.

    A smooth curve first; the steps depart from it as far as listings are there to
    tell, and neighbours that would fall are pooled.
    """
    needs = int(labels.sum())
    if min(needs, len(labels) - needs) < LEAST_PER_CLASS:
        return None
    smooth = _smooth(scores, labels)
    starts = _starts(np.sort(scores))
    step = np.searchsorted(starts[1:], scores, side="right")
    count = np.bincount(step, minlength=len(starts)).astype(np.float64)
    found = np.bincount(step, weights=labels, minlength=len(starts))
    curve = np.bincount(step, weights=smooth, minlength=len(starts)) / count
    weight = count + PRIOR_LISTINGS
    shares = np.round(
        _pooled((found + PRIOR_LISTINGS * curve) / weight, weight), PROBABILITY_PLACES
    )
    is_step = np.diff(shares, prepend=-1.0) != 0
    return Calibration(tuple(starts[is_step].tolist()), tuple(shares[is_step].tolist()))


def _smooth(scores: Floats, labels: Labels) -> Floats:
    """Each listing's chance by one slope that never falls."""
    spread = float(scores.std()) or 1.0
    column = ((scores - scores.mean()) / spread)[:, None]
    penalty = Penalty(np.ones(1), np.zeros(1), np.array([False]))
    start, slope = fit_weights(column, labels, penalty)
    chances: Floats = 1.0 / (1.0 + np.exp(-(start + slope * column[:, 0])))
    return chances


def _starts(rising: Floats) -> Floats:
    """Where steps begin: about equally many listings in each, no score cut in two."""
    steps = max(1, min(MOST_STEPS, len(rising) // LEAST_IN_STEP))
    cuts = [len(rising) * step // steps for step in range(steps)]
    starts: Floats = np.unique(rising[cuts])
    return starts


def _pooled(shares: Floats, weight: Floats) -> Floats:
    """The nearest shares that never fall: neighbours that do become one."""
    blocks: list[tuple[float, float, int]] = []
    for share, mass in zip(shares.tolist(), weight.tolist(), strict=True):
        blocks.append((share, mass, 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (low, light, few), (high, heavy, more) = blocks[-2:]
            mean = (low * light + high * heavy) / (light + heavy)
            blocks[-2:] = [(mean, light + heavy, few + more)]
    return np.repeat([share for share, _, _ in blocks], [size for *_, size in blocks])
