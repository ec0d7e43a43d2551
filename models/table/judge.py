"""Figures of out-of-fold predictions: what is judged together, and intervals."""

import numpy as np

from models.table.figures import (
    PLACES,
    figures_of,
    resample_weights,
    with_intervals,
)
from models.table.folds import Plan
from models.table.registry import TABLE_MODELS
from models.table.result import ModelResult
from models.table.task import Floats, Task


def judged(
    names: tuple[str, ...],
    logits: list[dict[str, Floats]],
    task: Task,
    plan: Plan,
    k: int,
) -> tuple[ModelResult, ...]:
    """A model's figures are means over units: repeats, or later periods.

    Within a unit all folds are ranked together, as a list would be made.
    """
    repeated = len(plan.folds) > len(plan.units)
    whole = resample_weights(task.labels, task.groups, task.seed) if repeated else None
    out = []
    for name in names:
        points, draws = [], []
        for number, unit in enumerate(plan.units):
            rows = np.concatenate([plan.folds[place][1] for place in unit])
            scores = np.concatenate([logits[place][name] for place in unit])
            labels = task.labels[rows]
            ones = np.ones((1, len(rows)))
            points.append(figures_of(scores, labels, k, ones)[0])
            weights = (
                whole[:, rows]
                if whole is not None
                else resample_weights(labels, task.groups[rows], task.seed + number)
            )
            draws.append(figures_of(scores, labels, k, weights))
        counts = _counts(task, plan, k)
        by_fold = _by_fold(name, logits, task, plan, k)
        share = len(plan.folds[0][0]) / len(task.labels) if repeated else 1.0
        value, drawn = np.mean(points, axis=0), np.mean(draws, axis=0)
        figures = with_intervals(value, drawn, by_fold, share, counts)
        within = {
            "roc_auc": round(float(by_fold[:, 0].mean()), PLACES),
            "average_precision": round(float(by_fold[:, 1].mean()), PLACES),
        }
        out.append(ModelResult(name, TABLE_MODELS[name].title_ko, figures, within))
    return tuple(out)


def _by_fold(
    name: str, logits: list[dict[str, Floats]], task: Task, plan: Plan, k: int
) -> Floats:
    found = []
    for place, (_, test) in enumerate(plan.folds):
        labels = task.labels[test]
        if 0 < labels.sum() < len(labels):
            ones = np.ones((1, len(test)))
            found.append(figures_of(logits[place][name], labels, k, ones)[0])
    return np.array(found)


def _counts(task: Task, plan: Plan, k: int) -> dict[str, int]:
    """Different rows that are listed and that are positive, over what is judged."""
    seen = np.unique(np.concatenate([test for _, test in plan.folds]))
    periods = 1 if len(plan.folds) > len(plan.units) else len(plan.units)
    return {
        "precision_at_k": min(k * periods, len(seen)),
        "recall_at_k": int(task.labels[seen].sum()),
    }
