"""The oracle benchmark: its measures, and that what it is told is known before."""

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from oracle_inputs import inputs_of  # noqa: E402 - benchmarks are no package
from oracle_measures import chance_of_none, declared, hits, mean, ratio  # noqa: E402
from oracle_received import Received  # noqa: E402

from pipeline.twin.generate import Wanted, make_twin  # noqa: E402

AS_OF = dt.date(2026, 7, 1)


def _units(words: str) -> np.ndarray:
    return np.array(words.split(), dtype=object)


def test_each_unit_lists_as_many_as_it_has_places() -> None:
    scores = np.array([9.0, 8.0, 1.0, 5.0, 4.0])
    crisis = np.array([0.0, 0.0, 1.0, 1.0, 0.0])
    found = hits(scores, crisis, _units("a a a b b"), {"a": 2, "b": 1, "c": 7})
    assert (found.places, found.needs, found.found) == (3, 2, 1.0)


def test_the_tied_share_the_last_places() -> None:
    scores, crisis = np.array([2.0, 1.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0, 0.0])
    assert hits(scores, crisis, _units("a a a a"), {"a": 2}).found == pytest.approx(
        1 / 3
    )


def test_a_ratio_of_sums_has_no_width_where_every_seed_agrees() -> None:
    same = ratio([4.0, 8.0], [5.0, 10.0])
    assert (same.value, same.low, same.high) == pytest.approx((0.8, 0.8, 0.8))
    differs = ratio([4.0, 9.0], [5.0, 10.0])
    assert differs.low < differs.value < differs.high


def test_intervals_of_a_mean_cover_what_they_say() -> None:
    rng = np.random.default_rng(5)
    covered = [
        one.low <= 0.3 <= one.high
        for one in (mean(rng.normal(0.3, 0.1, 5).tolist()) for _ in range(2_000))
    ]
    assert 0.93 <= np.mean(covered) <= 0.97


def test_nothing_is_declared_better_by_looking_often() -> None:
    rng = np.random.default_rng(6)
    wrong = 0
    for _ in range(400):
        chances = {
            str(n): chance_of_none(rng.normal(0, 1, 5).tolist()) for n in range(16)
        }
        wrong += bool(declared(chances))
    assert wrong / 400 <= 0.08
    assert declared({"real": 0.001, "other": 0.5}) == {"real": 0.002}


def test_inputs_tell_nothing_that_came_later() -> None:
    """The same town's later months, changed, change nothing that was known before."""
    twin = make_twin(Wanted("cheonan", 400, 14, 3, AS_OF))
    early = dt.date(2026, 2, 1)
    before = inputs_of(Received(twin), early)
    column = twin.column(early)
    for unpaid in twin.payers.unpaid.values():
        later = unpaid.months[:, twin.window.step(2026 * 12 + 2) :]
        later[:] = 9
    after = inputs_of(Received(twin), early)
    assert column == 10
    told_by_bills = [
        name for name in before if name.startswith(("kepco", "gas", "water", "nhis"))
    ]
    assert told_by_bills
    for name in told_by_bills:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)
