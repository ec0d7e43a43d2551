"""points_v1: few features, few steps, small whole points that are added by hand."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from features.feature import Feature
from models.additive import AdditiveModel, Term
from models.base import POINTS_PER_LOG_ODDS, Floats, Made, RankingModel, matrix_of
from models.features_used import weighed_features
from models.logistic import banded, fit_logistic
from models.scorecard import load_scorecard
from models.training import TrainingData

# A point is a tenth of a unit of log-odds: seven of them double the odds. Coarser
# points lost a tenth of the average precision on made-up towns, finer ones won none.
POINT: Final = 0.1
# What fits on one page.
MOST_FEATURES: Final = 16
# Another feature has to tell this share of what the fitted model tells apart.
LEAST_GAIN: Final = 0.002
# Draws steps that few listings reach towards the step below them.
STRENGTH: Final = 3.0
# Where people speak of it: a quarter, half a year, a year, two.
STEPS: Final[dict[str, tuple[float, ...]]] = {
    "여부": (1,),
    "개월": (1, 3, 6, 12, 24),
    "회": (1, 2, 4, 8),
    "곳": (1, 2, 3, 5),
    "점": (1, 2, 4),
    "명": (1, 2),
    "원": (100_000, 300_000, 1_000_000, 3_000_000),
    "일": (183, 366, 1_096),
}


@dataclass(frozen=True)
class _Item:
    """A feature with its steps, each less its mean over the listings learnt from."""

    term: Term
    columns: NDArray[np.float64]


def fit_points(data: TrainingData) -> Made:
    """Write down in small points what the logistic model has learnt.

    Choosing features by outcomes of a few hundred listings would follow their noise;
    the fitted model has been drawn to the scorecard already, so features are chosen by
    how much of its scores they tell.
    """
    taught = fit_logistic(data)
    terms, told = _terms(data, taught.model)
    plain = AdditiveModel("points_v1", 0, terms, load_scorecard().reasons, ())
    model = banded(plain, data)
    (top, level), (middle, low) = model.bands
    # Whole points tie often: the upper band begins above the lower one.
    low = max(low, 1.0)
    model = replace(model, bands=((top, max(level, low + 1.0)), (middle, low)))
    fitting = {
        "written_down_from": taught.model.name,
        **taught.fitting,
        "points_per_log_odds": round(1 / POINT),
        "share_of_its_scores_told": round(told, 3),
    }
    return Made(model, fitting)


def _terms(data: TrainingData, teacher: RankingModel) -> tuple[tuple[Term, ...], float]:
    """Terms chosen one by one, and the share of the teacher's variance they tell."""
    scores = teacher.scores(matrix_of(data.frame, teacher.features))
    target = (scores - scores.mean()) / POINTS_PER_LOG_ODDS
    whole = max(float(target @ target), 1e-9)
    items, weights = _items(data), np.zeros(0)
    chosen: list[_Item] = []
    left = whole
    while items and len(chosen) < MOST_FEATURES:
        apart = target - _sum(chosen, weights, len(target))
        gains = [_gain(item, apart) for item in items]
        chosen.append(items.pop(int(np.argmax(np.round(gains, 9)))))
        weights = _weights(chosen, target)
        apart = target - _sum(chosen, weights, len(target))
        if len(chosen) > 1 and left - apart @ apart < LEAST_GAIN * whole:
            break
        left = float(apart @ apart)
    return _rounded(chosen, weights), 1.0 - left / whole


def _gain(item: _Item, apart: Floats) -> float:
    """How much of what is left one feature's steps would tell."""
    after = apart - item.columns @ _weights([item], apart)
    return float(apart @ apart - after @ after)


def _weights(items: list[_Item], target: Floats) -> Floats:
    """Log-odds of every step, none below 0."""
    matrix = np.column_stack([item.columns for item in items])
    count = matrix.shape[1]
    drawn = np.vstack([matrix, np.sqrt(STRENGTH) * np.eye(count)])
    weights: Floats = nnls(drawn, np.concatenate([target, np.zeros(count)]))[0]
    return weights


def _sum(items: list[_Item], weights: Floats, rows: int) -> Floats:
    if not items:
        return np.zeros(rows)
    total: Floats = np.column_stack([item.columns for item in items]) @ weights
    return total


def _rounded(items: list[_Item], weights: Floats) -> tuple[Term, ...]:
    """Whole points per step; a step that adds none is dropped."""
    terms, place = [], 0
    for item in items:
        here = weights[place : place + len(item.term.at)]
        place += len(item.term.at)
        worth = np.rint(np.cumsum(here) / POINT) + 0.0
        is_step = np.diff(worth, prepend=0.0) > 0
        at = tuple(np.array(item.term.at)[is_step].tolist())
        terms.append(replace(item.term, at=at, worth=tuple(worth[is_step].tolist())))
    return tuple(term for term in terms if term.at)


def _items(data: TrainingData) -> list[_Item]:
    """Every feature an officer can look up, with steps that some households reach."""
    items = []
    for feature in weighed_features():
        if not _is_by_hand(feature):
            continue
        values = matrix_of(data.frame, (feature.name,))[:, 0]
        at = tuple(float(x) for x in STEPS[feature.unit] if (values >= x).any())
        if at:
            columns = np.column_stack([values >= limit for limit in at])
            centred = columns - columns.mean(axis=0)
            items.append(_Item(Term(feature.name, feature.direction, at, ()), centred))
    return items


def _is_by_hand(feature: Feature) -> bool:
    """A fact as it is told: no days until something is forgotten, no rate of a dong."""
    if feature.direction < 0 or feature.unit not in STEPS:
        return False
    return feature.aggregate != "freshness"
