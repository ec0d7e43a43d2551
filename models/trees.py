"""Trees of whole points: scored by comparisons and look-ups, explained exactly."""

from dataclasses import dataclass
from functools import lru_cache
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.base import Calibration, Floats, Reason, band_names

Whole = NDArray[np.int64]
DEPTH: Final = 3
SPLITS: Final = 2**DEPTH - 1
LEAVES: Final = 2**DEPTH
# One bit per split says to which side a household goes: all of them are a small number.
PATTERNS: Final = 2**SPLITS
# Shares of a point: every weight of a Shapley value over up to seven features is whole.
SHARES: Final = factorial(SPLITS)
# So that the bits of a chunk stay in the processor's cache.
CHUNK_ROWS: Final = 8_192


@dataclass(frozen=True)
class TreeModel:
    """A ranking model: a sum of trees, each of seven splits and eight leaves.

    Tree by tree in the order of a heap: split ``i`` sends a value above its threshold
    to split ``2i + 2``, any other to ``2i + 1``. A branch that ends early repeats the
    split above it. Unknown values count as the reference household's.

    Attributes:
        features: what is read; ``split`` names them by place.
        reference: what the household without any sign has.
        leaf: whole points.
    """

    name: str
    intercept: int
    features: tuple[str, ...]
    reference: tuple[float, ...]
    split: tuple[int, ...]
    threshold: tuple[float, ...]
    leaf: tuple[int, ...]
    reasons: tuple[Reason, ...]
    bands: tuple[tuple[str, float], ...]
    calibration: Calibration | None = None

    @property
    def base(self) -> float:
        """The score of the reference household."""
        return float(self.intercept + _compiled(self).reference_points.sum())

    def scores(self, matrix: Floats) -> Floats:
        """Whole points, one number per household."""
        trees = _compiled(self)
        total = np.full(len(matrix), self.intercept, dtype=np.int64)
        for start in range(0, len(matrix), CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            bits = self._bits(matrix[rows], trees)
            for points, tests in zip(trees.points, trees.tests, strict=True):
                total[rows] += points.take(_pattern(bits, tests))
        return total.astype(np.float64)

    def contributions(self, matrix: Floats) -> Floats:
        """Shapley values against the reference household, in whole points.

        Exact by enumeration, tree by tree: what a split's features add depends on the
        pattern of bits alone. Rounded so that base and parts sum to the score.
        """
        trees = _compiled(self)
        parts = np.zeros(matrix.shape, dtype=np.float64, order="F")
        for start in range(0, len(matrix), CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            bits = self._bits(matrix[rows], trees)
            shares = np.zeros((bits.shape[1], len(self.features)), np.int64, order="F")
            for tests, tables in zip(trees.tests, trees.shares, strict=True):
                pattern = _pattern(bits, tests)
                for place, table in tables:
                    shares[:, place] += table.take(pattern)
            parts[rows] = whole_parts(shares)
        return parts

    def band_of(self, scores: Floats) -> NDArray[np.object_]:
        """The Korean band of each score."""
        return band_names(self.bands, scores)

    def _bits(self, matrix: Floats, trees: "_Trees") -> NDArray[np.uint8]:
        """Which tests each household passes: tests × households."""
        bits = np.empty((len(trees.places), len(matrix)), dtype=np.uint8)
        filled, last = np.empty(0), -1
        for row, (place, threshold) in enumerate(
            zip(trees.places, trees.thresholds, strict=True)
        ):
            if place != last:
                column, last = matrix[:, place], place
                filled = np.where(np.isnan(column), self.reference[place], column)
            np.greater(filled, threshold, out=bits[row].view(np.bool_))
        return bits


@dataclass(frozen=True)
class _Trees:
    """A model made ready: its distinct tests, and per tree a table over patterns."""

    places: tuple[int, ...]
    thresholds: tuple[float, ...]
    tests: tuple[tuple[int, ...], ...]
    points: tuple[Whole, ...]
    shares: tuple[tuple[tuple[int, Whole], ...], ...]
    reference_points: Whole


@lru_cache(maxsize=16)
def _compiled(model: TreeModel) -> _Trees:
    tests = sorted(set(zip(model.split, model.threshold, strict=True)))
    row_of = {test: row for row, test in enumerate(tests)}
    rows, points, shares, base = [], [], [], []
    for tree in range(len(model.leaf) // LEAVES):
        splits = slice(tree * SPLITS, (tree + 1) * SPLITS)
        places, limits = model.split[splits], model.threshold[splits]
        leaves = model.leaf[tree * LEAVES : (tree + 1) * LEAVES]
        table = np.array(leaves, dtype=np.int64)[_LEAF_OF]
        at_reference = sum(
            int(model.reference[place] > limit) << bit
            for bit, (place, limit) in enumerate(zip(places, limits, strict=True))
        )
        rows.append(tuple(row_of[test] for test in zip(places, limits, strict=True)))
        points.append(table)
        base.append(table[at_reference])
        shares.append(_shapley(table, places, at_reference))
    return _Trees(
        tuple(place for place, _ in tests),
        tuple(limit for _, limit in tests),
        tuple(rows),
        tuple(points),
        tuple(shares),
        np.array(base, dtype=np.int64),
    )


def _shapley(
    table: Whole, places: tuple[int, ...], at_reference: int
) -> tuple[tuple[int, Whole], ...]:
    """What each feature of a tree adds, for every pattern, in shares of a point."""
    players = sorted(set(places))
    masks = [
        sum(1 << bit for bit, place in enumerate(places) if place == player)
        for player in players
    ]
    count = len(players)
    patterns = np.arange(PATTERNS)
    worth = []
    for members in range(1 << count):
        own = sum(mask for bit, mask in enumerate(masks) if members >> bit & 1)
        worth.append(table[(patterns & own) | (at_reference & ~own)])
    found = []
    for bit, player in enumerate(players):
        total = np.zeros(PATTERNS, dtype=np.int64)
        for members in range(1 << count):
            if not members >> bit & 1:
                weight = _weight(members.bit_count(), count)
                total += weight * (worth[members | 1 << bit] - worth[members])
        if total.any():
            found.append((player, total))
    return tuple(found)


def _weight(members: int, players: int) -> int:
    """A coalition's weight in a Shapley value, in shares of a point."""
    ways = factorial(members) * factorial(players - members - 1)
    return SHARES * ways // factorial(players)


def whole_parts(shares: Whole) -> Floats:
    """Shares of a point as whole points with the same sum per row.

    The largest remainders are rounded up; of equal ones the first feature's.
    """
    parts = shares // SHARES
    rest = shares - parts * SHARES
    lacking = rest.sum(axis=1) // SHARES
    rows = np.flatnonzero(lacking)
    order = np.argsort(-rest[rows], axis=1, kind="stable")
    is_raised = np.arange(shares.shape[1]) < lacking[rows, None]
    raised = np.zeros(order.shape, dtype=np.int64)
    np.put_along_axis(raised, order, is_raised.astype(np.int64), axis=1)
    parts[rows] += raised
    return parts.astype(np.float64)


def _pattern(bits: NDArray[np.uint8], tests: tuple[int, ...]) -> NDArray[np.uint8]:
    pattern: NDArray[np.uint8] = bits[tests[-1]]
    for test in tests[-2::-1]:
        pattern = (pattern << 1) | bits[test]
    return pattern


def _leaf_of_pattern() -> NDArray[np.int64]:
    """The leaf that each pattern of bits leads to."""
    patterns = np.arange(PATTERNS)
    node = np.zeros(PATTERNS, dtype=np.int64)
    for _ in range(DEPTH):
        node = 2 * node + 1 + (patterns >> node & 1)
    return node - SPLITS


_LEAF_OF: Final = _leaf_of_pattern()
