"""Groups, drift and shares: what is told, what is withheld, what is advised."""

import numpy as np
import pandas as pd
import pytest

from models.drift import drift, stability_index
from models.fairness import apart, fairness
from models.intervals import share_of


@pytest.mark.parametrize(
    ("hits", "seen", "low", "high"),
    [
        # Wilson's own figures, from the closed form worked by hand.
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_a_share_has_its_score_interval(
    hits: int, seen: int, low: float, high: float
) -> None:
    share = share_of(hits, seen)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_a_share_of_nobody_is_not_zero() -> None:
    assert share_of(0, 0).value is None
    assert share_of(0, 0).told == "no case"
    with pytest.raises(ValueError, match="hits"):
        share_of(2, 1)


def a_city(count: int = 400, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    is_alone = rng.random(count) < 0.5
    is_listed = np.arange(count) < count // 2
    label = (rng.random(count) < np.where(is_alone, 0.6, 0.2)).astype(float)
    reached = rng.random(count) < np.where(is_alone, 0.4, 0.9)
    return pd.DataFrame(
        {
            "is_one_person": is_alone.astype(int),
            "is_listed": is_listed,
            "is_reached": pd.Series(reached, dtype=object).where(is_listed),
            "label": np.where(is_listed & ~reached, np.nan, label),
            "probability": 0.4,
            "weight": np.where(is_listed, 1.0, 4.0),
        }
    )


def test_figures_of_a_group_are_counted_by_hand() -> None:
    city = a_city()
    one, two = fairness(city)
    alone = city[(city["is_one_person"] == 1) & city["is_listed"]]
    assert (one.grouping, one.group, two.group) == ("가구원 수", "1인", "2인 이상")
    assert one.listed == len(alone)
    assert one.reach.hits == int(alone["is_reached"].sum())
    known = alone["label"].dropna()
    assert (one.precision.hits, one.precision.seen) == (int(known.sum()), len(known))
    beyond = city[(city["is_one_person"] == 1) & ~city["is_listed"]]
    needs = 4.0 * float(beyond["label"].sum())
    assert one.recall == pytest.approx(known.sum() / (known.sum() + needs))
    assert one.calibration_gap == pytest.approx(known.mean() - 0.4)


def test_nobody_unreached_is_counted_as_without_need() -> None:
    city = a_city()
    fewer = city.assign(label=city["label"].where(city["is_reached"] != True, np.nan))  # noqa: E712
    assert fairness(fewer)[0].precision.value is None


def test_a_group_that_is_reached_less_is_told() -> None:
    said = apart(fairness(a_city()))
    assert any(line.startswith("가구원 수 1인: reach") for line in said)
    assert not any("2인 이상: reach" in line for line in said)


def test_few_are_small_and_a_thin_slice_has_no_recall() -> None:
    city = a_city(16)
    assert all(one.recall is None for one in fairness(city))
    assert fairness(city.iloc[:4])[0].is_small


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="weight"):
        fairness(a_city().drop(columns="weight"))


def test_the_same_people_do_not_drift() -> None:
    values = np.random.default_rng(1).poisson(0.3, 2_000).astype(float)
    assert stability_index(values, values) == 0.0
    assert stability_index(values, values[::-1]) == 0.0
    assert stability_index(values, values + 1) > 0.25
    assert stability_index(values, np.where(values > 0, np.nan, values)) > 0.1


def two_rounds(**changed: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(2)
    then = pd.DataFrame(
        {
            name: rng.poisson(1.0, 800).astype(float)
            for name in ("nhis_months_overdue_now", "gas_months_overdue_now")
        }
    )
    now = then.sample(frac=1.0, random_state=3).reset_index(drop=True)
    for name, value in changed.items():
        now[name] = value
    return then, now


def test_a_source_that_goes_blind_is_looked_into_first() -> None:
    then, now = two_rounds(gas_months_overdue_now=np.nan)
    found = drift(then, now, np.arange(800.0), np.arange(800.0) + 400)
    assert found.advice == "investigate"
    assert "gas_months_overdue_now" in found.why
    assert found.features[0].feature == "gas_months_overdue_now"


@pytest.mark.parametrize(
    ("shift", "needs", "expected", "advice"),
    [
        (0.0, 20, 0.2, "keep"),
        (700.0, 20, 0.2, "retrain"),
        (0.0, 60, 0.2, "retrain"),
    ],
)
def test_the_rule_is_plain(
    shift: float, needs: int, expected: float, advice: str
) -> None:
    then, now = two_rounds()
    labels = np.zeros(100)
    labels[:needs] = 1
    found = drift(
        then,
        now,
        np.arange(800.0),
        np.arange(800.0) + shift,
        labels=labels,
        probabilities=np.full(100, expected),
    )
    assert found.advice == advice


def test_a_handful_of_results_is_no_reason_to_retrain() -> None:
    then, now = two_rounds()
    scores = np.arange(800.0)
    few = drift(
        then, now, scores, scores, labels=np.ones(9), probabilities=np.full(9, 0.1)
    )
    assert few.advice == "keep"
