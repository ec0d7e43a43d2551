"""Reads an office for `status`: dates and counts, never a name."""

import json
from datetime import date
from typing import Any

from pipeline.errors import NotReady, OfficeBusy
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

_LAST_RUNS = 10


def status(office: Office, as_of: date) -> dict[str, Any]:
    """How the office stands; what only the databases know is left out while in use.

    A source's `days_old` counts from its last reference date to `as_of`.
    """
    from pipeline.office import open_warehouse, take_lock
    from pipeline.publish import editions

    rounds = office.path("rounds")
    names = {f.name.split("_v")[0] for f in rounds.glob("*-R*") if f.is_dir()}
    told: dict[str, Any] = {
        "office": office.config.office.name,
        "synthetic": office.config.office.synthetic,
        "model": office.config.model.name,
        "fitted_models": _fitted(office),
        "inbox_files": _inbox_size(office),
        "rounds_published": {
            name: max(editions(rounds, name), default=0) for name in sorted(names)
        },
        "busy": None,
        "sources": [],
        "runs": [],
        "quarantine": {},
        "overrides": [],
        "doubts": {},
        "notices": {},
    }
    try:
        # A first run under way has no databases yet, but it has the lock.
        take_lock(office, shared=True).close()
        with open_warehouse(office, read_only=True) as warehouse:
            told |= {"sources": _sources(warehouse, as_of), "runs": _runs(warehouse)}
            told |= _in_spite_of(warehouse) | {"doubts": _doubts(warehouse)}
            told |= {"notices": _notices(warehouse, as_of)}
    except OfficeBusy as busy:
        told["busy"] = busy.what
    except NotReady:
        pass
    return told


def _fitted(office: Office) -> list[str]:
    return sorted(card.parent.name for card in office.models_folder.glob("*/card.json"))


def _inbox_size(office: Office) -> int:
    from pipeline.ingest import inbox_files

    return len(inbox_files(office))


def _sources(warehouse: Warehouse, as_of: date) -> list[dict[str, Any]]:
    columns = ["source", "files", "last_ref_date", "days_old", "last_known_on"]
    columns += ["rows", "accepted"]
    found = warehouse.rows(
        "SELECT source, count(*), max(ref_date), "
        "date_diff('day', max(ref_date), $as_of), max(known_on), "
        'CAST(sum("rows") AS BIGINT), CAST(sum(accepted) AS BIGINT) '
        "FROM core_file GROUP BY source ORDER BY source",
        {"as_of": as_of},
    )
    return [dict(zip(columns, row, strict=True)) for row in found]


# What the last screening doubts of what the register says.
_DOUBTS = {
    "addresses": "core_address_doubt",
    "differences_from_register": "core_register_difference",
}


def _doubts(warehouse: Warehouse) -> dict[str, int]:
    return {
        name: int(warehouse.rows(f"SELECT count(*) FROM {table}")[0][0])
        for name, table in _DOUBTS.items()
        if warehouse.has_table(table)
    }


def _notices(warehouse: Warehouse, as_of: date) -> dict[str, Any]:
    from pipeline.notices import notices_waiting

    return vars(notices_waiting(warehouse, as_of))


def _in_spite_of(warehouse: Warehouse) -> dict[str, Any]:
    """What lies in the quarantine, and what was loaded in spite of its rejects."""
    from pipeline.quarantine import in_doubt
    from pipeline.threshold import overrides

    return {"quarantine": in_doubt(warehouse), "overrides": overrides(warehouse)}


def _runs(warehouse: Warehouse) -> list[dict[str, Any]]:
    if not warehouse.has_table("log_run"):
        return []
    columns = ["run_id", "step", "started_at", "seconds", "peak_rss_mb", "status"]
    found = warehouse.rows(
        f"SELECT {', '.join(columns)}, counts FROM log_run "
        "ORDER BY started_at DESC, run_id, step LIMIT $last",
        {"last": _LAST_RUNS},
    )
    return [
        {**dict(zip(columns, row, strict=True)), "counts": json.loads(counts)}
        for *row, counts in found
    ]
