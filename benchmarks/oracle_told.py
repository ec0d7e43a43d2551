"""What a model of our kind could reach at all: told the truth of four other towns.

Trees on our own features, monotone or free, learn the true state of every household of
the scenario's other towns. No office has that; it tells apart what the oracle has over
us by its rows, by learning from truth, and by being free to count a debt in favour.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from oracle_towns import Judged
from sklearn.ensemble import HistGradientBoostingClassifier

from features.catalogue import FEATURES
from models.base import matrix_of
from models.booster import reference_of
from models.features_used import is_weighed
from pipeline.twin.hardship import BROAD_ABOVE, CRISIS_ABOVE

Floats = NDArray[np.float64]
SHARE_OF_OTHERS = 0.25  # of those in no hardship: the rest tell little more
SEED = 20_260_101
SHAPE: Mapping[str, Any] = {
    "learning_rate": 0.1,
    "max_iter": 100,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 40,
    "l2_regularization": 20.0,
    "max_features": 0.3,
    "max_bins": 63,
    "early_stopping": False,
    "random_state": SEED,
}


def told(judged: Judged, others: list[Judged]) -> dict[str, Floats]:
    """Scores of a town by trees that were told the truth of others."""
    return {
        "told_monotone": _scores(judged, others, is_monotone=True),
        "told_free": _scores(judged, others, is_monotone=False),
    }


def _scores(judged: Judged, others: list[Judged], *, is_monotone: bool) -> Floats:
    names = tuple(
        name
        for name, feature in FEATURES.items()
        if (is_weighed(feature) if is_monotone else feature.is_model_input)
    )
    generator = np.random.default_rng(SEED)
    parts, needs = [], []
    for town in others:
        need = town.town["need"].to_numpy()
        kept = (need > BROAD_ABOVE) | (generator.random(len(need)) < SHARE_OF_OTHERS)
        parts.append(_matrix(town.town.loc[kept], names, is_monotone))
        needs.append(need[kept])
    matrix, need = np.concatenate(parts), np.concatenate(needs)
    ahead = _matrix(judged.town, names, is_monotone)
    # What a silent source would tell is known of nobody: such trees cannot be grown.
    empty = np.isnan(matrix).all(axis=0)
    matrix[:, empty], ahead[:, empty] = 0.0, 0.0
    directions = [FEATURES[n].direction for n in names] if is_monotone else None
    total = np.zeros(len(ahead))
    for above in (BROAD_ABOVE, CRISIS_ABOVE):
        model = HistGradientBoostingClassifier(monotonic_cst=directions, **SHAPE)
        score = model.fit(matrix, need > above).decision_function(ahead)
        total += score / max(float(score.std()), 1e-9)
    return total


def _matrix(frame: Any, names: tuple[str, ...], is_monotone: bool) -> Any:
    matrix = matrix_of(frame, names).astype(np.float32)
    if not is_monotone:
        return matrix
    reference = np.array([reference_of(FEATURES[n]) for n in names], dtype=np.float32)
    return np.where(np.isnan(matrix), reference, matrix)
