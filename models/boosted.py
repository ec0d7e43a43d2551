"""boosted_v1: monotone boosting that starts from the scorecard, and its blend."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from features.catalogue import FEATURES
from models.additive import AdditiveModel
from models.base import POINTS_PER_LOG_ODDS, Floats, Made, RankingModel, matrix_of
from models.blend import BlendModel
from models.booster import Shape, Task, compiled, one_thread
from models.features_used import is_weighed
from models.logistic import BAND_SHARES
from models.scorecard import BAND_NAMES, load_scorecard, scorecard_v1
from models.splits import forward_chain
from models.training import TrainingData

# More stages than the last were never best with steps this small.
STAGES: Final = (5, 10, 20, 35, 55, 80, 110)
SHAPES: Final = (Shape(1, 20, 10.0), Shape(2, 30, 10.0), Shape(3, 40, 20.0))
# With no later rounds to choose by: single bends only, much shrunken.
CAUTIOUS: Final = (Shape(1, 20, 20.0), 55)
LATER_ROUNDS: Final = 4
SEED: Final = 20_260_101


@dataclass(frozen=True)
class Start:
    """The scorecard on the scale of log-odds: where a boosting begins.

    On 617 listings of a made-up town this found more of those in crisis than trees
    that begin with nothing (average precision 0.076 against 0.058): what hundreds of
    listings cannot teach, the scorecard knows already.

    Attributes:
        weight: points of a fitted model for one of the scorecard; never below 0.
        intercepts: points of a household whose scorecard tells nothing, per level.
    """

    card: AdditiveModel
    weight: int
    intercepts: tuple[int, ...]

    def log_odds_of(self, levels: Iterable[TrainingData]) -> Floats:
        """Where each listing begins on each level."""
        starts = [
            intercept + self.weight * points_of(self.card, level)
            for intercept, level in zip(self.intercepts, levels, strict=False)
        ]
        start: Floats = np.concatenate(starts) / POINTS_PER_LOG_ODDS
        return start


def points_of(card: AdditiveModel, data: TrainingData) -> Floats:
    """The points of the listings."""
    return card.scores(matrix_of(data.frame, card.features))


def start_of(levels: tuple[TrainingData, ...]) -> Start:
    """The scorecard, fitted to outcomes by one slope, and an intercept per level."""
    card = scorecard_v1()
    known = [
        (points_of(card, level), 2.0 * level.labels.astype(np.float64) - 1.0)
        for level in levels
    ]

    def best(weight: float) -> list[tuple[float, float]]:
        return [_intercept(weight * points, signs) for points, signs in known]

    # Whole weights only, so that the sum stays one of whole numbers.
    slopes = {points: best(points / POINTS_PER_LOG_ODDS) for points in range(31)}
    weight = min(slopes, key=lambda points: sum(loss for loss, _ in slopes[points]))
    intercepts = [round(POINTS_PER_LOG_ODDS * begin) for _, begin in slopes[weight]]
    return Start(card, weight, tuple(intercepts))


def _intercept(rest: Floats, signs: Floats) -> tuple[float, float]:
    """The least loss, and the intercept that has it."""
    found = minimize_scalar(
        lambda start: np.logaddexp(0, -signs * (start + rest)).sum(),
        bounds=(-15.0, 15.0),
        method="bounded",
    )
    return float(found.fun), float(found.x)


def boosted_task(seed: int = SEED) -> Task:
    """All features that a monotone model may weigh."""
    names = tuple(name for name, feature in FEATURES.items() if is_weighed(feature))
    return Task(names, True, seed)


def stacked(task: Task, levels: tuple[TrainingData, ...]) -> Floats:
    """The listings once per level."""
    return np.concatenate([task.matrix(level.frame) for level in levels])


def labels_of(levels: tuple[TrainingData, ...]) -> NDArray[np.int8]:
    """Whether each listing reached each level."""
    return np.concatenate([level.labels for level in levels])


def fit_boosted(data: TrainingData, seed: int = SEED) -> Made:
    """Boost on top of the scorecard; how far, later rounds decide.

    Need and how deep it is are learnt together, as in logistic_v1.
    """
    task, levels = boosted_task(seed), data.levels
    start = start_of(levels)
    shape, stages, why = choose_shape(data, task)
    boosters = task.boosters(
        stacked(task, levels), labels_of(levels), start.log_odds_of(levels),
        shape.times(len(levels)), stages,
    )  # fmt: skip
    trees = compiled("boosted_v1", task, boosters, start.intercepts[0])
    members, weights = (start.card, trees), (start.weight, 1)
    model = banded("boosted_v1", members, weights, data)
    fitting = {
        "start": f"scorecard_v1 times {start.weight}",
        "depth": shape.depth,
        "stages": stages,
        "min_samples_leaf": shape.leaf,
        "l2": shape.l2,
        "why": why,
    }
    return Made(model, fitting)


def blended(logistic: Made, boosted: Made, data: TrainingData) -> Made:
    """The mean of the logistic's and the boosting's log-odds: two unlike mistakes."""
    model = banded("blend_v1", (logistic.model, boosted.model), (1, 1), data)
    return Made(model, {**logistic.fitting, **boosted.fitting})


def banded(
    name: str,
    members: tuple[RankingModel, ...],
    weights: tuple[int, ...],
    data: TrainingData,
) -> BlendModel:
    """The sum of the members, its bands by the households like those learnt from."""
    plain = BlendModel(name, members, weights, load_scorecard().reasons, ())
    scores = plain.scores(matrix_of(data.frame, plain.features))
    levels = np.quantile(scores, BAND_SHARES, method="higher").tolist()
    bands = tuple(zip(BAND_NAMES, levels, strict=True))
    return replace(plain, bands=bands)


def choose_shape(data: TrainingData, task: Task) -> tuple[Shape, int, str]:
    """Shape and stages of least log loss over the last later rounds; ties to less."""
    folds = forward_chain(data)[-LATER_ROUNDS:]
    if len(folds) < 2:
        return *CAUTIOUS, "fixed: fewer than two later rounds to choose by"
    losses = np.zeros((len(SHAPES), len(STAGES)))
    for past, later in folds:
        for place, shape in enumerate(SHAPES):
            losses[place] += list(_losses(past, later, task, shape))
    shape_at, stages_at = divmod(int(np.argmin(np.round(losses, 6))), len(STAGES))
    why = f"least log loss over {len(folds)} later rounds"
    return SHAPES[shape_at], STAGES[stages_at], why


def _losses(
    past: TrainingData, later: TrainingData, task: Task, shape: Shape
) -> Iterator[float]:
    """The log loss on the later round, after each of ``STAGES``."""
    levels = past.levels
    start = start_of(levels)
    matrix, signs = task.matrix(later.frame), 2.0 * later.labels - 1.0
    begins = start.log_odds_of([later])
    (booster,) = task.boosters(
        stacked(task, levels), labels_of(levels), start.log_odds_of(levels),
        shape.times(len(levels)), STAGES[-1], bags=1,
    )  # fmt: skip
    with one_thread():
        for stage, raw in enumerate(booster.staged_decision_function(matrix), start=1):
            if stage in STAGES:
                margins = signs * (begins + raw.reshape(-1))
                yield float(np.logaddexp(0.0, -margins).sum())
