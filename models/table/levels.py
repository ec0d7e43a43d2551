"""Whether whole numbers are codes: do their levels differ by more than a curve says."""

from typing import Final

import numpy as np

from models.table.task import Floats, Ints, sigmoid

# More values than this are amounts; fewer may be districts, trades, kinds.
MOST_CODES: Final = 100
LEAST_ROWS: Final = 20
# Standard deviations by which levels must scatter more than chance around a curve.
SCATTER: Final = 0.7
# Few levels cost little, so less is asked of them.
FEW: Final = 12
SCATTER_OF_FEW: Final = 1.0
STEPS: Final = 8


def are_codes(known: Floats, labels: Ints, *, degree: int) -> bool:
    """Whether levels of whole numbers deserve weights of their own.

    Ages, counts and answers on a scale follow a line (degree 1) or a curve (2); the
    rates of districts scatter around any curve.
    """
    levels, where = np.unique(known, return_inverse=True)
    if not 2 < len(levels) <= MOST_CODES or (levels != np.round(levels)).any():
        return False
    few = len(levels) <= FEW
    degree = 1 if few else degree
    rows = np.bincount(where).astype(np.float64)
    hits: Floats = np.bincount(where, weights=labels).astype(np.float64)
    expected = _on_a_curve(levels, rows, hits, degree)
    seen = rows >= LEAST_ROWS
    free = int(seen.sum()) - degree - 1
    if free < 1:
        return False
    rows, hits, expected = rows[seen], hits[seen], expected[seen]
    # A level without any expected positive would weigh without end.
    variance = np.maximum(expected * (1 - expected / rows), 0.1)
    scatter = float(((hits - expected) ** 2 / variance).sum())
    chance = float(np.sqrt((2 + 1 / variance).sum()))
    return scatter > free + (SCATTER_OF_FEW if few else SCATTER) * chance


def _on_a_curve(levels: Floats, rows: Floats, hits: Floats, degree: int) -> Floats:
    """Positives expected per level by a logistic polynomial, zero on its own."""
    share = rows / rows.sum()
    centre = share @ levels
    spread = max(float(np.sqrt(share @ (levels - centre) ** 2)), 1e-9)
    line = np.clip((levels - centre) / spread, -4, 4)
    columns = [line**power for power in range(degree + 1)]
    if 0 < share[levels == 0].sum() < 1:
        columns.append((levels == 0).astype(np.float64))
    x = np.column_stack(columns)
    rate = np.clip(hits.sum() / rows.sum(), 1e-6, 1 - 1e-6)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(rate / (1 - rate))
    held = np.full(len(beta), 1.0)
    held[0] = 1e-6
    for _ in range(STEPS):
        p = sigmoid(x @ beta)
        curvature = (x * (rows * p * (1 - p))[:, None]).T @ x + np.diag(held)
        slope = x.T @ (hits - rows * p) - held * beta
        beta = beta + np.clip(np.linalg.solve(curvature, slope), -2.0, 2.0)
    out: Floats = rows * sigmoid(x @ beta)
    return out
