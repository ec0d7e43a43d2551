"""What would have put a household on the list: it does, and no step less would."""

import numpy as np
import pandas as pd
import pytest

from features.catalogue import FEATURES
from models.base import Floats, matrix_of
from models.booster import Shape, Task, compiled
from models.counterfactual import Change, as_if, nearest_changes
from models.trees import TreeModel
from tests.lib.frames import a_frame, a_household, planted_labels

NAN = float("nan")


class Points:
    """So many points per unit of each feature."""

    def __init__(self, **points: float) -> None:
        self.points = points

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self.points)

    def scores(self, matrix: Floats) -> Floats:
        found: Floats = np.nan_to_num(matrix) @ np.array([*self.points.values()])
        return found


def told(model: Points, home: pd.DataFrame, line: float) -> list[str]:
    return [change.sentence for change in nearest_changes(model, home, line)]


def test_the_least_change_is_told_with_its_particles() -> None:
    home = a_household(nhis_months_overdue_now=3)
    model = Points(nhis_months_overdue_now=10, kepco_months_overdue_now=10)
    assert told(model, home, 69) == [
        "건강보험료 체납이 3개월이 아니라 7개월이었다면 이번 명단에 들었습니다",
        "전기요금 체납이 4개월이었다면 이번 명단에 들었습니다",
    ]


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        ("gas_stop_in_force", "지금 가스 공급중지 중이었다면 이번 명단에 들었습니다"),
        ("is_residence_unknown", "거주불명 등록이었다면 이번 명단에 들었습니다"),
        ("tips_12m", "최근 12개월 제보가 1회였다면 이번 명단에 들었습니다"),
        (
            "nps_exempt_months",
            "국민연금 납부예외가 1개월이었다면 이번 명단에 들었습니다",
        ),
    ],
)
def test_flags_and_counts_are_told(feature: str, sentence: str) -> None:
    assert told(Points(**{feature: 9}), a_household(), 8) == [sentence]


def test_the_line_itself_is_not_passed() -> None:
    # Whoever stands level with the last one listed may still be behind them.
    home, model = a_household(tips_12m=1), Points(tips_12m=10)
    assert nearest_changes(model, home, 20)[0].after == 3


def test_none_would_when_no_single_fact_is_enough() -> None:
    home = a_household(nhis_months_overdue_now=3)
    assert nearest_changes(Points(nhis_months_overdue_now=1), home, 1_000) == []
    assert nearest_changes(Points(is_one_person=99), home, 5) == []


def test_what_cannot_be_known_is_no_reason() -> None:
    home = a_household(kepco_months_overdue_now=NAN)
    assert nearest_changes(Points(kepco_months_overdue_now=9), home, 5) == []


def test_worse_comes_before_news_and_near_before_far() -> None:
    home = a_household(nhis_months_overdue_now=1, gas_months_overdue_now=3)
    model = Points(
        tips_12m=99, nhis_months_overdue_now=4, gas_months_overdue_now=9
    )  # fmt: skip
    changes = nearest_changes(model, home, 40)
    assert [(c.feature, c.before, c.after) for c in changes] == [
        ("gas_months_overdue_now", 3, 5),
        ("nhis_months_overdue_now", 1, 4),
        ("tips_12m", 0, 1),
    ]


def test_what_surely_follows_follows() -> None:
    home = a_household(
        nhis_months_overdue_now=3,
        nhis_months_overdue_max_12m=9,
        nhis_months_overdue_max_24m=4,
        sources_in_arrears_now=1,
        nhis_amount_now_krw=50_000,
        nhis_arrears_seen_12m=3,
    )
    then = as_if(home, "nhis_months_overdue_now", 7).iloc[0]
    assert then["nhis_months_overdue_max_12m"] == 9  # was longer already
    assert then["nhis_months_overdue_max_24m"] == 7
    assert then["sources_in_arrears_now"] == 1  # the bill was there already
    assert then["nhis_amount_now_krw"] == 50_000  # nobody knows how much more
    assert then["nhis_arrears_seen_12m"] == 3
    new = as_if(home, "kepco_months_overdue_now", 2).iloc[0]
    assert new["sources_in_arrears_now"] == 2
    assert new["kepco_arrears_seen_12m"] == 1
    assert new["nhis_months_overdue_max_24m"] == 4


def test_a_bill_told_without_its_months_is_counted_once() -> None:
    home = a_household(housing_in_arrears_now=1, sources_in_arrears_now=1)
    then = as_if(home, "housing_months_overdue_now", 4).iloc[0]
    assert then["sources_in_arrears_now"] == 1


def boosted() -> TreeModel:
    frame = a_frame(1_500, seed=1)
    names = tuple(
        name for name, feature in FEATURES.items()
        if feature.is_model_input and feature.direction > 0
    )  # fmt: skip
    task = Task(names, True, seed=1)
    labels = planted_labels(frame, seed=2).to_numpy()
    start = np.full(len(frame), -2.0)
    boosters = task.boosters(
        task.matrix(frame), labels, start, Shape(3, 20, 1.0), 60, bags=1
    )
    return compiled("x", task, boosters, -2_000)


def test_every_change_passes_the_line_and_one_step_less_does_not() -> None:
    model = boosted()
    homes = a_frame(60, seed=5)
    scores = model.scores(matrix_of(homes, model.features))
    seen = 0
    for line in np.quantile(scores, (0.5, 0.8)):
        for place in np.flatnonzero(scores <= line).tolist():
            home = homes.iloc[[place]]
            changes = nearest_changes(model, home, float(line), most=99)
            for change in changes:
                assert passes(model, home, change, change.after, line)
                less = change.after - 1
                if less > change.before:
                    assert not passes(model, home, change, less, line)
                seen += 1
    assert seen > 50


def passes(
    model: TreeModel, home: pd.DataFrame, change: Change, to: float, line: float
) -> bool:
    then = as_if(home, change.feature, to)
    return bool(model.scores(matrix_of(then, model.features))[0] > line)


def test_nothing_is_said_of_others_or_of_scores() -> None:
    generous = Points(**{name: 99 for name in FEATURES})
    for change in nearest_changes(generous, a_household(), 5, most=99):
        feature = FEATURES[change.feature]
        assert feature.family not in ("neighbourhood", "household") or (
            change.feature == "is_residence_unknown"
        )
        assert feature.sensitivity == "ordinary"
        for word in ("점수", "확률", "위험", "자살", "다른 가구"):
            assert word not in change.sentence
