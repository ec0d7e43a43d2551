"""What holds of every round's places, whatever the town: drawn by Hypothesis."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.places import Shares
from pipeline.warehouse import Warehouse
from tests.lib.places import WEEKS, Household, Team, Town, fill, part, put_town
from tests.lib.referral_tables import ROUND, draw_town

DONGS = ("4413100001", "4413100002", "4413100003")
# A hub of teams whose members have 10 places and more each.
LARGE = tuple(
    Team(dong, "HUB1", fte, 5)
    for dong, fte in zip(
        DONGS, (Decimal("1.05"), Decimal("1.19"), Decimal("3.0")), strict=True
    )
)
SHARES = (
    Shares(),
    Shares(must=0.29, locate=0.5, sample=0.3),
    Shares(must=1, locate=1, sample=0),
    Shares(no_signal_basis="조례 제5조", sample=0.4, no_signal=0.5),
)


@dataclass(frozen=True)
class Place:
    """Who got what."""

    household_id: str
    dong: str
    unit: str
    slot_kind: str
    worked_by: str
    rank_in_unit: int
    rank_in_dong: int


@st.composite
def towns(draw: st.DrawFn) -> Town:
    teams = tuple(
        Team(
            dong,
            draw(st.sampled_from([None, "HUB1"])),
            draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("1.25")])),
            draw(st.integers(1, 5)),
        )
        for dong in DONGS
    )
    count = draw(st.integers(1, 22))
    households = tuple(
        Household(
            f"H{n:02d}",
            draw(st.sampled_from(DONGS)),
            # Few values, so that ties are the rule.
            draw(st.sampled_from([0.0, 0.25, 0.2500001, 0.5, 1.0])),
            draw(st.sampled_from([None, 1, 30, 400])),
            draw(st.sampled_from([None, None, 1, 2])),
            draw(st.sampled_from([None, None, 1, 3])),
        )
        for n in range(count)
    )
    silent = tuple(
        Household(f"S{n:02d}", draw(st.sampled_from(DONGS)), 0.0, has_sign=False)
        for n in range(draw(st.integers(0, 3)))
    )
    return Town(teams, households + silent)


@cache
def warehouse() -> Warehouse:
    engine = draw_town()
    # So few rows are sorted sooner by one thread than shared out to two.
    engine.execute("SET threads = 1")
    return engine


def places(town: Town, shares: Shares) -> list[Place]:
    engine = warehouse()
    put_town(engine, town)
    fill(engine, shares=shares)
    return [
        Place(*row)
        for row in engine.rows(
            "SELECT household_id, dong_code, unit, slot_kind, worked_by, "
            "rank_in_unit, rank_in_dong FROM _place ORDER BY unit, rank_in_unit"
        )
    ]


def accounts(unit: str) -> dict[str, int]:
    """The unit's line of the account of the places just given."""
    (row,) = warehouse().fetch(
        "SELECT * FROM _place_unit WHERE unit = $unit", {"unit": unit}
    ).to_pylist()  # fmt: skip
    assert row["round"] == ROUND
    return row


def waiting(town: Town, unit: str, queue: str) -> list[Household]:
    """A queue of a unit in its written order."""
    return sorted(
        (
            h
            for h in town.households
            if h.has_sign and h.queue == queue and town.unit_of(h) == unit
        ),
        key=Household.order,
    )


@given(towns(), st.sampled_from(SHARES), st.data())
def test_the_order_of_the_input_changes_no_place(
    town: Town, shares: Shares, data: st.DataObject
) -> None:
    shuffled = Town(
        tuple(data.draw(st.permutations(town.teams))),
        tuple(data.draw(st.permutations(town.households))),
    )
    assert places(shuffled, shares) == places(town, shares)


@given(towns(), st.sampled_from(SHARES))
def test_no_place_too_many_and_none_left_empty_while_somebody_waits(
    town: Town, shares: Shares
) -> None:
    filled = Counter(p.unit for p in places(town, shares))
    for unit, slots in town.slots().items():
        here = [h for h in town.households if town.unit_of(h) == unit]
        eligible = sum(h.has_sign for h in here)
        assert filled[unit] <= slots
        assert filled[unit] >= min(slots, eligible)


@given(towns(), st.sampled_from(SHARES))
def test_each_queue_gets_its_share_and_more_only_out_of_surplus(
    town: Town, shares: Shares
) -> None:
    got = places(town, shares)
    listed = {p.household_id for p in got}
    for unit, slots in town.slots().items():
        kinds = Counter(p.slot_kind for p in got if p.unit == unit)
        ranked = {h.household_id for h in waiting(town, unit, "rank")}
        must = {h.household_id for h in waiting(town, unit, "must")}
        if kinds["must"] > part(shares.must, slots):
            assert ranked <= listed
        if kinds["locate"] > part(shares.locate, slots):
            assert ranked | must <= listed
        sample = part(shares.sample, slots)
        if slots >= 10 and shares.sample:
            sample = max(sample, 1)
        assert kinds["sample"] <= sample
        below = ranked | {h.household_id for h in waiting(town, unit, "locate")}
        if below - listed:
            assert kinds["sample"] == sample


@given(towns(), st.sampled_from(SHARES))
def test_each_queue_is_served_in_its_written_order(town: Town, shares: Shares) -> None:
    got = places(town, shares)
    for unit in town.slots():
        for queue in ("must", "locate", "rank"):
            served = [
                p.household_id for p in got if p.unit == unit and p.slot_kind == queue
            ]
            order = [h.household_id for h in waiting(town, unit, queue)]
            assert served == order[: len(served)]


@given(towns(), st.sampled_from(SHARES))
def test_the_order_of_visits_is_must_then_locate_then_score(
    town: Town, shares: Shares
) -> None:
    by_id = {h.household_id: h for h in town.households}
    got = places(town, shares)
    for unit in town.slots():
        mine = [p for p in got if p.unit == unit]
        assert [p.rank_in_unit for p in mine] == list(range(1, len(mine) + 1))
        block = [{"must": 1, "locate": 2}.get(p.slot_kind, 3) for p in mine]
        assert block == sorted(block)
        mixed = [by_id[p.household_id].order()[2:] for p in mine if block and (
            p.slot_kind in ("rank", "sample"))]  # fmt: skip
        assert mixed == sorted(mixed)
    for dong in DONGS:
        ranks = [p.rank_in_dong for p in got if p.dong == dong]
        assert ranks == list(range(1, len(ranks) + 1))


@given(towns(), st.sampled_from(SHARES))
def test_nobody_is_lost_between_the_list_the_city_and_below_the_line(
    town: Town, shares: Shares
) -> None:
    got = places(town, shares)
    signed = {h.household_id for h in town.households if h.has_sign}
    for unit in town.slots():
        account = accounts(unit)
        mine = [p for p in got if p.unit == unit]
        kinds = Counter(p.slot_kind for p in mine)
        for kind in ("must", "locate", "rank", "sample"):
            assert account[f"{kind}_listed"] == kinds[kind]
        wanted = len(waiting(town, unit, "must"))
        assert account["must_wanted"] == wanted
        assert wanted == account["must_listed"] + account["must_to_city"]
        eligible = sum(len(waiting(town, unit, q)) for q in ("must", "locate", "rank"))
        listed = sum(p.household_id in signed for p in mine)
        assert account["eligible"] == eligible
        assert eligible == listed + account["must_to_city"] + account["below_line"]
        unmet = {h.household_id for h in waiting(town, unit, "locate")}
        assert account["carried"] == len(unmet - {p.household_id for p in mine})


@given(towns(), st.sampled_from(SHARES), st.data())
def test_a_higher_score_never_lowers_a_place_by_rank(
    town: Town, shares: Shares, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(town.households) - 1))
    chosen = town.households[at]
    raised = replace(chosen, score=chosen.score + data.draw(st.floats(0, 2)))
    changed = replace(
        town, households=(*town.households[:at], raised, *town.households[at + 1 :])
    )

    def place(which: Town) -> float:
        ranked = [
            p.household_id for p in places(which, shares) if p.slot_kind == "rank"
        ]
        if chosen.household_id not in ranked:
            return math.inf
        unit = which.unit_of(chosen)
        by_id = {h.household_id: h for h in which.households}
        mine = [i for i in ranked if which.unit_of(by_id[i]) == unit]
        return mine.index(chosen.household_id)

    assert place(changed) <= place(town)


@given(towns(), st.sampled_from(SHARES), st.sampled_from(DONGS), st.floats(0, 2))
def test_one_more_household_changes_no_other_unit(
    town: Town, shares: Shares, dong: str, score: float
) -> None:
    newcomer = Household("H99", dong, score, None, must=1)
    unit = town.unit_of(newcomer)
    grown = replace(town, households=(*town.households, newcomer))

    def elsewhere(which: Town) -> list[Place]:
        return [p for p in places(which, shares) if p.unit != unit]

    assert elsewhere(grown) == elsewhere(town)


@given(towns(), st.sampled_from(SHARES), st.integers(0, 2))
def test_one_more_officer_changes_no_other_unit(
    town: Town, shares: Shares, at: int
) -> None:
    team = town.teams[at]
    teams = list(town.teams)
    teams[at] = replace(team, fte=team.fte + 1)

    def elsewhere(which: Town) -> list[Place]:
        return [p for p in places(which, shares) if p.unit != team.unit]

    assert elsewhere(replace(town, teams=tuple(teams))) == elsewhere(town)


@given(towns(), st.sampled_from(SHARES))
def test_a_unit_shares_its_work_among_its_teams_by_their_places(
    town: Town, shares: Shares
) -> None:
    got = places(town, shares)
    staffed = {t.dong: t for t in town.teams if t.fte}
    for place in got:
        assert staffed[place.worked_by].unit == place.unit
    for unit, slots in town.slots().items():
        mine = [p for p in got if p.unit == unit]
        for team in (t for t in staffed.values() if t.unit == unit and slots):
            load = sum(p.worked_by == team.dong for p in mine)
            fair = len(mine) * team.slots / slots
            assert math.floor(fair) <= load <= math.ceil(fair)
            own = sum(p.dong == team.dong for p in mine)
            kept = sum(p.dong == p.worked_by == team.dong for p in mine)
            assert kept == min(own, load)


@given(st.lists(st.sampled_from(DONGS), min_size=60, max_size=70))
def test_in_a_full_hub_nobody_works_a_tenth_more_than_another(dongs: list[str]) -> None:
    """Teams of 10 places and more: floor() takes less than one place of each."""
    town = Town(
        LARGE, tuple(Household(f"H{n:02d}", d, 1.0) for n, d in enumerate(dongs))
    )
    assert [team.slots for team in LARGE] == [10, 11, 30]
    load = Counter(p.worked_by for p in places(town, Shares()))
    per_fte = [load[team.dong] / float(team.fte) for team in LARGE]
    assert max(per_fte) <= 5 * WEEKS
    assert min(per_fte) > max(per_fte) * 0.9


@pytest.fixture(scope="module", autouse=True)
def _close_the_shared_warehouse() -> Iterator[None]:
    yield
    warehouse().close()
    warehouse.cache_clear()
