"""Adds columns to tables that an office may have or not."""

from collections.abc import Mapping

from pipeline.warehouse import Warehouse


def add_columns(warehouse: Warehouse, columns: Mapping[str, tuple[str, ...]]) -> None:
    """Add each `name TYPE` that its table lacks; a table that is not there stays so."""
    for table, added in columns.items():
        if not warehouse.has_table(f"warehouse.{table}"):
            continue
        for column in added:
            warehouse.execute(
                f"ALTER TABLE warehouse.main.{table} ADD COLUMN IF NOT EXISTS {column}"
            )
