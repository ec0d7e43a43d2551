"""Splits in time only: a model is judged on rounds after all it learnt from."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.training import SELECTED_ON, TrainingData, round_order

Mask = NDArray[np.bool_]


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


def forward_chain(data: TrainingData) -> Iterator[tuple[Mask, Mask]]:
    """Every round in turn tests what was learnt from the rounds before it."""
    for name in data.round_names[1:]:
        try:
            train, test = temporal_split(data, name)
        except ModelError:
            continue  # nothing was known yet when this round was selected
        if data.rows(train).is_learnable and data.rows(test).is_learnable:
            yield train, test
