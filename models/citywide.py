"""Recall in the whole city: needs on the lists against needs the slice stands for.

A household of the slice stands for one over its probability; the interval is a gamma
one for weighted counts (Fay & Feuer 1997; Tiwari et al. 2006), never Wald.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaincinv

from models.base import Floats
from models.intervals import Z_95

LEAST_NEEDS: Final = 10
_TAIL: Final = 0.025
_ONE_SIDED: Final = 0.05
_NOBODY: Final[Floats] = np.zeros(0)


@dataclass(frozen=True)
class SliceRound:
    """What the lists and the slice of one round found.

    Units: `needs`, `clear` and `unknown` hold one inclusion probability per household
    of the slice, in (0, 1]; the other figures count households.

    Attributes:
        listed_needs: Needs found among the listed, without the slice.
        listed_unknown: Listed whose need is not known; never counted as "no need".
        frame: Households below the line, out of whom the slice was drawn.
        is_whole: False when only households with a sign could be drawn.
        listed_clear: Listed without need. With it the unknown listed count like the
            known ones of their round; without it the interval allows all of them.
    """

    round: str
    listed_needs: int
    listed_unknown: int
    needs: Floats
    clear: Floats
    unknown: Floats
    frame: int
    is_whole: bool = True
    listed_clear: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be a round.

        Raises:
            ValueError: A probability outside (0, 1] or a count below none.
        """
        drawn = np.concatenate([self.needs, self.clear, self.unknown])
        if not np.all((drawn > 0) & (drawn <= 1)):
            raise ValueError("inclusion probabilities are above 0 and at most 1")
        counts = (self.listed_needs, self.listed_unknown, self.listed_clear or 0)
        if min(counts) < 0 or self.frame < len(drawn):
            raise ValueError("counts are from none; the slice is part of the frame")

    @property
    def visits(self) -> int:
        """Households in the slice, reached or not."""
        return len(self.needs) + len(self.clear) + len(self.unknown)

    @property
    def is_judged(self) -> bool:
        """Whether some are known wherever any were asked, to stand for the others."""
        known = len(self.needs) + len(self.clear)
        clear = self.listed_clear
        nobody_listed = clear is not None and self.listed_needs + clear == 0
        return (known > 0 or not self.frame) and not (
            nobody_listed and self.listed_unknown
        )


@dataclass(frozen=True)
class CityRecall:
    """Which share of the needs in the city the lists held, with its 95 % interval.

    `worst` and `best` assume nothing about the households whose need is not known, and
    hold the uncertainty of the draw too; they are told even when nothing else is.
    `rounds` counts those with an answer in the slice, on which the value rests.
    """

    value: float | None
    low: float | None
    high: float | None
    worst: float
    best: float
    needs_in_slice: int
    is_estimable: bool
    visits_needed: int | None
    is_whole: bool
    rounds: int

    @property
    def told(self) -> str:
        """The figure as people read it."""
        whom = (
            "households in need" if self.is_whole else "households in need with a sign"
        )
        span = f"{self.worst:.0%} to {self.best:.0%}"
        if self.value is None or self.low is None or self.high is None:
            more = "more slice visits"
            if self.visits_needed is not None:
                least = "about" if self.needs_in_slice else "at least"
                more = f"{least} {self.visits_needed:,} {more}"
            return (
                f"Recall of {whom} is not estimable: {self.needs_in_slice} of the "
                f"{LEAST_NEEDS} needs it takes were found in the slice; {more} needed "
                f"(whatever the unreached are: {span})."
            )
        return (
            f"The lists held {self.value:.0%} of {whom} (95 % interval {self.low:.0%} "
            f"to {self.high:.0%}; whatever the unreached are: {span}), over "
            f"{self.rounds} rounds with {self.needs_in_slice} needs in the slice."
        )


@dataclass(frozen=True)
class _Estimate:
    """A count with its limits."""

    value: float
    low: float
    high: float


def city_recall(rounds: Sequence[SliceRound]) -> CityRecall:
    """Recall of the lists over several rounds, from the slice's probabilities.

    Raises:
        ValueError: No round was given.
    """
    if not rounds:
        raise ValueError("recall needs at least one round")
    judged = [one for one in rounds if one.is_judged]
    found = sum(len(one.needs) for one in judged)
    is_estimable = found >= LEAST_NEEDS
    worst, best = _bounds(rounds)
    share: _Estimate | None = None
    if is_estimable:
        share = _share(_listed(judged), _below(judged))
        worst, best = min(worst, share.low), max(best, share.high)
    return CityRecall(
        value=share.value if share else None,
        low=share.low if share else None,
        high=share.high if share else None,
        worst=worst,
        best=best,
        needs_in_slice=found,
        is_estimable=is_estimable,
        visits_needed=None if is_estimable else _visits_needed(found, rounds),
        is_whole=all(one.is_whole for one in rounds),
        rounds=len(judged),
    )


def weighted_sum(weights: Floats, among: Floats, ceiling: float) -> _Estimate:
    """How many the found stand for, with the gamma interval for weighted counts.

    Units: `weights` of those found and `among` of all who were asked, one over the
    probability each; `ceiling` is more than there can be.
    """
    value = float(weights.sum())
    # Those drawn for certain stand for themselves alone: no draw, no spread.
    spread = float((weights * (weights - 1)).sum())
    low = high = value
    if spread > 0:
        low = spread / value * float(gammaincinv(value**2 / spread, _TAIL))
    if len(among):
        # One more could have been found: anybody of the frame, for whom those asked
        # stand by their weights. The plain mean of the weights misses high too often.
        more = value + float((among * (among - 1)).sum() / among.sum())
        wider = spread + float((among**2 * (among - 1)).sum() / among.sum())
        if wider > 0:
            high = wider / more * float(gammaincinv(more**2 / wider, 1 - _TAIL))
    low, high = max(low, len(weights)), min(max(high, value), max(ceiling, value))
    return _Estimate(value, min(low, value), high)


def _below(rounds: Sequence[SliceRound]) -> _Estimate:
    """Needs below the line, when the known of each round stand for its unknown.

    Given how many were reached, these are a draw out of the slice, so the weights carry
    the uncertainty of who was reached as well.
    """
    needs, asked, ceiling = [_NOBODY], [_NOBODY], 0
    for one in rounds:
        known = len(one.needs) + len(one.clear)
        scale = one.visits / known if known else 1.0
        needs.append(scale / one.needs)
        asked += [scale / one.needs, scale / one.clear]
        ceiling += one.frame - len(one.clear)
    return weighted_sum(np.concatenate(needs), np.concatenate(asked), ceiling)


def _listed(rounds: Sequence[SliceRound]) -> _Estimate:
    """Needs on the lists, when the known listed of each round stand for its unknown."""
    value, lower, upper, open_ = 0.0, 0.0, 0.0, 0
    for one in rounds:
        value += one.listed_needs
        if one.listed_clear is None:
            open_ += one.listed_unknown
        elif one.listed_unknown:
            known = one.listed_needs + one.listed_clear
            share = one.listed_needs / known
            # Both the known and the unknown are draws from one rate.
            low, high = _wilson(share, 1 / (1 / known + 1 / one.listed_unknown))
            value += share * one.listed_unknown
            lower += ((share - low) * one.listed_unknown) ** 2
            upper += ((high - share) * one.listed_unknown) ** 2
    least = float(sum(one.listed_needs for one in rounds))
    most = least + sum(one.listed_unknown for one in rounds)
    low, high = value - math.sqrt(lower), value + math.sqrt(upper) + open_
    return _Estimate(value, max(low, least), min(high, most))


def _wilson(share: float, seen: float) -> tuple[float, float]:
    """Score limits of a share of an effective number seen."""
    square = Z_95 * Z_95
    centre = (share * seen + square / 2) / (seen + square)
    half = Z_95 * math.sqrt(share * (1 - share) * seen + square / 4) / (seen + square)
    return min(centre - half, share), max(centre + half, share)


def _share(listed: _Estimate, below: _Estimate) -> _Estimate:
    """Listed of listed and below; the limits of both are joined on the log odds.

    Source: Zou & Donner 2008, variance estimates recovered from the limits.
    """
    value = listed.value / (listed.value + below.value)
    if not listed.value:
        return _Estimate(0.0, 0.0, listed.high / (listed.high + below.low))
    down = math.hypot(
        math.log(listed.value / listed.low), math.log(below.high / below.value)
    )
    up = math.hypot(
        math.log(listed.high / listed.value), math.log(below.value / below.low)
    )
    odds = below.value / listed.value
    return _Estimate(
        value,
        min(value, 1 / (1 + odds * math.exp(down))),
        max(value, 1 / (1 + odds * math.exp(-up))),
    )


def _bounds(rounds: Sequence[SliceRound]) -> tuple[float, float]:
    """Recall when all unknown below are needs and none listed, and the reverse."""
    needs = np.concatenate([1 / one.needs for one in rounds])
    clear = np.concatenate([1 / one.clear for one in rounds])
    unknown = np.concatenate([1 / one.unknown for one in rounds])
    # Where nobody was drawn nothing is known of the whole frame.
    undrawn = sum(one.frame for one in rounds if not one.visits)
    ceiling = sum(one.frame - len(one.clear) for one in rounds) - undrawn
    asked = np.concatenate([needs, clear, unknown])
    # The heaviest of those asked stands for the one not found: nothing is assumed, and
    # a further unreached household can only widen the bounds.
    heaviest = asked.max(keepdims=True) if len(asked) else asked
    counted = np.concatenate([needs, unknown])
    most = weighted_sum(counted, heaviest, ceiling).high + undrawn
    fewest = weighted_sum(needs, heaviest, ceiling).low
    listed = sum(one.listed_needs for one in rounds)
    listed_most = listed + sum(one.listed_unknown for one in rounds)
    worst = listed / (listed + most) if listed else 0.0
    best = listed_most / (listed_most + fewest) if listed_most or fewest else 1.0
    return worst, best


def _visits_needed(found: int, rounds: Sequence[SliceRound]) -> int | None:
    """Further slice visits until enough needs are found, unreached ones included.

    At the rate seen; when none was found, at the highest rate that would still have
    shown none in one of twenty such slices, so it is the least it can take.
    """
    visits = sum(one.visits for one in rounds)
    if not visits:
        return None
    rate = found / visits if found else 1 - _ONE_SIDED ** (1 / visits)
    return math.ceil((LEAST_NEEDS - found) / rate)
