"""One file into the databases: checked by one SELECT, vault first, warehouse last."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from data_contracts.base import Contract
from data_contracts.derive import (
    acc_columns,
    checking_sql,
    key_columns,
    parameters,
    quick_sql,
    vault_columns,
)
from data_contracts.rejects import Reject
from pipeline import vault
from pipeline.errors import ContractBroken
from pipeline.filenames import shown_name
from pipeline.identity import Keys, pads
from pipeline.layouts import Layout
from pipeline.readers import read_rows
from pipeline.text_feed import TextFeed
from pipeline.text_rows import Counts
from pipeline.warehouse import Warehouse

_TEXT, _CHECKED, _RAGGED = "_ingest_text", "_ingest_checked", "_ingest_ragged"
_LOSER, _ACCEPTED = "_ingest_loser", "_ingest_accepted"
# Planning the quick checks takes 0.1 s more than they save on a smaller file.
QUICK_FROM_BYTES = 8 << 20


@dataclass(frozen=True)
class FileToLoad:
    """A recognised file that is not loaded yet."""

    path: Path
    layout: Layout
    contract: Contract
    ref_date: dt.date
    version: int
    known_on: dt.date
    sha256: str
    size: int

    @property
    def order(self) -> tuple[dt.date, dt.date, str, int, str]:
        """The order in which files are taken in."""
        return (
            self.known_on,
            self.ref_date,
            self.contract.source,
            self.version,
            self.path.name,
        )


@dataclass(frozen=True)
class Loaded:
    """What became of a file's rows."""

    file_id: int
    rows: int
    accepted: int
    rejected: int
    rejected_by_code: dict[str, int]
    repeated: int
    superseded: int
    skipped: int


def load_file(
    warehouse: Warehouse,
    file: FileToLoad,
    keys: Keys,
    progress: Callable[[str, int, int], None] | None = None,
    before_commit: Callable[[Loaded], None] = lambda _: None,
) -> Loaded:
    """Load one file whole; on any error nothing of it stays.

    `before_commit` is called inside the transaction with everything written; what it
    raises takes the file back.

    Raises:
        Refused: The file cannot be read to its end as its layout says.
        ContractBroken: Its rows do not add up (a fault of ours).
    """
    counts = Counts()
    try:
        _check_rows(warehouse, file, keys, counts, progress)
        _settle_keys(warehouse, file.contract)
        found = warehouse.rows(
            "SELECT coalesce(max(file_id), 0) + 1 FROM warehouse.main.core_file"
        )
        file_id = int(found[0][0])
        try:
            vault.insert(warehouse, file.contract, file_id, file.sha256, _ACCEPTED)
            with warehouse.transaction():
                loaded = _commit(warehouse, file, file_id, counts)
                before_commit(loaded)
                return loaded
        except BaseException:
            vault.sweep(warehouse)
            raise
    finally:
        _forget(warehouse)


def _check_rows(
    warehouse: Warehouse,
    file: FileToLoad,
    keys: Keys,
    counts: Counts,
    progress: Callable[[str, int, int], None] | None,
) -> None:
    """Every text row through the contract's SELECT into one temp table."""
    given: dict[str, Any] = {"ref_date": file.ref_date, **pads(keys)}
    params = {name: given[name] for name in parameters(file.contract)}
    is_large = file.size >= QUICK_FROM_BYTES
    sql = (quick_sql if is_large else checking_sql)(file.contract, _TEXT)
    names = ", ".join(name for name, _ in _kept(file.contract))
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {_RAGGED} (row_no BIGINT)")
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {_CHECKED} ({_shape(file)})")

    def tell() -> None:
        if progress is not None:
            progress(shown_name(file.path), counts.bytes_read, file.size)

    chunks = read_rows(file.path, file.layout, counts)
    feed = TextFeed(file.contract, chunks, is_large, tell)
    with feed.shown_as(warehouse, _TEXT), _quick_planning(warehouse):
        warehouse.execute(
            f"INSERT INTO {_CHECKED} BY NAME SELECT row_no, {names}, reasons "
            f"FROM ({sql})",
            params,
        )
    if feed.ragged:
        warehouse.append(
            _RAGGED, pa.table({"row_no": pa.array(feed.ragged, pa.int64())})
        )


@contextmanager
def _quick_planning(warehouse: Warehouse) -> Iterator[None]:
    """Rewriting IN lists takes most of a small file's time and gains nothing here."""
    warehouse.execute("SET disabled_optimizers = 'in_clause'")
    try:
        yield
    finally:
        warehouse.execute("RESET disabled_optimizers")


def _kept(contract: Contract) -> list[tuple[str, str]]:
    return [*acc_columns(contract), *vault_columns(contract)]


def _shape(file: FileToLoad) -> str:
    """Declared, not derived from an empty run: planning the SELECT costs 0.1 s."""
    declared = ", ".join(f"{name} {kind}" for name, kind in _kept(file.contract))
    return f"row_no BIGINT, {declared}, reasons VARCHAR[]"


def _settle_keys(warehouse: Warehouse, contract: Contract) -> None:
    """Of good rows with one key the last wins; the others are repeats or superseded."""
    keys = ", ".join(key_columns(contract))
    columns = _kept(contract)
    equal = " AND ".join(f"l.{n} IS NOT DISTINCT FROM w.{n}" for n, _ in columns)
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE {_LOSER} AS "
        f"WITH good AS (FROM {_CHECKED} WHERE len(reasons) = 0), "
        f"often AS (SELECT {keys}, max(row_no) AS winner FROM good "
        f"GROUP BY {keys} HAVING count(*) > 1), "
        f"beaten AS (SELECT good.*, often.winner FROM good JOIN often USING ({keys}) "
        f"WHERE good.row_no < often.winner) "
        f"SELECT l.row_no, {equal} AS is_repeat "
        f"FROM beaten l JOIN good w ON w.row_no = l.winner"
    )
    warehouse.execute(
        f"CREATE OR REPLACE TEMP VIEW {_ACCEPTED} AS SELECT * FROM {_CHECKED} "
        f"WHERE len(reasons) = 0 AND row_no NOT IN (SELECT row_no FROM {_LOSER})"
    )


def _commit(
    warehouse: Warehouse, file: FileToLoad, file_id: int, counts: Counts
) -> Loaded:
    """Write the warehouse's part; what is counted must add up to what was read."""
    columns = ", ".join(name for name, _ in acc_columns(file.contract))
    this = {"file_id": file_id}
    accepted = warehouse.execute(
        f"INSERT INTO acc_{file.contract.source} (file_id, row_no, {columns}) "
        f"SELECT $file_id, row_no, {columns} FROM {_ACCEPTED}",
        this,
    )
    rejected = warehouse.execute(
        f"INSERT INTO rej_row SELECT $file_id, row_no, reasons FROM {_CHECKED} "
        "WHERE len(reasons) > 0 UNION ALL "
        f"SELECT $file_id, row_no, ['{Reject.COLUMN_COUNT}'] FROM {_RAGGED} "
        "ORDER BY row_no",
        this,
    )
    by_code = warehouse.rows(
        "SELECT codes[1], count(*) FROM rej_row WHERE file_id = $file_id "
        "GROUP BY ALL ORDER BY ALL",
        this,
    )
    ((repeated, superseded),) = warehouse.rows(
        "SELECT count(*) FILTER (is_repeat), count(*) FILTER (NOT is_repeat) "
        f"FROM {_LOSER}"
    )
    loaded = Loaded(
        file_id=file_id,
        rows=counts.rows,
        accepted=accepted,
        rejected=rejected,
        rejected_by_code=dict(by_code),
        repeated=repeated,
        superseded=superseded,
        skipped=counts.skipped.total(),
    )
    _check_law(loaded)
    _record(warehouse, file, loaded, counts)
    return loaded


def _check_law(loaded: Loaded) -> None:
    told = (
        loaded.accepted
        + loaded.rejected
        + loaded.superseded
        + loaded.repeated
        + loaded.skipped
    )
    if told != loaded.rows:
        raise ContractBroken(
            f"a file's rows do not add up: {loaded.rows} read, {told} accounted for; "
            "nothing of it was loaded",
            "this is a fault in the program: report the command and this line",
        )


def _record(
    warehouse: Warehouse, file: FileToLoad, loaded: Loaded, counts: Counts
) -> None:
    row = {
        "file_id": loaded.file_id,
        "source": file.contract.source,
        "form": file.layout.form,
        "file_name": shown_name(file.path),
        "ref_date": file.ref_date,
        "version": file.version,
        "known_on": file.known_on,
        "sha256": file.sha256,
        "rows": loaded.rows,
        "accepted": loaded.accepted,
        "rejected": loaded.rejected,
        "repeated": loaded.repeated,
        "superseded": loaded.superseded,
        "skipped": loaded.skipped,
        "rejected_by_code": json.dumps(loaded.rejected_by_code, sort_keys=True),
        "skipped_by_kind": json.dumps(dict(counts.skipped), sort_keys=True),
    }
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(f"${name}" for name in row)
    warehouse.execute(f"INSERT INTO core_file ({names}) VALUES ({marks})", row)


def _forget(warehouse: Warehouse) -> None:
    """Personal text lives in temp tables only while its file is loaded."""
    warehouse.execute(f"DROP VIEW IF EXISTS temp.main.{_ACCEPTED}")
    for table in (_CHECKED, _RAGGED, _LOSER):
        warehouse.execute(f"DROP TABLE IF EXISTS temp.main.{table}")
