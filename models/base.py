"""What every ranking model offers: whole points, exact parts, bands and sentences."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import ModelError

Floats = NDArray[np.float64]
LOWEST_BAND: Final = "보통"
# One point of a fitted model is a thousandth of a unit of log-odds.
POINTS_PER_LOG_ODDS: Final = 1000


@dataclass(frozen=True)
class Reason:
    """How a feature is told to an officer; one sentence is said per topic."""

    feature: str
    topic: str
    sentence: str


@dataclass(frozen=True)
class Calibration:
    """A non-decreasing step map of scores to probabilities; no ranking uses it.

    ``probability[i]`` holds from ``at[i]`` on, and the first one below that, too.
    """

    at: tuple[float, ...]
    probability: tuple[float, ...]

    def probability_of(self, scores: Floats) -> Floats:
        """The chance of a need, had the household been listed and met."""
        steps = np.searchsorted(self.at[1:], scores, side="right")
        chances: Floats = np.array(self.probability)[steps]
        return chances


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


@dataclass(frozen=True)
class Made:
    """A model and how it was fitted, for its card."""

    model: RankingModel
    fitting: Mapping[str, Any] = field(default_factory=dict)


def band_names(
    bands: tuple[tuple[str, float], ...], scores: Floats
) -> NDArray[np.object_]:
    """The band of each score; a score on a threshold is above it."""
    rising = sorted(bands, key=lambda band: band[1])
    names = np.array([LOWEST_BAND, *(name for name, _ in rising)], dtype=object)
    levels = [level for _, level in rising]
    found: NDArray[np.object_] = names[np.searchsorted(levels, scores, "right")]
    return found


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
    columns = frame.loc[:, list(features)]
    return np.asfortranarray(columns.to_numpy(dtype=np.float64, na_value=np.nan))


def content_of(model: RankingModel) -> dict[str, Any]:
    """The model as plain JSON values, under the name of its type."""
    plain: dict[str, Any] = json.loads(json.dumps(_plain(model), ensure_ascii=False))
    return plain


def model_hash(model: RankingModel) -> str:
    """SHA-256 of everything that decides a score, a probability or a sentence."""
    text = json.dumps(
        _plain(model), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(model: Any) -> dict[str, Any]:
    if not is_dataclass(model) or isinstance(model, type):
        raise TypeError("a ranking model is a dataclass")
    plain = asdict(model)
    # Members of a blend may be of several types whose fields look alike.
    members = getattr(model, "members", None)
    if members is not None:
        plain["members"] = [_plain(member) for member in members]
    return {"type": type(model).__name__, **plain}
