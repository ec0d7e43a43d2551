"""Arrears of rent, credit and insurance: of a believable length, of the poor's making."""

import datetime as dt

import numpy as np
import pytest

from pipeline.twin import indicators, kcomwel, nps
from pipeline.twin.clock import BURN_IN, stream
from pipeline.twin.extracts import Twin
from pipeline.twin.generate import Wanted, make_twin
from pipeline.twin.owing import Habit, months_owing

AS_OF = dt.date(2026, 7, 1)


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(Wanted("cheonan", 20_000, 12, 5, AS_OF))


def months_of(twin: Twin, code: str) -> tuple[np.ndarray, np.ndarray]:
    """Households and months overdue of those whom the file tells of."""
    owing = indicators.owing_of(twin, code, indicators.LASTING[code])
    return twin.population.persons.household[owing.person], owing.months


@pytest.mark.parametrize("code", ["R01", "R02", "R03"])
def test_rent_is_owed_for_months_and_not_for_years(twin: Twin, code: str) -> None:
    _, months = months_of(twin, code)
    told = months[months >= 3]
    assert len(told)
    assert (told <= 9).mean() > 0.7
    assert (told > 24).mean() < 0.05
    assert told.max() <= 36


@pytest.mark.parametrize("code", ["F01", "F02"])
def test_a_debt_is_told_for_two_years(twin: Twin, code: str) -> None:
    _, months = months_of(twin, code)
    assert months.max() <= 24


@pytest.mark.parametrize(
    ("code", "spell"), [("R01", "rent"), ("F01", "credit"), ("F02", "credit")]
)
def test_nobody_is_told_whose_spell_the_survey_does_not_count(
    twin: Twin, code: str, spell: str
) -> None:
    households, months = months_of(twin, code)
    late = twin.payers.shortage.late[spell][households]
    assert (months > 0).any()
    assert late[months > 0].all()


def test_insurance_lapses_after_three_years_and_few_owe_more_than_one(
    twin: Twin,
) -> None:
    of_persons = nps.files(twin)[-1].sheet().column("체납개월")
    of_firms = kcomwel.files(twin)[-1].sheet().column("고용체납개월")
    for column in (of_persons, of_firms):
        months = np.array([int(text) for text in column if text.isdigit()])
        months = months[months > 0]
        assert months.max() <= 36
        # 100,000 of 527,000 workplaces owe 13 months and more.
        assert 0.12 < (months >= 13).mean() < 0.27


def test_the_level_is_met_when_nobody_is_short_of_money(twin: Twin) -> None:
    nobody = np.zeros_like(twin.payers.spells["rent"])
    spells, twin.payers.spells["none"] = twin.payers.spells, nobody
    habit = Habit(("none",), 0.05, 3)
    households = np.arange(20_000)
    luck = stream(1, "luck").normal(0, 1, 20_000)
    months = months_owing(twin, stream(1, "test"), households, habit, luck)
    assert (months >= 3).mean() == pytest.approx(0.05, rel=0.2)
    nothing = Habit(("none",), 0.0, 3)
    assert not months_owing(twin, stream(1, "t"), households, nothing, luck).any()
    del spells["none"]


def test_an_arrear_that_became_too_long_ends_until_it_is_paid(twin: Twin) -> None:
    steps = twin.window.steps
    always = np.ones((1, steps), dtype=bool)
    twin.payers.spells["always"] = always
    one, luck = np.array([0]), np.zeros(1)
    ends = Habit(("always",), 0.0, 3, (0.0,) * 4, longest=10)
    assert not months_owing(twin, stream(1, "t"), one, ends, luck).any()
    lapses = Habit(("always",), 0.0, 3, (0.0,) * 4, longest=10, lapses=True)
    assert (months_owing(twin, stream(1, "t"), one, lapses, luck) == 10).all()
    always[0, BURN_IN] = False  # paid once: it may begin again
    again = months_owing(twin, stream(1, "t"), one, ends, luck)[0].tolist()
    assert again == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0]
    del twin.payers.spells["always"]
