"""Nobody who holds the shown numbers can narrow a withheld small one down."""

import itertools

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.disclosure import (
    SMALL,
    TOTAL,
    Cell,
    exposed,
    is_small,
    protected_list,
    protected_table,
    shown,
    with_totals,
)

# What an attacker who tries every number tries at most: the totals shown bound the
# rest, and whoever may be this large is far from narrowed down.
MOST = 12

counts = st.one_of(st.integers(0, 6), st.integers(0, 40))
lists = st.lists(counts, min_size=1, max_size=5).map(
    lambda found: {f"{place:02}통": count for place, count in enumerate(found)}
)


def tables(
    rows: int, columns: int, cell: st.SearchStrategy[int] = counts
) -> st.SearchStrategy[dict[Cell, int]]:
    names = list(itertools.product("가나다라마바사"[:rows], "ABCDEF"[:columns]))
    found = st.lists(cell, min_size=len(names), max_size=len(names))
    return found.map(lambda drawn: dict(zip(names, drawn, strict=True)))


def possible(
    cells: dict[Cell, int], told: dict[Cell, int | None]
) -> dict[Cell, set[int]]:
    """Every value of every withheld cell that the shown ones allow, by trying all."""
    inner = [cell for cell in cells if TOTAL not in cell]
    choices = [
        np.arange(1, MOST + 1) if told[cell] is None else np.array([told[cell]])
        for cell in inner
    ]
    grid = dict(zip(inner, np.meshgrid(*choices, indexing="ij"), strict=True))
    fits = np.ones_like(grid[inner[0]], dtype=bool)
    for cell in cells:
        if TOTAL in cell:
            parts = (
                grid[row, column]
                for row, column in inner
                if cell[0] in (row, TOTAL) and cell[1] in (column, TOTAL)
            )
            grid[cell] = sum(parts, np.zeros_like(fits, dtype=int))
            # A withheld total is known not to be 0, like every withheld cell.
            right = grid[cell] >= 1 if told[cell] is None else grid[cell] == told[cell]
            fits &= right
    assert fits.any()  # what was true is among them
    return {cell: set(grid[cell][fits].tolist()) for cell in cells}


def require_protected(values: set[int]) -> None:
    assert len(values) >= SMALL, values
    assert max(values) >= SMALL, values


@example({"01통": 3, "02통": 9, "03통": 20})
@example({"01통": 1, "02통": 2, "03통": 50})
@example({"01통": 4})
@given(lists)
def test_a_list_by_trying_every_number(found: dict[str, int]) -> None:
    told = protected_list(found)
    small = {key for key, count in found.items() if is_small(count)}
    assert small <= {key for key, count in told.items() if count is None}
    assert all(told[key] == count for key, count in found.items() if count == 0)
    if told[TOTAL] is None:
        return  # nothing binds the withheld ones
    hidden = [key for key in found if told[key] is None]
    rest = told[TOTAL] - sum(found[key] for key in found if key not in hidden)
    for _ in small:
        # The others are at least 1 each.
        require_protected(set(range(1, rest - (len(hidden) - 1) + 1)))
        assert len(hidden) > 1


@given(tables(2, 2, st.integers(0, 7)))
def test_a_table_by_trying_every_number(found: dict[Cell, int]) -> None:
    told, cells = protected_table(found), with_totals(found)
    values = possible(cells, told)
    for cell, count in cells.items():
        if is_small(count):
            assert told[cell] is None
            require_protected(values[cell])
        elif told[cell] is None:
            assert len(values[cell]) > 1


@given(tables(5, 4))
def test_a_larger_table_by_linear_programs(found: dict[Cell, int]) -> None:
    told, cells = protected_table(found), with_totals(found)
    for cell in (cell for cell, count in cells.items() if is_small(count)):
        low, high = interval(cells, told, cell)
        assert told[cell] is None
        assert high >= SMALL
        assert high - low >= SMALL - 1


def interval(
    cells: dict[Cell, int], told: dict[Cell, int | None], cell: Cell
) -> tuple[float, float]:
    """The exact bounds of a cell: in such tables they are whole numbers."""
    order = list(cells)
    equations = []
    for row, column in cells:
        for at, name in ((1, row), (0, column)):
            if (row, column)[at] == TOTAL:
                line = [0] * len(order)
                for place, other in enumerate(order):
                    if other[1 - at] == name:
                        line[place] = -1 if other[at] == TOTAL else 1
                equations.append(line)
    bounds = [(1, None) if told[one] is None else (told[one],) * 2 for one in order]
    aim = [1 if one == cell else 0 for one in order]
    ends = []
    for sign in (1, -1):
        solved = linprog(
            [sign * part for part in aim],
            A_eq=equations,
            b_eq=[0] * len(equations),
            bounds=bounds,
        )
        assert solved.status in (0, 3)  # found, or without end
        ends.append(sign * (solved.fun if solved.status == 0 else -np.inf))
    return round(ends[0], 6), round(ends[1], 6)


@given(tables(4, 3))
def test_no_more_is_withheld_than_protects(found: dict[Cell, int]) -> None:
    told, cells = protected_table(found), with_totals(found)
    hidden = {cell for cell, count in told.items() if count is None}
    assert exposed(cells, hidden) == []
    for extra in (cell for cell in hidden if not is_small(cells[cell])):
        assert exposed(cells, hidden - {extra}), extra
    assert told == protected_table(dict(reversed(found.items())))


def test_the_cheapest_cells_go_with_a_lonely_one() -> None:
    told = protected_table(
        {
            **{("가", "A"): 3, ("가", "B"): 30, ("가", "C"): 9},
            **{("나", "A"): 40, ("나", "B"): 50, ("나", "C"): 60},
            **{("다", "A"): 7, ("다", "B"): 20, ("다", "C"): 8},
        }
    )
    assert {cell for cell, count in told.items() if count is None} == {
        ("가", "A"),
        ("가", "C"),
        ("다", "A"),
        ("다", "C"),
    }
    assert told["가", TOTAL] == 42


def test_a_total_that_is_small_itself_goes_with_its_only_part() -> None:
    told = protected_list({"01통": 3, "02통": 0})
    assert told == {"01통": None, "02통": 0, TOTAL: None}
    assert [shown(count) for count in told.values()] == ["X", "0", "X"]


def test_what_stands_alone_is_found_exposed() -> None:
    cells = with_totals(
        {("가", "A"): 3, ("가", "B"): 9, ("나", "A"): 9, ("나", "B"): 9}
    )
    assert exposed(cells, [("가", "A")]) == [("가", "A")]
    assert exposed(cells, []) == [("가", "A")]
    square = [("가", "A"), ("가", "B"), ("나", "A"), ("나", "B")]
    assert exposed(cells, square) == []
