"""Recall in the whole city: by hand, against known tables, and what may never happen."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.citywide import LEAST_NEEDS, SliceRound, city_recall, weighted_sum

Floats = NDArray[np.float64]
TINY = 1e-9


def of(count: int, probability: float = 0.1) -> Floats:
    return np.full(count, probability)


def a_round(
    needs: Floats | None = None,
    clear: Floats | None = None,
    unknown: Floats | None = None,
    *,
    listed: tuple[int, int | None, int] = (30, 20, 0),
    frame: int = 1_000,
    name: str = "2026-R1",
) -> SliceRound:
    """`listed`: in need, without need, not known."""
    return SliceRound(
        round=name,
        listed_needs=listed[0],
        listed_clear=listed[1],
        listed_unknown=listed[2],
        needs=of(12) if needs is None else needs,
        clear=of(88) if clear is None else clear,
        unknown=of(0) if unknown is None else unknown,
        frame=frame,
    )


CENSUS = a_round(of(10, 1.0), of(20, 1.0), listed=(12, 3, 0), frame=30)

_chances = st.lists(
    st.floats(0.001, 1.0, allow_nan=False, allow_subnormal=False), max_size=25
).map(lambda found: np.array(found, dtype=np.float64))


@st.composite
def some_round(draw: st.DrawFn) -> SliceRound:
    needs, clear, unknown = draw(_chances), draw(_chances), draw(_chances)
    drawn = len(needs) + len(clear) + len(unknown)
    listed_clear = draw(st.none() | st.integers(0, 40))
    listed = draw(st.integers(0, 40)), listed_clear, draw(st.integers(0, 40))
    more = draw(st.integers(0, 3_000))
    return a_round(needs, clear, unknown, listed=listed, frame=drawn + more)


some_rounds = st.lists(some_round(), min_size=1, max_size=5)


def test_a_census_leaves_nothing_open() -> None:
    told = city_recall([CENSUS, CENSUS])
    assert told.value == pytest.approx(24 / 44)
    limits = [told.low, told.high, told.worst, told.best]
    assert limits == pytest.approx([24 / 44] * 4)


def test_one_round_by_hand() -> None:
    told = city_recall([a_round()])
    # 12 found with 1 in 10 stand for 120: 30 of 150. Gamma limits of mean 120 and
    # variance 12 * 10 * 9; above, of mean 129 and variance 1,170: 64.48 and 204.18.
    assert told.value == pytest.approx(30 / 150)
    assert told.low == pytest.approx(30 / (30 + 204.18), abs=1e-4)
    assert told.high == pytest.approx(30 / (30 + 64.48), abs=1e-4)
    assert (told.worst, told.best) == pytest.approx((told.low, told.high))
    assert told.told == (
        "The lists held 20% of households in need (95 % interval 13% to 32%; whatever "
        "the unreached are: 13% to 32%), over 1 rounds with 12 needs in the slice."
    )


@pytest.mark.parametrize(
    ("found", "low", "high"),
    # Exact Poisson limits as tables have them (Garwood 1936).
    [(1, 0.0253, 5.572), (3, 0.619, 8.767), (10, 4.795, 18.39), (50, 37.11, 65.92)],
)
def test_rare_and_equal_chances_give_the_exact_limits(
    found: int, low: float, high: float
) -> None:
    weights = of(found, 1e7)
    told = weighted_sum(weights, of(1_000, 1e7), 1e12)
    assert told.value == found * 1e7
    assert told.low / 1e7 == pytest.approx(low, rel=1e-3)
    assert told.high / 1e7 == pytest.approx(high, rel=1e-3)


def test_none_found_is_up_to_what_could_hide() -> None:
    told = weighted_sum(of(0), of(1_000, 1e7), 1e12)
    assert (told.value, told.low) == (0.0, 0.0)
    assert told.high / 1e7 == pytest.approx(3.689, rel=1e-3)
    assert weighted_sum(of(0), of(1_000, 1e7), 500).high == 500


def test_heavy_weights_not_found_widen_more_than_their_number() -> None:
    light = weighted_sum(of(10, 5.0), of(99, 5.0), 1e9)
    mixed = weighted_sum(of(10, 5.0), np.append(of(99, 5.0), 500.0), 1e9)
    # The 500 are half of the frame: the one not found is one of them every other time.
    # Gamma limit of mean 50 + 251,480 / 995 and variance 200 + 124,759,900 / 995.
    assert mixed.high == pytest.approx(1282.13, abs=0.01)
    assert mixed.high - mixed.value > 10 * (light.high - light.value)
    assert mixed.low == light.low


def test_the_known_of_each_round_stand_for_its_unknown() -> None:
    half = a_round(of(6), of(44), of(50))
    told = city_recall([half, half])
    assert told.value == pytest.approx(60 / (60 + 2 * 120))
    listed_half = a_round(listed=(15, 10, 25))
    assert city_recall([listed_half]).value == pytest.approx(30 / 150)


def test_listed_that_may_be_anything_are_allowed_all() -> None:
    blind = city_recall([a_round(listed=(30, None, 20))])
    seen = city_recall([a_round(listed=(30, 20, 20))])
    assert blind.value == pytest.approx(30 / 150)
    assert seen.value == pytest.approx(42 / 162)
    assert blind.low is not None
    assert seen.low is not None
    assert blind.high is not None
    assert seen.high is not None
    assert blind.high - blind.low > seen.high - seen.low
    assert blind.high < blind.best


def test_bounds_count_the_unknown_either_way() -> None:
    open_ = a_round(of(10, 1.0), of(10, 1.0), of(5, 1.0), listed=(20, 6, 4), frame=25)
    told = city_recall([open_])
    assert told.worst == pytest.approx(20 / (20 + 15))
    assert told.best == pytest.approx(24 / (24 + 10))


def test_a_round_nobody_was_drawn_in_may_hide_its_whole_frame() -> None:
    empty = a_round(of(0), of(0), listed=(5, 5, 0), frame=70, name="2026-R2")
    told = city_recall([CENSUS, empty])
    assert told.worst == pytest.approx(17 / (17 + 10 + 70))
    assert told.best == pytest.approx(17 / (17 + 10))
    assert told.value == pytest.approx(12 / 22)
    assert told.rounds == 1


def test_nobody_reached_tells_bounds_alone() -> None:
    told = city_recall([a_round(of(0), of(0), of(59), listed=(0, 0, 30))])
    assert (told.value, told.low, told.high) == (None, None, None)
    assert (told.worst, told.best, told.rounds) == (0.0, 1.0, 0)
    assert told.told == (
        "Recall of households in need is not estimable: 0 of the 10 needs it takes "
        "were found in the slice; at least 202 more slice visits needed (whatever the "
        "unreached are: 0% to 100%)."
    )


def test_nobody_drawn_asks_for_visits_without_a_number() -> None:
    told = city_recall([a_round(of(0), of(0))])
    assert told.visits_needed is None
    assert "; more slice visits needed (" in told.told


def test_nothing_found_anywhere_is_anything() -> None:
    told = city_recall([a_round(of(0), listed=(0, 50, 0))])
    assert (told.value, told.worst, told.best) == (None, 0.0, 1.0)


def test_lists_without_a_need_have_recall_nought() -> None:
    told = city_recall([a_round(listed=(0, 50, 0))])
    assert (told.value, told.low, told.high) == (0.0, 0.0, 0.0)
    unsure = city_recall([a_round(listed=(0, 25, 25))])
    assert (unsure.value, unsure.low) == (0.0, 0.0)
    assert unsure.high is not None
    assert 0 < unsure.high <= unsure.best


@pytest.mark.parametrize("found", [0, 1, 4, 9, 10, 11])
def test_ten_needs_make_it_estimable(found: int) -> None:
    told = city_recall([a_round(of(found), of(100 - found))])
    assert told.is_estimable == (found >= LEAST_NEEDS) == (told.value is not None)
    assert ("not estimable" in told.told) == (found < LEAST_NEEDS)
    # At the rate seen; none in 100 is at most 2.95 % (one-sided, exact): 339 visits.
    needed = {0: 339, 1: 900, 4: 150, 9: 12}
    assert told.visits_needed == needed.get(found)


def test_visits_to_the_unreached_count_as_visits() -> None:
    some = city_recall([a_round(of(4), of(46), of(50))])
    assert some.visits_needed == 150


def test_only_signed_households_are_said_to_be_so() -> None:
    told = city_recall([a_round(), replace(a_round(), is_whole=False)])
    assert not told.is_whole
    assert "of households in need with a sign (" in told.told


@given(some_rounds)
@example([CENSUS])
def test_limits_hold_the_value_and_bounds_hold_the_limits(
    rounds: list[SliceRound],
) -> None:
    told = city_recall(rounds)
    assert 0 <= told.worst <= told.best <= 1
    assert told.is_estimable == (told.visits_needed is None and told.value is not None)
    if told.value is None or told.low is None or told.high is None:
        assert (told.value, told.low, told.high) == (None, None, None)
        return
    ends = [told.worst, told.low, told.value, told.high, told.best]
    assert all(math.isfinite(end) for end in ends)
    assert ends == sorted(ends)


@given(some_rounds, st.integers(0, 2**32 - 1))
def test_the_order_of_households_and_rounds_changes_nothing(
    rounds: list[SliceRound], seed: int
) -> None:
    mixed = np.random.default_rng(seed).permutation
    other = [
        replace(
            one,
            needs=mixed(one.needs),
            clear=mixed(one.clear),
            unknown=mixed(one.unknown),
        )
        for one in rounds
    ]
    other = [other[at] for at in mixed(len(other))]
    first, second = city_recall(rounds), city_recall(other)
    assert first.told == second.told
    for name in ("value", "low", "high", "worst", "best"):
        end = getattr(first, name)
        near = None if end is None else pytest.approx(end, rel=TINY)
        assert getattr(second, name) == near


@given(some_rounds, st.floats(0.001, 1.0))
def test_one_more_unreached_never_narrows_the_bounds(
    rounds: list[SliceRound], chance: float
) -> None:
    # Below ten needs the bounds stand by themselves; the interval may move otherwise.
    rounds = [replace(one, needs=one.needs[:1]) for one in rounds]
    # A frame of which nobody was asked is open as a whole; the first visit narrows it.
    clear, frame = np.append(rounds[0].clear, 0.5), rounds[0].frame + 1
    first = replace(rounds[0], clear=clear, frame=frame)
    more = replace(first, unknown=np.append(first.unknown, chance), frame=frame + 1)
    before = city_recall([first, *rounds[1:]])
    after = city_recall([more, *rounds[1:]])
    assert after.worst <= before.worst + TINY
    assert after.best >= before.best - TINY


@given(some_rounds)
def test_one_more_listed_unknown_never_narrows_the_bounds(
    rounds: list[SliceRound],
) -> None:
    rounds = [replace(one, needs=one.needs[:1]) for one in rounds]
    first = rounds[0]
    more = replace(first, listed_unknown=first.listed_unknown + 1)
    before, after = city_recall(rounds), city_recall([more, *rounds[1:]])
    assert after.worst <= before.worst + TINY
    assert after.best >= before.best - TINY


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.0001, math.nan, math.inf])
@pytest.mark.parametrize("group", [0, 1, 2])
def test_a_chance_outside_its_range_is_refused(group: int, chance: float) -> None:
    slice_ = [of(1), of(1), of(1)]
    slice_[group] = np.array([chance])
    with pytest.raises(ValueError, match=r"^inclusion probabilities are above 0"):
        a_round(*slice_)


@pytest.mark.parametrize(
    "wrong",
    [{"listed_needs": -1}, {"listed_clear": -1}, {"listed_unknown": -1}, {"frame": 99}],
)
def test_counts_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"^counts are from none"):
        replace(a_round(), **wrong)  # type: ignore[arg-type]  # one name at a time


def test_no_round_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one round"):
        city_recall([])
