"""What of a table can be learnt from, and what cannot and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from models.table.leaks import leak_of
from models.table.persons import holds_personal_numbers
from models.table.task import Column, Floats, Ints
from models.table.values import Coding, coding_of, unusable_values

MOST_NAMED: Final = 5


@dataclass(frozen=True)
class Unusable:
    """A column that is left out."""

    column: str
    reason: str


@dataclass(frozen=True)
class Review:
    """The usable columns of a table and how their values are read.

    Attributes:
        codings: how each usable column becomes numbers, in the columns' order.
    """

    columns: tuple[Column, ...]
    codings: tuple[Coding, ...]
    unusable: tuple[Unusable, ...]
    warnings: tuple[str, ...]

    def matrix(self, frame: pd.DataFrame) -> Floats:
        """Rows × usable columns, NaN unknown."""
        parts = [
            coding.numbers(frame[column.name])
            for column, coding in zip(self.columns, self.codings, strict=True)
        ]
        return np.column_stack(parts) if parts else np.zeros((len(frame), 0))


def review(
    frame: pd.DataFrame,
    labels: Ints,
    label: str,
    reserved: frozenset[str],
    directions: Mapping[str, int],
) -> Review:
    """Look at every column but the reserved ones (label, id, time).

    A column named in ``directions`` is kept even if it looks like a leak, with a
    warning; personal numbers and columns without content never are.
    """
    columns, codings, unusable, warnings = [], [], [], []
    for name in frame.columns:
        if name in reserved:
            continue
        values = frame[name]
        reason = _reason(values)
        if reason is None:
            coding = coding_of(values)
            numbers = coding.numbers(values)
            reason, doubt = leak_of(name, numbers, coding.kind, labels, label)
            if name in directions and reason is not None:
                doubt, reason = f"{reason}; kept because a direction is given", None
            if doubt is not None:
                warnings.append(f"column '{name}': {doubt}")
        if reason is not None:
            unusable.append(Unusable(name, reason))
            continue
        direction = directions.get(name, 0) if coding.kind == "number" else 0
        if name in directions and coding.kind != "number" and directions[name]:
            warnings.append(
                f"column '{name}': a direction needs numbers; it is not used"
            )
        columns.append(Column(name, coding.kind, direction))
        codings.append(coding)
    return Review(tuple(columns), tuple(codings), tuple(unusable), tuple(warnings))


def _reason(values: pd.Series) -> str | None:
    if holds_personal_numbers(values):
        return "holds what looks like resident numbers; take them out of the table"
    return unusable_values(values)
