"""Households that nobody reached: the queue, and handing them to where they live."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from pipeline.errors import OptionError
from pipeline.loop import issued_household
from pipeline.named import NAME_LIMIT, name_of
from pipeline.quarantine import last_screened
from pipeline.round_tables import ensure_round_table
from pipeline.warehouse import Warehouse

STATES: Final = ("open", "transfer_offered", "parked")
_COLUMNS: Final = (
    "referral_id",
    "dong_code",
    "dong_name",
    "state",
    "unmet",
    "attempts",
    "tried",
    "next_step",
    "next_step_ko",
    "due_on",
    "is_relisted",
    "transfer_why",
)


@dataclass(frozen=True)
class Transfer:
    """A referral handed over: to a dong of the town, or offered to another city."""

    referral_id: str
    round: str
    to_dong: str | None
    to_city: str | None
    reason: str
    status: str
    decided_on: dt.date


def locate_queue(
    warehouse: Warehouse, dong: str | None = None, state: str | None = None
) -> list[dict[str, Any]]:
    """Whom to look for and what to do next, the oldest unmet first.

    Run it inside `loop_as_of`. A household listed elsewhere only has no referral id.
    Of one with a protected address no dong is told.
    `transfer_why`: what says that they live elsewhere by now, until somebody took over.

    Grain: one row per household of core_locate.
    """
    found = warehouse.rows(
        "SELECT o.referral_id, h.current_dong_code, d.dong_name, q.state, q.unmet, "
        "q.attempts, q.tried, q.next_step, q.next_step_ko, "
        "coalesce(q.review_on, q.step_due_on), q.is_relisted, "
        # Where they may live by now is known: blindspot locate transfer.
        "CASE WHEN q.state <> 'open' THEN NULL WHEN r.last_result_code = 'L3' "
        "AND coalesce(r.last_attempt_on > t.on_day, t.on_day IS NULL) THEN 'L3' "
        "WHEN a.newer_address_source IS NOT NULL "
        "AND coalesce(a.since > t.on_day, t.on_day IS NULL) THEN 'NEWER_ADDRESS' END "
        # Where a protected household lives is told to nobody.
        "FROM core_locate AS q JOIN (SELECT household_id, "
        "CASE WHEN is_protected THEN NULL ELSE current_dong_code END "
        "AS current_dong_code FROM core_household) AS h USING (household_id) "
        "LEFT JOIN (SELECT household_id, "
        "max_by(referral_id, (listed_on, referral_id)) AS referral_id "
        "FROM core_listing WHERE referral_id IS NOT NULL GROUP BY household_id) AS o "
        "USING (household_id) "
        "LEFT JOIN core_dong AS d ON h.current_dong_code = d.dong_code "
        "LEFT JOIN core_repeat AS r USING (household_id) "
        "LEFT JOIN core_address_doubt AS a USING (household_id) "
        # One city's refusal is no answer to where they live; who took them over is.
        "LEFT JOIN (SELECT coalesce(k.household_id, x.household_id) AS household_id, "
        "max(x.decided_on) AS on_day FROM out_transfer AS x LEFT JOIN "
        "core_household_alias AS k ON x.household_id = k.household_no "
        "WHERE x.status = 'accepted' "
        "AND x.decided_on < (SELECT as_of FROM core_as_of) GROUP BY ALL) AS t "
        "USING (household_id) "
        # Whose processing was stopped is looked for by nobody.
        "ANTI JOIN core_processing_stop AS p USING (household_id) "
        "WHERE ($dong IS NULL OR h.current_dong_code = $dong) "
        "AND ($state IS NULL OR q.state = $state) "
        "ORDER BY q.unmet DESC, q.opened_on, q.household_id",
        {"dong": dong, "state": state},
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


def transfer(
    warehouse: Warehouse,
    referral_id: str,
    *,
    to_dong: str | None = None,
    to_city: str | None = None,
    by: str,
    as_of: dt.date,
    dong_prefixes: Sequence[str] = (),
) -> Transfer:
    """Hand a referral over; within the town at once, to another city as an offer.

    Raises:
        OptionError: Unknown referral or dong, its own dong, a day before the last
            screening, or an answer that is still awaited.
    """
    if (to_dong is None) == (to_city is None):
        raise OptionError(
            "name one place: a dong of the town or another city",
            "give either --to DONG or --to-city NAME",
        )
    household_id, round_ = issued_household(warehouse, referral_id)
    _require_day(warehouse, as_of)
    last = _last(warehouse, referral_id)
    _require_free(last, as_of)
    if to_dong is not None:
        _require_dong(warehouse, household_id, to_dong, dong_prefixes)
    made = Transfer(
        referral_id=referral_id,
        round=round_,
        to_dong=to_dong,
        to_city=None if to_city is None else _plain(to_city, "--to-city"),
        reason=_reason(warehouse, household_id, referral_id),
        status="offered" if to_dong is None else "accepted",
        decided_on=as_of,
    )
    _keep(warehouse, made, household_id, by)
    return made


def decide(
    warehouse: Warehouse, referral_id: str, *, accepted: bool, by: str, as_of: dt.date
) -> Transfer:
    """Keep another city's answer; until it accepts, the household stays with us.

    Raises:
        OptionError: Unknown referral, or nothing was offered that awaits an answer.
    """
    household_id, round_ = issued_household(warehouse, referral_id)
    _require_day(warehouse, as_of)
    last = _last(warehouse, referral_id)
    if last is None or last["status"] != "offered":
        raise OptionError(
            "no other city was offered this referral and owes an answer",
            "offer it first: blindspot locate transfer REFERRAL --to-city NAME",
        )
    if as_of < last["decided_on"]:
        raise OptionError(
            f"--as-of: it was offered on {last['decided_on']}",
            f"give {last['decided_on']} or a later day",
        )
    made = Transfer(
        referral_id=referral_id,
        round=round_,
        to_dong=None,
        to_city=str(last["to_city"]),
        reason=str(last["reason"]),
        status="accepted" if accepted else "refused",
        decided_on=as_of,
    )
    _keep(warehouse, made, household_id, by)
    return made


def _require_day(warehouse: Warehouse, as_of: dt.date) -> None:
    screened = last_screened(warehouse)
    if screened is not None and as_of < screened:
        raise OptionError(
            f"--as-of: a round was screened as of {screened}; what is decided before "
            "would change it",
            f"give {screened} or a later day",
        )


def _last(warehouse: Warehouse, referral_id: str) -> dict[str, Any] | None:
    ensure_round_table(warehouse, "out_transfer")
    found = warehouse.fetch(
        "SELECT * FROM out_transfer WHERE referral_id = $id "
        "ORDER BY decided_on DESC, status = 'offered' LIMIT 1",
        {"id": referral_id},
    ).to_pylist()
    return dict(found[0]) if found else None


def _require_free(last: dict[str, Any] | None, as_of: dt.date) -> None:
    if last is None:
        return
    if last["status"] == "offered":
        raise OptionError(
            f"this referral was offered to another city on {last['decided_on']} and "
            "awaits its answer",
            "keep the answer first: blindspot locate decide REFERRAL "
            "--accepted or --refused",
        )
    if last["status"] == "accepted" and last["to_city"] is not None:
        raise OptionError(
            "another city has accepted this referral",
            "name the newest referral of the household, if it was listed again",
        )
    if as_of <= last["decided_on"]:
        raise OptionError(
            f"--as-of: this referral was decided on {last['decided_on']}",
            "give a later day",
        )


def _require_dong(
    warehouse: Warehouse, household_id: str, to_dong: str, prefixes: Sequence[str]
) -> None:
    live = warehouse.rows(
        "SELECT count(*) FROM core_dong WHERE dong_code = $dong AND is_live",
        {"dong": to_dong},
    )[0][0]
    in_town = not prefixes or to_dong.startswith(tuple(prefixes))
    if not live or not in_town:
        raise OptionError(
            "--to: the town has no such dong today",
            "give the 10-digit code of a live dong (blindspot dong trace); "
            "for another city use --to-city",
        )
    own = warehouse.rows(
        "SELECT count(*) FROM core_household AS h "
        "LEFT JOIN core_household_alias AS a ON a.household_no = $id "
        "WHERE h.household_id = coalesce(a.household_id, $id) "
        # Of whoever is protected no answer may tell where they live.
        "AND h.current_dong_code = $dong AND NOT coalesce(h.is_protected, false)",
        {"id": household_id, "dong": to_dong},
    )[0][0]
    if own:
        raise OptionError(
            "--to: the household stands in that dong already",
            "name the dong where it lives now, or leave it in the queue",
        )


def _reason(warehouse: Warehouse, household_id: str, referral_id: str) -> str:
    """Why, from what is known: a code, for free text may hold what people said."""
    ((by_source, by_officer),) = warehouse.rows(
        "SELECT (SELECT count(*) FROM core_address_doubt WHERE household_id = $h "
        "AND newer_address_source IS NOT NULL), "
        "(SELECT count(*) FROM acc_result WHERE referral_id = $r "
        "AND result_code = 'L3')",
        {"h": household_id, "r": referral_id},
    )
    if by_officer:
        return "L3"
    return "NEWER_ADDRESS" if by_source else "OFFICER"


def _plain(text: str, option: str) -> str:
    if (name := name_of(text)) is None:
        raise OptionError(
            f"{option}: a name of at most {NAME_LIMIT} letters was expected",
            f"write it like {option} 홍담당",
        )
    return name


def _keep(
    warehouse: Warehouse, made: Transfer, household_id: str, decided_by: str
) -> None:
    row = {
        **vars(made),
        "household_id": household_id,
        "decided_by": _plain(decided_by, "--by"),
    }
    kinds = {"to_dong": pa.string(), "to_city": pa.string()}
    columns = {name: pa.array([value], kinds.get(name)) for name, value in row.items()}
    with warehouse.transaction():
        warehouse.append("out_transfer", pa.table(columns))
