"""Figures at capacity with ties, intervals, and splits that never look back."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from models.blend import BlendModel
from models.errors import ModelError
from models.fit import fit
from models.metrics import (
    AtCapacity,
    Ties,
    at_capacity,
    average_precision,
    evaluate,
    roc_auc,
    share_of_dongs,
)
from models.registry import make
from models.splits import forward_chain, temporal_split
from models.training import TrainingData, round_order, training_data
from tests.lib.frames import a_frame, planted_labels, rounds_of

ONE_DONG = np.array(["d"] * 6, dtype=object)


def labels_of(*needs: int) -> np.ndarray:
    return np.array(needs, dtype=np.int8)


def listings(rows: int = 600, rounds: int = 4) -> TrainingData:
    frame = a_frame(rows, seed=1)
    return training_data(frame, planted_labels(frame, 2), rounds_of(rows, rounds))


def test_without_ties_all_three_figures_agree() -> None:
    scores = np.array([6.0, 5, 4, 3, 2, 1])
    found = at_capacity(scores, labels_of(1, 1, 0, 1, 0, 0), ONE_DONG, {"d": 3})
    precision = round(2 / 3, 6)  # two of the three listed are in need
    assert found == AtCapacity(
        3,
        Ties(precision, precision, precision),
        Ties(precision, precision, precision),  # and two of the three in need listed
    )


def test_tied_households_compete_for_the_last_places() -> None:
    scores = np.array([9.0, 5, 5, 5, 5, 1])
    # One sure hit; two places left for four tied, of whom one is in need.
    found = at_capacity(scores, labels_of(1, 1, 0, 0, 0, 1), ONE_DONG, {"d": 3})
    assert found.precision.best == round(2 / 3, 6)
    assert found.precision.worst == round(1 / 3, 6)
    assert found.precision.expected == round((1 + 2 * 1 / 4) / 3, 6)
    assert found.recall.expected == round((1 + 2 * 1 / 4) / 3, 6)


def test_more_places_than_tied_others_are_hits_for_sure() -> None:
    # Three places for four tied, of whom one is not in need: two hits at the worst.
    scores, dongs = np.zeros(4), np.array(["d"] * 4, dtype=object)
    found = at_capacity(scores, labels_of(1, 1, 1, 0), dongs, {"d": 3})
    assert found.precision == Ties(1.0, round(2 / 3, 6), round(3 * 3 / 4 / 3, 6))


def test_expected_over_ties_is_the_mean_over_all_orders() -> None:
    generator = np.random.default_rng(3)
    scores = np.array([2.0, 2, 2, 2, 2, 2, 2, 1])
    labels = labels_of(1, 0, 1, 0, 0, 1, 0, 1)
    dongs = np.array(["d"] * 8, dtype=object)
    means = [
        labels[sorted(range(8), key=lambda row: (-scores[row], noise[row]))[:4]].mean()
        for noise in generator.random((4_000, 8))
    ]
    found = at_capacity(scores, labels, dongs, {"d": 4})
    assert abs(np.mean(means) - found.precision.expected) < 0.01
    assert found.precision.worst <= min(means)
    assert max(means) <= found.precision.best


def test_each_dong_has_its_own_places() -> None:
    scores = np.array([9.0, 8, 7, 1, 2, 3])
    dongs = np.array(["a", "a", "a", "b", "b", "b"], dtype=object)
    needs = labels_of(0, 1, 1, 0, 0, 1)
    found = at_capacity(scores, needs, dongs, {"a": 1, "b": 1})
    assert found.places == 2
    assert found.precision.expected == 0.5
    assert at_capacity(scores, needs, dongs, {"b": 99}).places == 3
    assert at_capacity(scores, needs, dongs, {}).places == 0
    assert share_of_dongs(dongs, 0.2) == {"a": 1, "b": 1}


def test_intervals_hold_the_figure_and_repeat() -> None:
    generator = np.random.default_rng(7)
    labels = (generator.random(300) < 0.3).astype(np.int8)
    scores = np.round(labels + generator.normal(size=300), 6)
    dongs = np.array(["a", "b", "c"] * 100, dtype=object)
    places = {"a": 20, "b": 20, "c": 20}
    figures = evaluate(scores, labels, dongs, places, seed=1)
    for name in ("roc_auc", "average_precision", "precision_at_capacity"):
        interval = figures[name]
        assert interval.low < interval.value < interval.high, name
    assert figures == evaluate(scores, labels, dongs, places, seed=1)
    assert figures != evaluate(scores, labels, dongs, places, seed=2)


def test_a_ranking_that_says_nothing_is_at_chance() -> None:
    labels = labels_of(1, 0, 1, 0, 0, 0)
    figures = evaluate(np.zeros(6), labels, ONE_DONG, {"d": 3}, seed=1)
    assert figures["roc_auc"].value == 0.5
    assert figures["at_capacity"].precision.expected == round(2 / 6, 6)


@pytest.mark.parametrize("levels", [2, 7, 1_000])
def test_figures_agree_with_scikit_learn(levels: int) -> None:
    generator = np.random.default_rng(levels)
    scores = generator.integers(0, levels, 400).astype(np.float64)
    labels = (generator.random(400) < 0.2 + 0.5 * scores / levels).astype(np.int8)
    assert roc_auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    assert average_precision(scores, labels) == pytest.approx(
        average_precision_score(labels, scores)
    )


def test_one_outcome_alone_cannot_be_judged() -> None:
    with pytest.raises(ModelError, match="only one outcome"):
        evaluate(np.zeros(6), np.ones(6, dtype=np.int8), ONE_DONG, {"d": 3}, seed=1)


def test_training_rounds_come_before_the_tested_one() -> None:
    data = listings(rounds=12)
    train, test = temporal_split(data, "2025-R10")
    assert set(data.rounds[test]) == {"2025-R10"}
    assert set(data.rounds[train]) == {f"2025-R{n}" for n in range(1, 10)}
    assert data.round_names[-1] == "2025-R12"
    assert round_order("2024-R6") < round_order("2025-R1")


def test_forward_chaining_never_looks_back() -> None:
    data = listings()
    folds = forward_chain(data)
    assert len(folds) == 3
    for past, later in folds:
        newest = max(round_order(name) for name in past.rounds)
        assert newest < min(round_order(name) for name in later.rounds)


def test_a_blend_and_a_card_fit_nothing_twice() -> None:
    data = listings()
    blend = make("blend_v1", data).model
    assert isinstance(blend, BlendModel)
    assert blend.members[0] is make("logistic_v1", data).model
    assert forward_chain(data)[0][0] is forward_chain(data)[0][0]
    # What is known of some listings is not that of others.
    assert not replace(data, labels=1 - data.labels).known
    assert not data.rows(np.ones(len(data.labels), dtype=np.bool_)).known


@pytest.mark.parametrize("name", ["2025-R1", "2030-R1"])
def test_nothing_to_learn_or_to_test_on_is_told(name: str) -> None:
    with pytest.raises(ModelError, match="no listing of known outcome, or none before"):
        temporal_split(listings(), name)


def test_a_damaged_round_name_is_told_without_its_value() -> None:
    with pytest.raises(ModelError, match="not written YYYY-Rn") as caught:
        round_order("900101-1234567")
    assert "900101" not in str(caught.value)


def test_one_round_alone_gives_a_model_without_figures() -> None:
    frame = a_frame(300, seed=1)
    labels = planted_labels(frame, 2)
    rounds = pd.Series(["2025-R1"] * len(frame))
    made = fit("logistic_v1", frame, labels, rounds, as_of=date(2026, 1, 15))
    assert made.card["metrics"] == {}


def test_the_figures_are_of_the_last_round_learnt_from_those_before() -> None:
    frame = a_frame(600, seed=1)
    labels, rounds = planted_labels(frame, 2), rounds_of(len(frame), 4)
    card = fit("logistic_v1", frame, labels, rounds, as_of=date(2026, 1, 15)).card
    assert card["metrics"]["test_round"] == "2025-R4"
    # No dongs were given: the listings count as one, of which a fifth are listed.
    assert card["metrics"]["at_capacity"]["places"] == 150 / 5
