"""A challenger is better only where its interval says so; nobody is promoted here."""

from dataclasses import replace

import numpy as np
import pytest

from models.select import JudgedRound, churn, compare, listed_by

HOUSEHOLDS = 300


def a_round(name: str, seed: int, *, noise: float = 0.5) -> JudgedRound:
    rng = np.random.default_rng(seed)
    labels = (rng.random(HOUSEHOLDS) < 0.2).astype(np.int8)
    blind = rng.random(HOUSEHOLDS)
    return JudgedRound(
        round=name,
        households=tuple(f"H{number:04}" for number in range(HOUSEHOLDS)),
        labels=labels,
        dongs=np.array(["A", "B", "C"], dtype=object)[np.arange(HOUSEHOLDS) % 3],
        places={"A": 20, "B": 10, "C": 0},
        scores={
            "blind": blind,
            "twin": blind.copy(),
            "seeing": labels + noise * rng.standard_normal(HOUSEHOLDS),
        },
    )


def rounds(count: int = 6) -> list[JudgedRound]:
    return [a_round(f"2026-R{number + 1}", number) for number in range(count)]


def test_a_model_that_finds_more_is_better_and_its_interval_says_so() -> None:
    standings = {one.model: one for one in compare(rounds(), "blind", seed=1)}
    assert list(standings)[0] == "seeing"
    seeing = standings["seeing"]
    assert seeing.verdict == "better"
    assert 0 < seeing.low < seeing.difference < seeing.high
    assert seeing.regret == 0.0
    assert standings["blind"].regret > 0
    against = {one.model: one for one in compare(rounds(), "seeing", seed=1)}
    assert against["blind"].verdict == "worse"


def test_the_same_scores_are_not_told_apart() -> None:
    standings = {one.model: one for one in compare(rounds(), "blind", seed=1)}
    twin = standings["twin"]
    assert (twin.difference, twin.low, twin.high) == (0.0, 0.0, 0.0)
    assert (twin.verdict, twin.stability) == ("not told apart", 1.0)


def test_precision_is_counted_by_hand() -> None:
    one = a_round("2026-R1", 3)
    listed = listed_by(one, "seeing")
    assert len(listed) == 30
    needs = dict(zip(one.households, one.labels.tolist(), strict=True))
    found = sum(needs[household] for household in listed)
    standing = next(s for s in compare([one], "blind", seed=1) if s.model == "seeing")
    assert standing.precision == pytest.approx(found / 30, abs=1e-6)
    assert standing.recall == pytest.approx(found / one.labels.sum(), abs=1e-6)


def test_noise_alone_is_rarely_called_better() -> None:
    called = 0
    for trial in range(60):
        judged = []
        for number in range(4):
            one = a_round(f"2026-R{number + 1}", 1_000 + trial * 10 + number)
            other = np.random.default_rng(trial * 31 + number).random(HOUSEHOLDS)
            judged.append(
                replace(one, scores={"blind": one.scores["blind"], "b": other})
            )
        verdicts = {s.model: s.verdict for s in compare(judged, "blind", seed=trial)}
        called += verdicts["b"] != "not told apart"
    assert called <= 9, called


def test_a_model_without_scores_in_a_round_is_not_compared() -> None:
    first, second = rounds(2)
    second = replace(
        second, scores={k: v for k, v in second.scores.items() if k != "twin"}
    )
    assert {s.model for s in compare([first, second], "blind", seed=1)} == {
        "blind",
        "seeing",
    }
    with pytest.raises(ValueError, match="champion"):
        compare([first, second], "twin", seed=1)
    with pytest.raises(ValueError, match="champion"):
        compare([], "blind", seed=1)


def test_churn_is_what_the_next_list_lacks() -> None:
    assert churn([frozenset("abcd"), frozenset("abxy"), frozenset("abxy")]) == 0.25
    assert churn([frozenset("ab")]) is None
