"""Refused files tell when and how often they were tried; results bring a field flag."""

from typing import Final

from pipeline.migrations.columns import add_columns
from pipeline.warehouse import Warehouse

TITLE: Final = "refused files and results get the columns of later versions"
_COLUMNS: Final = {
    "rej_file": (
        "refused_on DATE",
        "tried_on DATE",
        "tries INTEGER",
        "rejected_by_code VARCHAR",
    ),
    "acc_result": ("field_flag VARCHAR",),
}


def apply(warehouse: Warehouse) -> None:
    """Add the columns."""
    add_columns(warehouse, _COLUMNS)
