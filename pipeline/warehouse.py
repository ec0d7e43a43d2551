"""The one door to the engine: encrypted files, transactions, SQL from files, frames."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from pipeline.engine import (
    NO_NETWORK,
    Lent,
    bare_connection,
    engine_errors,
    make_database,
    quoted,
    smaller_memory,
)
from pipeline.sql_files import load_sql

HOMES = {"warehouse": "TABLE warehouse.main.", "temp": "TEMP TABLE "}


class Warehouse:
    """An open warehouse (and vault) on one engine connection.

    `warehouse.*` holds keyed rows without names; `vault.*` holds names, addresses,
    phones; temp tables die with the connection and spill only encrypted.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, memory: str = "2GB"
    ) -> None:
        self._connection = connection
        self._memory = memory
        self._is_in_transaction = False

    @classmethod
    def open(
        cls,
        warehouse_file: Path,
        vault_file: Path,
        *,
        warehouse_key: str,
        vault_key: str,
        spill_folder: Path,
        memory: str = "2GB",
        threads: int = 2,
        read_only: bool = False,
    ) -> Self:
        """Open the two encrypted files of an office.

        Raises:
            SecretError: A key does not open its file.
            OfficeBusy: Another process holds one of them.
            DiskError: The disk is full.
        """
        connection = bare_connection(spill_folder, memory, threads)
        mode = ", READ_ONLY" if read_only else ""
        try:
            for alias, file, key in (
                ("warehouse", warehouse_file, warehouse_key),
                ("vault", vault_file, vault_key),
            ):
                with engine_errors(str(file)):
                    if not read_only:
                        make_database(connection, file, key)
                    connection.execute(
                        f"ATTACH {quoted(str(file))} AS {alias} "
                        f"(ENCRYPTION_KEY {quoted(key)}{mode})"
                    )
            connection.execute("USE warehouse")
        except BaseException:
            # Else the first file stays attached until the traceback is collected.
            connection.close()
            raise
        return cls(connection, memory)

    @classmethod
    def in_memory(cls) -> Self:
        """An empty warehouse and vault in memory, for tests and dry runs."""
        connection = duckdb.connect(config=NO_NETWORK)
        connection.execute("SET TimeZone='Asia/Seoul'")
        connection.execute("ATTACH ':memory:' AS warehouse")
        connection.execute("ATTACH ':memory:' AS vault")
        connection.execute("USE warehouse")
        return cls(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; an open transaction is rolled back."""
        self._connection.close()

    @contextmanager
    def beside(self) -> Iterator["Warehouse"]:
        """A second connection to the same databases, for a transaction of its own."""
        with engine_errors("a second connection"):
            cursor = self._connection.cursor()
            cursor.execute("USE warehouse")
            cursor.execute("SET TimeZone='Asia/Seoul'")
        try:
            yield Warehouse(cursor)
        finally:
            cursor.close()

    @contextmanager
    def one_thread_a_statement(self) -> Iterator[None]:
        """No thread of the engine's own: who calls from several threads shares work.

        A bulk insert by one thread costs half of what two need together.
        """
        ((threads,),) = self.rows("SELECT current_setting('threads')")
        self.execute("SET GLOBAL threads = 1")
        try:
            yield
        finally:
            self.execute(f"SET GLOBAL threads = {int(threads)}")

    @contextmanager
    def at_most_memory(self, limit: str) -> Iterator[None]:
        """A lower memory limit for a while; what it holds beyond is spilled."""
        lower = smaller_memory(limit, self._memory)
        self.execute(f"SET GLOBAL memory_limit = {quoted(lower)}")
        try:
            yield
        finally:
            self.execute(f"SET GLOBAL memory_limit = {quoted(self._memory)}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another one it joins that.

        The engine lets one transaction write to one file only.
        """
        if self._is_in_transaction:
            yield
            return
        with self._ended_by("COMMIT"):
            yield

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """A transaction after which everything is as if it had never been."""
        with self._ended_by("ROLLBACK"):
            yield

    @contextmanager
    def _ended_by(self, end: str) -> Iterator[None]:
        self._connection.execute("BEGIN")
        self._is_in_transaction = True
        try:
            yield
        except BaseException:  # also Ctrl-C: the state must be as before
            self._connection.execute("ROLLBACK")
            raise
        else:
            with engine_errors(end):
                self._connection.execute(end)
        finally:
            self._is_in_transaction = False

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Run one statement of ours; returns the number of rows it changed."""
        with engine_errors(sql.strip().split("\n", 1)[0][:60]):
            result = self._connection.execute(sql, dict(params or {}))
            row = result.fetchone() if result.description else None
        return int(row[0]) if row and isinstance(row[0], int) else 0

    def fetch(self, sql: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """The rows of one SELECT as an Arrow table."""
        with engine_errors(sql.strip().split("\n", 1)[0][:60]):
            result = self._connection.execute(sql, dict(params or {}))
            return result.to_arrow_table()

    def rows(
        self, sql: str, params: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT as tuples."""
        with engine_errors(sql.strip().split("\n", 1)[0][:60]):
            found = self._connection.execute(sql, dict(params or {})).fetchall()
        return list(found)

    def has_table(self, table: str) -> bool:
        """Whether warehouse, vault or temp holds a table of this (qualified) name."""
        *where, name = table.split(".")
        database = where[0] if where else None
        found = self.rows(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = $name "
            "AND ($database IS NULL OR database_name = $database)",
            {"name": name, "database": database},
        )
        return bool(found[0][0])

    def run_sql(self, name: str, params: Mapping[str, Any] | None = None) -> int:
        """Run a SQL file: (re)create its table from its SELECT; returns its row count.

        Only the parameters that its header declares are passed, and all of them must
        be given: a missing or forgotten parameter is an error, not a silent NULL.

        Raises:
            ContractBroken: Unknown file, missing parameter, or the engine refused.
        """
        sql = load_sql(name)
        given = sql.pick(params)
        create = HOMES[sql.home]
        with engine_errors(f"{name}.sql"):
            self._connection.execute(
                f"CREATE OR REPLACE {create}{sql.table} AS {sql.select}", given
            )
            counted = self._connection.execute(f"SELECT count(*) FROM {sql.table}")
            row = counted.fetchone()
        return int(row[0]) if row else 0

    def fetch_sql(self, name: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """The rows of a SQL file as an Arrow table; nothing is created."""
        sql = load_sql(name)
        return self.fetch(sql.select, sql.pick(params))

    def put(self, table: str, frame: pa.Table, *, home: str = "warehouse") -> int:
        """(Re)create a table from an Arrow table; returns its row count."""
        with engine_errors(f"put {table}"), self._registered(frame) as view:
            self._connection.execute(
                f"CREATE OR REPLACE {HOMES[home]}{table} AS SELECT * FROM {view}"
            )
        return int(frame.num_rows)

    def append(self, table: str, frame: pa.Table) -> int:
        """Append an Arrow table to an existing table by column name."""
        with engine_errors(f"append {table}"), self._registered(frame) as view:
            self._connection.execute(
                f"INSERT INTO {table} BY NAME SELECT * FROM {view}"
            )
        return int(frame.num_rows)

    @contextmanager
    def registered(self, frame: pa.Table, name: str) -> Iterator[None]:
        """Lend an Arrow table to SQL under a name, in memory only."""
        lent = Lent(frame)
        self._connection.register(name, lent)
        try:
            yield
        finally:
            self._connection.unregister(name)
            lent.take_back()

    @contextmanager
    def _registered(self, frame: pa.Table) -> Iterator[str]:
        with self.registered(frame, "_lent_frame"):
            yield "_lent_frame"
