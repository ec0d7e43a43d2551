"""The Dutch rule: type, amount, multiple, consecutive."""

import pytest

from features.catalogue import FEATURES
from models.base import matrix_of
from models.dutch import AMOUNT, BEFORE, TYPE, dutch_v1
from tests.lib.frames import a_household

NAN = float("nan")
MODEL = dutch_v1()


def points(**facts: float) -> float:
    matrix = matrix_of(a_household(**facts), MODEL.features)
    parts = MODEL.contributions(matrix)
    score = float(MODEL.scores(matrix)[0])
    assert score == MODEL.base + parts.sum()
    return score


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        ({}, 0),
        ({"nhis_months_overdue_now": 1}, 10),
        ({"water_months_overdue_now": 30}, 20),  # of months the rule knows nothing
        ({"gas_months_overdue_now": NAN}, 0),
        ({"housing_in_arrears_now": 1}, 30),
        ({"kepco_stop_in_force": 1}, 40),
        ({"nps_months_overdue_now": 24}, 0),  # no signal of theirs
        ({"arrears_amount_now_krw": 109_999}, 0),
        ({"arrears_amount_now_krw": 110_000}, 10),
        ({"arrears_amount_now_krw": 9_000_000}, 40),
        ({"sources_in_arrears_now": 1}, 0),
        ({"sources_in_arrears_now": 2}, 40),
        ({"nhis_arrears_seen_3m": 1}, 0),
        ({"nhis_arrears_seen_3m": 2}, 20),
    ],
)
def test_each_part_of_the_rule(facts: dict[str, float], score: float) -> None:
    assert points(**facts) == score


def test_two_small_signals_of_one_month_stand_before_one_large() -> None:
    two = points(
        nhis_months_overdue_now=1, water_months_overdue_now=1,
        sources_in_arrears_now=2, arrears_amount_now_krw=120_000,
    )  # fmt: skip
    one = points(
        water_months_overdue_now=1, sources_in_arrears_now=1,
        arrears_amount_now_krw=1_500_000,
    )  # fmt: skip
    assert two > one


def test_it_reads_what_towns_there_are_sent_and_needs_no_outcomes() -> None:
    assert set(MODEL.features) == {
        *TYPE, *BEFORE, "arrears_amount_now_krw", "sources_in_arrears_now"
    }  # fmt: skip
    assert all(FEATURES[name].direction == 1 for name in MODEL.features)
    assert [at for at, _ in AMOUNT] == sorted(at for at, _ in AMOUNT)


def test_its_bands_need_more_than_one_signal() -> None:
    assert MODEL.band_of(MODEL.scores(matrix_of(a_household(), MODEL.features)))[0] == (
        "보통"
    )
    assert points(kepco_stop_in_force=1, arrears_amount_now_krw=375_000) >= 60
