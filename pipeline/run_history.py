"""What every screen was made of and what it listed, kept for good: lineage and diff.

The tables of a round are replaced when it is screened again; these are only added to.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from pipeline.errors import OptionError
from pipeline.lineage import effective_settings, letters_out, row_hashes
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

ENTRY: Final = (
    "household_id", "referral_id", "dong_code", "route", "slot_kind", "rank_in_dong",
    "band", "score", "reason_1", "reason_2", "reason_3",
)  # fmt: skip
_OF_SCREEN: Final = ("as_of", "round", "model", "referrals")
TABLES: Final = {
    # grain: one screen
    "log_screen": (
        "run_id VARCHAR, round VARCHAR, as_of DATE, model VARCHAR, model_hash VARCHAR, "
        "version VARCHAR, settings MAP(VARCHAR, VARCHAR), file_ids INTEGER[], "
        "referrals INTEGER, issued MAP(VARCHAR, INTEGER), key_check VARCHAR"
    ),
    # grain: one text of settings, by its SHA-256
    "log_setting": "sha256 VARCHAR, content VARCHAR",
    # grain: one referral of one screen
    "log_listing": (
        "run_id VARCHAR, household_id VARCHAR, referral_id VARCHAR, dong_code VARCHAR, "
        "route VARCHAR, slot_kind VARCHAR, rank_in_dong INTEGER, band VARCHAR, "
        "score DOUBLE, reason_1 VARCHAR, reason_2 VARCHAR, reason_3 VARCHAR, "
        "row_sha256 VARCHAR"
    ),
}
_GAINED: Final = (
    ("log_screen", "issued MAP(VARCHAR, INTEGER)"),
    ("log_screen", "key_check VARCHAR"),
    ("log_listing", "row_sha256 VARCHAR"),
)


@dataclass(frozen=True)
class Screened:
    """Which screen it was."""

    run_id: str
    round: str
    as_of: dt.date
    model: str
    model_hash: str
    version: str


def entries_of(warehouse: Warehouse, round_: str) -> pa.Table:
    """The list of the newest screen of a round, as it is kept."""
    entries = warehouse.fetch(
        f"SELECT {', '.join(ENTRY)} FROM out_referral WHERE round = $round "
        "ORDER BY dong_code, rank_in_dong, referral_id",
        {"round": round_},
    )
    hashes = row_hashes(warehouse, round_)
    of_row = [hashes[one] for one in entries["referral_id"].to_pylist()]
    return entries.append_column("row_sha256", pa.array(of_row, pa.string()))


def keep(
    warehouse: Warehouse, office: Office, screened: Screened, entries: pa.Table
) -> None:
    """Keep a list that was fetched, also of a screen that was rolled back since."""
    _ensure_tables(warehouse)
    for table in ("log_screen", "log_listing"):
        warehouse.execute(
            f"DELETE FROM {table} WHERE run_id = $run_id", {"run_id": screened.run_id}
        )
    run = pa.repeat(pa.scalar(screened.run_id), entries.num_rows)
    warehouse.append("log_listing", entries.add_column(0, "run_id", run))
    kept = _kept_settings(warehouse, office)
    issued = letters_out(warehouse, screened.as_of)
    warehouse.execute(
        "INSERT INTO log_screen SELECT $run_id, $round, $as_of, $model, $model_hash, "
        "$version, map($names, $hashes), "
        "(SELECT list(file_id ORDER BY file_id) FROM core_file "
        "WHERE known_on < $as_of), "
        "(SELECT count(*) FROM log_listing WHERE run_id = $run_id), "
        "map($rounds, $editions), (SELECT min(fingerprint) FROM core_key_check)",
        {
            **vars(screened),
            "names": list(kept), "hashes": list(kept.values()),
            "rounds": list(issued), "editions": list(issued.values()),
        },
    )  # fmt: skip


def _ensure_tables(warehouse: Warehouse) -> None:
    for table, columns in TABLES.items():
        name = f"warehouse.main.{table}"
        warehouse.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
    # An earlier edition's tables lack them.
    for table, column in _GAINED:
        name = f"warehouse.main.{table}"
        warehouse.execute(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {column}")


def _kept_settings(warehouse: Warehouse, office: Office) -> dict[str, str]:
    """Names and hashes of the settings; each text is kept once."""
    kept = {}
    for name, text in effective_settings(office).items():
        digest = hashlib.sha256(text.encode()).hexdigest()
        warehouse.execute(
            "INSERT INTO log_setting SELECT $sha256, $content WHERE NOT EXISTS "
            "(SELECT 1 FROM log_setting WHERE sha256 = $sha256)",
            {"sha256": digest, "content": text},
        )
        kept[name] = digest
    return kept


def runs(warehouse: Warehouse, last: int) -> list[dict[str, Any]]:
    """The newest runs, a row each: their steps, and what a screen of theirs made."""
    if not warehouse.has_table("log_run"):
        return []
    found = warehouse.fetch(
        "SELECT run_id, min(started_at) AS began, "
        "string_agg(step || CASE WHEN status = 'completed' THEN '' ELSE ' ' || status "
        "END, ', ' ORDER BY started_at, step) AS steps, "
        "CAST(sum(seconds) AS DOUBLE) AS seconds FROM log_run GROUP BY run_id "
        "ORDER BY began DESC, run_id DESC LIMIT $last",
        {"last": last},
    )
    screens = _screens(warehouse)
    nothing: dict[str, Any] = dict.fromkeys(_OF_SCREEN)
    return [{**run, **screens.get(run["run_id"], nothing)} for run in found.to_pylist()]


def _screens(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    if not warehouse.has_table("log_screen"):
        return {}
    found = warehouse.fetch(
        f"SELECT run_id, {', '.join(_OF_SCREEN)} FROM log_screen"
    ).to_pylist()
    return {row.pop("run_id"): row for row in found}


def run_of(warehouse: Warehouse, name: str) -> str:
    """The run that a name, or the beginning of one, means.

    Raises:
        OptionError: None does, or several do.
    """
    found = (
        warehouse.rows(
            "SELECT DISTINCT run_id FROM log_run WHERE starts_with(run_id, $name) "
            "ORDER BY run_id",
            {"name": name},
        )
        if warehouse.has_table("log_run")
        else []
    )
    names = [str(one) for (one,) in found]
    if name in names:
        return name
    if len(names) != 1:
        raise OptionError(
            f"{len(names)} runs have a name that begins so",
            "copy one from: blindspot runs list",
        )
    return names[0]


def screen_of(warehouse: Warehouse, run_id: str) -> dict[str, Any]:
    """What a run's screen was made of.

    Raises:
        OptionError: The run screened nothing.
    """
    found = (
        warehouse.fetch("SELECT * FROM log_screen WHERE run_id = $id", {"id": run_id})
        if warehouse.has_table("log_screen")
        else None
    )
    if not found:
        raise OptionError(
            f"{run_id} kept no list: it screened nothing, or before lists were kept",
            "name a run that 'blindspot runs list' shows with a round",
        )
    row: dict[str, Any] = found.to_pylist()[0]
    issued = row.get("issued")
    return {
        **row,
        "settings": dict(row["settings"]),
        "issued": None if issued is None else dict(issued),
    }


def newest_screen(warehouse: Warehouse, round_: str | None) -> str | None:
    """The run that screened a round, or any, last; rehearsals do not count."""
    if not (warehouse.has_table("log_screen") and warehouse.has_table("log_run")):
        return None
    found = warehouse.rows(
        "SELECT s.run_id FROM log_screen AS s "
        "LEFT JOIN log_run AS r ON s.run_id = r.run_id AND r.step <> 'replay' "
        # Of a run that was killed after its screen the step was not put down.
        "WHERE coalesce(r.step, 'screen') = 'screen' "
        "AND coalesce(s.round = $round, $round IS NULL) "
        "ORDER BY r.started_at DESC NULLS FIRST, s.run_id DESC LIMIT 1",
        {"round": round_},
    )
    return str(found[0][0]) if found else None


def steps_of(warehouse: Warehouse, run_id: str) -> list[dict[str, Any]]:
    """The steps of a run with their counts."""
    found = warehouse.fetch(
        "SELECT step, started_at, CAST(seconds AS DOUBLE) AS seconds, peak_rss_mb, "
        "status, counts FROM log_run WHERE run_id = $id ORDER BY started_at, step",
        {"id": run_id},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def kept_entries(
    warehouse: Warehouse, screen: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The list of a run as it was kept, in its order."""
    rows: list[dict[str, Any]] = warehouse.fetch(
        f"SELECT {', '.join(ENTRY)}, row_sha256 FROM log_listing WHERE run_id = $id "
        "ORDER BY dong_code, rank_in_dong, household_id",
        {"id": screen["run_id"]},
    ).to_pylist()
    return rows
