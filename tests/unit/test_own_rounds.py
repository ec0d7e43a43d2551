"""Our own rounds judged: weights of the slice, who is left out, what is withheld."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from models.own_rounds import own_rounds, slice_rounds

SEED = 3


def a_city(rounds: int = 6, listed: int = 120, drawn: int = 40) -> pd.DataFrame:
    """Lists by a noisy score; a slice of those below the line, drawn with 1 in 10."""
    rng = np.random.default_rng(SEED)
    parts = []
    for number in range(rounds):
        count = listed + drawn
        is_drawn = np.arange(count) >= listed
        need = rng.random(count) < np.where(is_drawn, 0.1, 0.4)
        reached = rng.random(count) < 0.8
        parts.append(
            pd.DataFrame(
                {
                    "round": f"2026-R{number + 1}",
                    "household_id": [f"H{number}-{n}" for n in range(count)],
                    "dong": np.where(np.arange(count) % 2, "A", "B"),
                    "is_drawn": is_drawn,
                    "is_reached": reached,
                    "stratum": np.where(
                        is_drawn & (np.arange(count) % 5 == 0), "no_signal", "signal"
                    ),
                    "drawn_with": np.where(is_drawn, 0.1, np.nan),
                    "score": need * 100 + rng.integers(0, 200, count),
                    "probability": 0.4,
                    "label": np.where(reached, need.astype(float), np.nan),
                    "is_one_person": rng.integers(0, 2, count),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


CITY = a_city()
BELOW = {f"2026-R{n + 1}": 400 for n in range(6)}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return own_rounds(CITY, BELOW, seed=SEED)


def test_the_slice_weighs_as_much_as_those_it_stands_for(
    told: dict[str, Any],
) -> None:
    known = CITY[CITY["label"].notna()]
    found = float((known.loc[~known["is_drawn"], "label"]).sum())
    slice_needs = float((known.loc[known["is_drawn"], "label"]).sum())
    # Unreached stand like the reached; 1 in 10 drawn, 4 in 5 reached on either side.
    assert told["city"]["is_estimable"]
    assert told["city"]["value"] == pytest.approx(
        found / (found + 10 * slice_needs), abs=0.03
    )
    assert told["city"]["low"] < told["city"]["value"] < told["city"]["high"]
    assert told["city"]["worst"] < told["city"]["low"]


def test_who_was_not_reached_is_left_out_of_precision(told: dict[str, Any]) -> None:
    first = told["rounds"][0]
    part = CITY[(CITY["round"] == "2026-R1") & ~CITY["is_drawn"]]
    assert first["listed"] == len(part) == 120
    assert first["need_known"] == int(part["label"].notna().sum()) < 120
    assert first["precision"] == pytest.approx(part["label"].mean(), abs=1e-6)


def test_auc_is_the_weighted_one_of_each_population(told: dict[str, Any]) -> None:
    by = {one["among"]: one for one in told["auc"]}
    known = CITY[CITY["label"].notna()]
    listed = known[~known["is_drawn"]]
    plain = roc_auc_score(listed["label"], listed["score"])
    assert by["listed"]["roc_auc"] == pytest.approx(plain, abs=1e-6)
    weight = 1 / known["drawn_with"].fillna(1.0)
    weighted = roc_auc_score(known["label"], known["score"], sample_weight=weight)
    assert by["all"]["roc_auc"] == pytest.approx(weighted, abs=1e-6)
    assert by["signalled"]["households"] < by["all"]["households"]
    assert by["all"]["low"] < by["all"]["roc_auc"] < by["all"]["high"]


def test_dongs_are_drawn_to_the_city(told: dict[str, Any]) -> None:
    for one in told["dongs"]:
        assert one["rounds"] == 6
        assert one["low"] <= one["value"] <= one["high"]


def test_a_round_without_the_other_stratum_says_so() -> None:
    rounds = slice_rounds(CITY, BELOW, frozenset({"2026-R2"}))
    assert [one.is_whole for one in rounds] == [True, False, True, True, True, True]
    assert rounds[0].frame == 400
    told = own_rounds(CITY, BELOW, frozenset({"2026-R2"}), seed=SEED)
    assert "with a sign" in told["city"]["told"]


def test_few_needs_give_no_auc() -> None:
    few = own_rounds(CITY.assign(label=0.0), BELOW, seed=SEED)
    assert all(one["roc_auc"] is None for one in few["auc"])
    assert few["city"]["value"] is None
