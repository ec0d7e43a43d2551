"""Figures of predictions, and intervals that are not narrower than they should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from models.table.task import Floats, Ints, log_odds, sigmoid

NAMES: Final = (
    "roc_auc",
    "average_precision",
    "precision_at_k",
    "recall_at_k",
    "log_loss",
)
RESAMPLES: Final = 200
COVERAGE: Final = 0.95
# Fewer folds cannot tell how much models differ.
LEAST_FOLDS: Final = 4
BIASED: Final = "average_precision"
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
    """How often each row is drawn, groups as a whole, the number of positives too.

    Another table of the same size would hold another number of positives: log loss,
    average precision and precision move with it. At least one of each is drawn.
    """
    names, where = np.unique(groups, return_inverse=True)
    positive = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(positive, where, labels)
    generator = np.random.default_rng([seed, 3])
    members = [np.flatnonzero(positive == level) for level in (0, 1)]
    counts = np.zeros((RESAMPLES, len(names)))
    for draw in range(RESAMPLES):
        found = int(generator.binomial(len(names), len(members[1]) / len(names)))
        if len(members[0]):
            found = min(max(found, 1), len(names) - 1)
        for level, size in ((0, len(names) - found), (1, found)):
            if len(members[level]):
                drawn = generator.integers(0, len(members[level]), size)
                counts[draw, members[level]] = np.bincount(
                    drawn, minlength=len(members[level])
                )
    return counts[:, where]


def with_intervals(
    value: Floats,
    drawn: Floats,
    by_fold: Floats,
    train_share: float,
    counts: Mapping[str, int],
) -> dict[str, Figure]:
    """Bootstrap intervals, widened where folds differ by more than rows explain.

    The spread over folds is corrected for their shared training rows (Nadeau and
    Bengio); the bootstrap alone does not know that another training table would
    have given another model. ``counts`` are the rows that a figure is a share of:
    listed, or positive.
    """
    spread = drawn.std(axis=0, ddof=1)
    normal = float(t.ppf(1 - (1 - COVERAGE) / 2, max(counts["recall_at_k"] - 1, 2)))
    out = {}
    for place, name in enumerate(NAMES):
        one, own = float(value[place]), max(float(spread[place]), 1e-12)
        if name in counts:
            ends = _of_share(one, own, counts[name], normal)
        else:
            wider = _wider(by_fold[:, place], own, train_share)
            ends = _reflected(name, one, drawn[:, place], normal * wider)
        low, high = min(ends[0], one), max(ends[1], one)
        rounded = (round(end, PLACES) for end in (one, max(low, 0.0), high))
        out[name] = Figure(*rounded)
    return out


def _wider(by_fold: Floats, own: float, train_share: float) -> float:
    folds = len(by_fold)
    if folds < LEAST_FOLDS:
        return 1.0
    shared = (1 - train_share) / train_share
    spread = float(by_fold.std(ddof=1))
    return max(1.0, spread * float(np.sqrt(1 / folds + shared)) / own)


def _of_share(
    value: float, spread: float, rows: int, normal: float
) -> tuple[float, float]:
    """Wilson's interval of a share, from as many rows as its spread stands for.

    Two found of thirty leave room above that no resample of the two shows.
    """
    own = value * (1 - value) / spread**2 if 0 < value < 1 else rows
    held = normal**2 / max(min(own, rows), 1.0)
    centre = (value + held / 2) / (1 + held)
    half = np.sqrt(held * value * (1 - value) + held**2 / 4) / (1 + held)
    return float(centre - half), float(centre + half)


def _reflected(
    name: str, value: float, drawn: Floats, normal: float
) -> tuple[float, float]:
    """Interval on a scale without ends, its low end lower by what resampling adds.

    A resample repeats positives, which flatters average precision: by as much the
    table itself flatters.
    """
    if name == "log_loss":
        half = normal * float(drawn.std(ddof=1))
        return value - half, value + half
    scale = log_odds(np.append(drawn, value))
    flatters = float(scale[:-1].mean() - scale[-1]) if name == BIASED else 0.0
    half = normal * float(scale[:-1].std(ddof=1))
    ends = np.array([-max(flatters, 0.0) - half, half]) + scale[-1]
    low, high = 1 / (1 + np.exp(-ends))
    return float(low), float(high)
