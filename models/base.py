"""What every ranking model offers: whole points, exact parts, bands and sentences."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.additive import LOWEST_BAND, Floats, Reason

__all__ = ["Calibration", "Floats", "RankingModel", "Reason", "band_names"]


@dataclass(frozen=True)
class Calibration:
    """A non-decreasing step map of scores to probabilities; no ranking uses it."""

    at: tuple[float, ...]
    probability: tuple[float, ...]


class RankingModel(Protocol):
    """A model that ranks; scores are whole points, so that sums are exact."""

    @property
    def name(self) -> str:
        """Its name in the registry."""

    @property
    def bands(self) -> tuple[tuple[str, float], ...]:
        """Names of bands and the scores from which they hold."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The sentences that explain it."""

    @property
    def calibration(self) -> Calibration | None:
        """None: never fitted."""

    @property
    def features(self) -> tuple[str, ...]:
        """What is read, each once."""

    @property
    def base(self) -> float:
        """The score of the household without any sign."""

    def scores(self, matrix: Floats) -> Floats:
        """Whole points, one number per household; NaN is unknown."""

    def contributions(self, matrix: Floats) -> Floats:
        """Households × features; base and row sum are the score, exactly."""

    def band_of(self, scores: Floats) -> NDArray[np.object_]:
        """The Korean band of each score."""


def band_names(
    bands: tuple[tuple[str, float], ...], scores: Floats
) -> NDArray[np.object_]:
    """The band of each score; a score on a threshold is above it."""
    rising = sorted(bands, key=lambda band: band[1])
    names = np.array([LOWEST_BAND, *(name for name, _ in rising)], dtype=object)
    levels = [level for _, level in rising]
    found: NDArray[np.object_] = names[np.searchsorted(levels, scores, "right")]
    return found
