"""Figures of predictions, and intervals that are not narrower than they should be."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from models.table.task import Floats, Ints, sigmoid

NAMES: Final = (
    "roc_auc",
    "average_precision",
    "precision_at_k",
    "recall_at_k",
    "log_loss",
)
RESAMPLES: Final = 200
COVERAGE: Final = 0.95
PLACES: Final = 6


@dataclass(frozen=True)
class Figure:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def figures_of(
    logits: Floats, labels: Ints, k: int, weights: NDArray[np.float64]
) -> Floats:
    """The five figures for each row of weights (resamples × rows).

    Rows of equal score share the last places: figures are means over their orders.
    """
    order = np.argsort(-logits, kind="stable")
    starts = np.flatnonzero(np.diff(logits[order], prepend=np.inf))
    sorted_weights = weights[:, order]
    hit = np.add.reduceat(sorted_weights * labels[order], starts, axis=1)
    size = np.add.reduceat(sorted_weights, starts, axis=1)
    hits, sizes = hit.cumsum(axis=1), size.cumsum(axis=1)
    total, rows = hits[:, -1], sizes[:, -1]
    miss = size - hit
    auc = ((hits - hit / 2) * miss).sum(axis=1) / (total * (rows - total))
    precision = hits / np.maximum(sizes, 1e-12)
    average = (precision * hit).sum(axis=1) / total
    places = np.minimum(k, rows)
    taken = np.clip(places[:, None] - (sizes - size), 0, size)
    listed = (hit * taken / np.maximum(size, 1e-12)).sum(axis=1)
    p = sigmoid(logits)
    costs = -np.where(labels == 1, np.log(p), np.log1p(-p))
    loss = weights @ costs / rows
    return np.column_stack([auc, average, listed / places, listed / total, loss])


def resample_weights(labels: Ints, groups: Ints, seed: int) -> Floats:
    """How often each row is drawn; those with a positive and the others drawn apart.

    Rows of one group are drawn together.
    """
    names, where = np.unique(groups, return_inverse=True)
    positive = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(positive, where, labels)
    generator = np.random.default_rng([seed, 3])
    counts = np.zeros((RESAMPLES, len(names)))
    for level in (0, 1):
        members = np.flatnonzero(positive == level)
        for draw in range(RESAMPLES):
            drawn = generator.integers(0, len(members), len(members))
            counts[draw, members] = np.bincount(drawn, minlength=len(members))
    return counts[:, where]


def with_intervals(
    value: Floats, drawn: Floats, by_fold: Floats, train_share: float
) -> dict[str, Figure]:
    """Bootstrap intervals, widened where folds differ by more than rows explain.

    The spread over folds is corrected for their shared training rows (Nadeau and
    Bengio); the bootstrap alone does not know that another training table would
    have given another model.
    """
    tails = (1 - COVERAGE) / 2
    low, high = np.quantile(drawn, [tails, 1 - tails], axis=0)
    folds = len(by_fold)
    out = {}
    for place, name in enumerate(NAMES):
        wider = 1.0
        if folds >= 4 and name not in ("precision_at_k", "recall_at_k"):
            ratio = (1 - train_share) / train_share
            spread = float(by_fold[:, place].std(ddof=1))
            own = max(float(drawn[:, place].std(ddof=1)), 1e-12)
            wider = max(1.0, spread * float(np.sqrt(1 / folds + ratio)) / own)
        half = float(norm.ppf(1 - tails)) * float(drawn[:, place].std(ddof=1)) * wider
        ends = _ends(name, float(value[place]), half, (low[place], high[place]), wider)
        out[name] = Figure(round(float(value[place]), PLACES), *ends)
    return out


def _ends(
    name: str, value: float, half: float, drawn: tuple[float, float], wider: float
) -> tuple[float, float]:
    low = min(value - (value - drawn[0]) * wider, value)
    high = max(value + (drawn[1] - value) * wider, value)
    if high - low < 1e-9:
        low, high = value - half, value + half
    top = 1.0 if name != "log_loss" else np.inf
    return round(float(max(low, 0.0)), PLACES), round(float(min(high, top)), PLACES)
