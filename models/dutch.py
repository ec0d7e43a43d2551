"""dutch_v1: the Dutch rule of early signals of debts, as towns there order them."""

from typing import Final

from features.catalogue import FEATURES
from models.additive import AdditiveModel, Term
from models.scorecard import load_scorecard

# Vroegsignalering takes rent, energy, water and health insurance, and the notice that
# a supply ends. Nearly all towns order by the type of signal and the amount; a home
# with two signals in one month (meervoudig), or with one in the months before
# (opeenvolgend), comes first. Divosa, Monitor vroegsignalering 2023.
TYPE: Final = {
    "kepco_stop_in_force": 40,
    "gas_stop_in_force": 40,
    "water_stop_in_force": 40,
    "housing_in_arrears_now": 30,
    "kepco_months_overdue_now": 20,
    "gas_months_overdue_now": 20,
    "water_months_overdue_now": 20,
    "nhis_months_overdue_now": 10,
}
# From the median least amount there (75 euros) up, in won.
AMOUNT: Final = ((110_000, 10), (375_000, 20), (750_000, 30), (1_500_000, 40))
MULTIPLE: Final = ("sources_in_arrears_now", 2, 40)
# A signal before, at most half a year ago: told at least twice within the quarter.
CONSECUTIVE: Final = 20
BEFORE: Final = (
    "kepco_arrears_seen_3m",
    "gas_arrears_seen_3m",
    "water_arrears_seen_3m",
    "nhis_arrears_seen_3m",
)
BANDS: Final = (("매우 높음", 100.0), ("높음", 60.0))


def dutch_v1() -> AdditiveModel:
    """Type, amount, multiple, consecutive: no outcomes, no learning."""
    multiple, at, points = MULTIPLE
    terms = (
        *(_term(name, ((1, worth),)) for name, worth in TYPE.items()),
        _term("arrears_amount_now_krw", AMOUNT),
        _term(multiple, ((at, points),)),
        *(_term(name, ((2, CONSECUTIVE),)) for name in BEFORE),
    )
    return AdditiveModel("dutch_v1", 0, terms, load_scorecard().reasons, BANDS)


def _term(name: str, steps: tuple[tuple[int, int], ...]) -> Term:
    at = tuple(float(value) for value, _ in steps)
    worth = tuple(float(points) for _, points in steps)
    return Term(name, FEATURES[name].direction, at, worth)
