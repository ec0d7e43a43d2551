"""`blindspot features build`: a file of events to a file of features."""

import os
import resource
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from features.event_table import EVENT_COLUMNS, KNOWN, Asked, EventFeatures
from pipeline.errors import DiskError, OptionError

_KIB = 1024


def build(
    events: Path, spine: Path, dates: Sequence[date], windows: Sequence[int], out: Path
) -> dict[str, Any]:
    """Read events and spine, write the features; what was done and how long it took.

    Units: seconds, MiB.

    Raises:
        OptionError: A file is none of ours, or what is asked for cannot be.
        DiskError: The result cannot be written; nothing is left of it.
    """
    begun = perf_counter()
    table = _read(events, [*EVENT_COLUMNS, KNOWN])
    households = _read(spine, ["household_id"])
    if "household_id" not in households.column_names:
        raise OptionError(f"{spine} has no column household_id", "name it so")
    loaded = perf_counter()
    asked = Asked(households["household_id"], tuple(dates), tuple(windows))
    made = EventFeatures(table, asked)
    written = _Written(out)
    try:
        for batches in made.batches():
            written.add(batches)
        written.publish()
    except BaseException:
        written.drop()
        raise
    finished = perf_counter()
    return {
        "rows": written.rows,
        "columns": written.columns,
        "households": len(asked.households),
        "events": made.events,
        "events_of_others": made.elsewhere,
        "load_s": round(loaded - begun, 3),
        "compute_s": round(finished - loaded - written.seconds, 3),
        "write_s": round(written.seconds, 3),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KIB,
    }


class _Written:
    """A Parquet file that is there whole or not at all; its seconds are told apart."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._draft = target.with_name(f".{target.name}.part")
        self._writer: pq.ParquetWriter | None = None
        self.rows, self.columns, self.seconds = 0, 0, 0.0

    def add(self, batches: list[pa.RecordBatch]) -> None:
        begun = perf_counter()
        try:
            if self._writer is None:
                # Numbers of which few repeat: a dictionary costs more than it saves.
                self._writer = pq.ParquetWriter(
                    self._draft, batches[0].schema, compression="lz4",
                    use_dictionary=False, write_statistics=False,
                )  # fmt: skip
            table = pa.Table.from_batches(batches)
            self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        except OSError as error:
            raise self._failed(error) from None
        self.rows, self.columns = self.rows + table.num_rows, table.num_columns
        self.seconds += perf_counter() - begun

    def publish(self) -> None:
        begun = perf_counter()
        try:
            if self._writer is not None:
                self._writer.close()
                with self._draft.open("rb+") as file:
                    os.fsync(file.fileno())
                self._draft.replace(self._target)
        except OSError as error:
            raise self._failed(error) from None
        self.seconds += perf_counter() - begun

    def drop(self) -> None:
        self._draft.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> DiskError:
        return DiskError(
            f"{self._target} cannot be written ({error.strerror or 'disk error'})",
            "free space, or name another file with --out",
        )


def _read(file: Path, wanted: Sequence[str]) -> pa.Table:
    try:
        text = ["event_type"] if "event_type" in wanted else None
        parquet = pq.ParquetFile(file, read_dictionary=text)
        here = [name for name in wanted if name in parquet.schema_arrow.names]
        return parquet.read(columns=here)
    except (OSError, pa.ArrowException):
        raise OptionError(
            f"{file} cannot be read as Parquet", "name a file that is there, .parquet"
        ) from None
