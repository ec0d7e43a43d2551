"""What every screen was made of and what it listed, kept for good: lineage and diff.

The tables of a round are replaced when it is screened again; these are only added to.
"""

import datetime as dt
import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from pipeline.errors import OptionError
from pipeline.settings import CONFIG_NAME, Office
from pipeline.warehouse import Warehouse

_SETTINGS: Final = (CONFIG_NAME, "policy.toml")
_ENTRY: Final = (
    "household_id", "referral_id", "dong_code", "route", "slot_kind", "rank_in_dong",
    "band", "score", "reason_1", "reason_2", "reason_3",
)  # fmt: skip
_OF_SCREEN: Final = ("as_of", "round", "model", "referrals")
TABLES: Final = {
    # grain: one screen
    "log_screen": (
        "run_id VARCHAR, round VARCHAR, as_of DATE, model VARCHAR, model_hash VARCHAR, "
        "version VARCHAR, settings MAP(VARCHAR, VARCHAR), file_ids INTEGER[], "
        "referrals INTEGER"
    ),
    # grain: one text of settings, by its SHA-256
    "log_setting": "sha256 VARCHAR, content VARCHAR",
    # grain: one referral of one screen
    "log_listing": (
        "run_id VARCHAR, household_id VARCHAR, referral_id VARCHAR, dong_code VARCHAR, "
        "route VARCHAR, slot_kind VARCHAR, rank_in_dong INTEGER, band VARCHAR, "
        "score DOUBLE, reason_1 VARCHAR, reason_2 VARCHAR, reason_3 VARCHAR"
    ),
}


@dataclass(frozen=True)
class Screened:
    """Which screen it was."""

    run_id: str
    round: str
    as_of: dt.date
    model: str
    model_hash: str
    version: str


def remember(warehouse: Warehouse, office: Office, screened: Screened) -> None:
    """Keep what a screen was made of and its list, in the screen's own transaction."""
    keep(warehouse, office, screened, entries_of(warehouse, screened.round))


def entries_of(warehouse: Warehouse, round_: str) -> pa.Table:
    """The list of the newest screen of a round, as it is kept."""
    return warehouse.fetch(
        f"SELECT {', '.join(_ENTRY)} FROM out_referral WHERE round = $round "
        "ORDER BY dong_code, rank_in_dong, referral_id",
        {"round": round_},
    )


def keep(
    warehouse: Warehouse, office: Office, screened: Screened, entries: pa.Table
) -> None:
    """Keep a list that was fetched, also of a screen that was rolled back since."""
    for table, columns in TABLES.items():
        warehouse.execute(
            f"CREATE TABLE IF NOT EXISTS warehouse.main.{table} ({columns})"
        )
    for table in ("log_screen", "log_listing"):
        warehouse.execute(
            f"DELETE FROM {table} WHERE run_id = $run_id", {"run_id": screened.run_id}
        )
    run = pa.repeat(pa.scalar(screened.run_id), entries.num_rows)
    warehouse.append("log_listing", entries.add_column(0, "run_id", run))
    kept = _kept_settings(warehouse, office)
    warehouse.execute(
        "INSERT INTO log_screen SELECT $run_id, $round, $as_of, $model, $model_hash, "
        "$version, map($names, $hashes), "
        "(SELECT list(file_id ORDER BY file_id) FROM core_file "
        "WHERE known_on < $as_of), "
        "(SELECT count(*) FROM log_listing WHERE run_id = $run_id)",
        {**vars(screened), "names": list(kept), "hashes": list(kept.values())},
    )


def _kept_settings(warehouse: Warehouse, office: Office) -> dict[str, str]:
    """Names and hashes of the settings; each text is kept once."""
    kept = {}
    for name in _SETTINGS:
        file = office.root / name
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
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
    return {**row, "settings": dict(row["settings"])}


def steps_of(warehouse: Warehouse, run_id: str) -> list[dict[str, Any]]:
    """The steps of a run with their counts."""
    found = warehouse.fetch(
        "SELECT step, started_at, CAST(seconds AS DOUBLE) AS seconds, peak_rss_mb, "
        "status, counts FROM log_run WHERE run_id = $id ORDER BY started_at, step",
        {"id": run_id},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def difference(warehouse: Warehouse, a: str, b: str) -> dict[str, Any]:
    """How two runs differ: what they were made of, and whom they listed.

    `entered`, `left` and `moved` are referrals, by household: a new round gives a
    household another referral id, and it is still the same household.
    """
    one, other = screen_of(warehouse, a), screen_of(warehouse, b)
    lists = [_listed(warehouse, run) for run in (a, b)]
    before, after = lists
    both = [name for name in before if name in after]
    plain = ("round", "as_of", "model", "model_hash", "version", "referrals")
    return {
        "runs": [a, b],
        "changed": {
            name: [one[name], other[name]] for name in plain if one[name] != other[name]
        },
        "files": {
            "added": _files(warehouse, set(other["file_ids"]) - set(one["file_ids"])),
            "gone": _files(warehouse, set(one["file_ids"]) - set(other["file_ids"])),
        },
        "settings": _settings_lines(warehouse, one["settings"], other["settings"]),
        "entered": [after[name] for name in after if name not in before],
        "left": [before[name] for name in before if name not in after],
        "moved": [
            _moved(before[name], after[name])
            for name in both
            if _place(before[name]) != _place(after[name])
        ],
        "same": sum(_place(before[name]) == _place(after[name]) for name in both),
    }


def _listed(warehouse: Warehouse, run_id: str) -> dict[str, dict[str, Any]]:
    found = warehouse.fetch(
        f"SELECT {', '.join(_ENTRY)} FROM log_listing WHERE run_id = $id "
        "ORDER BY dong_code, rank_in_dong, household_id",
        {"id": run_id},
    )
    return {row["household_id"]: row for row in found.to_pylist()}


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    reasons = tuple(row[f"reason_{number}"] for number in (1, 2, 3))
    return (row["dong_code"], row["rank_in_dong"], row["slot_kind"], *reasons)


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed = [name for name in _ENTRY if before[name] != after[name]]
    told = {name: [before[name], after[name]] for name in changed}
    return {"household_id": after["household_id"], **told}


def _files(warehouse: Warehouse, ids: set[int]) -> list[dict[str, Any]]:
    found = warehouse.fetch(
        "SELECT file_id, source, file_name, ref_date, version, known_on, accepted "
        "FROM core_file WHERE list_contains($ids, file_id) ORDER BY file_id",
        {"ids": sorted(ids)},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _settings_lines(
    warehouse: Warehouse, one: Mapping[str, str], other: Mapping[str, str]
) -> list[str]:
    """Changed lines of the settings, as a person compares texts."""
    lines: list[str] = []
    for name in sorted({*one, *other}):
        if one.get(name) == other.get(name):
            continue
        before, after = (_text(warehouse, said.get(name)) for said in (one, other))
        lines += difflib.unified_diff(before, after, name, name, lineterm="", n=0)
    return lines


def _text(warehouse: Warehouse, digest: str | None) -> list[str]:
    found = warehouse.rows(
        "SELECT content FROM log_setting WHERE sha256 = $sha256", {"sha256": digest}
    )
    return str(found[0][0]).splitlines() if found else []
