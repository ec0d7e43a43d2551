"""Each scenario leaves its signature, and `plain` leaves none of them."""

import datetime as dt
import functools
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import OptionError
from pipeline.twin.extracts import Twin
from pipeline.twin.generate import Wanted, make_twin, write_town
from pipeline.twin.hardship import BROAD_ABOVE, in_broad_hardship
from pipeline.twin.history import history_sheets
from pipeline.twin.scenarios import SCENARIOS
from pipeline.twin.unpaid import SOURCES, within

AS_OF = dt.date(2026, 7, 1)


@functools.cache
def _town(scenario: str) -> Twin:
    return make_twin(Wanted("cheonan", 10_000, 12, 5, AS_OF, scenario))


def _owes(twin: Twin) -> np.ndarray:
    """[household, month]: a bill for supplies or insurance is unpaid."""
    count = twin.population.households
    return np.logical_or.reduce(
        [within(twin.payers.unpaid[name])[:count] > 0 for name in SOURCES]
    )


def _odds(sign: np.ndarray, state: np.ndarray) -> float:
    """The log odds ratio of a state given a sign."""
    cells = [(a & b).sum() + 0.5 for a in (sign, ~sign) for b in (state, ~state)]
    return float(np.log(cells[0] * cells[3] / (cells[1] * cells[2])))


def _effect(twin: Twin, months: slice = slice(None)) -> float:
    state = in_broad_hardship(twin.payers.need[:, months])
    return _odds(_owes(twin)[:, months], state)


def test_arrears_speak_for_need_in_the_plain_town() -> None:
    early, late = (_effect(_town("plain"), half) for half in (np.s_[:6], np.s_[6:]))
    assert early > 0.4
    assert late > 0.4


def test_null_nothing_predicts_need() -> None:
    twin = _town("null")
    assert abs(_effect(twin)) < 0.2
    for name in SOURCES:
        sign = within(twin.payers.unpaid[name])[: twin.population.households] > 1
        assert abs(_odds(sign, in_broad_hardship(twin.payers.need))) < 0.4
    plain = in_broad_hardship(_town("plain").payers.need).mean()
    assert in_broad_hardship(twin.payers.need).mean() == pytest.approx(plain)


def test_drift_the_effect_of_arrears_turns_in_mid_window() -> None:
    twin = _town("drift")
    assert _effect(twin, np.s_[:6]) == pytest.approx(_effect(_town("plain"), np.s_[:6]))
    assert _effect(twin, np.s_[6:]) < -0.4


def test_interactions_insurance_arrears_count_for_people_alone_only() -> None:
    def effects(twin: Twin) -> tuple[float, float]:
        count = twin.population.households
        sign = within(twin.payers.unpaid["nhis"])[:count] >= 3
        state = in_broad_hardship(twin.payers.need)
        alone = twin.population.kinds.flags["alone"]
        return _odds(sign[alone], state[alone]), _odds(sign[~alone], state[~alone])

    alone, others = effects(_town("interactions"))
    assert alone - others > 1.5
    alone, others = effects(_town("plain"))
    assert abs(alone - others) < 1.0


def test_confounder_the_crude_effect_is_smaller_than_within_a_dong() -> None:
    def gap(twin: Twin) -> float:
        places, pop = twin.places, twin.population
        dong = np.array(places.dong)[np.array(places.building)]
        strict = dong[pop.registered_home[:, 0]] % 2 == 1
        sign, state = _owes(twin), in_broad_hardship(twin.payers.need)
        inside = [_odds(sign[part], state[part]) for part in (strict, ~strict)]
        return float(np.mean(inside)) - _odds(sign, state)

    assert gap(_town("confounder")) > 0.25
    assert abs(gap(_town("plain"))) < 0.1


def test_reach_by_need_the_needy_are_reached_less() -> None:
    def reached(twin: Twin) -> tuple[float, float]:
        pop = twin.population
        head = {pop.persons.resident_no[p]: h for h, p in enumerate(pop.head[:10_000])}
        met: dict[bool, list[bool]] = {True: [], False: []}
        for this, sheet in history_sheets(twin):
            month = twin.column(this.selected) - 1
            for row in sheet.rows:
                need = twin.payers.need[head[row[1]], month] > BROAD_ABOVE
                met[bool(need)].append(bool(row[3]))
        return float(np.mean(met[True])), float(np.mean(met[False]))

    needy, others = reached(_town("reach_by_need"))
    assert needy < 0.5 < others
    needy, others = reached(_town("plain"))
    assert abs(needy - others) < 0.1


def test_silent_source_gas_stops_arriving(tmp_path: Path) -> None:
    write_town(
        tmp_path / "in", tmp_path / "truth", town="cheonan", households=150, months=4,
        seed=1, as_of=AS_OF, scenario="silent_source",
    )  # fmt: skip
    gas = sorted(path.name for path in (tmp_path / "in").glob("GAS_STOP_*.csv"))
    power = list((tmp_path / "in").glob("KEPCO_LIMIT_????????.txt"))
    assert (len(gas), len(power)) == (4, 8)
    assert gas[-1] == "GAS_STOP_20260430.csv"


def test_every_scenario_is_told_and_an_unknown_one_is_refused() -> None:
    assert all(one.what for one in SCENARIOS.values())
    with pytest.raises(OptionError) as caught:
        make_twin(Wanted("cheonan", 150, 2, 1, AS_OF, "doomsday"))
    assert "null" in caught.value.next_step
