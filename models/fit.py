"""Fitting a model and judging it on a round that it did not learn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from models.base import RankingModel, matrix_of
from models.calibrate import calibrated, later_scores
from models.card import Card, make_card, plain_metrics
from models.metrics import evaluate, share_of_dongs
from models.registry import make, spec_of
from models.splits import fold_of
from models.training import TrainingData, training_data

SEED: Final = 20_260_101
# Without the teams' capacity: about what a dong gets round to of those listed to it.
DEFAULT_SHARE: Final = 0.2


@dataclass(frozen=True)
class Fitted:
    """A model and its card."""

    model: RankingModel
    card: Card


def fit(
    name: str,
    frame: pd.DataFrame,
    labels: pd.Series,
    rounds: pd.Series,
    *,
    as_of: date,
    dongs: pd.Series | None = None,
    places: Mapping[str, int] | None = None,
    seed: int = SEED,
) -> Fitted:
    """Fit a model on all rounds and card it with figures from the last one.

    The figures come from a fit on the rounds before; the model that is returned
    learns from all of them.

    Args:
        name: A name of ``MODELS``.
        frame: Features as they were known when the household was listed.
        labels: 1 need, 0 no need, empty unknown; by position, like the others.
        rounds: The round of each listing, ``YYYY-Rn``.
        as_of: The date on the card.
        dongs: The dong of each listing, for figures at capacity.
        places: List places per dong; else a fifth of each dong's listings.
        seed: For the bootstrap intervals.

    Raises:
        ModelError: the model is unknown or the data are too few to learn from.
    """
    data = training_data(frame, labels, rounds, dongs)
    return fit_on(name, data, as_of=as_of, places=places, seed=seed)


def fit_on(
    name: str,
    data: TrainingData,
    *,
    as_of: date,
    places: Mapping[str, int] | None = None,
    seed: int = SEED,
) -> Fitted:
    """The same for listings that are aligned already; several models share their fits.

    Raises:
        ModelError: the model is unknown or the data are too few to learn from.
    """
    spec = spec_of(name)
    made = make(name, data)
    model = calibrated(made.model, *later_scores(name, data))
    metrics = judge(name, data, places=places, seed=seed)
    learnt_from = data if spec.needs_outcomes else None
    card = make_card(model, as_of, learnt_from, made.fitting, metrics)
    return Fitted(model, card)


def judge(
    name: str,
    data: TrainingData,
    *,
    test_round: str | None = None,
    places: Mapping[str, int] | None = None,
    seed: int = SEED,
) -> dict[str, Any]:
    """Figures of a model on one round, learnt from the rounds before it.

    Returns nothing when there is no earlier round, or too little in either.
    """
    names = data.round_names
    test_round = test_round or names[-1]
    if len(names) < 2:
        return {}
    fold = fold_of(data, test_round)
    if fold is None:
        return {}
    train, test = fold
    model = make(name, train).model
    scores = model.scores(matrix_of(test.frame, model.features))
    slots = places or share_of_dongs(test.dongs, DEFAULT_SHARE)
    figures = evaluate(scores, test.labels, test.dongs, slots, seed=seed)
    return {"test_round": test_round, **plain_metrics(figures)}
