"""The random slice: fixed size, the probabilities that are written down, nobody twice."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.places import Shares
from pipeline.sample import (
    PARTS,
    drawn_from,
    inclusion_parts,
    split_expected,
    start_of,
)
from pipeline.warehouse import Warehouse
from tests.lib.places import Household, Team, Town, fill, put_town
from tests.lib.referral_tables import ROUND, draw_town

DONG, OTHER = "4413100001", "4413100002"
BASIS = "천안시 조례 제5조"
TEAMS = (
    Team(DONG, None, Decimal("2.5"), 5),
    Team(OTHER, None, Decimal("1.0"), 5),
)
sizes = st.lists(st.integers(1, 50), min_size=1, max_size=9)


@given(sizes, st.data())
def test_every_start_counted_gives_each_its_probability_and_the_same_number(
    line: list[int], data: st.DataObject
) -> None:
    """Exact: of all the starts that there are, none is left out."""
    parts = 24
    places = data.draw(st.integers(0, len(line)))
    inclusion = inclusion_parts(line, places * parts, parts)
    times: Counter[int] = Counter()
    for start in range(parts):
        drawn = drawn_from(inclusion, start, parts)
        assert len(drawn) == len(set(drawn)) == places
        times.update(drawn)
    assert [times[at] for at in range(len(line))] == inclusion


@given(sizes, st.data())
def test_a_probability_is_in_proportion_to_size_until_it_is_certain(
    line: list[int], data: st.DataObject
) -> None:
    expected = data.draw(st.integers(1, len(line) * PARTS))
    inclusion = inclusion_parts(line, expected)
    assert sum(inclusion) == expected
    assert all(0 < one <= PARTS for one in inclusion) or expected < PARTS
    chance = [(s, p) for s, p in zip(line, inclusion, strict=True) if p < PARTS]
    left, total = sum(p for _, p in chance), sum(s for s, _ in chance)
    for size, one in chance:
        assert abs(one * total - left * size) < total  # less than one part of 2**40
    certain = [s for s, p in zip(line, inclusion, strict=True) if p == PARTS]
    if certain and chance:
        assert min(certain) >= max(size for size, _ in chance)


@given(st.integers(0, 5), st.integers(0, 9), st.integers(0, 9), st.floats(0, 1))
def test_what_one_stratum_cannot_use_the_other_gets(
    places: int, households: int, beyond: int, share: float
) -> None:
    places = min(places, households + beyond)
    with_sign, without = split_expected(places, households, beyond, share)
    assert with_sign + without == places * PARTS
    assert 0 <= with_sign <= households * PARTS
    assert 0 <= without <= beyond * PARTS
    if places * share <= beyond and places * (1 - share) <= households:
        assert without == pytest.approx(places * share * PARTS, abs=1)


def test_over_many_keys_each_is_drawn_as_often_as_its_probability_says() -> None:
    line = [40, 25, 9, 9, 5, 5, 3, 1, 1, 1]
    places, draws = 3, 4000
    inclusion = inclusion_parts(line, places * PARTS)
    times: Counter[int] = Counter()
    for number in range(draws):
        times.update(drawn_from(inclusion, start_of(bytes([7]), ROUND, f"U{number}")))
    for at, one in enumerate(inclusion):
        chance = one / PARTS
        sigma = math.sqrt(draws * chance * (1 - chance))
        assert abs(times[at] - draws * chance) <= 4 * sigma


def test_a_start_belongs_to_its_key_round_and_unit() -> None:
    starts = {
        start_of(key, round_, unit)
        for key in (b"a", b"b")
        for round_ in ("2026-R3", "2026-R4")
        for unit in ("HUB1", "HUB2")
    }
    assert len(starts) == 8
    assert all(0 <= start < PARTS for start in starts)


@cache
def warehouse() -> Warehouse:
    engine = draw_town()
    engine.execute("SET threads = 1")
    return engine


def a_town(signed: int, silent: int, dong: str = DONG) -> tuple[Household, ...]:
    return tuple(
        Household(f"{dong[-1]}H{n:02d}", dong, (n % 7) / 10) for n in range(signed)
    ) + tuple(
        Household(f"{dong[-1]}S{n:02d}", dong, 0.0, has_sign=False)
        for n in range(silent)
    )


def drawn(
    town: Town, shares: Shares, key: bytes = b"k", **options: str
) -> list[tuple[str, str, str, float]]:
    put_town(warehouse(), town)
    fill(warehouse(), shares=shares, key=key, **options)
    return [
        (str(unit), str(household), str(stratum), float(probability))
        for unit, household, stratum, probability in warehouse().rows(
            "SELECT unit, household_id, stratum, probability FROM _sample "
            "ORDER BY unit, household_id"
        )
    ]


@given(st.integers(20, 40), st.integers(0, 12), st.binary(min_size=1, max_size=4))
def test_a_draw_takes_its_number_of_those_below_the_line_and_nobody_twice(
    signed: int, silent: int, key: bytes
) -> None:
    shares = Shares(sample=0.2, no_signal_basis=BASIS)
    town = Town(TEAMS, a_town(signed, silent))
    got = drawn(town, shares, key)
    # 2.5 x 5 x 2 weeks = 25 places, a fifth of them for the sample.
    assert len(got) == min(5, max(signed - 20, 0) + silent)
    elsewhere = warehouse().rows(
        "SELECT household_id FROM _place GROUP BY household_id HAVING count(*) > 1"
    )
    assert elsewhere == []
    placed = dict(warehouse().rows("SELECT household_id, slot_kind FROM _place"))
    assert all(placed[household] == "sample" for _, household, _, _ in got)
    assert Counter(placed.values())["sample"] == len(got)


@given(st.integers(26, 60), st.integers(0, 30))
def test_everybody_of_the_frame_has_a_chance_and_a_tenth_of_the_mean_at_least(
    signed: int, silent: int
) -> None:
    """Over all starts the strata would be exhausted: what is stored adds up."""
    shares = Shares(sample=0.2, no_signal_basis=BASIS)
    got = drawn(Town(TEAMS, a_town(signed, silent)), shares)
    frame = warehouse().rows(
        "SELECT stratum, points, household_id FROM _sample_frame ORDER BY turn"
    )  # fmt: skip
    below = [points for stratum, points, _ in frame if stratum == "signal"]
    assert len(frame) - len(below) == silent
    with_sign, without = split_expected(5, len(below), silent, shares.no_signal)
    inclusion = inclusion_parts(below, with_sign)
    line = inclusion + inclusion_parts([1] * silent, without)
    told = {row[2]: one / PARTS for row, one in zip(frame, line, strict=True)}
    assert all(probability == told[who] for _, who, _, probability in got)
    mean = with_sign / len(below)
    # Raising small sizes to a tenth of the mean adds a tenth to all sizes at most.
    assert min(inclusion) >= math.floor(mean * 0.1 / 1.1)
    strata = warehouse().rows(
        "SELECT stratum, households, expected, legal_basis FROM _sample_stratum "
        "ORDER BY stratum DESC"
    )
    assert strata[0] == ("signal", len(below), with_sign / PARTS, None)
    if silent:
        assert strata[1] == ("no_signal", silent, 5 - with_sign / PARTS, BASIS)
    assert sum(row[2] for row in strata) == 5


@given(st.integers(20, 40), st.integers(1, 12), st.sampled_from(["", "  "]))
def test_without_a_legal_basis_nobody_without_a_sign_is_drawn(
    signed: int, silent: int, basis: str
) -> None:
    shares = Shares(sample=0.2, no_signal_basis=basis)
    got = drawn(Town(TEAMS, a_town(signed, silent)), shares)
    assert {stratum for _, _, stratum, _ in got} <= {"signal"}
    assert warehouse().rows(
        "SELECT count(*) FROM _sample_frame WHERE stratum = 'no_signal'"
    ) == [(0,)]


def test_who_was_met_lately_and_has_no_sign_is_left_in_peace() -> None:
    met = Household(
        "S_MET", DONG, 0.0, contacted_days_ago=60, has_sign=False
    )  # fmt: skip
    before = replace(met, household_id="S_OLD", contacted_days_ago=61)
    town = Town(TEAMS, (*a_town(10, 0), met, before))
    got = drawn(town, Shares(sample=0.2, no_signal_basis=BASIS))
    assert [household for _, household, _, _ in got] == ["S_OLD"]


@given(st.integers(0, 20), st.binary(min_size=1, max_size=4))
def test_another_units_households_change_no_draw(others: int, key: bytes) -> None:
    shares = Shares(sample=0.2, no_signal_basis=BASIS)
    here = a_town(30, 5)
    alone = drawn(Town(TEAMS, here), shares, key)
    both = drawn(Town(TEAMS, here + a_town(others, 3, OTHER)), shares, key)
    assert [row for row in both if row[0] == DONG] == alone


def test_another_key_draws_others_and_the_same_key_the_same() -> None:
    town = Town(TEAMS, a_town(60, 0))
    shares = Shares(sample=0.2)
    draws = [drawn(town, shares, key) for key in (b"a", b"b", b"c", b"a")]
    assert draws[0] == draws[3]
    assert len({str(draw) for draw in draws}) > 1


@pytest.fixture(scope="module", autouse=True)
def _close_the_shared_warehouse() -> Iterator[None]:
    yield
    warehouse().close()
    warehouse.cache_clear()
