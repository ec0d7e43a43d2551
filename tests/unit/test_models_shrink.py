"""Precision per dong: between its own record and the city's, by how much was seen."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.shrink import LEAST_ROUNDS, Shrunken, shrunken

NOTHING = Shrunken(None, None, None, None, 0.0)
_dong = st.integers(1, 400).flatmap(
    lambda seen: st.tuples(st.integers(0, seen), st.just(seen))
)
some_dongs = st.lists(_dong, min_size=1, max_size=12)


def of(dongs: list[tuple[int, int]], rounds: int = LEAST_ROUNDS) -> list[Shrunken]:
    hits, seen = zip(*dongs, strict=True)
    return shrunken(hits, seen, [rounds] * len(dongs))


def value(one: Shrunken) -> float:
    assert one.value is not None
    return one.value


def city_of(one: Shrunken) -> float:
    """The rate of the city that a dong's value was made with."""
    assert one.raw is not None
    return (value(one) - one.weight * one.raw) / (1 - one.weight)


@given(some_dongs)
@example([(3, 10), (30, 40), (20, 20)])
@example([(0, 1)])
def test_the_value_is_own_record_and_one_city_rate_by_the_weight(
    dongs: list[tuple[int, int]],
) -> None:
    found = of(dongs)
    city = city_of(found[0])
    assert 0 < city < 1
    for one, (hits, seen) in zip(found, dongs, strict=True):
        assert one.raw == hits / seen
        assert 0 < one.weight < 1
        assert city_of(one) == pytest.approx(city, abs=1e-6)
        assert min(one.raw, city) <= value(one) <= max(one.raw, city)


@given(some_dongs)
@example([(0, 400)] * 12)
@example([(400, 400)] * 12)
def test_the_interval_holds_the_value(dongs: list[tuple[int, int]]) -> None:
    for one in of(dongs):
        assert one.low is not None
        assert one.high is not None
        assert 0 <= one.low < value(one) < one.high <= 1


def test_the_city_rate_is_that_of_its_dongs() -> None:
    dongs = [(30, 100), (28, 100), (33, 100), (29, 100), (30, 100), (27, 100)]
    assert city_of(of(dongs)[0]) == pytest.approx(177 / 600, abs=0.01)


def test_few_seen_is_near_the_city_and_many_near_the_own_record() -> None:
    city = [(10, 100), (30, 100), (18, 100), (25, 100), (14, 100), (22, 100)]
    few, many = of([*city, (2, 2)])[-1], of([*city, (2_000, 2_000)])[-1]
    # Both met need each time; twice says little.
    assert value(few) < 0.35
    assert value(many) > 0.99
    assert few.weight < 0.2 < 0.99 < many.weight
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert few.high - few.low > 0.2
    assert many.low > 0.98


def test_dongs_alike_lend_each_other_more_than_dongs_apart() -> None:
    alike = of([(20, 100), (21, 100), (19, 100), (20, 100), (20, 100), (4, 10)])[-1]
    apart = of([(2, 100), (90, 100), (40, 100), (10, 100), (70, 100), (4, 10)])[-1]
    assert alike.weight < 0.2 < 0.8 < apart.weight
    assert value(alike) == pytest.approx(0.2, abs=0.04)
    assert value(apart) == pytest.approx(0.4, abs=0.01)


def test_the_same_dong_seen_longer_keeps_more_of_its_own() -> None:
    others = [(10, 50), (15, 50), (8, 50), (20, 50)]
    weights = [of([*others, (many, many)])[-1].weight for many in (1, 5, 25, 125)]
    assert weights == sorted(weights)
    assert len(set(weights)) == 4


def test_intervals_hold_the_true_rates_of_dongs() -> None:
    rng = np.random.default_rng(5)
    held = []
    for _ in range(20):
        rates = rng.beta(6, 14, size=20)
        seen = rng.integers(5, 60, size=20)
        hits = rng.binomial(seen, rates)
        pairs = list(zip(hits.tolist(), seen.tolist(), strict=True))
        for one, rate in zip(of(pairs), rates, strict=True):
            assert one.low is not None
            assert one.high is not None
            held.append(one.low <= rate <= one.high)
    assert 0.93 <= sum(held) / len(held) < 0.995


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_too_few_rounds_have_no_value_but_teach_the_city(rounds: int) -> None:
    hits, seen = [5, 30, 10], [50, 50, 50]
    found = shrunken(hits, seen, [LEAST_ROUNDS, rounds, LEAST_ROUNDS])
    assert (found[1].value, found[1].low, found[1].high) == (None, None, None)
    assert found[1].raw == 0.6
    assert found[1].told == "too few rounds"
    assert found[0] == of(list(zip(hits, seen, strict=True)))[0]


def test_a_dong_without_a_listing_has_nothing_and_changes_nothing() -> None:
    with_it = shrunken([3, 0, 9], [10, 0, 20], [4, 9, 4])
    assert with_it[1] == NOTHING
    assert [with_it[0], with_it[2]] == shrunken([3, 9], [10, 20], [4, 4])


def test_a_city_without_a_listing_has_nothing() -> None:
    assert shrunken([0, 0], [0, 0], [4, 4]) == [NOTHING, NOTHING]
    assert shrunken([], [], []) == []


def test_no_needs_and_all_needs_mirror_each_other() -> None:
    none, every = of([(0, 40), (0, 60), (0, 5)]), of([(40, 40), (60, 60), (5, 5)])
    for low, high in zip(none, every, strict=True):
        assert value(low) == pytest.approx(1 - value(high), abs=1e-9)
        assert low.high == pytest.approx(1 - (high.low or 0.0), abs=1e-6)
        assert value(low) < 0.03
        # Never nought with certainty: none in 105 is no proof of none.
        assert (low.high or 0.0) > 0.03


def test_one_dong_is_its_own_city() -> None:
    (one,) = of([(30, 100)])
    assert value(one) == pytest.approx(0.3, abs=0.01)
    assert one.told == f"{one.value:.3f} [{one.low:.3f}-{one.high:.3f}]"


@given(some_dongs, st.integers(0, 2**32 - 1))
def test_the_order_of_dongs_changes_nothing_and_twice_is_the_same(
    dongs: list[tuple[int, int]], seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(dongs)).tolist()
    first, other = of(dongs), of([dongs[at] for at in order])
    assert first == of(dongs)
    for place, at in enumerate(order):
        assert value(other[place]) == pytest.approx(value(first[at]), rel=1e-9)
        assert other[place].weight == pytest.approx(first[at].weight, rel=1e-9)
        assert math.isclose(other[place].low or 0, first[at].low or 0, rel_tol=1e-6)


@pytest.mark.parametrize(("hits", "seen"), [([3], [2]), ([-1], [2]), ([1, 5], [4, 4])])
def test_more_hits_than_seen_are_refused(hits: list[int], seen: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^hits are from none to all"):
        shrunken(hits, seen, [4] * len(hits))


@pytest.mark.parametrize(
    ("hits", "seen", "rounds"), [([1], [2, 3], [4]), ([1], [2], []), ([], [2], [4])]
)
def test_unlike_lengths_are_refused(
    hits: list[int], seen: list[int], rounds: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"^every dong has"):
        shrunken(hits, seen, rounds)
