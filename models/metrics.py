"""How well a ranking finds the households in need; ties are told, not hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.additive import Floats
from models.errors import ModelError

RESAMPLES: Final = 200
COVERAGE: Final = 0.95
PLACES: Final = 6
Labels = NDArray[np.int8]
Groups = NDArray[np.object_]


@dataclass(frozen=True)
class Ties:
    """A figure at the cut: where tied households compete for the last places.

    ``best`` and ``worst`` give those places to the households in need or to the
    others; ``expected`` is the mean over all orders of the tied.
    """

    best: float
    worst: float
    expected: float


@dataclass(frozen=True)
class AtCapacity:
    """What a list of given length holds, over all dongs together."""

    places: int
    precision: Ties
    recall: Ties


@dataclass(frozen=True)
class Interval:
    """A figure with its bootstrap interval."""

    value: float
    low: float
    high: float


def at_capacity(
    scores: Floats, labels: Labels, dongs: Groups, places: Mapping[str, int]
) -> AtCapacity:
    """Precision and recall of the first households of each dong.

    Only households whose need is known are ranked; a dong without an entry in
    ``places`` lists nobody.
    """
    listed, hits = 0, np.zeros(3)
    for dong in sorted(set(dongs)):
        rows = dongs == dong
        slots = min(places.get(dong, 0), int(rows.sum()))
        if slots > 0:
            listed += slots
            hits += _hits(scores[rows], labels[rows], slots)
    needs = int(labels.sum())
    precision = np.round(hits / listed, PLACES) if listed else np.zeros(3)
    recall = np.round(hits / needs, PLACES) if needs else np.zeros(3)
    return AtCapacity(listed, Ties(*precision.tolist()), Ties(*recall.tolist()))


def _hits(scores: Floats, labels: Labels, slots: int) -> Floats:
    """Households in need among the first: best, worst and expected over ties."""
    level = np.sort(scores)[::-1][slots - 1]
    above, tied = scores > level, scores == level
    sure, left = int(labels[above].sum()), slots - int(above.sum())
    needs, others = int(labels[tied].sum()), int((1 - labels[tied]).sum())
    expected = left * needs / (needs + others)
    return sure + np.array([min(needs, left), max(0, left - others), expected])


def share_of_dongs(dongs: Groups, share: float) -> dict[str, int]:
    """A capacity for want of a real one: a share of each dong's households."""
    names, counts = np.unique(dongs.astype(str), return_counts=True)
    return {
        str(name): int(np.ceil(share * count))
        for name, count in zip(names, counts, strict=True)
    }


def evaluate(
    scores: Floats,
    labels: Labels,
    dongs: Groups,
    places: Mapping[str, int],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """All figures of a ranking, with 95 % intervals from a seeded bootstrap.

    The bootstrap draws households in need and the others apart, so the share in
    need stays what it is.

    Raises:
        ModelError: only one outcome occurs.
    """
    if labels.min(initial=1) == labels.max(initial=0):
        raise ModelError(
            "the round to judge on holds only one outcome",
            "judge on a round with households in need and others",
        )
    generator = np.random.default_rng(seed)
    point = _figures(scores, labels, dongs, places)
    needs, others = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    drawn = []
    for _ in range(resamples):
        rows = np.concatenate(
            [generator.choice(part, len(part)) for part in (needs, others)]
        )
        drawn.append(_figures(scores[rows], labels[rows], dongs[rows], places))
    tails = (1 - COVERAGE) / 2
    low, high = np.quantile(np.array(drawn), [tails, 1 - tails], axis=0)
    intervals = [
        Interval(*(round(float(figure), PLACES) for figure in triple))
        for triple in zip(point, low, high, strict=True)
    ]
    return {
        "households": len(labels),
        "in_need": int(labels.sum()),
        "roc_auc": intervals[0],
        "average_precision": intervals[1],
        "precision_at_capacity": intervals[2],
        "at_capacity": at_capacity(scores, labels, dongs, places),
    }


def _figures(
    scores: Floats, labels: Labels, dongs: Groups, places: Mapping[str, int]
) -> Floats:
    capacity = at_capacity(scores, labels, dongs, places).precision.expected
    return np.array(
        [roc_auc(scores, labels), average_precision(scores, labels), capacity]
    )


def roc_auc(scores: Floats, labels: Labels) -> float:
    """The chance that a household in need stands above another; ties count half.

    As in scikit-learn, without its checks: the bootstrap calls it hundreds of times.
    """
    hits, misses = _by_level(scores, labels)
    better = np.cumsum(hits) - hits / 2
    return float((better * misses).sum() / (hits.sum() * misses.sum()))


def average_precision(scores: Floats, labels: Labels) -> float:
    """Precision averaged over the households in need; tied ones enter together."""
    hits, misses = _by_level(scores, labels)
    precision = np.cumsum(hits) / np.cumsum(hits + misses)
    return float((precision * hits).sum() / hits.sum())


def _by_level(scores: Floats, labels: Labels) -> tuple[Floats, Floats]:
    """Households in need and others at each distinct score, the highest first."""
    levels, where = np.unique(-scores, return_inverse=True)
    hits = np.bincount(where, weights=labels, minlength=len(levels))
    others = np.bincount(where, minlength=len(levels)) - hits
    return hits.astype(np.float64), others.astype(np.float64)
