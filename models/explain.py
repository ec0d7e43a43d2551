"""Why a household stands where it stands: exact parts, and sentences to say."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import FEATURES
from models.base import Floats, RankingModel, matrix_of
from models.scorecard import say

REASON_COUNT: Final = 3
Sentences = NDArray[np.object_]


@dataclass(frozen=True)
class Part:
    """What one feature of one household adds; base and parts sum to the score.

    Units: points; of fitted models, thousandths of log-odds.
    """

    feature: str
    label_ko: str
    value: float | None
    contribution: float
    sentence: str | None


def explain(model: RankingModel, household: pd.DataFrame) -> list[Part]:
    """The parts of one household's score, the largest first.

    Raises:
        ModelError: a feature that the model reads is not in the frame.
    """
    matrix = matrix_of(household.iloc[:1], model.features)
    parts = model.contributions(matrix)[0]
    sentences = {reason.feature: reason.sentence for reason in model.reasons}
    told = []
    for name, value, part in zip(model.features, matrix[0], parts, strict=True):
        known = not np.isnan(value)
        said = say(sentences[name], value) if part > 0 and name in sentences else None
        told.append(
            Part(
                name,
                FEATURES[name].label_ko,
                float(value) if known else None,
                float(part),
                said,
            )
        )
    return sorted(told, key=lambda part: (-part.contribution, part.feature))


def top_reasons(
    model: RankingModel, matrix: Floats, parts: Floats
) -> tuple[Sentences, list[list[str]]]:
    """The three sentences that weigh most for each household, and their features.

    One is said per topic (a topic weighs the sum of its features), so that three
    sentences tell three things; ties go to the topic that stands first in the file.
    Where only what nobody says aloud adds anything (who lives there, the
    neighbourhood), the facts that are there are told in the order of the file.
    """
    topics = _topics(model)
    weight = np.zeros((len(matrix), len(topics)))
    teller = np.full((len(matrix), len(topics)), -1)
    for topic, places in enumerate(topics):
        # Backwards, so that the first that counts is the one that speaks.
        for place in reversed(places):
            counts = parts[:, place] > 0
            weight[counts, topic] += parts[counts, place]
            teller[counts, topic] = place
    unsaid = np.flatnonzero((teller < 0).all(axis=1) & (parts > 0).any(axis=1))
    for topic, places in enumerate(topics):
        for place in reversed(places):
            is_there = unsaid[matrix[unsaid, place] > 0]
            teller[is_there, topic] = place
            weight[is_there, topic] = 1.0
    best = np.argsort(-weight, axis=1, kind="stable")[:, :REASON_COUNT]
    chosen = np.full((len(matrix), REASON_COUNT), -1)
    chosen[:, : best.shape[1]] = np.take_along_axis(teller, best, axis=1)
    return _sentences(model, matrix, chosen), _codes(model, chosen)


def _topics(model: RankingModel) -> list[list[int]]:
    """Per topic, the places of its features in the order of the file."""
    place_of = {feature: place for place, feature in enumerate(model.features)}
    topics: dict[str, list[int]] = {}
    for reason in model.reasons:
        if reason.feature in place_of:
            topics.setdefault(reason.topic, []).append(place_of[reason.feature])
    return list(topics.values())


def _sentences(
    model: RankingModel, matrix: Floats, chosen: NDArray[np.int64]
) -> Sentences:
    """Each sentence is made once per distinct fact, however many share it."""
    said: Sentences = np.full(chosen.shape, None, dtype=object)
    templates = {reason.feature: reason.sentence for reason in model.reasons}
    for place in np.unique(chosen[chosen >= 0]):
        rows, ranks = np.nonzero(chosen == place)
        facts, which = np.unique(matrix[rows, place], return_inverse=True)
        template = templates[model.features[place]]
        texts = np.array([say(template, fact) for fact in facts], dtype=object)
        said[rows, ranks] = texts[which]
    return said


def _codes(model: RankingModel, chosen: NDArray[np.int64]) -> list[list[str]]:
    names = model.features
    return [[names[place] for place in row if place >= 0] for row in chosen.tolist()]
