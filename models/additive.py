"""A sum of one-feature step terms, each monotone: points that can be written down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import (
    LOWEST_BAND,
    Calibration,
    Floats,
    Reason,
    band_names,
    content_of,
    matrix_of,
    model_hash,
)

__all__ = [
    "LOWEST_BAND",
    "AdditiveModel",
    "Calibration",
    "Floats",
    "Reason",
    "Term",
    "content_of",
    "matrix_of",
    "model_hash",
]


@dataclass(frozen=True)
class Term:
    """What one feature adds to a household's score, in whole points.

    ``worth[i]`` holds from ``at[i]`` on; below ``at[0]`` nothing, or, where more is
    less risk, ``worth[0]``. An unknown value adds nothing, and where the direction is
    known no value takes anything away: so a sign that appears never lowers a score.
    """

    feature: str
    direction: int
    at: tuple[float, ...]
    worth: tuple[float, ...]

    def contribution(self, values: Floats) -> Floats:
        """The term's part of the score, one number per household."""
        below = self.worth[0] if self.direction < 0 else 0.0
        # NaN is sorted behind every number: its place is beyond the last step's.
        table = np.array((below, *self.worth, 0.0), dtype=np.float64)
        limits = np.array((*self.at, np.nan), dtype=np.float64)
        parts: Floats = table.take(np.searchsorted(limits, values, side="right"))
        return parts


@dataclass(frozen=True)
class AdditiveModel:
    """A ranking model: step terms, bands and the sentences that explain it.

    Units: points; of fitted models, thousandths of log-odds.
    """

    name: str
    intercept: int
    terms: tuple[Term, ...]
    reasons: tuple[Reason, ...]
    bands: tuple[tuple[str, float], ...]
    calibration: Calibration | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """The features read, each once, in the order of the terms."""
        return tuple(dict.fromkeys(term.feature for term in self.terms))

    @property
    def base(self) -> float:
        """The score of the reference household: no term adds anything to it."""
        return float(self.intercept)

    def scores(self, matrix: Floats) -> Floats:
        """Whole points: look-ups and sums of whole numbers, the same everywhere."""
        total = np.full(len(matrix), float(self.intercept))
        places = self._places()
        for term in self.terms:
            total += term.contribution(matrix[:, places[term.feature]])
        return total

    def contributions(self, matrix: Floats) -> Floats:
        """What each feature adds: households × ``features``."""
        parts = np.zeros(matrix.shape, dtype=np.float64, order="F")
        places = self._places()
        for term in self.terms:
            place = places[term.feature]
            parts[:, place] += term.contribution(matrix[:, place])
        return parts

    def band_of(self, scores: Floats) -> NDArray[np.object_]:
        """The Korean band of each score."""
        return band_names(self.bands, scores)

    def _places(self) -> dict[str, int]:
        return {feature: place for place, feature in enumerate(self.features)}
