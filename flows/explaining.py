"""`explain`: from the rows of files to a household's place on a list, then and now."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from flows.job import Job
from pipeline.errors import NotReady, OptionError
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    from models.base import RankingModel

_SCORE: Final = (
    "SELECT as_of, model, model_hash, score, band, reason_1, reason_2, reason_3 "
    "FROM out_score WHERE round = $round AND household_id = $household_id"
)
_PLACE: Final = (
    "SELECT referral_id, dong_code, hub_code, rank_in_dong, rank_in_unit, "
    "reason_1, reason_2, reason_3, seen_ko, data_date, first_step_ko "
    "FROM out_referral WHERE round = $round AND household_id = $household_id"
)
_UNIT: Final = (
    "SELECT placed.unit, placed.slots, placed.eligible, placed.below_line, "
    "placed.score_at_line FROM out_unit AS placed JOIN core_team AS team "
    "ON placed.unit = coalesce(team.hub_code, team.dong_code) "
    "JOIN core_household AS household "
    "ON household.current_dong_code = team.dong_code "
    "WHERE placed.round = $round AND household.household_id = $household_id"
)
_RULES: Final = (
    "SELECT rule, detail_ko FROM out_policy "
    "WHERE round = $round AND household_id = $household_id ORDER BY rule, detail_ko"
)
_SINCE: Final = (
    "SELECT disposition, result_code, last_attempt_on, contacted_on, need_confirmed, "
    "crisis_level FROM core_listing WHERE referral_id = $referral_id"
)


@dataclass(frozen=True)
class Question:
    """Of whom, in which round, and in which of its screens; the newest unless named."""

    referral_id: str | None
    household: str | None
    round: str | None
    run: str | None = None


def explain(job: Job, asked: Question) -> dict[str, Any]:
    """Why a household stands, or stood, where it stands in a screen.

    A screen of the past is made again out of what it was made of; `reproduced` says
    whether it is the same to the letter. Disputes and what became of the referral come
    last: they are of today.

    Raises:
        OptionError: Neither a referral id nor a household and a round; or unknown.
        NotReady: No round was screened yet, or it cannot be made again.
    """
    from pipeline.access_record import touched
    from pipeline.office import open_warehouse
    from pipeline.subject_decisions import disputes_of

    if (asked.referral_id is None) == (asked.household is None or asked.round is None):
        raise OptionError(
            "name one household: a referral id, or --household with --round",
            "e.g. blindspot explain --household H… --round 2026-R4",
        )
    with open_warehouse(job.office, read_only=True) as warehouse:
        household, round_ = _whose(warehouse, asked)
        touched([household], round=round_)
        screen = _screen(warehouse, round_, asked.run)
        today = {
            "disputes": disputes_of(warehouse, household),
            "since": _since(warehouse, household, screen),
        }
        if screen is None or _stands(warehouse, screen):
            told = _told(job.office, warehouse, household, round_, screen)
            return {**told, **today}
    from flows.replaying import replayed

    with replayed(job, screen["run_id"]) as made:
        told = _told(made.office, made.warehouse, household, round_, screen, made.model)
        return {**told, **today}


def _whose(warehouse: Warehouse, asked: Question) -> tuple[str, str]:
    from pipeline.rounds import parse_round

    if not warehouse.has_table("out_eligibility"):
        raise NotReady(
            "no round was screened yet", "run: blindspot screen --as-of DATE"
        )
    if asked.referral_id is not None:
        return of_referral(warehouse, asked.referral_id)
    return asked.household or "", parse_round(asked.round or "")


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
    if not found and warehouse.has_table("log_listing"):
        # It was on a list that another screen of the round has replaced.
        found = warehouse.rows(
            "SELECT DISTINCT l.household_id, s.round FROM log_listing AS l "
            "JOIN log_screen AS s USING (run_id) WHERE l.referral_id = $id",
            {"id": referral_id},
        )
    if not found:
        raise OptionError(
            "no round of this office holds this referral id",
            "check --office, and that the round was screened here",
        )
    return str(found[0][0]), str(found[0][1])


def _screen(
    warehouse: Warehouse, round_: str, run: str | None
) -> dict[str, Any] | None:
    """The screen that is asked about; None where none was kept of the round."""
    from pipeline.run_history import newest_screen, run_of, screen_of

    name = run_of(warehouse, run) if run else newest_screen(warehouse, round_)
    if name is None:
        return None
    screen = screen_of(warehouse, name)
    if screen["round"] != round_:
        raise OptionError(
            f"{name} screened {screen['round']}, not {round_}",
            "name a run of that round: blindspot runs list",
        )
    return screen


def _stands(warehouse: Warehouse, screen: dict[str, Any]) -> bool:
    """Whether the tables are still those that this screen left."""
    from pipeline.run_history import newest_screen

    return bool(newest_screen(warehouse, None) == screen["run_id"])


def _told(
    office: Office,
    warehouse: Warehouse,
    household: str,
    round_: str,
    screen: dict[str, Any] | None,
    model: "RankingModel | None" = None,
) -> dict[str, Any]:
    from pipeline.lineage import rows_of_household

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
    score, place = _one(warehouse, _SCORE, key), _one(warehouse, _PLACE, key)
    made_by = {name: (screen or {}).get(name) for name in ("run_id", "version")}
    told: dict[str, Any] = {**key, **made_by, **eligible, **score}
    told |= {"listed": bool(place), **place}
    told["unit"] = _one(warehouse, _UNIT, key)
    told["rules"] = warehouse.fetch(_RULES, key).to_pylist()
    if screen is not None:
        told |= _compared(warehouse, screen, household)
    if score:
        told |= _weighed(office, warehouse, told, model)
        told["events"] = _events(warehouse, household, told["as_of"])
        told["files"] = _files(warehouse, told["as_of"], screen)
    told["rows"] = rows_of_household(warehouse, household)
    return told


def _compared(
    warehouse: Warehouse, screen: dict[str, Any], household: str
) -> dict[str, Any]:
    from flows.replaying import differences

    found = [
        {name: one[name] for name in ("field", "kept", "again")}
        for one in differences(warehouse, screen)
        if one["household_id"] == household
    ]
    return {"reproduced": not found, "differences": found}


def _since(
    warehouse: Warehouse, household: str, screen: dict[str, Any] | None
) -> dict[str, Any]:
    """What became of the referral up to the newest screen."""
    if screen is None or not warehouse.has_table("core_listing"):
        return {}
    found = warehouse.rows(
        "SELECT referral_id FROM log_listing "
        "WHERE run_id = $run_id AND household_id = $household_id",
        {"run_id": screen["run_id"], "household_id": household},
    )
    if not found:
        return {}
    return _one(warehouse, _SINCE, {"referral_id": found[0][0]})


def _weighed(
    office: Office,
    warehouse: Warehouse,
    told: dict[str, Any],
    model: "RankingModel | None",
) -> dict[str, Any]:
    """The parts of the score, and what would have listed whom no list holds."""
    from flows.replaying import model_of
    from flows.why_not import what_would_have
    from models.explain import explain as parts_of

    ranking = model or model_of(warehouse, office, told)
    frame = warehouse.fetch(
        "SELECT * EXCLUDE (as_of) FROM feat_matrix WHERE household_id = $id",
        {"id": told["household_id"]},
    ).to_pandas()
    home = frame.set_index("household_id")
    parts = parts_of(ranking, home)
    return {
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


def _files(
    warehouse: Warehouse, as_of: date, screen: dict[str, Any] | None
) -> list[dict[str, Any]]:
    found = warehouse.fetch(
        "SELECT source, max(ref_date) AS reference_date, "
        "max_by(file_name, (ref_date, known_on, version, file_id)) AS newest_file "
        "FROM core_file WHERE known_on < $as_of "
        "AND ($files IS NULL OR list_contains($files, file_id)) "
        "GROUP BY source ORDER BY source",
        {"as_of": as_of, "files": screen["file_ids"] if screen else None},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _one(warehouse: Warehouse, sql: str, params: dict[str, Any]) -> dict[str, Any]:
    found = warehouse.fetch(sql, params).to_pylist()
    return dict(found[0]) if found else {}
