"""Rows held their account's key each; it is kept once, in core_account_key."""

from typing import Final

from pipeline.warehouse import Warehouse

TITLE: Final = "the keys of accounts move out of the rows"


def apply(warehouse: Warehouse) -> None:
    """Move them, and drop the columns."""
    warehouse.execute(
        "CREATE TABLE IF NOT EXISTS warehouse.main.core_account_key "
        "(source VARCHAR, account_no VARCHAR, account_key VARCHAR)"
    )
    for (table,) in warehouse.rows(
        "SELECT table_name FROM duckdb_columns() WHERE database_name = 'warehouse' "
        "AND column_name = 'account_key' AND starts_with(table_name, 'acc_') "
        "ORDER BY ALL"
    ):
        if table != "acc_nhis":  # its certificates are linked by person
            warehouse.execute(
                "INSERT INTO core_account_key SELECT DISTINCT $source, account_no, "
                f"account_key FROM {table} WHERE account_key IS NOT NULL "
                "ORDER BY account_no",
                {"source": table.removeprefix("acc_")},
            )
        warehouse.execute(f"ALTER TABLE {table} DROP COLUMN account_key")
