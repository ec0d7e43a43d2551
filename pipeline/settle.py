"""Of a file's good rows with one key the last wins; the others are taken back.

Of a returned list only equal rows are: what they say is put together field by field.
"""

from dataclasses import dataclass

import pyarrow as pa

from data_contracts.base import Contract
from data_contracts.derive import acc_columns, key_columns, vault_columns
from pipeline.warehouse import Warehouse

_KEY, _AGAIN, _PAIR, _GOOD = "_ingest_key", "_ingest_again", "_ingest_pair", "_good"


@dataclass(frozen=True)
class Settled:
    """How many rows another row of the same file replaced: equal ones, and others."""

    repeated: int
    superseded: int


class RepeatedKeys:
    """Finds the keys that come again by a narrow hash, and compares only those rows.

    `warehouse` and `personal` are the open transactions that hold the file's rows.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        personal: Warehouse,
        contract: Contract,
        file_id: int,
    ) -> None:
        self._warehouse = warehouse
        self._personal = personal
        self._contract = contract
        self._this = {"file_id": file_id}
        self._keys = key_columns(contract)
        self._table = f"acc_{contract.source}"
        warehouse.execute(
            f"CREATE OR REPLACE TEMP TABLE {_KEY} (row_no BIGINT, key_hash UBIGINT)"
        )

    def note(self, good: pa.Table) -> None:
        """Take the keys of good rows; a row without its whole key has none."""
        whole = " AND ".join(f"{name} IS NOT NULL" for name in self._keys)
        with self._warehouse.registered(good, _GOOD):
            self._warehouse.execute(
                f"INSERT INTO {_KEY} SELECT row_no, hash({', '.join(self._keys)}) "
                f"FROM {_GOOD} WHERE {whole}"
            )

    def settle(self) -> Settled:
        """Take back every row whose key comes again further down in the file."""
        again = self._warehouse.fetch(
            f"SELECT row_no FROM {_KEY} WHERE key_hash IN (SELECT key_hash FROM {_KEY} "
            "GROUP BY key_hash HAVING count(*) > 1)"
        )
        self._warehouse.execute(f"DROP TABLE temp.main.{_KEY}")
        if not again.num_rows:
            return Settled(0, 0)
        pairs = self._pairs(again)
        equal = self._equal(self._warehouse, self._table, pairs, self._kept())
        personal = [name for name, _ in vault_columns(self._contract)]
        vault = f"vault.main.vault_{self._contract.source}"
        if personal:
            equal = self._equal(self._personal, vault, equal, personal)
        if self._contract.recognised_by:
            pairs = equal
        if personal:
            self._take_back(self._personal, vault, pairs)
        self._take_back(self._warehouse, self._table, pairs)
        return Settled(equal.num_rows, pairs.num_rows - equal.num_rows)

    def _kept(self) -> list[str]:
        return [name for name, _ in acc_columns(self._contract)]

    def _pairs(self, again: pa.Table) -> pa.Table:
        """Each row that loses, with the row that wins over it."""
        keys = ", ".join(self._keys)
        whole = " AND ".join(f"{name} IS NOT NULL" for name in self._keys)
        with self._warehouse.registered(again, _AGAIN):
            return self._warehouse.fetch(
                f"WITH found AS (SELECT row_no, max(row_no) OVER (PARTITION BY {keys}) "
                f"AS winner FROM {self._table} JOIN {_AGAIN} USING (row_no) "
                f"WHERE file_id = $file_id AND {whole}) "
                "SELECT row_no, winner FROM found WHERE row_no < winner",
                self._this,
            )

    def _equal(
        self, where: Warehouse, table: str, pairs: pa.Table, columns: list[str]
    ) -> pa.Table:
        """The pairs whose rows are alike in these columns."""
        alike = " AND ".join(f"l.{n} IS NOT DISTINCT FROM w.{n}" for n in columns)
        names = ", ".join(f"t.{name}" for name in columns)

        def rows_of(row_no: str) -> str:
            # Materialized: else the planner may join losers to winners by what they
            # have in common, before their numbers; where a column is the same in a
            # whole file that is every row with every row.
            return (
                f"MATERIALIZED (SELECT p.row_no, p.winner, {names} FROM {_PAIR} p "
                f"JOIN {table} t ON t.file_id = $file_id AND t.row_no = p.{row_no})"
            )

        with where.registered(pairs, _PAIR):
            return where.fetch(
                f"WITH l AS {rows_of('row_no')}, w AS {rows_of('winner')} "
                "SELECT l.row_no, l.winner FROM l JOIN w USING (row_no) "
                f"WHERE {alike}",
                self._this,
            )

    def _take_back(self, where: Warehouse, table: str, pairs: pa.Table) -> None:
        with where.registered(pairs, _PAIR):
            where.execute(
                f"DELETE FROM {table} WHERE file_id = $file_id "
                f"AND row_no IN (SELECT row_no FROM {_PAIR})",
                self._this,
            )
