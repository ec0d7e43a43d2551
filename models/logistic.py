"""A logistic model whose weights cannot turn against what their features mean."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.additive import AdditiveModel
from models.base import POINTS_PER_LOG_ODDS, Floats, Made, matrix_of
from models.features_used import is_weighed, weighed_features
from models.penalised import Penalty, fit_weights, log_loss
from models.scales import Scale, compiled, scales_of, shares_of
from models.scorecard import BAND_NAMES, load_scorecard, scorecard_v1
from models.splits import forward_chain
from models.training import TrainingData

__all__ = ["BAND_SHARES", "banded", "fit_logistic", "is_weighed"]

# Heavy ones first: the weights of one are where the search for the next begins.
# On made-up towns none outside of these was best, with 130 outcomes or 600.
PENALTIES: Final = (30.0, 10.0, 3.0)
# With few rounds there is nothing to choose by; on shares in [0, 1] this leaves a
# feature seen in ten listings to the scorecard.
DEFAULT_PENALTY: Final = 10.0
# The scorecard is one column among the others: with few outcomes, what is learnt
# falls back to it and not to nothing.
CARD_PENALTY: Final = 0.1
CARD_UNIT: Final = 100.0
# Earlier rounds would only tell which penalty suited smaller data.
MOST_FOLDS: Final = 4
# The bands hold about the upper tenth and third of households like those learnt from.
BAND_SHARES: Final = (0.9, 0.7)


@dataclass(frozen=True)
class _Design:
    """What is fitted on: the scales, and the scorecard as the last column."""

    scales: list[Scale]
    card: AdditiveModel

    def matrix(self, data: TrainingData) -> Floats:
        points = self.card.scores(matrix_of(data.frame, self.card.features))
        columns = shares_of(self.scales, data.frame)
        matrix: Floats = np.asfortranarray(np.column_stack([columns, points]))
        matrix[:, -1] /= CARD_UNIT
        return matrix

    def penalty(self, strength: float) -> Penalty:
        count = len(self.scales)
        return Penalty(
            np.array([strength] * count + [min(strength, CARD_PENALTY)]),
            np.zeros(count + 1),
            np.array([scale.direction == 0 for scale in self.scales] + [False]),
        )


def fit_logistic(data: TrainingData, penalty: float | None = None) -> Made:
    """Fit on all listings; without a penalty, choose one by later rounds.

    Raises:
        ModelError: the optimiser did not converge.
    """
    why = "given"
    if penalty is None:
        penalty, why = _choose_penalty(data)
    design = _design(data)
    weights = fit_weights(design.matrix(data), data.labels, design.penalty(penalty))
    card_weight = float(weights[-1]) / CARD_UNIT
    terms = compiled(design.scales, weights[1:-1], design.card.terms, card_weight)
    model = AdditiveModel(
        "logistic_v1",
        round(POINTS_PER_LOG_ODDS * float(weights[0])),
        terms,
        load_scorecard().reasons,
        (),
    )
    fitting = {
        "l2_penalty": penalty,
        "penalty_why": why,
        "points_per_log_odds": POINTS_PER_LOG_ODDS,
        "log_odds_per_scorecard_point": round(card_weight, 6),
    }
    return Made(banded(model, data), fitting)


def banded(model: AdditiveModel, data: TrainingData) -> AdditiveModel:
    """The model with bands by the scores of the households it learnt from."""
    scores = model.scores(matrix_of(data.frame, model.features))
    levels = np.quantile(scores, BAND_SHARES, method="higher").tolist()
    return replace(model, bands=tuple(zip(BAND_NAMES, levels, strict=True)))


def _design(data: TrainingData) -> _Design:
    return _Design(scales_of(weighed_features(), data.frame), scorecard_v1())


def _choose_penalty(data: TrainingData) -> tuple[float, str]:
    """The penalty with the least log loss over later rounds; ties to the larger."""
    folds = forward_chain(data)[-MOST_FOLDS:]
    if len(folds) < 2:
        return DEFAULT_PENALTY, "fixed: fewer than two later rounds to choose by"
    losses = np.zeros(len(PENALTIES))
    for past, later in folds:
        losses += _losses(past, later)
    best = int(np.argmin(np.round(losses, 6)))
    return PENALTIES[best], f"least log loss over {len(folds)} later rounds"


def _losses(past: TrainingData, later: TrainingData) -> Floats:
    """The log loss on the later round under each of ``PENALTIES``."""
    design = _design(past)
    matrix, ahead = design.matrix(past), design.matrix(later)
    weights, losses = None, []
    for strength in PENALTIES:
        weights = fit_weights(
            matrix, past.labels, design.penalty(strength), weights, is_final=False
        )
        losses.append(log_loss(ahead, later.labels, weights))
    return np.array(losses)
