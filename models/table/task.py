"""What a learner of a table gets and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# Log-odds of the rows of a matrix with the task's columns.
Predictor = Callable[[Floats], Floats]
Folds = tuple[tuple[Ints, Ints], ...]
# A probability of exactly 0 or 1 would make one surprise cost without end.
LEAST: Final = 1e-5


@dataclass(frozen=True)
class Column:
    """A usable column.

    Attributes:
        kind: ``number`` or ``category`` (held as whole codes, NaN unknown).
        direction: 1 when more is more risk, -1 less, 0 not told.
    """

    name: str
    kind: str
    direction: int


@dataclass(frozen=True)
class Task:
    """Rows to learn from.

    Attributes:
        matrix: rows × columns, NaN unknown.
        groups: rows of one id share a number; they never stand on both sides.
        inner: folds within these rows, to tune and to calibrate by.
    """

    columns: tuple[Column, ...]
    matrix: Floats
    labels: Ints
    groups: Ints
    inner: Folds
    seed: int

    @property
    def positives(self) -> int:
        return int(self.labels.sum())

    def part(self, rows: Ints) -> "Task":
        """The task on some of its rows; without folds of its own."""
        return replace(
            self,
            matrix=self.matrix[rows],
            labels=self.labels[rows],
            groups=self.groups[rows],
            inner=(),
        )


@dataclass(frozen=True)
class Fit:
    """A fitted learner.

    Attributes:
        logits: log-odds of new rows, calibrated.
        inner: log-odds of the task's own rows, each by a fit that had not seen it.
        settings: what was chosen within the task.
    """

    logits: Predictor
    inner: Floats
    settings: Mapping[str, float]


Learner = Callable[[Task, Mapping[str, Fit]], Fit]


def sigmoid(logits: Floats) -> Floats:
    """Probabilities that are never quite 0 or 1."""
    bounded = 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))
    out: Floats = np.clip(bounded, LEAST, 1 - LEAST)
    return out


def log_odds(probability: Floats) -> Floats:
    """The inverse of ``sigmoid``."""
    bounded = np.clip(probability, LEAST, 1 - LEAST)
    out: Floats = np.log(bounded / (1 - bounded))
    return out


def log_loss(logits: Floats, labels: Ints) -> float:
    """Mean log loss of bounded log-odds."""
    p = sigmoid(logits)
    return float(-np.mean(np.where(labels == 1, np.log(p), np.log1p(-p))))
