"""The law that no row is lost: what core_file tells is what the tables hold."""

from data_contracts.base import Contract
from data_contracts.derive import vault_columns
from data_contracts.sources import SOURCES
from pipeline.errors import ContractBroken
from pipeline.warehouse import Warehouse


def check_sums(warehouse: Warehouse, contract: Contract) -> None:
    """Over all files of a source: what was counted is what is stored.

    Called inside the transaction of each file, so that a file which breaks it is
    taken back. Counts whole tables, which the engine knows without reading rows.

    Raises:
        ContractBroken: They differ.
    """
    source = contract.source
    told = _count(
        warehouse,
        "SELECT coalesce(sum(accepted), 0) FROM core_file WHERE source = $source",
        {"source": source},
    )
    places = {f"acc_{source}": told}
    if vault_columns(contract):
        places[f"vault.main.vault_{source}"] = told
    places["rej_row"] = _count(
        warehouse, "SELECT coalesce(sum(rejected), 0) FROM core_file"
    )
    for table, expected in places.items():
        held = _count(warehouse, f"SELECT count(*) FROM {table}")
        if held != expected:
            raise ContractBroken(
                f"{table} holds {held:,} rows where the files loaded so far tell "
                f"{expected:,}; nothing of this file was loaded",
                "this is a fault in the program, or somebody changed the database: "
                "put back a copy of the data folder, and report this line",
            )


def count_stored(warehouse: Warehouse) -> None:
    """Make the temp table `_stored_rows` that the checks compare core_file with.

    Grain: file_id and place (`accepted`, `vault`), with `rows`. A source that keeps
    nothing in the vault has no line for it.
    """
    parts = [
        f"SELECT file_id, 'accepted' AS place FROM acc_{source}" for source in SOURCES
    ]
    parts += [
        f"SELECT file_id, 'vault' FROM vault.main.vault_{source}"
        for source, contract in SOURCES.items()
        if vault_columns(contract)
    ]
    with_vault = [s for s, contract in SOURCES.items() if vault_columns(contract)]
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE _stored_rows AS "
        f"WITH stored AS ({' UNION ALL '.join(parts)}), "
        "counted AS (SELECT file_id, place, count(*) AS n FROM stored GROUP BY ALL) "
        "SELECT f.file_id, p.place, coalesce(c.n, 0) AS rows "
        "FROM core_file AS f CROSS JOIN (VALUES ('accepted'), ('vault')) AS p(place) "
        "LEFT JOIN counted AS c ON c.file_id = f.file_id AND c.place = p.place "
        "WHERE p.place = 'accepted' OR list_contains($with_vault, f.source)",
        {"with_vault": with_vault},
    )


def _count(
    warehouse: Warehouse, sql: str, params: dict[str, object] | None = None
) -> int:
    return int(warehouse.rows(sql, params)[0][0])
