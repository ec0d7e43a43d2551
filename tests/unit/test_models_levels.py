"""Need and how deep it is, learnt together: 위기도 4 and 5 shape the same weights."""

from dataclasses import replace

import numpy as np
import pandas as pd

from models.additive import AdditiveModel
from models.base import POINTS_PER_LOG_ODDS, matrix_of
from models.boosted import fit_boosted
from models.logistic import fit_logistic
from models.training import TrainingData, training_data
from tests.lib.frames import a_frame, rounds_of

SHALLOW, DEEP = "telecom_in_arrears_now", "gas_stop_in_force"


def listings(rows: int = 900) -> pd.DataFrame:
    """As many of either sign are in need; those with DEEP gravely so."""
    frame = a_frame(rows, seed=4).assign(round=rounds_of(rows, 4).to_numpy())
    place = np.arange(rows)
    frame[SHALLOW] = (place % 3 == 0).astype(float)
    frame[DEEP] = (place % 3 == 1).astype(float)
    need = (place % 3 < 2) & (place // 3 % 3 == 0)
    deep = need & (place % 3 == 1)
    return frame.assign(
        label=need.astype(float),
        label_deep=deep.astype(float),
        label_deepest=(deep & (place // 9 % 2 == 0)).astype(float),
    )


def data_of(frame: pd.DataFrame) -> TrainingData:
    return training_data(frame, frame["label"], frame["round"])


def need_alone(data: TrainingData) -> TrainingData:
    return replace(data, others={})


def lead(model: AdditiveModel, frame: pd.DataFrame) -> float:
    """How far DEEP stands above SHALLOW, all else being equal."""
    bare = frame.head(1).assign(**{SHALLOW: 0.0, DEEP: 0.0})
    both = pd.concat([bare.assign(**{DEEP: 1.0}), bare.assign(**{SHALLOW: 1.0})])
    deep, shallow = model.scores(matrix_of(both, model.features))
    return float(deep - shallow)


def test_of_two_signs_of_need_the_graver_one_leads() -> None:
    frame = listings()
    data = data_of(frame)
    for fit in (fit_logistic, fit_boosted):
        together = lead(fit(data).model, frame)  # type: ignore[arg-type]
        alone = lead(fit(need_alone(data)).model, frame)  # type: ignore[arg-type]
        assert together > alone + 100, fit.__name__


def test_the_score_is_still_the_log_odds_of_need() -> None:
    frame = listings()
    made = fit_logistic(data_of(frame))
    assert made.fitting["levels"] == 3
    scores = made.model.scores(matrix_of(frame, made.model.features))
    chance = 1.0 / (1.0 + np.exp(-scores / POINTS_PER_LOG_ODDS))
    assert abs(chance.mean() - frame["label"].mean()) < 0.05


def test_a_level_that_nobody_reached_is_no_level() -> None:
    frame = listings().assign(label_deepest=0.0)
    assert len(data_of(frame).levels) == 2
    assert len(data_of(frame.assign(label_deep=np.nan)).levels) == 1
    assert len(data_of(frame.drop(columns=["label_deep", "label_deepest"])).levels) == 1


def test_levels_are_of_the_same_rounds_and_of_those_who_were_graded() -> None:
    frame = listings()
    frame.loc[frame.index[:300], "label_deep"] = np.nan
    data = data_of(frame)
    need, deep, _ = data.rows(data.rounds.astype(str) != "2025-R4").levels
    assert "2025-R4" not in deep.rounds
    assert set(deep.frame.index) == set(need.frame.index) - set(frame.index[:300])
