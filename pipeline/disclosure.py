"""Small counts in what leaves the team: withheld, and not to be worked out again.

A count of 1 to 4 may point at somebody. Withholding it alone is not enough where totals
are shown, so further counts are withheld until nobody can narrow a small one down from
all that is shown. Both look alike: which of them is small is not told either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final, Literal

# Groups of fewer households are not told of (k).
SMALL: Final = 5
WITHHELD: Final = "X"
WITHHELD_KO: Final = (
    f"{WITHHELD} = 비공개: {SMALL}세대 미만이거나, 합계에서 그 수를 되짚을 수 있는 칸"
)
TOTAL: Final = "합계"

Cell = tuple[str, str]
_Node = tuple[Literal["row", "column"], str]
_Counts = Mapping[Cell, int | None]


def small_count(count: int) -> str:
    """A count of households by what was found of them; a few would point at somebody.

    For a figure without a total beside it. The length of a list is no such count: it is
    the team's number of places.
    """
    return f"{SMALL} 미만" if 0 < count < SMALL else f"{count:,}"


def is_small(count: int) -> bool:
    """Whether a count is too small to be told; none at all is not."""
    return 0 < count < SMALL


def shown(count: int | None) -> str:
    """A cell of a protected table as it is written."""
    return WITHHELD if count is None else str(count)


def protected_list(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts with their total, under `TOTAL`; None where a count is withheld."""
    cells = {(key, TOTAL): count for key, count in counts.items()}
    cells[TOTAL, TOTAL] = sum(counts.values())
    hidden = _hidden(_Table(cells, is_list=True))
    return {
        key: None if (key, one) in hidden else cells[key, one] for key, one in cells
    }


def protected_table(counts: Mapping[Cell, int]) -> dict[Cell, int | None]:
    """Counts by row and column with all totals, under `TOTAL`; None where withheld.

    Every row has every column; a pair that is not given counts as 0.
    """
    cells = with_totals(counts)
    hidden = _hidden(_Table(cells, is_list=False))
    return {cell: None if cell in hidden else count for cell, count in cells.items()}


def with_totals(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """A table with its margins, whole and in the order of its keys."""
    rows = sorted({row for row, _ in counts})
    columns = sorted({column for _, column in counts})
    cells = {
        (row, column): counts.get((row, column), 0)
        for row in rows
        for column in columns
    }
    for row in rows:
        cells[row, TOTAL] = sum(cells[row, column] for column in columns)
    for column in (*columns, TOTAL):
        cells[TOTAL, column] = sum(cells[row, column] for row in rows)
    return cells


def exposed(
    cells: Mapping[Cell, int], hidden: Iterable[Cell], *, is_list: bool = False
) -> list[Cell]:
    """The small counts that a reader of the other cells can narrow down too far.

    `cells`: with totals. A reader knows all that is shown, that nothing is negative,
    and that a withheld cell is not 0, for zeros are shown. A count is protected when it
    may be `SMALL` or more for all that reader can tell: not even that it is small can
    be proved. Where that holds of every small count, each has `SMALL` possible values
    at least: what keeps one from falling to 1 is another small one that may rise.
    """
    graph = _Graph(_Table(cells, is_list=is_list), frozenset(hidden))
    return [
        cell
        for cell in cells
        if is_small(cells[cell]) and (cell not in graph.held or _lacking(graph, cell))
    ]


@dataclass(frozen=True)
class _Table:
    """Cells as edges of a graph; its nodes are the equations that bind them.

    In a table with margins every cell stands in one equation of its row and one of its
    column. Count margins as negative and every equation adds up to 0: what one cell
    may gain goes round a cycle of withheld cells. Flows tell how much, exactly, for
    whole numbers too.
    """

    cells: Mapping[Cell, int]
    is_list: bool

    def ends(self, cell: Cell) -> tuple[_Node, _Node]:
        # A list is one equation: two nodes with every cell between them.
        row = TOTAL if self.is_list else cell[0]
        return ("row", row), ("column", cell[1])

    def is_margin(self, cell: Cell) -> bool:
        if self.is_list:
            return cell[0] == TOTAL
        return (cell[0] == TOTAL) != (cell[1] == TOTAL)

    def way_round(self, cell: Cell) -> tuple[_Node, _Node]:
        """From where to where other cells must balance the cell when it rises."""
        row, column = self.ends(cell)
        return (row, column) if self.is_margin(cell) else (column, row)


def _hidden(table: _Table) -> frozenset[Cell]:
    """The cells to withhold: the small ones, then the cheapest that protect them."""
    small = sorted(
        (cell for cell, count in table.cells.items() if is_small(count)),
        key=lambda cell: (table.cells[cell], cell),
    )
    held = frozenset(small)
    graph, dearer = _Graph(table, held), _Graph(table, held, may_add=True)
    for cell in small:
        while lacking := _lacking(graph, cell):
            held |= _cheapest_cycle(dearer, cell, lacking)
            graph, dearer = _Graph(table, held), _Graph(table, held, may_add=True)
    return _without_needless(table, held, small)


def _without_needless(
    table: _Table, held: frozenset[Cell], small: list[Cell]
) -> frozenset[Cell]:
    """Show again what a later choice made needless, the largest loss first."""
    extra = sorted(held.difference(small), key=lambda cell: (-table.cells[cell], cell))
    for cell in extra:
        graph = _Graph(table, held - {cell})
        # Those beside it first: where it is needed they tell soonest.
        near = sorted(small, key=lambda one: cell[0] != one[0] and cell[1] != one[1])
        if not any(_lacking(graph, one) for one in near):
            held = graph.held
    return held


class _Graph:
    """The cells of a table that may move, by the equations that they stand in."""

    def __init__(
        self, table: _Table, held: frozenset[Cell], *, may_add: bool = False
    ) -> None:
        self.table, self.held = table, held
        self.beside: dict[_Node, list[tuple[Cell, _Node, bool]]] = {}
        for cell in sorted(table.cells):
            if cell in held or (may_add and table.cells[cell] > 0):
                row, column = table.ends(cell)
                is_margin = table.is_margin(cell)
                self.beside.setdefault(row, []).append((cell, column, not is_margin))
                self.beside.setdefault(column, []).append((cell, row, is_margin))


def _lacking(graph: _Graph, cell: Cell) -> int:
    """By how much a small count ought to be able to rise; 0 when it is protected."""
    need = SMALL - graph.table.cells[cell]
    return 0 if _Flow(graph, cell).push(need) == need else need


def _cheapest_cycle(graph: _Graph, cell: Cell, rise: int) -> frozenset[Cell]:
    """Cells to withhold too so that a count can rise by so much."""
    flow = _Flow(graph, cell)
    flow.push(rise)
    return frozenset(flow.added)


_Loss = tuple[int, int]


class _Flow:
    """How far a withheld cell can rise: augmenting paths, the cheapest first."""

    def __init__(self, graph: _Graph, cell: Cell) -> None:
        self.graph, self.cell = graph, cell
        self.counts = graph.table.cells
        self.start, self.end = graph.table.way_round(cell)
        self.moved: dict[Cell, int] = {}
        self.added: set[Cell] = set()

    def push(self, limit: int) -> int:
        """Send at most so much round; how much went."""
        sent = 0
        while sent < limit and (path := self._path()):
            falls = [self._room(cell) for cell, up in path if not up]
            most = min((limit - sent, *falls))
            for cell, up in path:
                self.moved[cell] = self.moved.get(cell, 0) + (most if up else -most)
                if cell not in self.graph.held:
                    self.added.add(cell)
            sent += most
        return sent

    def _room(self, cell: Cell) -> int:
        """How far a cell may fall: never to 0. By itself it may rise without end."""
        return self.counts[cell] + self.moved.get(cell, 0) - 1

    def _loss(self, cell: Cell) -> int:
        is_lost = cell in self.graph.held or cell in self.added
        return 0 if is_lost else self.counts[cell]

    def _path(self) -> list[tuple[Cell, bool]]:
        """The way of the smallest loss, then the shortest, ties by the keys' order."""
        best: dict[_Node, _Loss] = {self.start: (0, 0)}
        came: dict[_Node, tuple[_Node, Cell, bool]] = {}
        queue: list[tuple[_Loss, _Node]] = [((0, 0), self.start)]
        while queue:
            known, node = heappop(queue)
            if node == self.end:
                return _way_back(came, self.start, self.end)
            if known > best[node]:
                continue
            for cell, far, up in self.graph.beside.get(node, ()):
                if cell == self.cell or not (up or self._room(cell)):
                    continue
                loss = known[0] + self._loss(cell), known[1] + 1
                if far not in best or loss < best[far]:
                    best[far], came[far] = loss, (node, cell, up)
                    heappush(queue, (loss, far))
        return []


def _way_back(
    came: Mapping[_Node, tuple[_Node, Cell, bool]], start: _Node, end: _Node
) -> list[tuple[Cell, bool]]:
    path = []
    while end != start:
        end, cell, up = came[end]
        path.append((cell, up))
    return path
