"""Models for any table of features: judged on rows they have not seen, or fitted."""

from models.table.evaluate import SEED, FittedTable, evaluate_table, fit_table
from models.table.files import read_table
from models.table.registry import TABLE_MODELS
from models.table.result import TableResult

__all__ = [
    "SEED",
    "TABLE_MODELS",
    "FittedTable",
    "TableResult",
    "evaluate_table",
    "fit_table",
    "read_table",
]
