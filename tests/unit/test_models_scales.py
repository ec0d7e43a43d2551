"""Smooth scales become steps: whole, rising, near the curve, exact at what is told."""

import numpy as np
import pytest

from features.catalogue import FEATURES
from models.additive import Term
from models.scales import Scale, compiled, knots, scales_of
from tests.lib.frames import a_frame

NAN = float("nan")
MONTHS = Scale("nhis_months_overdue_now", "개월", 1, 60.0, is_log=True)
STRAIGHT = Scale("nhis_months_overdue_now", "개월", 1, 60.0, is_log=False)
WON = Scale("nhis_amount_now_krw", "원", 1, 3_000_000.0, is_log=True)


@pytest.mark.parametrize(
    ("scale", "values", "shares"),
    [
        (STRAIGHT, [NAN, -1, 0, 30, 60, 99], [0, 0, 0, 0.5, 1, 1]),
        (Scale("f", "회", 1, 7.0, True), [0, 1, 3, 7, 9], [0, 1 / 3, 2 / 3, 1, 1]),
        (Scale("f", "일", -1, 10.0, False), [NAN, 0, 5, 10, 20], [0, 1, 0.5, 0, 0]),
    ],
)
def test_a_scale(scale: Scale, values: list[float], shares: list[float]) -> None:
    found = scale.shares(np.array(values, dtype=np.float64))
    assert found == pytest.approx(np.array(shares, dtype=np.float64))


@pytest.mark.parametrize("scale", [MONTHS, STRAIGHT, WON])
def test_steps_are_whole_rise_and_keep_near_the_curve(scale: Scale) -> None:
    (term,) = compiled([scale], np.array([2.0]), (), 0.0)
    values = np.linspace(0, 1.2 * scale.cap, 5_000)
    points = term.contribution(values)
    assert (points == np.round(points)).all()
    assert (np.diff(points) >= 0).all()
    assert points.max() == 2_000
    assert np.abs(points - 2_000 * scale.shares(values)).max() < 360
    whole = np.arange(1.0, 61.0)
    if scale.unit == "개월":  # every month is a step of its own
        assert points_at(term, whole) == np.rint(2_000 * scale.shares(whole)).tolist()


def points_at(term: Term, values: np.ndarray) -> list[float]:
    found: list[float] = term.contribution(values).tolist()
    return found


def test_less_is_more_risk_where_the_direction_falls() -> None:
    scale = Scale("f", "일", -1, 400.0, is_log=False)
    (term,) = compiled([scale], np.array([1.0]), (), 0.0)
    assert points_at(term, np.array([NAN, 0, 400, 900])) == [0, 1_000, 0, 0]
    assert (np.diff(term.contribution(np.arange(500.0))) <= 0).all()


def test_scales_and_the_scorecard_become_one_term_of_a_feature() -> None:
    told = Term("nhis_months_overdue_now", 1, (3.0,), (20.0,))
    other = Term("gas_stop_in_force", 1, (1.0,), (100.0,))
    terms = compiled(
        [MONTHS, STRAIGHT], np.array([1.0, 0.5]), (told, other), worth=0.004
    )
    assert [term.feature for term in terms] == [told.feature, other.feature]
    at = np.array([2.0, 3.0, 60.0])
    curve = MONTHS.shares(at) + 0.5 * STRAIGHT.shares(at) + [0, 0.08, 0.08]
    assert points_at(terms[0], at) == np.rint(1_000 * curve).tolist()
    assert points_at(terms[1], np.array([NAN, 0, 1])) == [0, 0, 400]


def test_weights_of_nothing_make_no_term() -> None:
    told = (Term("gas_stop_in_force", 1, (1.0,), (100.0,)),)
    assert compiled([MONTHS], np.array([0.0]), told, worth=0.0) == ()


def test_every_feature_is_cut_into_few_steps_up_to_its_cap() -> None:
    frame = a_frame(50, seed=1)
    for scale in scales_of(FEATURES.values(), frame):
        limits = knots(scale)
        assert list(limits) == sorted(set(limits))
        assert limits[0] >= 1
        assert limits[-1] == np.ceil(scale.cap)
        assert len(limits) <= 130
