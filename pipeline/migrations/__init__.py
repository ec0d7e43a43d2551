"""What later versions changed in the tables of an office, step by step.

A step brings an office from its own number less one to its number, in one transaction
of the warehouse, and is never edited once an office may have taken it: it names the
columns of its day itself, for today's contracts go on changing. Whatever it adds may be
there already, since the versions before numbers mended some of it at every opening.
"""

from typing import Final, Protocol

from pipeline.migrations import (
    m001_account_keys,
    m002_later_columns,
    m003_rounds,
    m004_weekly_cases,
)
from pipeline.warehouse import Warehouse


class Step(Protocol):
    """A module of this package."""

    TITLE: str

    def apply(self, warehouse: Warehouse) -> None:
        """Change the tables; the caller holds the transaction."""


# In order: the first brings an office of no number (0) to number 1.
STEPS: Final[tuple[Step, ...]] = (
    m001_account_keys,
    m002_later_columns,
    m003_rounds,
    m004_weekly_cases,
)
