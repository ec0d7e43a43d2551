"""Whether today's households are still those that the model learnt from."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from features.catalogue import FEATURES
from models.additive import Floats
from models.intervals import Share, share_of

# Shares of a population stability index as banks have used them for decades.
SLIGHT: Final = 0.10
STRONG: Final = 0.25
BINS: Final = 10
# So little in a bin is counted as this share, or an empty one would be endless.
LEAST_SHARE: Final = 1e-4
# A feature seen by this much more or less is a matter of the source, not of people.
SIGHT_CHANGED: Final = 0.15
# Expected needs are compared with found ones from so many known results on.
FEWEST_RESULTS: Final = 30

Advice = Literal["keep", "retrain", "investigate"]
ADVICE_KO: Final[dict[Advice, str]] = {
    "keep": "그대로 쓴다",
    "retrain": "다시 학습해 비교한다",
    "investigate": "자료부터 살핀다",
}


@dataclass(frozen=True)
class FeatureDrift:
    """How far one feature moved; `seen_*` are the shares of households with a value."""

    feature: str
    index: float
    seen_then: float
    seen_now: float

    @property
    def is_sight(self) -> bool:
        """Whether it is the source that sees more or fewer homes."""
        return abs(self.seen_now - self.seen_then) > SIGHT_CHANGED


@dataclass(frozen=True)
class Drift:
    """What moved between the rounds learnt from and a later one, and what to do.

    Attributes:
        score_index: Stability index of the scores.
        features: Those that moved at all, the furthest first.
        found: Needs among the newest known results.
        expected: What the model expected of them, as a share; None without any.
    """

    score_index: float
    features: tuple[FeatureDrift, ...]
    found: Share
    expected: float | None
    advice: Advice
    why: str


def drift(
    then: pd.DataFrame,
    now: pd.DataFrame,
    scores_then: Floats,
    scores_now: Floats,
    *,
    labels: Floats | None = None,
    probabilities: Floats | None = None,
) -> Drift:
    """Compare two populations of the same kind, listed with listed or all with all.

    Args:
        then: Features when the model learnt.
        now: The same of a later round.
        scores_then: The model's scores of `then`, by position.
        scores_now: Those of `now`.
        labels: Known results since (NaN unknown), with `probabilities` beside them.
        probabilities: What the model had given those households.
    """
    score_index = stability_index(scores_then, scores_now)
    moved = sorted(
        (
            _feature(name, then, now)
            for name in FEATURES
            if name in then and name in now
        ),
        key=lambda one: (-one.index, one.feature),
    )
    found, expected = _results(labels, probabilities)
    advice, why = _advice(score_index, moved, found, expected)
    far = tuple(one for one in moved if one.index >= SLIGHT or one.is_sight)
    return Drift(score_index, far, found, expected, advice, why)


def stability_index(then: Floats, now: Floats) -> float:
    """Population stability index over the tenths of `then`.

    Unknown is a bin of its own. 0 is the same; from 0.1 on something moved, from
    0.25 on much did.
    """
    known = then[~np.isnan(then)]
    edges = np.zeros(0)
    if len(known):
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)))
    return _index(_shares(then, edges), _shares(now, edges))


def _shares(values: Floats, edges: Floats) -> Floats:
    known = values[~np.isnan(values)]
    # A value on an edge belongs below it: most features are mostly 0.
    places = np.searchsorted(
        edges[1:-1] if len(edges) > 2 else edges[:1], known, "left"
    )
    counts = np.bincount(places, minlength=max(len(edges) - 1, 2)).astype(np.float64)
    counts = np.append(counts, len(values) - len(known))
    return counts / max(len(values), 1)


def _index(then: Floats, now: Floats) -> float:
    a, b = np.maximum(then, LEAST_SHARE), np.maximum(now, LEAST_SHARE)
    return round(float(((b - a) * np.log(b / a)).sum()), 6)


def _feature(name: str, then: pd.DataFrame, now: pd.DataFrame) -> FeatureDrift:
    values = [
        part[name].to_numpy(dtype=np.float64, na_value=np.nan) for part in (then, now)
    ]
    seen = [float((~np.isnan(v)).mean()) if len(v) else 0.0 for v in values]
    return FeatureDrift(name, stability_index(*values), *seen)


def _results(
    labels: Floats | None, probabilities: Floats | None
) -> tuple[Share, float | None]:
    if labels is None or probabilities is None:
        return share_of(0, 0), None
    known = ~np.isnan(labels) & ~np.isnan(probabilities)
    found = share_of(int(labels[known].sum()), int(known.sum()))
    return found, float(probabilities[known].mean()) if known.any() else None


def _advice(
    score_index: float, moved: list[FeatureDrift], found: Share, expected: float | None
) -> tuple[Advice, str]:
    """The plain rule: a change of sight is looked into before anything is learnt."""
    if sight := [one.feature for one in moved if one.is_sight]:
        names = ", ".join(sight[:3])
        return "investigate", f"a source sees more or fewer homes than before: {names}"
    is_off = (
        expected is not None
        and found.seen >= FEWEST_RESULTS
        and not found.low <= expected <= found.high
    )
    if is_off:
        return "retrain", f"needs found {found.told}, expected {expected:.3f}"
    if score_index >= STRONG:
        return "retrain", f"the scores moved much (index {score_index:.2f})"
    if strong := [one.feature for one in moved if one.index >= STRONG]:
        names = ", ".join(strong[:3])
        return "retrain", f"features moved much while sources stayed: {names}"
    return "keep", "scores, features and results are as they were"
