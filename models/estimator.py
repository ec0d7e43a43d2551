"""Any scikit-learn classifier as a challenger: by one line in the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.base import POINTS_PER_LOG_ODDS, Calibration, Floats, Reason, band_names
from models.boosted import boosted_task
from models.booster import Task, one_thread
from models.errors import ModelError
from models.training import TrainingData

Make = Callable[[int], Any]


@dataclass(frozen=True)
class EstimatorModel:
    """A fitted estimator behind the interface of the ranking models.

    It is judged and compared, never stored and never promoted: its scores hold on this
    machine only, and no exact part of any is known.
    """

    name: str
    estimator: Any
    task: Task
    reasons: tuple[Reason, ...] = ()
    bands: tuple[tuple[str, float], ...] = ()
    calibration: Calibration | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """What is read."""
        return self.task.names

    @property
    def base(self) -> float:
        """The score of the reference household."""
        return float(self.scores(np.array([self.task.reference]))[0])

    def scores(self, matrix: Floats) -> Floats:
        """Log-odds in whole points."""
        filled = np.where(np.isnan(matrix), np.array(self.task.reference), matrix)
        if not len(filled):
            return np.zeros(0)
        filled = _bent(filled)
        with one_thread():
            if hasattr(self.estimator, "predict_proba"):
                share = self.estimator.predict_proba(filled)[:, 1]
                # No forest is certain: a share of 0 or 1 stays a finite number.
                held = np.clip(share, 1e-4, 1 - 1e-4)
                raw = np.log(held / (1.0 - held))
            else:
                raw = self.estimator.decision_function(filled)
        points: Floats = np.round(
            POINTS_PER_LOG_ODDS * np.asarray(raw, dtype=np.float64)
        )
        return points

    def contributions(self, matrix: Floats) -> Floats:
        """There are none.

        Raises:
            ModelError: always.
        """
        raise ModelError(
            f"{self.name} is there for comparison and tells no reasons",
            "rank with a model of which every part is known: blindspot models list",
        )

    def band_of(self, scores: Floats) -> NDArray[np.object_]:
        """The Korean band of each score."""
        return band_names(self.bands, scores)


def fit_estimator(
    name: str, make: Make, data: TrainingData, seed: int
) -> EstimatorModel:
    """Fit on all that a monotone model may weigh, unknown values as the least risk."""
    task = boosted_task(seed)
    with one_thread():
        estimator = make_pipeline(StandardScaler(), make(seed))
        estimator.fit(_bent(task.matrix(data.frame)), data.labels)
    return EstimatorModel(name, estimator, task)


def _bent(matrix: Floats) -> Floats:
    """On a logarithmic scale, for learners that measure distances: won beside flags."""
    bent: Floats = np.sign(matrix) * np.log1p(np.abs(matrix))
    return bent
