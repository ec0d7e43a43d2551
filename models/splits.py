"""Splits in time only: a model is judged on rounds after all it learnt from."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.training import SELECTED_ON, TrainingData, round_order

Mask = NDArray[np.bool_]
Fold = tuple[TrainingData, TrainingData]
FOLDS = "folds"


def temporal_split(data: TrainingData, test_round: str) -> tuple[Mask, Mask]:
    """Masks of the rounds before a round, and of that round.

    Between them lies the label window: what is learnt from was known when the round
    was selected. A result that came later teaches nothing of an earlier day.

    Raises:
        ModelError: nothing lies before the round, or nothing in it.
    """
    border = round_order(test_round)
    order = np.array([round_order(name) for name in data.round_names])
    before = {
        name
        for name, place in zip(data.round_names, order, strict=True)
        if tuple(place) < border
    }
    train = np.isin(data.rounds.astype(str), sorted(before))
    test = data.rounds.astype(str) == test_round
    if SELECTED_ON in data.frame and test.any():
        days = data.frame.loc[test, SELECTED_ON].to_numpy(dtype="datetime64[D]")
        train &= data.is_known_by(days.min() - np.timedelta64(1, "D"))
    if not train.any() or not test.any():
        raise ModelError(
            f"round {test_round} has no listing of known outcome, or none before it",
            "choose a later round to test on, or ingest more HISTORY extracts",
        )
    return train, test


def forward_chain(data: TrainingData) -> list[Fold]:
    """Every round in turn tests what was learnt from the rounds before it."""
    if FOLDS not in data.known:
        data.known[FOLDS] = list(_folds(data))
    found: list[Fold] = data.known[FOLDS]
    return found


def fold_of(data: TrainingData, test_round: str) -> Fold | None:
    """What was known before a round, and the round; None where either tells little.

    Raises:
        ModelError: nothing lies before the round, or nothing in it.
    """
    for past, later in forward_chain(data):
        if later.rounds[0] == test_round:
            return past, later
    temporal_split(data, test_round)
    return None


def _folds(data: TrainingData) -> Iterator[Fold]:
    for name in data.round_names[1:]:
        try:
            train, test = temporal_split(data, name)
        except ModelError:
            continue  # nothing was known yet when this round was selected
        past, later = data.rows(train), data.rows(test)
        if past.is_learnable and later.is_learnable:
            yield past, later
