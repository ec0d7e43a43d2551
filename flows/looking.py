"""Reads an office for `status` and `explain`: dates, counts, reasons, never a name."""

import json
from datetime import date
from typing import Any

from pipeline.errors import NotReady, OfficeBusy, OptionError
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


def explain(
    office: Office, referral_id: str | None, household: str | None, round_: str | None
) -> dict[str, Any]:
    """Why a household stands where it stands in a round.

    Raises:
        OptionError: Neither a referral id nor a household and a round; or unknown.
        NotReady: No round was screened yet.
    """
    from pipeline.access_record import touched
    from pipeline.office import open_warehouse
    from pipeline.rounds import parse_round

    if (referral_id is None) == (household is None or round_ is None):
        raise OptionError(
            "name one household: a referral id, or --household with --round",
            "e.g. blindspot explain --household H… --round 2026-R4",
        )
    with open_warehouse(office, read_only=True) as warehouse:
        if not warehouse.has_table("out_eligibility"):
            raise NotReady(
                "no round was screened yet", "run: blindspot screen --as-of DATE"
            )
        if referral_id is not None:
            household, name = of_referral(warehouse, referral_id)
        else:
            name = parse_round(round_ or "")
        touched([household or ""], round=name)
        return _told(office, warehouse, household or "", name)


def of_referral(warehouse: Warehouse, referral_id: str) -> tuple[str, str]:
    """Household and round of a referral id.

    Raises:
        OptionError: It is none, or of no round of this office.
    """
    from pipeline.referral_id import is_valid_referral_id

    if not is_valid_referral_id(referral_id):
        raise OptionError(
            "this is no referral id: its check character does not fit",
            "copy the whole 의뢰번호, e.g. from the list",
        )
    found = warehouse.rows(
        "SELECT household_id, round FROM out_referral WHERE referral_id = $id",
        {"id": referral_id},
    )
    if not found:
        raise OptionError(
            "no round of this office holds this referral id",
            "check --office, and that the round was screened here",
        )
    return str(found[0][0]), str(found[0][1])


def _told(
    office: Office, warehouse: Warehouse, household: str, round_: str
) -> dict[str, Any]:
    from pipeline.subject_decisions import disputes_of

    key = {"household_id": household, "round": round_}
    eligible = _one(
        warehouse,
        "SELECT is_eligible, reason AS eligibility FROM out_eligibility "
        "WHERE round = $round AND household_id = $household_id",
        key,
    )
    if not eligible:
        raise OptionError(
            f"{round_} knows no household of this id",
            "copy the id from out_eligibility, or name a referral id",
        )
    score = _one(
        warehouse,
        "SELECT as_of, model, model_hash, score, band, reason_1, reason_2, reason_3 "
        "FROM out_score WHERE round = $round AND household_id = $household_id",
        key,
    )
    place = _one(
        warehouse,
        "SELECT referral_id, dong_code, hub_code, rank_in_dong, rank_in_unit, "
        "reason_1, reason_2, reason_3, "
        "seen_ko, data_date, first_step_ko FROM out_referral "
        "WHERE round = $round AND household_id = $household_id",
        key,
    )
    told: dict[str, Any] = {**key, **eligible, **score, "listed": bool(place), **place}
    is_current = warehouse.rows(
        "SELECT count(*) FROM feat_matrix "
        "WHERE household_id = $household_id AND as_of = $as_of",
        {"household_id": household, "as_of": score.get("as_of")},
    )[0][0]
    # Features and events are those of the newest screen; an older round's are gone.
    told["is_newest_screen"] = bool(is_current)
    told["disputes"] = disputes_of(warehouse, household)
    if is_current:
        told |= _weighed(office, warehouse, told)
        told["events"] = _events(warehouse, household, told["as_of"])
        told["files"] = _files(warehouse, told["as_of"])
    return told


def _weighed(
    office: Office, warehouse: Warehouse, told: dict[str, Any]
) -> dict[str, Any]:
    """The parts of the score; of a model that has changed since, nothing."""
    from dataclasses import asdict

    from flows.models import named_model
    from flows.why_not import what_would_have
    from models.explain import explain as parts_of

    ranking, content_hash = named_model(office, told["model"])
    if content_hash != told["model_hash"]:
        return {"is_model_unchanged": False, "contributions": []}
    frame = warehouse.fetch(
        "SELECT * EXCLUDE (as_of) FROM feat_matrix WHERE household_id = $id",
        {"id": told["household_id"]},
    ).to_pandas()
    home = frame.set_index("household_id")
    parts = parts_of(ranking, home)
    return {
        "is_model_unchanged": True,
        "score_without_signs": ranking.base,
        "contributions": [
            asdict(part) for part in parts if part.contribution or part.value
        ],
        **what_would_have(warehouse, ranking, home, told),
    }


def _events(warehouse: Warehouse, household: str, as_of: date) -> list[dict[str, Any]]:
    found = warehouse.fetch(
        "SELECT event_type, occurred_on, known_on, months_overdue, amount_krw, "
        "restored_on, is_current FROM core_event "
        "WHERE household_id = $id AND known_on < $as_of "
        "ORDER BY occurred_on DESC, event_type, known_on DESC, subject",
        {"id": household, "as_of": as_of},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _files(warehouse: Warehouse, as_of: date) -> list[dict[str, Any]]:
    found = warehouse.fetch(
        "SELECT source, max(ref_date) AS reference_date, "
        "max_by(file_name, (ref_date, known_on, version, file_id)) AS newest_file "
        "FROM core_file WHERE known_on < $as_of GROUP BY source ORDER BY source",
        {"as_of": as_of},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _one(warehouse: Warehouse, sql: str, params: dict[str, Any]) -> dict[str, Any]:
    found = warehouse.fetch(sql, params).to_pylist()
    return dict(found[0]) if found else {}
