"""Smooth scales to fit on, and their compilation into steps of whole points."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from features.feature import Feature
from models.additive import Term
from models.base import POINTS_PER_LOG_ODDS, Floats, matrix_of

# Below this a scale would end where people still differ: 17 and 22 months, say.
LEAST_CAP: Final = {"개월": 60.0, "원": 1_000_000.0, "회": 12.0, "일": 365.0}
# Above as many whole units a scale is cut on a grid instead.
MOST_UNITS: Final = 130
GRID: Final = 40


@dataclass(frozen=True)
class Scale:
    """A feature's value as a share of its cap in [0, 1], straight or logarithmic.

    More is more risk wherever a direction is known; unknown is nothing.
    """

    feature: str
    unit: str
    direction: int
    cap: float
    is_log: bool

    def shares(self, values: Floats) -> Floats:
        """One number per value."""
        known = ~np.isnan(values)
        capped = np.clip(np.where(known, values, 0.0), 0.0, self.cap)
        share = np.log1p(capped) / np.log1p(self.cap) if self.is_log else capped
        share = share if self.is_log else share / self.cap
        risk = 1.0 - share if self.direction < 0 else share
        return np.where(known, risk, 0.0)


def scales_of(features: Iterable[Feature], frame: pd.DataFrame) -> list[Scale]:
    """The scales of features, capped where the households of a frame end."""
    scales, features = [], tuple(features)
    matrix = matrix_of(frame, tuple(feature.name for feature in features))
    for feature, values in zip(features, matrix.T, strict=True):
        seen = values[~np.isnan(values)]
        largest = float(seen.max()) if len(seen) else 0.0
        cap = max(largest, LEAST_CAP.get(feature.unit, 1.0))
        one = (feature.name, feature.unit, feature.direction, cap)
        # A straight scale beside the bent one, so that the data may say that the
        # twentieth month weighs as much as the second.
        is_straight = bool(feature.unit in ("개월", "일") and feature.direction)
        scales += [Scale(*one, is_log=True)]
        scales += [Scale(*one, is_log=False)] if is_straight else []
    return scales


def shares_of(scales: list[Scale], frame: pd.DataFrame) -> Floats:
    """Households × scales, column-major."""
    matrix = matrix_of(frame, tuple(scale.feature for scale in scales))
    shares = np.empty_like(matrix)
    for place, scale in enumerate(scales):
        shares[:, place] = scale.shares(matrix[:, place])
    return shares


def compiled(
    scales: list[Scale], weights: Floats, card: tuple[Term, ...], worth: float
) -> tuple[Term, ...]:
    """Weighted scales, and ``worth`` log-odds for each point of a card, as steps."""
    parts: dict[str, list[tuple[Scale, float]]] = {}
    for scale, weight in zip(scales, weights, strict=True):
        if weight:
            parts.setdefault(scale.feature, []).append((scale, float(weight)))
    terms = {term.feature: term for term in card} if worth else {}
    named = dict.fromkeys((*parts, *terms))
    made = (
        _one_term(name, parts.get(name, []), terms.get(name), worth) for name in named
    )
    return tuple(term for term in made if any(term.worth))


def _one_term(
    name: str, parts: list[tuple[Scale, float]], told: Term | None, worth: float
) -> Term:
    limits = {limit for scale, _ in parts for limit in knots(scale)}
    direction = told.direction if told else parts[0][0].direction
    limits |= set(told.at) if told else set()
    limits |= {0.0} if direction < 0 else set()
    at = np.array(sorted(limits))
    total = np.zeros(len(at))
    for scale, weight in parts:
        total += weight * scale.shares(at)
    if told:
        total += worth * told.contribution(at)
    points = np.rint(POINTS_PER_LOG_ODDS * total) + 0.0
    if direction:
        points = np.maximum.accumulate(points[::direction])[::direction]
    before = points[0] if direction < 0 else 0.0
    is_step = np.diff(points, prepend=before) != 0
    is_step[0] |= direction < 0
    steps, worths = at[is_step].tolist(), points[is_step].tolist()
    return Term(name, direction, tuple(steps), tuple(worths))


def knots(scale: Scale) -> tuple[float, ...]:
    """Where a scale is cut: at whole units, of won and days on a grid."""
    cap = int(np.ceil(scale.cap))
    if scale.unit not in ("원", "일") and cap <= MOST_UNITS:
        return tuple(float(unit) for unit in range(1, cap + 1))
    bent = np.rint(np.geomspace(1.0, cap, GRID))
    even = np.rint(np.linspace(cap / GRID, cap, GRID)) if scale.unit == "일" else bent
    return tuple(sorted({*bent.tolist(), *even.tolist()}))
