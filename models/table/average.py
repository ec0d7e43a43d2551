"""The average of unlike models: their mistakes differ, so the mean errs less."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.optimize import minimize

from models.table.task import Fit, Floats, Ints, Task, sigmoid

MEMBERS: Final = ("logistic_v1", "gam_v1", "boosted_v1", "forest_v1")
# Weights are pulled to the plain mean by as much as this many positives say; with a
# hundred positives the plain mean stands, with thousands the better model leads.
PULL: Final = 30.0


def fit_average(task: Task, fits: Mapping[str, Fit]) -> Fit:
    """Log-odds averaged; weights ≥ 0 by the members' own unseen rows."""
    members = [fits[name] for name in MEMBERS]
    inner = np.column_stack([member.inner for member in members])
    shift, weights = combine(inner, task.labels)

    def logits(matrix: Floats) -> Floats:
        each = np.column_stack([member.logits(matrix) for member in members])
        out: Floats = shift + each @ weights
        return out

    settings = {name: float(w) for name, w in zip(MEMBERS, weights, strict=True)}
    return Fit(logits, shift + inner @ weights, settings)


def combine(inner: Floats, labels: Ints) -> tuple[float, Floats]:
    """Shift and weights of least log loss, held towards equal weights."""
    count = inner.shape[1]
    equal = np.full(count, 1.0 / count)
    held = PULL * float(np.mean(inner.std(axis=0))) ** 2
    centre = inner.mean(axis=0)
    signs = 2.0 * labels - 1.0

    def loss(beta: Floats) -> tuple[float, Floats]:
        margins = signs * (beta[0] + (inner - centre) @ beta[1:])
        pull = -signs * sigmoid(-margins)
        away = beta[1:] - equal
        slope = np.concatenate([[pull.sum()], (inner - centre).T @ pull + held * away])
        value = np.logaddexp(0.0, -margins).sum() + held / 2 * float(away @ away)
        return float(value), slope

    start = np.concatenate([[float(centre.mean())], equal])
    bounds = [(None, None), *([(0.0, None)] * count)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    weights: Floats = found.x[1:]
    return float(found.x[0] - centre @ weights), weights
