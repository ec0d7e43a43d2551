"""A weighted sum of unlike models, on their points: still exact, still explained."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import Calibration, Floats, RankingModel, Reason, band_names


@dataclass(frozen=True)
class BlendModel:
    """A ranking model of several: the weights are whole, so the sums are exact.

    A sum of monotone members is monotone, and the sum of their Shapley values is the
    sum's own.
    """

    name: str
    members: tuple[RankingModel, ...]
    weights: tuple[int, ...]
    reasons: tuple[Reason, ...]
    bands: tuple[tuple[str, float], ...]
    calibration: Calibration | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """What any member reads, each once, in the order of the members."""
        return tuple(
            dict.fromkeys(name for member in self.members for name in member.features)
        )

    @property
    def base(self) -> float:
        """The score of the reference household."""
        return sum(
            weight * member.base
            for weight, member in zip(self.weights, self.members, strict=True)
        )

    def scores(self, matrix: Floats) -> Floats:
        """Whole points, one number per household."""
        total = np.zeros(len(matrix))
        for weight, member in zip(self.weights, self.members, strict=True):
            total += weight * member.scores(_part(matrix, self._places(member)))
        return total

    def contributions(self, matrix: Floats) -> Floats:
        """What each feature adds through all members: households × ``features``."""
        parts = np.zeros(matrix.shape, dtype=np.float64, order="F")
        for weight, member in zip(self.weights, self.members, strict=True):
            places = self._places(member)
            parts[:, places] += weight * member.contributions(_part(matrix, places))
        return parts

    def band_of(self, scores: Floats) -> NDArray[np.object_]:
        """The Korean band of each score."""
        return band_names(self.bands, scores)

    def _places(self, member: RankingModel) -> list[int]:
        place_of = {name: place for place, name in enumerate(self.features)}
        return [place_of[name] for name in member.features]


def _part(matrix: Floats, places: list[int]) -> Floats:
    """Some columns of a column-major matrix, column-major too."""
    part: Floats = matrix.T[places].T
    return part
