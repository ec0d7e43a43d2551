"""A logistic model whose weights cannot turn against what their features mean."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.additive import AdditiveModel
from models.base import POINTS_PER_LOG_ODDS, Floats, Made, matrix_of
from models.features_used import is_weighed, weighed_features
from models.penalised import Penalty, fit_weights
from models.scales import Scale, compiled, scales_of, shares_of
from models.scorecard import BAND_NAMES, load_scorecard, scorecard_v1
from models.training import TrainingData

__all__ = ["BAND_SHARES", "banded", "fit_logistic", "is_weighed"]

# On shares in [0, 1] this leaves a feature seen in thirty listings to the scorecard.
# Over eleven made-up towns it was the best of 3 to 120 (average precision 0.127, with
# 10 it was 0.124), and better than to choose one by the loss on later rounds.
PENALTY: Final = 30.0
# The scorecard is one column among the others: with few outcomes, what is learnt
# falls back to it and not to nothing.
CARD_PENALTY: Final = 0.1
CARD_UNIT: Final = 100.0
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

    def stacked(self, levels: tuple[TrainingData, ...]) -> Floats:
        """The listings once per level, with a column for each level after the first."""
        parts = [self.matrix(level) for level in levels]
        sizes = [len(part) for part in parts]
        width = parts[0].shape[1]
        whole = np.zeros((sum(sizes), width + len(levels) - 1), order="F")
        for place, (part, end) in enumerate(zip(parts, np.cumsum(sizes), strict=True)):
            rows = slice(end - len(part), end)
            whole[rows, :width] = part
            if place:
                whole[rows, width + place - 1] = 1.0
        return whole

    def penalty(self, strength: float, levels: int) -> Penalty:
        """Of the scales, the card and the deeper levels' intercepts: these are free."""
        free = [True] * (levels - 1)
        drawn = [strength] * len(self.scales) + [min(strength, CARD_PENALTY)]
        return Penalty(
            np.array([*drawn, *(0.0 for _ in free)]),
            np.zeros(len(drawn) + len(free)),
            np.array([scale.direction == 0 for scale in self.scales] + [False, *free]),
        )


def fit_logistic(data: TrainingData, penalty: float = PENALTY) -> Made:
    """Fit on all listings: one set of weights for need and for how deep it is.

    Officers say of a need how deep it is (위기도). Proportional odds let the few deep
    ones shape the same weights, each level with an intercept of its own: a household in
    need of a leaflet and one in danger are not the same to a list of twenty places.

    Raises:
        ModelError: the optimiser did not converge.
    """
    design, levels = _design(data), data.levels
    weights = fit_weights(
        design.stacked(levels),
        np.concatenate([level.labels for level in levels]),
        design.penalty(penalty, len(levels)),
    )
    count = len(design.scales)
    card_weight = float(weights[1 + count]) / CARD_UNIT
    scaled = weights[1 : 1 + count]
    terms = compiled(design.scales, scaled, design.card.terms, card_weight)
    model = AdditiveModel(
        "logistic_v1",
        round(POINTS_PER_LOG_ODDS * float(weights[0])),
        terms,
        load_scorecard().reasons,
        (),
    )
    fitting = {
        "l2_penalty": penalty,
        "levels": len(levels),
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
