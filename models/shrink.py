"""Precision per dong over rounds, pulled to the city where a dong has seen little."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betaincinv, betaln

from models.base import Floats

LEAST_ROUNDS: Final = 4
_TAIL: Final = 0.025
_CITY_STEPS: Final = 400
_PULL_STEPS: Final = 40


@dataclass(frozen=True)
class Shrunken:
    """A dong's share with its 95 % interval; no value over too few rounds.

    `raw` is hits of those seen; `weight` is how much of the value is the dong's own
    record, the rest is the city's.
    """

    value: float | None
    low: float | None
    high: float | None
    raw: float | None
    weight: float

    @property
    def told(self) -> str:
        """The share as people read it."""
        if self.value is None:
            return "too few rounds"
        return f"{self.value:.3f} [{self.low:.3f}-{self.high:.3f}]"


def shrunken(
    hits: Sequence[int], seen: Sequence[int], rounds: Sequence[int]
) -> list[Shrunken]:
    """Each dong's share, learning from all dongs how far apart dongs are.

    Grain: one result per dong, in the order given. The city's rate and the spread of
    dongs are averaged over their marginal likelihood, so that intervals stay honest
    when the dongs look all equal.

    Raises:
        ValueError: More hits than were seen, or lists of unlike length.
    """
    if not len(hits) == len(seen) == len(rounds):
        raise ValueError("every dong has hits, those seen and rounds")
    found, asked = np.array(hits, dtype=np.float64), np.array(seen, dtype=np.float64)
    if np.any((found < 0) | (found > asked)):
        raise ValueError("hits are from none to all of those seen")
    if not asked.any():
        return [Shrunken(None, None, None, None, 0.0) for _ in rounds]
    values, spreads, weights = _posterior(found, asked)
    size = values * (1 - values) / spreads - 1
    low = betaincinv(values * size, (1 - values) * size, _TAIL)
    high = betaincinv(values * size, (1 - values) * size, 1 - _TAIL)
    result = []
    for at, lasted in enumerate(rounds):
        raw = float(found[at] / asked[at]) if asked[at] else None
        own = float(weights[at])
        if lasted < LEAST_ROUNDS or raw is None:
            result.append(Shrunken(None, None, None, raw, own))
            continue
        figures = float(values[at]), float(low[at]), float(high[at])
        result.append(Shrunken(*figures, raw, own))
    return result


def _posterior(found: Floats, asked: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean and variance of each dong's share, and the weight of its own record.

    Source: beta-binomial with a uniform prior on the city's rate and on the pull
    (Daniels 1999: uniform shrinkage), summed over a fixed grid.
    """
    city = ((np.arange(_CITY_STEPS) + 0.5) / _CITY_STEPS)[:, None]
    pull = ((np.arange(_PULL_STEPS) + 0.5) / _PULL_STEPS)[None, :]
    size = float(np.median(asked[asked > 0])) * pull / (1 - pull)
    first, second = city * size, (1 - city) * size
    likelihood = np.zeros(np.broadcast(city, pull).shape)
    for hit, many in zip(found, asked, strict=True):
        likelihood += betaln(first + hit, second + many - hit) - betaln(first, second)
    grid = np.exp(likelihood - likelihood.max())
    grid /= grid.sum()
    rate = float((grid * city).sum())
    means, spreads, weights = [], [], []
    for hit, many in zip(found, asked, strict=True):
        own = float((grid * (many / (size + many))).sum())
        # One rate of the city for all dongs, so that every value is its own record and
        # that rate by the weight told; what this leaves out is in the spread.
        value = own * (hit / many if many else 0.0) + (1 - own) * rate
        mean = (first + hit) / (size + many)
        inside = mean * (1 - mean) / (size + many + 1)
        means.append(value)
        spreads.append(float((grid * (inside + (mean - value) ** 2)).sum()))
        weights.append(own)
    return np.array(means), np.array(spreads), np.array(weights)
