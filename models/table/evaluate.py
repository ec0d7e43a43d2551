"""Judge every model on a table, and fit one to use."""

import os
import warnings as python_warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.errors import ModelError
from models.table import inputs
from models.table.folds import Plan, inner_folds, repeated_plan, temporal_plan
from models.table.judge import judged
from models.table.registry import TABLE_MODELS, chosen, with_members
from models.table.result import TableResult
from models.table.review import Review, review
from models.table.task import Fit, Floats, Ints, Task, sigmoid

SEED: Final = 20_260_101
# Below this starting a second process takes longer than it saves.
LEAST_FOR_JOBS: Final = 1_500
MOST_JOBS: Final = 8


@dataclass(frozen=True)
class Prepared:
    """A checked table."""

    task: Task
    review: Review
    ids: pd.Series
    times: pd.Series | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class FittedTable:
    """A model fitted on all rows of a table."""

    name: str
    review: Review
    fit: Fit

    def predict(self, frame: pd.DataFrame) -> pd.Series:
        """Probability per row.

        Raises:
            ModelError: a column that the model weighs is missing.
        """
        absent = [c.name for c in self.review.columns if c.name not in frame.columns]
        if absent:
            raise ModelError(
                f"{len(absent)} columns that the model weighs are not in the table",
                "give a table with the columns of the one it was fitted on",
            )
        with _quiet():
            probability = sigmoid(self.fit.logits(self.review.matrix(frame)))
        return pd.Series(probability, index=frame.index, name=self.name)


def evaluate_table(
    frame: pd.DataFrame,
    label: str,
    id: str | None = None,
    *,
    time: str | None = None,
    capacity: float | None = None,
    directions: Mapping[str, int] | Path | None = None,
    models: Sequence[str] | None = None,
    seed: int = SEED,
    jobs: int | None = None,
) -> TableResult:
    """Figures of every model, each from rows that it had not seen.

    Args:
        frame: One row per household (or per household and period).
        label: Column of 0 and 1; rows where it is empty are left out.
        id: Column that names households; rows of one never stand on both sides.
        time: Column of periods: learnt from earlier ones, judged on later ones.
        capacity: Rows that are listed, or a share below 1; else as many as have
            label 1. With a time column it counts for each period.
        directions: Column → 1 (more is more risk), -1, 0; or a TOML file of them.
        models: Names of ``TABLE_MODELS``; else all.
        seed: For folds, fits and intervals.
        jobs: Processes; else as many as there are cores.

    Raises:
        ModelError: the table cannot be judged.
    """
    names = chosen(models)
    with _quiet():
        ready = prepared(frame, label, id, time, directions, seed)
        task = ready.task
        plan = (
            repeated_plan(task.labels, task.groups, seed)
            if ready.times is None
            else temporal_plan(task.labels, ready.times)
        )
        logits = _out_of_fold(task, plan, names, jobs)
        k = inputs.places_of(capacity, *_judged_rows(task.labels, plan))
        figures = judged(names, logits, task, plan, k)
    return TableResult(
        models=figures,
        rows=len(task.labels),
        positives=task.positives,
        columns=len(task.columns),
        k=k,
        method=plan.method,
        unusable=ready.review.unusable,
        warnings=(*ready.warnings, *ready.review.warnings),
        predictions=_predictions(ready.ids, plan, names, logits),
        seed=seed,
    )


def fit_table(
    frame: pd.DataFrame,
    label: str,
    id: str | None = None,
    *,
    directions: Mapping[str, int] | Path | None = None,
    model: str = "average_v1",
    seed: int = SEED,
) -> FittedTable:
    """One model fitted on all rows, for predictions of new ones.

    Raises:
        ModelError: the model is unknown or the table cannot be learnt from.
    """
    chosen([model])
    with _quiet(), threadpool_limits(limits=1):
        ready = prepared(frame, label, id, None, directions, seed)
        task = ready.task
        inner = inner_folds(task.labels, task.groups, seed)
        fits = _fits(with_inner(task, inner, seed), (model,))
    return FittedTable(model, ready.review, fits[model])


class _quiet(python_warnings.catch_warnings):  # noqa: N801 - reads as a word
    """Libraries' warnings are not for the reader of figures."""

    def __enter__(self) -> None:
        super().__enter__()
        python_warnings.simplefilter("ignore")


def prepared(
    frame: pd.DataFrame,
    label: str,
    id_column: str | None,
    time: str | None,
    directions: Mapping[str, int] | Path | None,
    seed: int,
) -> Prepared:
    """The table checked, its columns looked at, its values as numbers.

    Raises:
        ModelError: it cannot be learnt from.
    """
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    inputs.checked(frame, label, id_column, time)
    labels, known = inputs.labels_of(frame[label])
    frame = frame.loc[known].reset_index(drop=True)
    reserved = frozenset(name for name in (label, id_column, time) if name)
    ways, notes = inputs.directions_of(directions, set(frame.columns) - reserved)
    found = review(frame, labels, label, reserved, ways)
    if not found.columns:
        raise ModelError(
            "no column of the table can be learnt from",
            "look at the columns: ids, texts, constants and leaks are left out",
        )
    if not known.all():
        notes = (*notes, f"{int((~known).sum())} rows without a label are left out")
    ids = frame[id_column] if id_column else pd.Series(np.arange(len(frame)))
    groups = inputs.groups_of(frame[id_column] if id_column else None, len(frame))
    task = Task(found.columns, found.matrix(frame), labels, groups, (), seed)
    return Prepared(task, found, ids, frame[time] if time else None, notes)


def with_inner(task: Task, inner: tuple[tuple[Ints, Ints], ...], seed: int) -> Task:
    """The task with folds to tune by."""
    return Task(
        task.columns, task.matrix, task.labels, task.groups, inner, seed % 2**31
    )


def _out_of_fold(
    task: Task, plan: Plan, names: tuple[str, ...], jobs: int | None
) -> list[dict[str, Floats]]:
    """Per fold the log-odds of its judged rows by each model."""
    if jobs is None:
        jobs = min(_cores(), MOST_JOBS, len(plan.folds))
    if len(task.labels) < LEAST_FOR_JOBS or jobs == 1:
        return [
            _one_fold(task, fold, names, place) for place, fold in enumerate(plan.folds)
        ]
    done: list[dict[str, Floats]] = Parallel(n_jobs=jobs)(
        delayed(_one_fold)(task, fold, names, place)
        for place, fold in enumerate(plan.folds)
    )
    return done


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _one_fold(
    task: Task, fold: tuple[Ints, Ints], names: tuple[str, ...], place: int
) -> dict[str, Floats]:
    train, test = fold
    part = task.part(train)
    seed = task.seed + 1_000 * place
    inner = inner_folds(part.labels, part.groups, seed)
    # One thread per fold: folds run side by side, and sums keep their order.
    with _quiet(), threadpool_limits(limits=1):
        fits = _fits(with_inner(part, inner, seed), names)
        return {name: fits[name].logits(task.matrix[test]) for name in names}


def _fits(task: Task, names: tuple[str, ...]) -> dict[str, Fit]:
    fits: dict[str, Fit] = {}
    for name in with_members(names):
        fits[name] = TABLE_MODELS[name].fit(task, fits)
    return fits


def _judged_rows(labels: Ints, plan: Plan) -> tuple[int, int]:
    """Rows and positives of the first unit that is judged together."""
    rows = np.concatenate([plan.folds[place][1] for place in plan.units[0]])
    return len(rows), int(labels[rows].sum())


def _predictions(
    ids: pd.Series, plan: Plan, names: tuple[str, ...], logits: list[dict[str, Floats]]
) -> pd.DataFrame:
    """One row per judged row of the table; repeats are averaged."""
    count = np.zeros(len(ids))
    fold = np.full(len(ids), -1)
    totals = {name: np.zeros(len(ids)) for name in names}
    for place, (_, test) in enumerate(plan.folds):
        fold[test] = np.where(fold[test] < 0, place, fold[test])
        count[test] += 1
        for name in names:
            totals[name][test] += logits[place][name]
    seen = count > 0
    out = pd.DataFrame({"id": ids[seen].to_numpy(), "fold": fold[seen]})
    for name in names:
        out[name] = sigmoid(totals[name][seen] / count[seen])
    return out
