"""How much of a file may be rejected before the whole of it is stopped, and by whom."""

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from pipeline.errors import OptionError
from pipeline.filenames import shown_name
from pipeline.load import FileToLoad, Loaded
from pipeline.refusals import Reason, Refused
from pipeline.warehouse import Warehouse

# A share says little of a short file: one bad row of ten is no broken export.
FEWEST_REJECTED: Final = 20
# But a file of which nothing passes would end every state of its source.
FEWEST_IF_NONE_PASSES: Final = 10
_RESIDENT_NUMBER = re.compile(r"\d{6}-?\d{7}")


@dataclass(frozen=True)
class Override:
    """Somebody's word that a file's content may be loaded in spite of its rejects."""

    sha256: str
    reason: str
    accepted_by: str
    accepted_at: dt.datetime


class TooManyRejected(Refused):
    """A file of which too many rows would be rejected; their numbers go with it."""

    def __init__(
        self, file: FileToLoad, loaded: Loaded, threshold: float, rows: pa.Table
    ) -> None:
        name, data_rows = shown_name(file.path), _data_rows(loaded)
        codes = ", ".join(f"{c} {n:,}" for c, n in loaded.rejected_by_code.items())
        super().__init__(
            Reason.TOO_MANY_REJECTED,
            f"{loaded.rejected:,} of {data_rows:,} rows "
            f"({loaded.rejected / data_rows:.1%}) would be rejected where "
            f"{threshold:.1%} may be: {codes}; nothing of it was loaded",
            f'look: blindspot quarantine list --file "{name}"; ask the holder for a '
            "corrected file or mend the layout; to load it all the same: blindspot "
            f'ingest --as-of DAY --accept-rejects "{name}" --reason "…"',
        )
        self.rejected_by_code = loaded.rejected_by_code
        self.rows = rows


def new_override(
    sha256: str, reason: str, accepted_by: str, accepted_at: dt.datetime
) -> Override:
    """An override, checked.

    Raises:
        OptionError: It gives no reason or names nobody, or quotes a resident number.
    """
    if not reason.strip():
        raise OptionError(
            "--accept-rejects needs a reason: it is logged with the file",
            'add --reason "…", e.g. why the holder cannot send a better file',
        )
    if not accepted_by.strip():
        raise OptionError("--by: expected who accepts the file", "add --by NAME")
    if any(_RESIDENT_NUMBER.search(text) for text in (reason, accepted_by)):
        raise OptionError(
            "--reason and --by are kept and shown: one holds a resident number",
            "leave every person's number out of it",
        )
    at = accepted_at.replace(tzinfo=None, microsecond=0)
    return Override(sha256, reason.strip(), accepted_by.strip(), at)


def exceeds(loaded: Loaded, threshold: float) -> bool:
    """Are too many of a file's rows rejected? A threshold of 1 stops nothing."""
    if threshold >= 1:
        return False
    if loaded.rejected == _data_rows(loaded):
        return loaded.rejected >= FEWEST_IF_NONE_PASSES
    too_many = loaded.rejected > threshold * _data_rows(loaded)
    return too_many and loaded.rejected >= FEWEST_REJECTED


def is_overridden(warehouse: Warehouse, sha256: str) -> bool:
    """Was this content accepted in spite of its rejects before?"""
    found = warehouse.rows(
        "SELECT count(*) FROM log_override WHERE sha256 = $sha", {"sha": sha256}
    )
    return bool(found[0][0])


def guard(
    warehouse: Warehouse, file: FileToLoad, threshold: float, override: Override | None
) -> Callable[[Loaded], None]:
    """What stops a file inside its transaction, unless somebody accepted its content.

    The override is logged in the same transaction: no load without its log line.
    """

    def stop_or_log(loaded: Loaded) -> None:
        if not exceeds(loaded, threshold):
            return
        if override is not None and override.sha256 == file.sha256:
            _log(warehouse, file, loaded, threshold, override)
        elif not is_overridden(warehouse, file.sha256):
            rows = warehouse.fetch(
                "SELECT row_no, codes FROM rej_row WHERE file_id = $file_id "
                "ORDER BY row_no",
                {"file_id": loaded.file_id},
            )
            raise TooManyRejected(file, loaded, threshold, rows)

    return stop_or_log


def _data_rows(loaded: Loaded) -> int:
    """Titles, totals and blank lines are no rows of the holder's data."""
    return loaded.rows - loaded.skipped


def _log(
    warehouse: Warehouse,
    file: FileToLoad,
    loaded: Loaded,
    threshold: float,
    override: Override,
) -> None:
    warehouse.execute(
        "INSERT INTO log_override VALUES ($accepted_at, $accepted_by, $reason, "
        "$sha256, $file_id, $file_name, $source, $data_rows, $rejected, $threshold, "
        "$rejected_by_code)",
        {
            **vars(override),
            "file_id": loaded.file_id,
            "file_name": shown_name(file.path),
            "source": file.contract.source,
            "data_rows": _data_rows(loaded),
            "rejected": loaded.rejected,
            "threshold": threshold,
            "rejected_by_code": json.dumps(loaded.rejected_by_code, sort_keys=True),
        },
    )


def overrides(warehouse: Warehouse) -> list[dict[str, object]]:
    """Every file that was loaded in spite of its rejects, oldest first."""
    if not warehouse.has_table("log_override"):
        return []
    names = "accepted_at, accepted_by, reason, sha256, file_name, source, data_rows, "
    names += "rejected, CAST(threshold AS DOUBLE) AS threshold, rejected_by_code"
    found: list[dict[str, object]] = warehouse.fetch(
        f"SELECT {names} FROM log_override ORDER BY accepted_at, file_id"
    ).to_pylist()
    return [
        {**row, "rejected_by_code": json.loads(str(row["rejected_by_code"]))}
        for row in found
    ]
