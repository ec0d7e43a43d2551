"""What was refused: rows by number and code, whole files by reason; never a value."""

import json
from typing import Any

from pipeline.refusals import Refused
from pipeline.warehouse import Warehouse

SUMS = ("rows", "accepted", "rejected", "superseded", "repeated", "skipped")


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
) -> None:
    """Keep that a file was refused; the same file refused again is kept once."""
    key = {"file_name": file_name, "sha256": sha256}
    with warehouse.transaction():
        warehouse.execute(
            "DELETE FROM rej_file WHERE file_name = $file_name AND sha256 = $sha256",
            key,
        )
        warehouse.execute(
            "INSERT INTO rej_file VALUES "
            "($file_name, $sha256, $source, $reason_code, $message)",
            {
                **key,
                "source": source,
                "reason_code": str(refusal.reason),
                "message": str(refusal),
            },
        )


def refused_files(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Refused files by name: file_name, source, reason_code, message."""
    names = ("file_name", "source", "reason_code", "message")
    found = warehouse.rows(
        f"SELECT {', '.join(names)} FROM rej_file ORDER BY file_name, sha256"
    )
    return [dict(zip(names, row, strict=True)) for row in found]


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
