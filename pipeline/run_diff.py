"""How two runs differ: files, settings, model, and whom they listed and why."""

import difflib
from collections.abc import Mapping
from typing import Any

from pipeline.run_history import ENTRY, screen_of
from pipeline.warehouse import Warehouse


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
        f"SELECT {', '.join(ENTRY)} FROM log_listing WHERE run_id = $id "
        "ORDER BY dong_code, rank_in_dong, household_id",
        {"id": run_id},
    )
    return {row["household_id"]: row for row in found.to_pylist()}


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    reasons = tuple(row[f"reason_{number}"] for number in (1, 2, 3))
    return (row["dong_code"], row["rank_in_dong"], row["slot_kind"], *reasons)


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed = [name for name in ENTRY if before[name] != after[name]]
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
