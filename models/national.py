"""national_v1: boosting on who was supported, as the national system learns."""

from typing import Final

import numpy as np

from features.catalogue import FEATURES
from models.base import POINTS_PER_LOG_ODDS, Made
from models.booster import Shape, Task, compiled, log_odds
from models.errors import ModelError
from models.scorecard import load_scorecard
from models.training import TrainingData

TARGET: Final = "supported"
SHAPE: Final = Shape(3, 20, 1.0)
STAGES: Final = 100
SEED: Final = 20_260_101


def fit_national(data: TrainingData, seed: int = SEED) -> Made:
    """Boost freely on "was supported": a challenger, never to rank by.

    It learns what officers managed to do, and no direction holds it: it may rank 22
    months of arrears below 17, as the published list of May 2019 did.

    Raises:
        ModelError: the listings tell too little of who was supported.
    """
    closed = data.others.get(TARGET)
    if closed is None or not closed.is_learnable:
        raise ModelError(
            "the listings hardly tell who was supported and who was not",
            "ingest more HISTORY extracts; this model is only there for comparison",
        )
    names = tuple(
        name
        for name, feature in FEATURES.items()
        if feature.is_model_input and feature.sensitivity == "ordinary"
    )
    task = Task(names, False, seed)
    base = log_odds(closed.needs / len(closed.labels))
    boosters = task.boosters(
        task.matrix(closed.frame), closed.labels.astype(np.float64),
        np.full(len(closed.labels), base), SHAPE, STAGES, bags=1,
    )  # fmt: skip
    intercept = round(POINTS_PER_LOG_ODDS * base)
    reasons = load_scorecard().reasons
    model = compiled("national_v1", task, boosters, intercept, reasons)
    fitting = {"target": TARGET, "depth": SHAPE.depth, "stages": STAGES}
    return Made(model, fitting)
