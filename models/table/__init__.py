"""Models for any table of features: judged on rows they have not seen, or fitted."""

from models.table.evaluate import FittedTable, evaluate_table, fit_table
from models.table.registry import TABLE_MODELS
from models.table.result import TableResult

__all__ = [
    "TABLE_MODELS",
    "FittedTable",
    "TableResult",
    "evaluate_table",
    "fit_table",
]
