"""The nightly urgent list: a supply newly stopped where somebody frail lives."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.eligibility import decide_eligibility
from pipeline.errors import NotReady
from pipeline.first_step import first_step, seen_sentence
from pipeline.mention import Mention
from pipeline.policy import apply_policy, load_policy
from pipeline.referral_id import make_referral_ids
from pipeline.round_tables import ensure_round_table
from pipeline.rounds import default_round
from pipeline.settings import Office
from pipeline.sheet_files import Published
from pipeline.sheet_people import (
    Row,
    ask_for,
    fetched,
    forget_asked,
    mentions,
    people,
)
from pipeline.staging import build_core
from pipeline.urgent_files import (
    Night,
    confirmed_name,
    first_confirmation,
    publish_night,
    record_night,
)
from pipeline.warehouse import Warehouse

SAME_DAY: Final = "오늘 안에 연락(새 공급중지)"
_FRAIL_KO: Final = {
    "has_child": "미성년",
    "has_disabled": "장애",
    "has_aged": "65세 이상",
}


@dataclass(frozen=True)
class UrgentList:
    """What a night found; `published` is None when there was nothing new."""

    night: Night
    households: int
    published: Published | None


def urgent_list(
    office: Office,
    warehouse: Warehouse,
    *,
    as_of: dt.date,
    since: dt.date | None,
    confirm_by: str | None,
    referral_key: bytes,
) -> UrgentList:
    """Find, publish and keep the urgent referrals of a night.

    Everything is built as of that day and taken back again: a screened round's tables
    stay those of its own day. `since` unless given: the day of the last list that left,
    for what was known by then was before somebody's eyes.

    Raises:
        NotConfirmed: Nobody is named who confirms the list.
        NotReady: Nothing was ingested, or `since` is not before the day.
        DiskError: A file cannot be written; nothing is published.
    """
    confirmed_by = confirmed_name(confirm_by)
    round_ = default_round(as_of)
    for table in ("out_issued", "out_referral", "out_export"):
        ensure_round_table(warehouse, table)
    since = since or _last_list(warehouse, as_of)
    if since >= as_of:
        raise NotReady(
            f"the stops known from {since} on and before {as_of} are none",
            "give a --since before --as-of",
        )
    night = Night(round_, as_of, since, confirmed_by)
    with warehouse.rehearsal():
        rows = _found(office, warehouse, round_, as_of, since, referral_key)
    if not rows:
        return UrgentList(night, 0, None)
    made = publish_night(office, night, rows)
    night = first_confirmation(night, made)
    record_night(warehouse, night, made, rows)
    return UrgentList(night, len(rows), made)


def _last_list(warehouse: Warehouse, as_of: dt.date) -> dt.date:
    ((last,),) = warehouse.rows(
        "SELECT max(as_of) FROM out_issued WHERE as_of < $as_of", {"as_of": as_of}
    )
    return last or as_of - dt.timedelta(days=1)


def _found(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    as_of: dt.date,
    since: dt.date,
    referral_key: bytes,
) -> list[Row]:
    """The rows of the night with names, in memory; whatever it builds is taken back."""
    build_core(warehouse, as_of, office)
    policy = load_policy(office)
    apply_policy(policy, warehouse, round_, as_of=as_of)
    decide_eligibility(office, warehouse, round_, as_of=as_of)
    warehouse.run_sql("referral/_export_dong")
    warehouse.run_sql(
        "sheets/_urgent",
        {
            "round": round_,
            "as_of": as_of,
            "since": since,
            "child_under_years": policy.params.child_under_years,
        },
    )
    rows = fetched(warehouse, "SELECT * FROM _urgent ORDER BY dong_code, household_id")
    ids = _referral_ids(warehouse, round_, rows, referral_key)
    ask_for(
        warehouse, ((row["household_id"], row["household_id"], since) for row in rows)
    )
    seen, known = mentions(warehouse, as_of), people(warehouse)
    forget_asked(warehouse)
    return [
        {
            **row,
            **known[row["household_id"]],
            "round": round_,
            "referral_id": ids[row["household_id"]],
            **_told(
                {**row, "has_phone": bool(known[row["household_id"]]["phone"])},
                seen[row["household_id"], False],
                seen[row["household_id"], True],
                as_of,
            ),
        }
        for row in rows
    ]


def _told(
    row: Row, every: list[Mention], news: list[Mention], as_of: dt.date
) -> dict[str, Any]:
    stops = [one for one in news if one.is_stop_in_force]
    frail = "·".join(word for name, word in _FRAIL_KO.items() if row[name])
    history = {
        "times_listed": row["times_listed"],
        "last_contact_on": row["last_contact_on"],
    }
    return {
        # Nobody scored them tonight: a place before the round needs no score.
        "band": None,
        "slot_kind": "must",
        "due_on": as_of,
        "reason_1": stops[0].plain_reason(),
        "reason_2": f"세대에 {frail} 구성원이 있습니다",
        "reason_3": stops[1].plain_reason() if len(stops) > 1 else None,
        "seen_ko": seen_sentence(
            every, **history, is_utility_blind=row["is_utility_blind"]
        ),
        "data_date": max(one.data_date for one in every if not one.is_context),
        "first_step_ko": first_step(
            has_stop_in_force=True,
            is_address_only=row["kind"] == "address_only",
            address_grade=row["address_grade"],
            is_address_doubtful=row["is_address_doubtful"],
            has_phone=row["has_phone"],
            has_new_tip=any(m.event_type == "tip" and m.is_current for m in every),
            locate_step_ko=row["locate_step_ko"],
            **history,
        ),
        "caution_ko": " · ".join(filter(None, (SAME_DAY, row["caution_ko"]))),
        "suggest_ko": None,
    }


def _referral_ids(
    warehouse: Warehouse, round_: str, rows: Sequence[Row], referral_key: bytes
) -> dict[str, str]:
    """A household keeps the id under which it was already sent in the round."""
    taken = dict(
        warehouse.rows(
            "SELECT household_id, referral_id FROM out_referral WHERE round = $round "
            "UNION SELECT household_id, referral_id FROM out_issued "
            "WHERE round = $round",
            {"round": round_},
        )
    )
    asked = {row["household_id"] for row in rows}
    return make_referral_ids(referral_key, round_, asked | taken.keys()) | taken
