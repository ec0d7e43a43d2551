"""Penalised logistic regression by Newton steps, with weights that may be held ≥ 0."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.table.task import Floats, Ints, sigmoid

MAX_STEPS: Final = 30
PIVOTS: Final = 40
# Log-odds to a thousandth are far finer than what any table knows.
TOLERANCE: Final = 1e-3
# Bounds of a block's penalty: from "hardly held" to "as good as left out".
PENALTY_RANGE: Final = (0.3, 3e4)
EVIDENCE_STEPS: Final = 12
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Ridge:
    """Intercept and weights, and the curvature at the end."""

    intercept: float
    weights: Floats
    curvature: Floats

    def logits(self, design: Floats) -> Floats:
        out: Floats = self.intercept + design @ self.weights
        return out


def fit_ridge(
    design: Floats,
    labels: Ints,
    penalty: Floats,
    rising: Bools,
    start: Ridge | None = None,
    steps: int = MAX_STEPS,
) -> Ridge:
    """Least penalised log loss; weights marked rising stay at or above 0."""
    full = np.column_stack([np.ones(len(design)), design])
    held = np.concatenate([[1e-6], penalty])
    bound = np.concatenate([[False], rising])
    if start is None:
        share = np.clip(labels.mean(), 1e-6, 1 - 1e-6)
        beta = np.zeros(full.shape[1])
        beta[0] = np.log(share / (1 - share))
    else:
        beta = np.concatenate([[start.intercept], start.weights])
    value = _loss(full, labels, held, beta)
    curvature = np.diag(held)
    for _ in range(steps):
        p = sigmoid(full @ beta)
        curvature = (full * (p * (1 - p))[:, None]).T @ full + np.diag(held)
        slope = full.T @ (labels - p) - held * beta
        target = _newton_target(curvature, slope, beta, bound)
        beta, value, moved = _shorten(full, labels, held, beta, target, value)
        if moved < TOLERANCE:
            break
    return Ridge(float(beta[0]), beta[1:], curvature)


def _loss(full: Floats, labels: Ints, held: Floats, beta: Floats) -> float:
    margins = (2.0 * labels - 1.0) * (full @ beta)
    return float(np.logaddexp(0.0, -margins).sum() + held @ beta**2 / 2)


def _shorten(
    full: Floats,
    labels: Ints,
    held: Floats,
    beta: Floats,
    target: Floats,
    value: float,
) -> tuple[Floats, float, float]:
    """The step, halved until it does not make things worse; how far it got."""
    step = target - beta
    for _ in range(12):
        new = _loss(full, labels, held, beta + step)
        if new <= value + 1e-9:
            return beta + step, new, float(np.abs(step).max())
        step = step / 2
    return beta, value, 0.0


def _newton_target(
    curvature: Floats, slope: Floats, beta: Floats, bound: Bools
) -> Floats:
    """Minimum of the local parabola within the bounds, by exchanging active weights."""
    right = curvature @ beta + slope
    active = np.zeros(len(beta), dtype=bool)
    target = np.zeros(len(beta))
    for turn in range(PIVOTS):
        free = ~active
        target = np.zeros(len(beta))
        target[free] = np.linalg.solve(curvature[np.ix_(free, free)], right[free])
        pull = right - curvature @ target
        wrong = (free & bound & (target < -1e-12)) | (active & (pull > 1e-9))
        if not wrong.any():
            break
        if turn < 10:
            active = active ^ wrong
        else:  # one at a time cannot run in circles
            active[np.flatnonzero(wrong)[-1]] ^= True
    target[bound] = np.maximum(target[bound], 0.0)
    return target


def evidence_penalties(
    design: Floats, labels: Ints, blocks: Ints, rising: Bools
) -> Floats:
    """A penalty per block of weights that makes the labels most likely.

    The empirical Bayes answer to "how large are weights of this kind": a block
    whose weights explain nothing is held at zero, without inner folds.
    """
    count = int(blocks.max()) + 1
    levels = np.full(count, 10.0)
    fit: Ridge | None = None
    for _ in range(EVIDENCE_STEPS):
        fit = fit_ridge(design, labels, levels[blocks], rising, fit, steps=2)
        spread = np.diag(np.linalg.inv(fit.curvature))[1:]
        new = levels.copy()
        for block in range(count):
            rows = blocks == block
            known = max(rows.sum() - levels[block] * spread[rows].sum(), 1e-3)
            new[block] = known / max(float(fit.weights[rows] @ fit.weights[rows]), 1e-9)
        new = np.clip(new, *PENALTY_RANGE)
        done = bool(np.abs(np.log(new / levels)).max() < 0.05)
        levels = new
        if done:
            break
    out: Floats = levels[blocks]
    return out


def platt(logits: Floats, labels: Ints) -> tuple[float, float]:
    """Slope and shift that calibrate; held near 1 and 0 while positives are few."""
    centre = float(logits.mean())
    x = np.column_stack([np.ones(len(logits)), logits - centre])
    prior, held = np.array([centre, 1.0]), np.array([1e-6, 10.0])
    beta = prior.copy()
    for _ in range(MAX_STEPS):
        p = sigmoid(x @ beta)
        curvature = (x * (p * (1 - p))[:, None]).T @ x + np.diag(held)
        step = np.linalg.solve(curvature, x.T @ (labels - p) - held * (beta - prior))
        step = np.clip(step, -1.0, 1.0)
        beta = beta + step
        if np.abs(step).max() < TOLERANCE:
            break
    slope = max(float(beta[1]), 0.05)
    return slope, float(beta[0]) - slope * centre
