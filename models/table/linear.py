"""Learners whose log-odds are sums: penalised logistic, curves, points, signs."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from models.table.design import Design, make_design
from models.table.ridge import Ridge, evidence_penalties, fit_ridge, platt
from models.table.steps import step_encoders
from models.table.task import Column, Fit, Floats, Ints, Predictor, Task

# Weights stand on columns of about one spread; 30,000 holds them all near zero.
PENALTIES: Final = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
# The evidence is a little too sure of itself with few positives; folds decide.
EVIDENCE_TIMES: Final = (0.5, 1.5, 5.0)
# One point is this much log-odds: about a third more at risk.
POINT: Final = 0.3
Once = Callable[[Task], Predictor]


def fit_logistic_table(task: Task, _: Mapping[str, Fit]) -> Fit:
    """Ridge logistic; the penalty has the least log loss within the task's folds."""
    return _ridge_family(task, curves=False, evidence=False)


def fit_curves(task: Task, _: Mapping[str, Fit]) -> Fit:
    """Additive curves; each kind of weight has the penalty that the data support."""
    return _ridge_family(task, curves=True, evidence=True)


def _ridge_family(task: Task, *, curves: bool, evidence: bool) -> Fit:
    grid = EVIDENCE_TIMES if evidence else PENALTIES
    design = make_design(task, curves=curves)
    x = design(task.matrix)
    # A handful of penalties learnt on all rows tells the folds next to nothing.
    levels = _levels_of(x, task.labels, design) if evidence else {}
    inner = np.zeros((len(grid), len(task.labels)))
    for train, test in task.inner:
        part = task.part(train)
        within = make_design(part, curves=curves)
        seen, out = within(part.matrix), within(task.matrix[test])
        fit: Ridge | None = None
        for place in range(len(grid) - 1, -1, -1):
            held = _penalty(within, levels) * grid[place]
            fit = fit_ridge(seen, part.labels, held, within.rising, fit)
            inner[place, test] = fit.logits(out)
    best = _best(inner, task.labels)
    final = fit_ridge(
        x, task.labels, _penalty(design, levels) * grid[best], design.rising
    )
    return calibrated(
        task,
        lambda matrix: final.logits(design(matrix)),
        inner[best],
        {"penalty": grid[best]},
    )


def _levels_of(x: Floats, labels: Ints, design: Design) -> dict[str, float]:
    """The penalty of each kind of weight."""
    if x.shape[1] == 0:
        return {}
    held = evidence_penalties(x, labels, design.blocks, design.rising)
    return dict(zip(design.kinds, held.tolist(), strict=True))


def _penalty(design: Design, levels: Mapping[str, float]) -> Floats:
    """A penalty per weight; 1 where nothing was learnt of its kind."""
    return np.array([levels.get(kind, 1.0) for kind in design.kinds])


def _best(inner: Floats, labels: Ints) -> int:
    """The setting of least log loss; one hardly worse and stronger held is preferred.

    Settings are ordered from weak to strong; "hardly" is a quarter of the standard
    error of the difference over the folds' rows.
    """
    losses = np.logaddexp(0.0, -(2.0 * labels - 1.0) * inner)
    means = losses.mean(axis=1)
    best = int(np.argmin(means))
    for place in range(len(means) - 1, best, -1):
        gap = losses[place] - losses[best]
        if gap.mean() < 0.25 * gap.std() / np.sqrt(len(labels)):
            return place
    return best


def calibrated(
    task: Task, raw: Predictor, inner: Floats, settings: Mapping[str, float]
) -> Fit:
    """A fit whose log-odds mean what they say, by the task's own folds."""
    slope, shift = platt(inner, task.labels)

    def logits(matrix: Floats) -> Floats:
        out: Floats = slope * raw(matrix) + shift
        return out

    return Fit(logits, slope * inner + shift, settings)


def fit_signs(task: Task, _: Mapping[str, Fit]) -> Fit:
    """How many columns are "on"; which way is risk is learnt where it is not told."""
    return _cross_fitted(task, _signs_once)


def _signs_once(task: Task) -> Predictor:
    cuts = []
    for place, column in enumerate(task.columns):
        if column.kind == "number":
            cut = _sign_cut(task.matrix[:, place], task.labels, column)
            if cut is not None:
                cuts.append((place, *cut))

    def count(matrix: Floats) -> Floats:
        total = np.zeros(len(matrix))
        for place, sign, level in cuts:
            total += sign * matrix[:, place] > level
        return total

    own = count(task.matrix)[:, None]
    centre, width = own.mean(), max(float(own.std()), 1e-9)
    held, rising = np.array([1.0]), np.array([True])
    line = fit_ridge((own - centre) / width, task.labels, held, rising)

    def logits(matrix: Floats) -> Floats:
        return line.logits((count(matrix)[:, None] - centre) / width)

    return logits


def _sign_cut(
    values: Floats, labels: Ints, column: Column
) -> tuple[float, float] | None:
    """Direction and level above which a column is a sign: not zero, or upper third."""
    known = ~np.isnan(values)
    if known.sum() < 2 or values[known].min() == values[known].max():
        return None
    sign = float(column.direction)
    if sign == 0:
        gap = float(np.corrcoef(values[known], labels[known])[0, 1])
        if not abs(gap) > 2 / np.sqrt(known.sum()):
            return None
        sign = 1.0 if gap > 0 else -1.0
    turned = sign * values[known]
    least = float(turned.min())
    if float(np.mean(turned == least)) >= 1 / 3:
        return sign, least
    return sign, float(np.quantile(turned, 2 / 3))


def fit_points(task: Task, _: Mapping[str, Fit]) -> Fit:
    """Small whole points per step of a column, which may be added by hand."""
    design = Design(tuple(step_encoders(task)))
    levels = _levels_of(design(task.matrix), task.labels, design)
    return _cross_fitted(task, lambda part: _points_once(part, levels))


def _points_once(task: Task, levels: Mapping[str, float]) -> Predictor:
    design = Design(tuple(step_encoders(task)))
    x = design(task.matrix)
    if x.shape[1] == 0:
        return lambda matrix: np.full(len(matrix), _flat(task.labels))
    held = _penalty(design, levels)
    weights = fit_ridge(x, task.labels, held, design.rising).weights
    points = np.round(weights / POINT)
    own = (x @ points)[:, None] * POINT
    line = fit_ridge(own, task.labels, np.array([1e-3]), np.array([True]))

    def logits(matrix: Floats) -> Floats:
        return line.logits((design(matrix) @ points)[:, None] * POINT)

    return logits


def _flat(labels: Ints) -> float:
    share = float(np.clip(labels.mean(), 1e-6, 1 - 1e-6))
    return float(np.log(share / (1 - share)))


def _cross_fitted(task: Task, once: Once) -> Fit:
    inner = np.zeros(len(task.labels))
    for train, test in task.inner:
        inner[test] = once(task.part(train))(task.matrix[test])
    return calibrated(task, once(task), inner, {})
