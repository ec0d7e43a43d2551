"""What was refused: rows by number and code, whole files by reason; never a value."""

import datetime as dt
import json
from typing import Any, Final

import pyarrow as pa

from data_contracts.sources import SOURCES
from pipeline.load import FileToLoad
from pipeline.refusals import Refused
from pipeline.threshold import TooManyRejected
from pipeline.warehouse import Warehouse

SUMS = ("rows", "accepted", "rejected", "superseded", "repeated", "skipped")
# Sources of which every file counts: another file of the same day replaces none.
ADDING: Final = tuple(
    source
    for source, contract in SOURCES.items()
    if contract.snapshot == "union" or contract.recognised_by
)
# grain: file_id; has a later file or attempt taken this one's place?
LAST_WORD: Final = """
    SELECT f.*, EXISTS (
        FROM core_file AS n
        WHERE n.source = f.source AND n.ref_date = f.ref_date
            AND (n.sha256 = f.sha256 OR NOT list_contains($adding, f.source))
            AND (n.known_on, n.version, n.file_id) > (f.known_on, f.version, f.file_id)
    ) AS is_superseded
    FROM core_file AS f
"""


def rejected(warehouse: Warehouse, file_id: int) -> list[tuple[int, list[str]]]:
    """Row numbers of a file's rejected rows with their codes, in order."""
    found = warehouse.rows(
        "SELECT row_no, codes FROM rej_row WHERE file_id = $file_id ORDER BY row_no",
        {"file_id": file_id},
    )
    return [(row_no, codes) for row_no, codes in found]


def record_refusal(
    warehouse: Warehouse,
    file_name: str,
    sha256: str,
    source: str | None,
    refusal: Refused,
    *,
    day: dt.date | None = None,
    ref_date: dt.date | None = None,
) -> None:
    """Keep that a file was refused; refused again it is one more try of the same."""
    key = {"file_name": file_name, "sha256": sha256}
    where = "WHERE file_name = $file_name AND sha256 = $sha256"
    stopped = refusal if isinstance(refusal, TooManyRejected) else None
    with warehouse.transaction():
        before = warehouse.rows(
            f"SELECT refused_on, coalesce(tries, 1) FROM rej_file {where}", key
        )
        first_on, tries = before[0] if before else (day, 0)
        warehouse.execute(f"DELETE FROM rej_file {where}", key)
        warehouse.execute(
            "INSERT INTO rej_file BY NAME SELECT $file_name AS file_name, "
            "$sha256 AS sha256, $source AS source, $reason_code AS reason_code, "
            "$message AS message, $refused_on AS refused_on, $tried_on AS tried_on, "
            "$tries AS tries, $by_code AS rejected_by_code",
            {
                **key,
                "source": source,
                "reason_code": str(refusal.reason),
                "message": str(refusal),
                "refused_on": first_on,
                "tried_on": day,
                "tries": tries + 1,
                "by_code": json.dumps(stopped.rejected_by_code) if stopped else None,
            },
        )
        warehouse.execute(
            "DELETE FROM rej_stopped_row WHERE sha256 = $sha256", {"sha256": sha256}
        )
        if stopped is not None:
            _keep_rows(warehouse, sha256, source, ref_date, stopped.rows)


def _keep_rows(
    warehouse: Warehouse,
    sha256: str,
    source: str | None,
    ref_date: dt.date | None,
    rows: pa.Table,
) -> None:
    with warehouse.registered(rows, "_stopped"):
        warehouse.execute(
            "INSERT INTO rej_stopped_row SELECT $sha256, $source, $ref_date, row_no, "
            "codes FROM _stopped",
            {"sha256": sha256, "source": source, "ref_date": ref_date},
        )


def first_known(warehouse: Warehouse, file: FileToLoad) -> dt.date:
    """The day from which a file counts: its arrival, but no round is rewritten.

    A file that was refused and passes now must not change what a round screened in
    between had seen: it counts from that round's day on.
    """
    refused_before = warehouse.rows(
        "SELECT count(*) FROM rej_file WHERE sha256 = $sha256", {"sha256": file.sha256}
    )
    screened = last_screened(warehouse)
    if not refused_before[0][0] or screened is None:
        return file.known_on
    return max(file.known_on, screened)


def last_screened(warehouse: Warehouse) -> dt.date | None:
    """The latest day as of which a round was screened; a file known on it changes none.

    A screening sees what was known before its day.
    """
    if not warehouse.has_table("out_score"):
        return None
    found = warehouse.rows("SELECT max(as_of) FROM out_score")
    return found[0][0] if found else None


def refused_files(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Refused files by name: file_name, source, reason_code, message."""
    names = ("file_name", "source", "reason_code", "message")
    found = warehouse.rows(
        f"SELECT {', '.join(names)} FROM rej_file ORDER BY file_name, sha256"
    )
    return [dict(zip(names, row, strict=True)) for row in found]


def in_doubt(warehouse: Warehouse) -> dict[str, int]:
    """How many files are refused and rows rejected, without what was superseded."""
    ((files,),) = warehouse.rows(
        "SELECT count(*) FROM rej_file AS r "
        "WHERE NOT EXISTS (FROM core_file AS f WHERE f.sha256 = r.sha256)"
    )
    ((rows,),) = warehouse.rows(
        f"WITH last_word AS ({LAST_WORD}) SELECT CAST(coalesce(sum(rejected), 0) "
        "AS BIGINT) FROM last_word WHERE NOT is_superseded",
        {"adding": list(ADDING)},
    )
    return {"refused_files": files, "rejected_rows": rows}


def reconciliation(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Rows in = accepted + rejected + superseded + repeated + skipped, per source.

    Grain: one source, by name; with `files`, the six sums, `rejected_by_code` and
    `skipped_by_kind`.
    """
    names = ("source", *SUMS, "rejected_by_code", "skipped_by_kind")
    quoted = ", ".join(f'"{name}"' for name in names)
    totals: dict[str, dict[str, Any]] = {}
    for row in warehouse.rows(f"SELECT {quoted} FROM core_file ORDER BY file_id"):
        found = dict(zip(names, row, strict=True))
        total = totals.setdefault(found["source"], _empty(found["source"]))
        total["files"] += 1
        for name in SUMS:
            total[name] += found[name]
        for name in ("rejected_by_code", "skipped_by_kind"):
            for key, count in json.loads(found[name]).items():
                total[name][key] = total[name].get(key, 0) + count
    for total in totals.values():
        for name in ("rejected_by_code", "skipped_by_kind"):
            total[name] = dict(sorted(total[name].items()))
    return [totals[source] for source in sorted(totals)]


def _empty(source: str) -> dict[str, Any]:
    return {
        "source": source,
        "files": 0,
        **dict.fromkeys(SUMS, 0),
        "rejected_by_code": {},
        "skipped_by_kind": {},
    }
