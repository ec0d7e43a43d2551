"""Who learns and who judges: folds by id, or later periods after earlier ones."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.table.periods import periods_of
from models.table.task import Folds, Ints

# From so many rows two repeats say as much as three; then one.
MIDDLE: Final = 5_000
BIG: Final = 10_000
FOLDS: Final = 5
REPEATS: Final = 3
INNER_FOLDS: Final = 3
MOST_TESTS: Final = 3
LEAST_POSITIVES: Final = 10


@dataclass(frozen=True)
class Plan:
    """Pairs of rows to learn from and to judge on.

    Attributes:
        units: fold numbers that are judged together: one repeat, or one period.
    """

    folds: Folds
    units: tuple[tuple[int, ...], ...]
    method: dict[str, str | int]


def stratified(
    labels: Ints, groups: Ints, count: int, generator: np.random.Generator
) -> Folds:
    """Folds with equal shares of positives; rows of one group stay together."""
    names, where = np.unique(groups, return_inverse=True)
    any_positive = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(any_positive, where, labels)
    of_group = np.zeros(len(names), dtype=np.int64)
    for level in (1, 0):
        members = generator.permutation(np.flatnonzero(any_positive == level))
        # The shorter folds of one level get the longer of the other.
        seats = np.arange(len(members)) % count
        of_group[members] = seats if level else count - 1 - seats
    fold = of_group[where]
    return tuple(
        (np.flatnonzero(fold != place), np.flatnonzero(fold == place))
        for place in range(count)
    )


def inner_folds(labels: Ints, groups: Ints, seed: int) -> Folds:
    """Folds within the rows to learn from."""
    count = min(INNER_FOLDS, max(2, int(labels.sum())))
    if min(len(np.unique(groups[labels == side])) for side in (0, 1)) < INNER_FOLDS:
        # All of a side of so few ids: tuning folds cannot keep them apart.
        groups = np.arange(len(labels))
    return stratified(labels, groups, count, np.random.default_rng([seed, 7]))


def repeated_plan(labels: Ints, groups: Ints, seed: int) -> Plan:
    """Repeated stratified folds; large tables once.

    Raises:
        ModelError: the ids name too few households to keep some apart.
    """
    for side in (0, 1):
        if len(np.unique(groups[labels == side])) < LEAST_POSITIVES:
            raise ModelError(
                f"the rows with label {side} belong to fewer than {LEAST_POSITIVES} "
                "ids; rows of one id are never on both sides",
                "leave --id away if that column does not name households",
            )
    sizes = (MIDDLE, BIG)
    repeats = REPEATS - sum(len(labels) >= size for size in sizes)
    generator = np.random.default_rng([seed, 1])
    parts = [stratified(labels, groups, FOLDS, generator) for _ in range(repeats)]
    units = tuple(
        tuple(range(place * FOLDS, (place + 1) * FOLDS)) for place in range(repeats)
    )
    method: dict[str, str | int] = {
        "name": "repeated stratified cross-validation",
        "repeats": repeats,
        "folds": FOLDS,
        "grouped_by_id": int(len(np.unique(groups)) < len(groups)),
    }
    return Plan(tuple(fold for part in parts for fold in part), units, method)


def temporal_plan(labels: Ints, times: pd.Series) -> Plan:
    """The last periods, each learnt from all that ended a period before it.

    Raises:
        ModelError: there are fewer than two periods, or too few positives.
    """
    period = periods_of(times)
    count = int(period.max()) + 1
    if count < 2:
        raise ModelError(
            "the time column holds fewer than two periods",
            "leave --time away: the table is then judged by repeated folds",
        )
    gap = 1 if count >= 3 else 0
    folds: list[tuple[Ints, Ints]] = []
    for test in range(max(1 + gap, count - MOST_TESTS), count):
        train_rows = np.flatnonzero(period < test - gap)
        test_rows = np.flatnonzero(period == test)
        positives, tested = labels[train_rows].sum(), labels[test_rows].sum()
        both = 0 < tested < len(test_rows) and positives < len(train_rows)
        if positives >= LEAST_POSITIVES and both:
            folds.append((train_rows, test_rows))
    if not folds:
        raise ModelError(
            "no period has at least one positive to judge on and "
            f"{LEAST_POSITIVES} in the periods before it",
            "give a table that covers more time, or leave --time away",
        )
    units = tuple((place,) for place in range(len(folds)))
    method: dict[str, str | int] = {
        "name": "temporal: learnt from earlier periods, judged on later ones",
        "periods": count,
        "judged_periods": len(folds),
        "gap_periods": gap,
    }
    return Plan(tuple(folds), units, method)
