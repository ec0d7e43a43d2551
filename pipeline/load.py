"""One file into the databases, segment by segment: vault first, warehouse last."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts.base import Contract
from data_contracts.derive import parameters
from pipeline import vault
from pipeline.account_keys import add_account_keys
from pipeline.cells import SegmentCheck
from pipeline.errors import ContractBroken
from pipeline.filenames import shown_name
from pipeline.identity import Keys, pads
from pipeline.layouts import Layout
from pipeline.readers import read_rows
from pipeline.returned import Returned
from pipeline.segment_writer import SegmentWriter
from pipeline.segments import segments
from pipeline.settle import RepeatedKeys, Settled
from pipeline.text_rows import Counts
from pipeline.warehouse import Warehouse

# Checking column by column costs more statements than it saves on a smaller file.
QUICK_FROM_BYTES = 8 << 20
SEGMENT_ROWS = 1 << 18
# Rows only go through: more would keep pages that nobody reads again.
LOAD_MEMORY = "512MB"


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
    notes: tuple[str, ...] = ()


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
    found = warehouse.rows(
        "SELECT coalesce(max(file_id), 0) + 1 FROM warehouse.main.core_file"
    )
    file_id = int(found[0][0])
    try:
        # One transaction writes one database: the vault's own, committed first.
        with warehouse.beside() as personal, warehouse.transaction():
            with personal.transaction():
                settled, notes = _write_rows(
                    warehouse, personal, file, file_id, keys, counts, progress
                )
            loaded = _commit(warehouse, file, file_id, counts, settled, notes)
            before_commit(loaded)
            return loaded
    except BaseException:
        vault.sweep(warehouse)
        raise


def _write_rows(
    warehouse: Warehouse,
    personal: Warehouse,
    file: FileToLoad,
    file_id: int,
    keys: Keys,
    counts: Counts,
    progress: Callable[[str, int, int], None] | None,
) -> tuple[Settled, tuple[str, ...]]:
    """Every row of the file into its place, segment by segment; then one a key."""
    contract = file.contract
    notes: tuple[str, ...] = ()
    given: dict[str, Any] = {"ref_date": file.ref_date, **pads(keys)}
    params = {name: given[name] for name in parameters(contract)}
    is_large = file.size >= QUICK_FROM_BYTES
    vault.forget(personal, contract, file_id)
    repeated = RepeatedKeys(warehouse, personal, contract, file_id)
    writing = SegmentWriter(
        warehouse, personal, contract, file_id, file.sha256, beside=is_large
    )
    with ExitStack() as during:
        checker = warehouse
        if is_large:
            checker = during.enter_context(warehouse.beside())
            during.enter_context(warehouse.one_thread_a_statement())
            during.enter_context(warehouse.at_most_memory(LOAD_MEMORY))
        check = SegmentCheck(checker, contract, params, by_columns=is_large)
        write = during.enter_context(writing)
        chunks = read_rows(file.path, file.layout, counts)
        for segment in segments(chunks, SEGMENT_ROWS, ahead=is_large):
            checked = check.check(segment.rows)
            write(checked, segment.ragged, repeated.note)
            if progress is not None:
                progress(shown_name(file.path), counts.bytes_read, file.size)
    settled = repeated.settle()
    if contract.recognised_by:
        sent = Returned(warehouse, personal, file_id, file.known_on)
        notes = sent.check(counts.absent)
    add_account_keys(warehouse, contract, file_id, keys)
    return settled, notes


def _commit(
    warehouse: Warehouse,
    file: FileToLoad,
    file_id: int,
    counts: Counts,
    settled: Settled,
    notes: tuple[str, ...],
) -> Loaded:
    """Tell what became of the rows; what is counted must add up to what was read."""
    this = {"file_id": file_id}
    ((accepted,),) = warehouse.rows(
        f"SELECT count(*) FROM acc_{file.contract.source} WHERE file_id = $file_id",
        this,
    )
    by_code = warehouse.rows(
        "SELECT codes[1], count(*) FROM rej_row WHERE file_id = $file_id "
        "GROUP BY ALL ORDER BY ALL",
        this,
    )
    loaded = Loaded(
        file_id=file_id,
        rows=counts.rows,
        accepted=accepted,
        rejected=sum(number for _, number in by_code),
        rejected_by_code=dict(by_code),
        repeated=settled.repeated,
        superseded=settled.superseded,
        skipped=counts.skipped.total(),
        notes=notes,
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
