"""Learners that find bends and interactions: boosting, forests, any estimator."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier

from models.table.design import Design, make_design
from models.table.linear import calibrated
from models.table.ridge import Bools, platt
from models.table.task import Fit, Floats, Ints, Predictor, Task, log_loss, log_odds

# Boosting is stopped where the folds say; more rounds than this are never best with
# so small steps on tables of this size.
STAGES: Final = (10, 20, 35, 50, 70, 90, 115, 145, 180)
# Trees of many leaves learn in fewer rounds.
STAGES_DEEP: Final = 6
FEW_POSITIVES: Final = 300
BAGS_FEW, BAGS_MANY = 4, 2
# Small leaves: a rare sign (a cut-off, unpaid rent) may stand in a few dozen rows.
SHALLOW: Final = {"max_depth": 2, "min_samples_leaf": 10}
DEEP: Final = {"max_depth": 4, "min_samples_leaf": 40}
LEAVES: Final = (4, 12, 35)
TREES: Final = 300
TREES_TO_CHOOSE: Final = 60
TREES_MANY: Final = 120
MANY_ROWS: Final = 10_000


def fit_boosted(task: Task, _: Mapping[str, Fit]) -> Fit:
    """Boosting, rising where a direction is told; depth and length by the folds.

    It sees levels as columns: with few positives a column of its own for a level
    does better than splits over sets of levels.
    """
    design = _design(task)
    x, rising = design(task.matrix), design.rising
    shapes = (SHALLOW, DEEP)
    inner = np.zeros((len(shapes), len(STAGES), len(task.labels)))
    inner[1, STAGES_DEEP:] = np.nan
    for train, test in task.inner:
        for place, shape in enumerate(shapes):
            stages = STAGES[: STAGES_DEEP if place else None]
            model = _boosting(rising, shape, stages[-1], task.seed)
            model.fit(x[train], task.labels[train])
            for stage, p in enumerate(model.staged_predict_proba(x[test]), start=1):
                if stage in stages:
                    inner[place, STAGES.index(stage), test] = log_odds(p[:, 1])
    costs = np.logaddexp(0.0, -(2.0 * task.labels - 1.0) * inner)
    losses = costs.mean(axis=2)
    best, stage = divmod(int(np.nanargmin(losses)), len(STAGES))
    bags = BAGS_FEW if task.positives < FEW_POSITIVES else BAGS_MANY
    models = [
        _boosting(rising, shapes[best], STAGES[stage], task.seed + bag).fit(
            x, task.labels
        )
        for bag in range(bags)
    ]

    def raw(matrix: Floats) -> Floats:
        coded = design(matrix)
        each = [log_odds(model.predict_proba(coded)[:, 1]) for model in models]
        out: Floats = np.mean(each, axis=0)
        return out

    settings = {
        "max_depth": float(shapes[best]["max_depth"]),
        "max_iter": float(STAGES[stage]),
    }
    return calibrated(task, raw, inner[best, stage], settings)


def _design(task: Task) -> Design:
    """Columns for trees; with many rows splits find few levels by themselves."""
    return make_design(task, curves=False, trees=len(task.labels) < MANY_ROWS)


def _boosting(
    rising: Bools, shape: Mapping[str, int], stages: int, seed: int
) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        learning_rate=0.1,
        max_iter=stages,
        l2_regularization=2.0,
        max_features=0.2,
        early_stopping=False,
        monotonic_cst=rising.astype(int),
        categorical_features=None,
        random_state=seed,
        **shape,
    )


def fit_forest(task: Task, _: Mapping[str, Fit]) -> Fit:
    """Extremely random trees; the size of leaves by the rows that trees did not see."""
    design = _design(task)
    x = design(task.matrix)
    tried: list[tuple[float, int]] = []
    for leaf in LEAVES:
        inner = _unseen(_forest(task, x, leaf, TREES_TO_CHOOSE), task)
        # Large leaves are flat, not wrong: they are judged once calibrated.
        slope, shift = platt(inner, task.labels)
        tried.append((log_loss(slope * inner + shift, task.labels), leaf))
    leaf = min(tried)[1]
    model = _forest(task, x, leaf, TREES if len(x) < MANY_ROWS else TREES_MANY)

    def raw(matrix: Floats) -> Floats:
        return _odds(model.predict_proba(design(matrix))[:, 1], task)

    settings = {"min_samples_leaf": float(leaf)}
    return calibrated(task, raw, _unseen(model, task), settings)


def _forest(task: Task, x: Floats, leaf: int, trees: int) -> ExtraTreesClassifier:
    return ExtraTreesClassifier(
        trees,
        criterion="log_loss",
        min_samples_leaf=leaf,
        max_features="sqrt",
        bootstrap=True,
        max_samples=None if len(x) < MANY_ROWS else 0.5,
        oob_score=_no_score,
        random_state=task.seed,
    ).fit(x, task.labels)


def _unseen(model: ExtraTreesClassifier, task: Task) -> Floats:
    return _odds(model.oob_decision_function_[:, 1], task)


def _no_score(labels: Ints, guesses: Ints) -> float:
    """The forest wants a score of the unseen rows; only their shares are used."""
    return 0.0


def _odds(shares: Floats, task: Task) -> Floats:
    """Log-odds of shares, a few trees' worth of the base rate mixed in."""
    base = task.labels.mean()
    held = (np.nan_to_num(shares, nan=base) * 100 + base) / 101
    return log_odds(held)


def fit_estimator(make: Callable[[int], Any]) -> Callable[..., Fit]:
    """A learner of any scikit-learn classifier: on scaled columns, calibrated."""

    def fit(task: Task, _: Mapping[str, Fit]) -> Fit:
        inner: Floats = np.zeros(len(task.labels))
        for train, test in task.inner:
            inner[test] = _once(make, task.part(train))(task.matrix[test])
        return calibrated(task, _once(make, task), inner, {})

    return fit


def _once(make: Callable[[int], Any], task: Task) -> Predictor:
    design = _design(task)
    model = make(task.seed).fit(design(task.matrix), task.labels)

    def raw(matrix: Floats) -> Floats:
        x = design(matrix)
        if hasattr(model, "predict_proba"):
            return _odds(model.predict_proba(x)[:, 1], task)
        out: Floats = np.asarray(model.decision_function(x), dtype=np.float64)
        return out

    return raw
