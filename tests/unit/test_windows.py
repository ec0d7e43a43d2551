"""The slot engine: edges of windows, what is visible, integers, chunks."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from features.planes import MISSING, Cubes, Events, Measure
from features.windows import day_number, months_before, windowed

AS_OF = date(2026, 3, 31)
COUNT = Measure("count", None, (0,))
Row = tuple[int, int, date, date, int]


def events(rows: Sequence[Row]) -> Events:
    def column(at: int, kind: type) -> np.ndarray:  # type: ignore[type-arg]
        cells = [r[at] for r in rows]
        numbers = [day_number(c) if isinstance(c, date) else c for c in cells]
        return np.array(numbers, dtype=kind)

    return Events(
        column(0, np.int32),
        column(1, np.int16),
        column(2, np.int32),
        column(3, np.int32),
        {"won": column(4, np.int64)},
    )


def cubes(
    rows: Sequence[Row],
    measures: Sequence[Measure],
    windows: Sequence[int | None] = (None, 12, 1),
    households: int = 1,
    chunk: int = 4,
) -> list[list[list[list[int]]]]:
    parts: dict[int, Cubes] = {}

    def keep(where: slice, found: Cubes) -> None:
        parts[where.start] = found

    windowed(
        events(rows),
        keep,
        households=households,
        as_of=AS_OF,
        windows=windows,
        measures=measures,
        chunk=chunk,
    )
    ordered = [parts[start] for start in sorted(parts)]
    return [
        np.concatenate([part[m] for part in ordered], axis=2).tolist()
        for m in range(len(measures))
    ]


def on(occurred: date, known: date = date(2026, 3, 1), won: int = 1) -> Row:
    return (0, 0, occurred, known, won)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
        (date(2026, 3, 31), 24, date(2024, 3, 31)),
    ],
)
def test_months_before(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_a_window_holds_its_first_day_and_not_its_last() -> None:
    rows = [
        on(date(2025, 3, 30)),  # the day before the 12-month window begins
        on(date(2025, 3, 31)),  # its first day
        on(date(2026, 2, 28)),  # first day of the 1-month window
        on(date(2026, 3, 30)),
        on(date(2026, 3, 31)),  # the as-of day is outside every window
    ]
    [[past], [year], [month]] = cubes(rows, [COUNT])[0]
    assert (past, year, month) == ([4], [3], [2])


def test_occurred_on_tuesday_known_on_friday_is_invisible_until_saturday() -> None:
    tuesday = date(2026, 3, 24)
    seen = {
        known: cubes([on(tuesday, date(2026, 3, known))], [COUNT], [None])[0][0][0]
        for known in (27, 30, 31)
    }
    assert seen == {27: [1], 30: [1], 31: [0]}  # known on the as-of day: not yet


def test_won_stay_exact_beyond_what_a_float_holds() -> None:
    big = 2**53
    rows = [on(date(2026, 3, 1), won=big), on(date(2026, 3, 2), won=1)]
    assert cubes(rows, [Measure("sum", "won", (0,))], [None]) == [[[[big + 1]]]]


def test_a_missing_value_is_neither_summed_nor_largest_but_counted() -> None:
    rows = [on(date(2026, 3, 1), won=MISSING), on(date(2026, 3, 2), won=-5)]
    measures = [Measure("sum", "won", (0,)), Measure("max", "won", (0,)), COUNT]
    assert cubes(rows, measures, [None]) == [[[[-5]]], [[[-5]]], [[[2]]]]


def test_nothing_seen_is_missing_for_the_newest_day() -> None:
    found = cubes([], [Measure("last", None, (0,)), COUNT], [None])
    assert found == [[[[MISSING]]], [[[0]]]]


def test_households_and_channels_stay_apart_over_chunks() -> None:
    day = date(2026, 3, 1)
    rows = [(h, h % 2, day, day, 1) for h in range(10) for _ in range(h)]
    found = cubes(rows, [Measure("count", None, (0, 1))], [None], households=10)
    assert found[0][0] == [
        [0, 0, 2, 0, 4, 0, 6, 0, 8, 0],
        [0, 1, 0, 3, 0, 5, 0, 7, 0, 9],
    ]


def test_windows_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="longest to the shortest"):
        cubes([], [COUNT], [1, 12])
