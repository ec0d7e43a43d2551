"""Checked segments into both databases, at the same time, in the background."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from data_contracts.base import Contract
from data_contracts.derive import acc_columns
from data_contracts.rejects import Reject
from pipeline import vault
from pipeline.cells import Checked
from pipeline.warehouse import Warehouse

_GOOD, _BAD = "_ingest_good", "_ingest_bad"


class SegmentWriter:
    """Writes segments of one file into two open transactions.

    With `beside`, each database is written by a thread of its own while the next
    segment is checked; at most one segment is on its way.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        personal: Warehouse,
        contract: Contract,
        file_id: int,
        sha256: str,
        *,
        beside: bool,
    ) -> None:
        self._warehouse = warehouse
        self._personal = personal
        self._contract = contract
        self._file_id = file_id
        self._sha256 = sha256
        self._pool = ThreadPoolExecutor(2) if beside else None
        self._coming: list[Future[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)  # also Ctrl-C: a transaction ends in peace
        if error is None:
            self._wait()

    def __call__(
        self,
        checked: Checked,
        ragged: tuple[int, ...],
        note: Callable[[pa.Table], None],
    ) -> None:
        """Write one segment; `note` is called with its good rows beside it."""

        def kept() -> None:
            self._write_kept(checked, ragged)
            note(checked.good)

        def personal() -> None:
            with self._personal.registered(checked.good, _GOOD):
                vault.insert(
                    self._personal, self._contract, self._file_id, self._sha256, _GOOD
                )

        if self._pool is None:
            kept()
            personal()
            return
        self._wait()
        self._coming = [self._pool.submit(each) for each in (kept, personal)]

    def _wait(self) -> None:
        coming, self._coming = self._coming, []
        for each in coming:
            each.result()

    def _write_kept(self, checked: Checked, ragged: tuple[int, ...]) -> None:
        this = {"file_id": self._file_id}
        names = ["row_no", *(name for name, _ in acc_columns(self._contract))]
        columns = ", ".join(names)
        with self._warehouse.registered(checked.good, _GOOD):
            self._warehouse.execute(
                f"INSERT INTO acc_{self._contract.source} (file_id, {columns}) "
                f"SELECT $file_id, {columns} FROM {_GOOD}",
                this,
            )
        if not checked.bad.num_rows and not ragged:
            return
        codes = [[str(Reject.COLUMN_COUNT)]] * len(ragged)
        short = pa.table([list(ragged), codes], schema=checked.bad.schema)
        bad = pa.concat_tables([checked.bad, short])
        with self._warehouse.registered(bad, _BAD):
            self._warehouse.execute(
                f"INSERT INTO rej_row SELECT $file_id, row_no, reasons FROM {_BAD} "
                "ORDER BY row_no",
                this,
            )
