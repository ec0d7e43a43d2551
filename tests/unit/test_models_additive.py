"""One term at a time: steps, scales, directions and what is unknown."""

import numpy as np
import pytest

from models.additive import AdditiveModel, Reason, Term
from models.predict import score
from tests.lib.frames import a_household

NAN = float("nan")


@pytest.mark.parametrize(
    ("term", "values", "parts"),
    [
        (
            Term("f", "step", 1, (1.0, 3.0), (2.0, 8.0)),
            [NAN, 0, 0.9, 1, 2, 3, 99],
            [0, 0, 0, 2, 2, 8, 8],
        ),
        (  # newer is worse: the nearer to 0 the more
            Term("f", "step", -1, (0.0, 6.0, 12.0), (9.0, 4.0, 0.0)),
            [NAN, 0, 5, 6, 12, 99],
            [0, 9, 9, 4, 0, 0],
        ),
        (
            Term("f", "linear", 1, (10.0,), (5.0,)),
            [NAN, -1, 0, 5, 10, 20],
            [0, 0, 0, 2.5, 5, 5],
        ),
        (
            Term("f", "linear", -1, (10.0,), (5.0,)),
            [NAN, 0, 5, 10, 20],
            [0, 5, 2.5, 0, 0],
        ),
        (
            Term("f", "log", 1, (7.0,), (3.0,)),  # log 8 is three times log 2
            [NAN, 0, 1, 3, 7, 99],
            [0, 0, 1, 2, 3, 3],
        ),
    ],
)
def test_a_terms_part(term: Term, values: list[float], parts: list[float]) -> None:
    found = term.contribution(np.array(values, dtype=np.float64))
    assert found == pytest.approx(np.array(parts, dtype=np.float64))


def test_two_terms_of_a_feature_are_one_part() -> None:
    terms = (
        Term("gas_stops_12m", "linear", 1, (10.0,), (5.0,)),
        Term("gas_stops_12m", "step", 1, (4.0,), (1.0,)),
    )
    reason = Reason("gas_stops_12m", "gas", "{value}번 중지되었습니다")
    model = AdditiveModel("x", "sum", 0.5, terms, (reason,), (("높음", 4.0),))
    row = score(a_household(gas_stops_12m=5), model).iloc[0]
    assert model.features == ("gas_stops_12m",)
    assert row["score"] == 0.5 + 2.5 + 1.0
    assert row["band"] == "높음"  # a score on the threshold is in the band
    assert row["reason_1"] == "5번 중지되었습니다"


def test_scores_of_a_logistic_model_are_chances_of_six_places() -> None:
    terms = (Term("gas_stops_12m", "linear", 1, (1.0,), (1.0,)),)
    model = AdditiveModel("x", "logistic", -1.0, terms, (), ())
    assert score(a_household(gas_stops_12m=1), model)["score"][0] == 0.5
    assert score(a_household(), model)["score"][0] == 0.268941  # 1 / (1 + e)
