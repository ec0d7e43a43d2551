"""Champion and challengers, side by side on rounds that none of them learnt from.

Nothing here promotes: it says who found more, by how much and how surely. A person
decides (`blindspot models promote`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from models.additive import Floats
from models.metrics import Groups, Labels, at_capacity

RESAMPLES: Final = 2_000
COVERAGE: Final = 0.95
Verdict = Literal["better", "worse", "not told apart"]


@dataclass(frozen=True)
class JudgedRound:
    """One later round: who was listed, what was found, and every model's scores.

    Attributes:
        households: Ids, by position like the others.
        scores: By model, learnt from the rounds before this one.
        places: List places of each dong or hub.
    """

    round: str
    households: tuple[str, ...]
    labels: Labels
    dongs: Groups
    places: Mapping[str, int]
    scores: Mapping[str, Floats]


@dataclass(frozen=True)
class Standing:
    """One model over all judged rounds, beside the champion.

    Attributes:
        regret: Needs per round that the best model of that round found and this did
            not, on average.
        stability: Mean overlap (Jaccard) of its lists with the champion's.
        difference: Precision less the champion's, with its interval over rounds and
            dongs drawn again.
    """

    model: str
    precision: float
    recall: float
    regret: float
    stability: float
    difference: float
    low: float
    high: float
    verdict: Verdict


def compare(
    rounds: Sequence[JudgedRound], champion: str, *, seed: int
) -> list[Standing]:
    """Every model beside the champion, the most precise first.

    The interval draws cells (a dong in a round) again, which keeps both models on the
    same households: a paired comparison.

    Raises:
        ValueError: There is no round, or the champion has no scores in one.
    """
    if not rounds or any(champion not in one.scores for one in rounds):
        raise ValueError("every judged round needs the champion's scores")
    models = [m for m in rounds[0].scores if all(m in one.scores for one in rounds)]
    hits, listed, needs = _cells(rounds, models)
    found = np.stack([hits[model] for model in models])
    best = _by_round(rounds, found).max(axis=0)
    total = max(float(listed.sum()), 1.0)
    standings = []
    for place, model in enumerate(models):
        apart = found[place] - found[models.index(champion)]
        low, high = _interval(apart, listed, seed)
        standings.append(
            Standing(
                model,
                precision=round(float(found[place].sum()) / total, 6),
                recall=round(float(found[place].sum()) / max(needs, 1), 6),
                regret=round(float((best - _by_round(rounds, found)[place]).mean()), 6),
                stability=_overlap(rounds, model, champion),
                difference=round(float(apart.sum()) / total, 6)
                + 0.0,  # no minus nought
                low=low,
                high=high,
                verdict=_verdict(low, high, is_self=model == champion),
            )
        )
    return sorted(standings, key=lambda one: (-one.precision, one.model))


def churn(lists: Sequence[frozenset[str]]) -> float | None:
    """The mean share of a list that the next one lacks; None below two lists."""
    shares = [len(old - new) / len(old) for old, new in pairwise(lists) if old]
    return round(float(np.mean(shares)), 6) if shares else None


def listed_by(one: JudgedRound, model: str) -> frozenset[str]:
    """Whom the model would list in this round; ties go to the lower number."""
    ids = np.array(one.households, dtype=object)
    chosen: set[str] = set()
    for dong in sorted(set(one.dongs)):
        rows = np.flatnonzero(one.dongs == dong)
        slots = min(one.places.get(str(dong), 0), len(rows))
        order = np.lexsort((ids[rows], -one.scores[model][rows]))
        chosen.update(ids[rows[order[:slots]]].tolist())
    return frozenset(chosen)


def _cells(
    rounds: Sequence[JudgedRound], models: Sequence[str]
) -> tuple[dict[str, Floats], Floats, int]:
    """Needs found and households listed per cell; the needs of all rounds."""
    hits: dict[str, list[float]] = {model: [] for model in models}
    listed, needs = [], 0
    for one in rounds:
        needs += int(one.labels.sum())
        for dong in sorted(set(one.dongs)):
            rows = one.dongs == dong
            cut = {str(dong): one.places.get(str(dong), 0)}
            counts = [
                at_capacity(one.scores[m][rows], one.labels[rows], one.dongs[rows], cut)
                for m in models
            ]
            listed.append(counts[0].places)
            for model, count in zip(models, counts, strict=True):
                hits[model].append(count.precision.expected * count.places)
    return {m: np.array(h) for m, h in hits.items()}, np.array(listed, float), needs


def _by_round(rounds: Sequence[JudgedRound], found: Floats) -> Floats:
    """Models × rounds out of models × cells."""
    sizes = [len(set(one.dongs)) for one in rounds]
    parts = np.split(found, np.cumsum(sizes)[:-1], axis=1)
    return np.stack([part.sum(axis=1) for part in parts], axis=1)


def _interval(apart: Floats, listed: Floats, seed: int) -> tuple[float, float]:
    draws = np.random.default_rng(seed).integers(0, len(apart), (RESAMPLES, len(apart)))
    places = listed[draws].sum(axis=1)
    values = apart[draws].sum(axis=1) / np.maximum(places, 1.0)
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return round(float(low), 6) + 0.0, round(float(high), 6) + 0.0


def _overlap(rounds: Sequence[JudgedRound], model: str, champion: str) -> float:
    shares = []
    for one in rounds:
        ours, theirs = listed_by(one, model), listed_by(one, champion)
        if ours | theirs:
            shares.append(len(ours & theirs) / len(ours | theirs))
    return round(float(np.mean(shares)), 6) if shares else 1.0


def _verdict(low: float, high: float, *, is_self: bool) -> Verdict:
    if is_self or low <= 0 <= high:
        return "not told apart"
    return "better" if low > 0 else "worse"
