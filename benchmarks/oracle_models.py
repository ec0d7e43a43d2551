"""Every model of the registry, learnt from a town's own history; it ranks the town."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from oracle_towns import Judged

from models.additive import matrix_of
from models.base import RankingModel
from models.errors import ModelError
from models.registry import MODELS, make, spec_of
from models.training import TrainingData, training_data

Floats = NDArray[np.float64]


def data_of(past: pd.DataFrame) -> TrainingData:
    """What a town's officers found, as the models learn it."""
    return training_data(past, past["label"], past["round"], past["dong"])


def learnt(name: str, judged: Judged) -> RankingModel | None:
    """A model as this town would have it; of one that cannot be fitted nothing."""
    try:
        data = data_of(judged.past) if spec_of(name).needs_outcomes else None
        return make(name, data).model
    except ModelError as error:
        print(f"{judged.scenario} {judged.seed}: {name}: {error.what}")
        return None


def scores_of(model: RankingModel, town: pd.DataFrame) -> Floats:
    """The model's scores of every household."""
    return model.scores(matrix_of(town, model.features))


def rankings(judged: Judged, names: Iterable[str] = ()) -> dict[str, Floats]:
    """Scores by each model that can be fitted."""
    out = {}
    for name in names or MODELS:
        model = learnt(name, judged)
        if model is not None:
            out[name] = scores_of(model, judged.town)
    return out
