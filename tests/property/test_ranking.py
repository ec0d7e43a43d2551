"""What holds of every list, whatever the town: drawn by Hypothesis."""

import datetime as dt
import math
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ranking import rank_households
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import AS_OF, ROUND, draw_town

WEEKS = 2
DONGS = ("4413100001", "4413100002", "4413100003")


@dataclass(frozen=True)
class Household:
    household_id: str
    dong: str
    score: float
    contacted_days_ago: int | None

    @property
    def contacted_on(self) -> dt.date | None:
        ago = self.contacted_days_ago
        return None if ago is None else AS_OF - dt.timedelta(days=ago)


@dataclass(frozen=True)
class Team:
    dong: str
    hub: str | None
    fte: Decimal
    weekly_cases: int

    @property
    def unit(self) -> str:
        return self.hub or self.dong


@dataclass(frozen=True)
class Town:
    teams: tuple[Team, ...]
    households: tuple[Household, ...]

    def unit_of(self, household: Household) -> str:
        return next(t.unit for t in self.teams if t.dong == household.dong)

    def slots(self) -> dict[str, int]:
        slots = {team.unit: 0 for team in self.teams}
        for team in self.teams:
            slots[team.unit] += math.floor(team.fte * team.weekly_cases * WEEKS)
        return slots


@st.composite
def towns(draw: st.DrawFn) -> Town:
    teams = tuple(
        Team(
            dong,
            draw(st.sampled_from([None, "HUB1"])),
            draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("1.25")])),
            draw(st.integers(1, 2)),
        )
        for dong in DONGS
    )
    count = draw(st.integers(1, 14))
    households = tuple(
        Household(
            f"H{n:02d}",
            draw(st.sampled_from(DONGS)),
            # Few values, so that ties are the rule.
            draw(st.sampled_from([0.0, 0.25, 0.2500001, 0.5, 1.0])),
            draw(st.sampled_from([None, 1, 30, 400])),
        )
        for n in range(count)
    )
    return Town(teams, households)


@cache
def warehouse() -> Warehouse:
    return draw_town()


def listed(town: Town) -> list[tuple[str, str, int, int]]:
    """(household, dong, rank in unit, rank in dong) of everybody with a place."""
    engine = warehouse()
    _fill(engine, town)
    rank_households(engine, ROUND, as_of=AS_OF, weeks=WEEKS)
    rows = engine.rows(
        "SELECT household_id, dong_code, rank_in_unit, rank_in_dong FROM _ranked "
        "ORDER BY household_id"
    )
    return [(str(h), str(d), int(u), int(n)) for h, d, u, n in rows]


def _fill(engine: Warehouse, town: Town) -> None:
    ids = pa.array([h.household_id for h in town.households])
    n = len(town.households)
    engine.put(
        "core_household",
        pa.table(
            {
                "household_id": ids,
                "current_dong_code": [h.dong for h in town.households],
            }
        ),
    )
    engine.put(
        "out_eligibility",
        pa.table(
            {
                "round": [ROUND] * n,
                "household_id": ids,
                "is_eligible": [True] * n,
                "reason": ["ELIGIBLE"] * n,
            }
        ),
    )
    engine.put(
        "out_score",
        pa.table(
            {
                "round": [ROUND] * n,
                "as_of": [AS_OF] * n,
                "household_id": ids,
                "score": [h.score for h in town.households],
            }
        ),
    )
    engine.put(
        "core_team",
        pa.table(
            {
                "dong_code": [t.dong for t in town.teams],
                "hub_code": pa.array([t.hub for t in town.teams], pa.string()),
                "fte": pa.array([t.fte for t in town.teams], pa.decimal128(6, 2)),
                "weekly_cases": pa.array(
                    [t.weekly_cases for t in town.teams], pa.int32()
                ),
            }
        ),
    )
    met = [h for h in town.households if h.contacted_days_ago is not None]
    engine.put(
        "core_event",
        pa.table(
            {
                "household_id": pa.array([h.household_id for h in met], pa.string()),
                "event_type": pa.array(["contact"] * len(met), pa.string()),
                "occurred_on": pa.array([h.contacted_on for h in met], pa.date32()),
                "known_on": pa.array([h.contacted_on for h in met], pa.date32()),
            }
        ),
    )


def policy(household: Household) -> tuple[float, float, str]:
    """The written tie policy, said once more in Python."""
    ago = household.contacted_days_ago
    return (
        -round(household.score, 6),
        -(math.inf if ago is None else ago),
        household.household_id,
    )


@given(towns(), st.data())
def test_the_order_of_the_input_changes_no_list(
    town: Town, data: st.DataObject
) -> None:
    shuffled = Town(
        tuple(data.draw(st.permutations(town.teams))),
        tuple(data.draw(st.permutations(town.households))),
    )
    assert listed(shuffled) == listed(town)


@given(towns())
def test_no_place_too_many_and_none_left_empty(town: Town) -> None:
    places = listed(town)
    by_id = {h.household_id: h for h in town.households}
    for unit, slots in town.slots().items():
        candidates = [h for h in town.households if town.unit_of(h) == unit]
        got = [p for p in places if town.unit_of(by_id[p[0]]) == unit]
        assert len(got) == min(slots, len(candidates))
        assert sorted(p[2] for p in got) == list(range(1, len(got) + 1))


@given(towns())
def test_the_list_is_the_policy_said_in_python(town: Town) -> None:
    expected = []
    for unit, slots in town.slots().items():
        best = sorted(
            (h for h in town.households if town.unit_of(h) == unit), key=policy
        )[:slots]
        in_dong = dict.fromkeys(DONGS, 0)
        for rank, household in enumerate(best, start=1):
            in_dong[household.dong] += 1
            expected.append(
                (household.household_id, household.dong, rank, in_dong[household.dong])
            )
    assert listed(town) == sorted(expected)


@given(towns(), st.data())
def test_a_higher_score_never_worsens_a_place(town: Town, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(town.households) - 1))
    chosen = town.households[at]
    raised = replace(chosen, score=chosen.score + data.draw(st.floats(0, 2)))
    changed = replace(
        town,
        households=(*town.households[:at], raised, *town.households[at + 1 :]),
    )

    def place(which: Town) -> float:
        found = [p[2] for p in listed(which) if p[0] == chosen.household_id]
        return found[0] if found else math.inf

    assert place(changed) <= place(town)


@given(towns(), st.sampled_from(DONGS), st.floats(0, 2))
def test_one_more_household_changes_no_other_unit(
    town: Town, dong: str, score: float
) -> None:
    newcomer = Household("H99", dong, score, None)
    unit = town.unit_of(newcomer)
    grown = replace(town, households=(*town.households, newcomer))

    def elsewhere(which: Town) -> list[tuple[str, str, int, int]]:
        return [
            p for p in listed(which)
            if next(t.unit for t in which.teams if t.dong == p[1]) != unit
        ]  # fmt: skip

    assert elsewhere(grown) == elsewhere(town)


@given(towns())
def test_when_all_scores_are_equal_the_policy_orders(town: Town) -> None:
    equal = replace(
        town, households=tuple(replace(h, score=0.5) for h in town.households)
    )
    by_id = {h.household_id: h for h in equal.households}
    for unit in equal.slots():
        got = sorted(
            (p for p in listed(equal) if equal.unit_of(by_id[p[0]]) == unit),
            key=lambda p: p[2],
        )
        order = [policy(by_id[p[0]])[1:] for p in got]
        assert order == sorted(order)


@pytest.fixture(scope="module", autouse=True)
def _close_the_shared_warehouse() -> object:
    yield
    warehouse().close()
    warehouse.cache_clear()
