"""One term at a time: steps, scales, directions and what is unknown."""

import numpy as np
import pytest

from models.additive import AdditiveModel, Reason, Term, matrix_of
from models.predict import score
from models.scorecard import scorecard_v1
from tests.lib.frames import a_household

NAN = float("nan")


@pytest.mark.parametrize(
    ("term", "values", "parts"),
    [
        (
            Term("f", 1, (1.0, 3.0), (2.0, 8.0)),
            [NAN, -1, 0, 0.9, 1, 2, 3, 99],
            [0, 0, 0, 0, 2, 2, 8, 8],
        ),
        (  # newer is worse: the nearer to 0 the more
            Term("f", -1, (0.0, 6.0, 12.0), (9.0, 4.0, 0.0)),
            [NAN, 0, 5, 6, 12, 99],
            [0, 9, 9, 4, 0, 0],
        ),
        (  # context may count either way
            Term("f", 0, (1.0, 2.0), (-3.0, 5.0)),
            [NAN, 0, 1, 2],
            [0, 0, -3, 5],
        ),
    ],
)
def test_a_terms_part(term: Term, values: list[float], parts: list[float]) -> None:
    found = term.contribution(np.array(values, dtype=np.float64))
    assert found.tolist() == parts


def test_two_terms_of_a_feature_are_one_part() -> None:
    terms = (
        Term("gas_stops_12m", 1, (5.0,), (5.0,)),
        Term("gas_stops_12m", 1, (4.0,), (1.0,)),
    )
    reason = Reason("gas_stops_12m", "gas", "{value}번 중지되었습니다")
    model = AdditiveModel("x", 7, terms, (reason,), (("높음", 13.0),))
    home = a_household(gas_stops_12m=5)
    row = score(home, model).iloc[0]
    assert model.features == ("gas_stops_12m",)
    assert row["score"] == 7 + 5 + 1
    assert row["band"] == "높음"  # a score on the threshold is in the band
    assert row["reason_1"] == "5번 중지되었습니다"
    assert model.contributions(np.array([[5.0]])).tolist() == [[6.0]]


def test_base_is_the_score_of_the_household_without_any_sign() -> None:
    model = scorecard_v1()
    nobody = matrix_of(a_household(), model.features)
    assert model.scores(nobody)[0] == model.base
    assert model.scores(np.full_like(nobody, NAN))[0] == model.base
