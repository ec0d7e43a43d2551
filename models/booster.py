"""The mechanics of boosting: filled matrices, a start, and trees as whole points."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn._loss import HalfBinomialLoss  # the only one that takes an offset
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from features.catalogue import FEATURES, Feature
from models.base import POINTS_PER_LOG_ODDS, Floats, Reason, matrix_of
from models.trees import LEAVES, SPLITS, TreeModel

RATE: Final = 0.06
# A fifth of the features per split and several runs averaged: of ten columns that tell
# of one debt each gets its turn, and no one of them carries the whole of it.
BAGS: Final = 3
FEATURE_SHARE: Final = 0.2
# Where a direction falls, nothing known must count as the longest there is.
LONGEST: Final = 1e12


@dataclass(frozen=True)
class Shape:
    """How far a boosting may bend."""

    depth: int
    leaf: int
    l2: float

    def times(self, levels: int) -> "Shape":
        """As careful where every listing is asked several questions."""
        return Shape(self.depth, self.leaf * levels, self.l2 * levels)


@dataclass(frozen=True)
class Task:
    """What a boosting reads: NaN is filled, so no missing side is ever learnt."""

    names: tuple[str, ...]
    is_monotone: bool
    seed: int

    @property
    def reference(self) -> tuple[float, ...]:
        """What the household without any sign has."""
        return tuple(reference_of(FEATURES[name]) for name in self.names)

    def matrix(self, frame: pd.DataFrame) -> Floats:
        """The features, unknown ones as the reference household's."""
        matrix = matrix_of(frame, self.names)
        filled: Floats = np.where(np.isnan(matrix), np.array(self.reference), matrix)
        return filled

    def booster(self, shape: Shape, stages: int, bag: int, start: Floats) -> Any:
        """An unfitted booster that starts from log-odds."""
        directions = [
            FEATURES[name].direction if self.is_monotone else 0 for name in self.names
        ]
        return HistGradientBoostingClassifier(
            loss=_From(start),
            learning_rate=RATE,
            max_iter=stages,
            max_depth=shape.depth,
            max_leaf_nodes=None,
            min_samples_leaf=shape.leaf,
            l2_regularization=shape.l2,
            max_features=FEATURE_SHARE,
            monotonic_cst=directions,
            early_stopping=False,
            random_state=self.seed + bag,
        )

    def boosters(
        self, matrix: Floats, labels: NDArray[Any], start: Floats,
        shape: Shape, stages: int, bags: int = BAGS,
    ) -> list[Any]:  # fmt: skip
        """Fitted boosters, each with another draw of features.

        One thread: sums of gradients in one order, so a refit gives the same trees.
        """
        with one_thread():
            return [
                self.booster(shape, stages, bag, start).fit(matrix, labels)
                for bag in range(bags)
            ]


class _From(HalfBinomialLoss):  # type: ignore[misc]  # scikit-learn is untyped
    """The log loss of what is boosted on top of given log-odds."""

    def __init__(self, start: Floats) -> None:
        super().__init__()
        self.start = start

    def fit_intercept_only(self, y_true: Any, sample_weight: Any = None) -> Any:
        """Nothing: the start has its intercept."""
        return np.float64(0.0)

    def gradient_hessian(
        self, y_true: Any, raw_prediction: Any, sample_weight: Any = None,
        gradient_out: Any = None, hessian_out: Any = None, n_threads: int = 1,
    ) -> Any:  # fmt: skip
        """The slopes at start plus boosted, written into the arrays given."""
        return super().gradient_hessian(
            y_true,
            raw_prediction.reshape(-1) + self.start,
            sample_weight,
            gradient_out.reshape(-1),
            hessian_out.reshape(-1),
            n_threads,
        )


def one_thread() -> AbstractContextManager[Any]:
    """Sums in one order: the same fit and the same scores whatever else runs."""
    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits


def reference_of(feature: Feature) -> float:
    """The least-risk value of a feature; of one without a direction, none."""
    return LONGEST if feature.direction < 0 else 0.0


def log_odds(share: float) -> float:
    """The log-odds of a share."""
    return float(np.log(share / (1.0 - share)))


def compiled(
    name: str,
    task: Task,
    boosters: list[Any],
    intercept: int = 0,
    reasons: tuple[Reason, ...] = (),
) -> TreeModel:
    """scikit-learn's trees as whole points: a mean over the boosters, without bands.

    Rounding keeps what rises: every leaf is rounded on its own, the same way.
    """
    share = POINTS_PER_LOG_ODDS / len(boosters)
    trees = [
        _heap(stage[0].nodes, share)
        for booster in boosters
        for stage in booster._predictors  # noqa: SLF001 - the trees have no other door
    ]
    used = sorted({place for splits, _ in trees for place, _ in splits})
    place_of = {place: new for new, place in enumerate(used)}
    return TreeModel(
        name=name,
        intercept=intercept,
        features=tuple(task.names[place] for place in used),
        reference=tuple(task.reference[place] for place in used),
        split=tuple(place_of[place] for splits, _ in trees for place, _ in splits),
        threshold=tuple(limit for splits, _ in trees for _, limit in splits),
        leaf=tuple(leaf for _, leaves in trees for leaf in leaves),
        reasons=reasons,
        bands=(),
    )


def _heap(nodes: Any, share: float) -> tuple[list[tuple[int, float]], list[int]]:
    """One tree as a full heap: a branch that ends early repeats the split above."""
    splits: list[tuple[int, float]] = [(0, 0.0)] * SPLITS
    leaves = [0] * LEAVES

    def place(spot: int, node: int, above: tuple[int, float]) -> None:
        if spot >= SPLITS:
            leaves[spot - SPLITS] = round(share * float(nodes["value"][node]))
            return
        children = [node, node]
        if not nodes["is_leaf"][node]:
            above = (
                int(nodes["feature_idx"][node]),
                float(nodes["num_threshold"][node]),
            )
            children = [int(nodes["left"][node]), int(nodes["right"][node])]
        splits[spot] = above
        for side, child in enumerate(children, start=1):
            place(2 * spot + side, child, above)

    place(0, 0, (0, 0.0))
    return splits, leaves
