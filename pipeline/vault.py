"""The vault: names, addresses, phones and birth dates, written before the warehouse.

One transaction writes one database only. The warehouse's commit is the commit point;
vault rows whose file it does not hold are leftovers of a broken run and are swept.
"""

from data_contracts.base import Contract
from data_contracts.derive import vault_columns
from data_contracts.sources import SOURCES
from pipeline.warehouse import Warehouse


def insert(
    warehouse: Warehouse, contract: Contract, file_id: int, sha256: str, accepted: str
) -> int:
    """Write the personal part of some accepted rows of a file; returns how many.

    `accepted` names what holds row_no and the vault's columns; `forget` goes before.
    """
    names = [name for name, _ in vault_columns(contract)]
    if not names:
        return 0
    table = f"vault.main.vault_{contract.source}"
    columns = ", ".join(names)
    return warehouse.execute(
        f"INSERT INTO {table} (file_sha, file_id, row_no, {columns}) "
        f"SELECT $sha256, $file_id, row_no, {columns} FROM {accepted}",
        {"file_id": file_id, "sha256": sha256},
    )


def forget(warehouse: Warehouse, contract: Contract, file_id: int) -> None:
    """Delete what a broken run left under a file's id, so that one copy stays."""
    warehouse.execute(
        f"DELETE FROM vault.main.vault_{contract.source} WHERE file_id = $file_id",
        {"file_id": file_id},
    )


def sweep(warehouse: Warehouse) -> int:
    """Delete rows of files that the warehouse does not hold; returns how many."""
    swept = 0
    for contract in SOURCES.values():
        table = f"vault.main.vault_{contract.source}"
        # Few files, many rows: find the files first, delete only if there are any.
        left = warehouse.rows(
            f"SELECT DISTINCT file_id, file_sha FROM {table} EXCEPT "
            "SELECT file_id, sha256 FROM warehouse.main.core_file ORDER BY ALL"
        )
        for file_id, sha256 in left:
            with warehouse.transaction():
                swept += warehouse.execute(
                    f"DELETE FROM {table} "
                    "WHERE file_id = $file_id AND file_sha = $sha256",
                    {"file_id": file_id, "sha256": sha256},
                )
    return swept
