"""Rates of the neighbours: per mille, past, of enough others, and never of oneself."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.build import build_features
from features.catalogue import FEATURES
from pipeline.warehouse import Warehouse
from tests.lib.core import Event, town
from tests.lib.feature_towns import AS_OF, Town, put, random_town, worsened

RATES = [n for n, f in FEATURES.items() if f.family == "neighbourhood"]
LAST_MONTH = date(2026, 2, 5)


def dong(homes: int) -> str:
    lines = [f"h{n:02d} | d1" for n in range(homes)]
    return "\n".join(["household_id | current_dong_code", *lines, "x | "])


def rates(homes: int, events: list[Event], listings: str = "household_id") -> dict:
    with Warehouse.in_memory() as warehouse:
        town(warehouse, households=dong(homes), events=events, listings=listings)
        found = build_features(warehouse, AS_OF).to_pandas()
    return found.set_index("household_id")[RATES].to_dict("index")


def owing(*homes: int) -> list[Event]:
    return [
        Event(f"h{n:02d}", "gas_arrears", LAST_MONTH, LAST_MONTH, 2, 9_000)
        for n in homes
    ]


def test_the_share_of_the_others_in_whole_per_mille() -> None:
    found = rates(31, owing(0, 1, 2, 3))
    assert found["h00"]["dong_arrears_12m_rate"] == 3 * 1000 // 30
    assert found["h09"]["dong_arrears_12m_rate"] == 4 * 1000 // 30


def test_fewer_than_30_others_tell_nothing_and_neither_does_no_dong() -> None:
    found = rates(30, owing(0))
    assert np.isnan(found["h05"]["dong_arrears_12m_rate"])
    assert np.isnan(rates(40, owing(0))["x"]["dong_arrears_12m_rate"])


@pytest.mark.parametrize(("known", "rate"), [("2026-03-01", 545), ("2026-03-02", None)])
def test_need_among_the_others_results_known_before_the_day(
    known: str, rate: int | None
) -> None:
    lines = [
        f"h{n:02d} | 2026-01-05 | {known} | {'S1' if n < 6 else 'N2'}"
        for n in range(12)
    ] + [f"h13 | 2026-01-05 | {known} | L1"]
    header = "household_id | listed_on | returned_known_on | result_code"
    found = rates(40, [], "\n".join([header, *lines]))
    value = found["h11"]["dong_need_24m_rate"]
    assert (None if np.isnan(value) else value) == rate  # 6 of 11: itself is left out


def test_nothing_of_its_own_moves_a_households_value() -> None:
    """One household of each dong gets worse in every way: only its neighbours see it."""
    it = random_town(240, 17, dongs=4)
    chosen = [int(np.flatnonzero(it.homes["dong"] == d)[0]) for d in range(4)]
    before, after = frame(it), frame(only(it, chosen))
    own = [it.ids[n] for n in chosen]
    assert (before.loc[own].fillna(-1) == after.loc[own].fillna(-1)).all(axis=None)
    others = before.index.difference(own)
    assert (before.loc[others].fillna(-1) != after.loc[others].fillna(-1)).any(
        axis=None
    )


def only(it: Town, chosen: list[int]) -> Town:
    """A dozen facts worse for the chosen, and none for anybody else."""
    for seed in range(12):
        worse = worsened(it, seed)
        it = it.but(
            **{
                name: merged(getattr(it, name), getattr(worse, name), chosen)
                for name in ("events", "listings")
            }
        )
    return it


def merged(old: dict, new: dict, chosen: list[int]) -> dict:
    mine, others = (
        np.isin(new["household"], chosen),
        ~np.isin(old["household"], chosen),
    )
    return {n: np.concatenate([old[n][others], new[n][mine]]) for n in old}


def frame(it: Town) -> pd.DataFrame:
    with Warehouse.in_memory() as warehouse:
        put(warehouse, it)
        return (
            build_features(warehouse, AS_OF)
            .to_pandas()
            .set_index("household_id")[RATES]
        )
