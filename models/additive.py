"""The one form all our models have: a sum of one-feature terms, each monotone."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import ModelError

Floats = NDArray[np.float64]
Kind = Literal["step", "log", "linear"]
Link = Literal["sum", "logistic"]
SCORE_PLACES = 6
LOWEST_BAND = "보통"


@dataclass(frozen=True)
class Term:
    """What one feature adds to a household's score.

    ``step``: ``worth[i]`` from ``at[i]`` on, nothing (or, where more is less risk,
    ``worth[0]``) below. ``log`` and ``linear``: ``worth[0]`` times the value's share
    of the cap ``at[0]``, on a logarithmic or a straight scale.
    An unknown value adds nothing, and where the direction is known no value takes
    anything away: so a sign that appears never lowers a score.
    """

    feature: str
    kind: Kind
    direction: int
    at: tuple[float, ...]
    worth: tuple[float, ...]

    def contribution(self, values: Floats) -> Floats:
        """The term's part of the score, one number per household."""
        known = ~np.isnan(values)
        filled = np.where(known, np.maximum(values, 0.0), 0.0)
        if self.kind == "step":
            below = self.worth[0] if self.direction < 0 else 0.0
            table = np.array((below, *self.worth), dtype=np.float64)
            part = table[np.searchsorted(self.at, filled, side="right")]
        else:
            share = shape(filled, self.kind, self.at[0])
            part = self.worth[0] * (1.0 - share if self.direction < 0 else share)
        return np.where(known, part, 0.0)


@dataclass(frozen=True)
class Reason:
    """How a feature is told to an officer; one sentence is said per topic."""

    feature: str
    topic: str
    sentence: str


@dataclass(frozen=True)
class AdditiveModel:
    """A ranking model: terms, link, bands and the sentences that explain it.

    Units: ``sum`` models score in points, ``logistic`` ones between 0 and 1.
    """

    name: str
    link: Link
    intercept: float
    terms: tuple[Term, ...]
    reasons: tuple[Reason, ...]
    bands: tuple[tuple[str, float], ...]

    @property
    def features(self) -> tuple[str, ...]:
        """The features read, each once, in the order of the terms."""
        return tuple(dict.fromkeys(term.feature for term in self.terms))

    def contributions(self, matrix: Floats) -> Floats:
        """What each feature adds, before the link: households × ``features``."""
        parts = np.zeros(matrix.shape, dtype=np.float64, order="F")
        places = {feature: place for place, feature in enumerate(self.features)}
        for term in self.terms:
            place = places[term.feature]
            parts[:, place] += term.contribution(matrix[:, place])
        return parts

    def scores(self, parts: Floats) -> Floats:
        """Scores out of contributions, rounded so that no float noise ranks anybody."""
        total = np.full(len(parts), self.intercept)
        for place in range(parts.shape[1]):
            total += parts[:, place]
        if self.link == "logistic":
            total = 1.0 / (1.0 + np.exp(-total))
        return np.round(total, SCORE_PLACES)

    def band_of(self, scores: Floats) -> NDArray[np.object_]:
        """The Korean band of each score; a score on a threshold is above it."""
        rising = sorted(self.bands, key=lambda band: band[1])
        names = np.array([LOWEST_BAND, *(name for name, _ in rising)], dtype=object)
        levels = [level for _, level in rising]
        bands: NDArray[np.object_] = names[np.searchsorted(levels, scores, "right")]
        return bands


def shape(values: Floats, kind: str, cap: float) -> Floats:
    """Values as shares of the cap in [0, 1], logarithmic or straight."""
    capped = np.clip(values, 0.0, cap)
    shares: Floats = capped / cap
    if kind == "log":
        shares = np.minimum(np.log1p(capped) / np.log1p(cap), 1.0)
    return shares


def matrix_of(frame: pd.DataFrame, features: tuple[str, ...]) -> Floats:
    """The features as a column-major matrix: every step of ours goes by column.

    Raises:
        ModelError: a feature that the model reads is not in the frame.
    """
    missing = [feature for feature in features if feature not in frame.columns]
    if missing:
        raise ModelError(
            f"the feature table lacks columns the model reads: {', '.join(missing)}",
            "rebuild the features with this version, or refit the model on them",
        )
    matrix = np.empty((len(frame), len(features)), dtype=np.float64, order="F")
    for place, feature in enumerate(features):
        matrix[:, place] = frame[feature].to_numpy(dtype=np.float64, na_value=np.nan)
    return matrix


def content_of(model: AdditiveModel) -> dict[str, Any]:
    """The model as plain JSON values."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(model)))
    return plain


def model_hash(model: AdditiveModel) -> str:
    """SHA-256 of everything that decides a score or a sentence."""
    text = json.dumps(
        asdict(model), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()
