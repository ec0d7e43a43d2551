"""A place becomes a referral: id, what was seen when, and what to do first."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from pipeline.campaign import find_fitting, running
from pipeline.eligibility import decide_eligibility
from pipeline.errors import NotReady
from pipeline.first_step import (
    ROUTE_STEP_KO,
    SAMPLE_REASON,
    due_on,
    first_step,
    seen_sentence,
)
from pipeline.mention import Mention
from pipeline.places import Shares, fill_places
from pipeline.policy import Params, apply_policy, load_policy
from pipeline.referral_id import make_referral_ids
from pipeline.round_tables import replace_round, require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.sheet_people import ask_for, forget_asked, mentions
from pipeline.warehouse import Warehouse

_READ: Final = ("core_household", "core_event", "core_team", "core_locate")


def build_referrals(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    referral_key: bytes,
) -> dict[str, int]:
    """Decide, give places, draw the sample and write the round's rows.

    Grain: out_referral has one row per household that goes to somebody, out_unit one
    per unit, out_sample one per household drawn. Returns households per eligibility
    reason, places that a campaign gave, and `LISTED` (on a dong's list).

    Raises:
        NotReady: Core tables or scores of this round and day are not there.
    """
    round_ = parse_round(round_)
    screen = f"run: blindspot screen --as-of {as_of}"
    for table in (*_READ, "out_score"):
        require_table(warehouse, table, screen)
    with warehouse.transaction():
        policy = load_policy(office)
        apply_policy(policy, warehouse, round_, as_of=as_of)
        name = running(policy.campaign, as_of)
        campaign = policy.campaign[name] if name else None
        find_fitting(warehouse, name, campaign)
        counts = decide_eligibility(office, warehouse, round_, as_of=as_of)
        listed = fill_places(
            warehouse,
            round_,
            as_of=as_of,
            weeks=office.config.round.weeks,
            cooling_off_days=office.config.round.cooling_off_days,
            shares=Shares.of(policy.params, campaign.share if campaign else 0.0),
            key=referral_key,
        )
        frame = _referral_rows(
            office, warehouse, round_, as_of, referral_key, policy.params
        )
        with warehouse.registered(frame, "_referral_frame"):
            replace_round(
                warehouse, "out_referral", "SELECT * FROM _referral_frame", round_
            )
        _write_account(warehouse, round_)
        moved_up = sum(row is not None for row in frame["campaign"].to_pylist())
    # Never silently: whoever runs the round sees how many places a campaign gave.
    told = {f"CAMPAIGN {name}": moved_up} if name else {}
    return {**counts, **told, "LISTED": listed}


def _write_account(warehouse: Warehouse, round_: str) -> None:
    """What became of the places, and who was drawn out of whom."""
    for table, select in (
        ("out_unit", "SELECT * FROM _place_unit ORDER BY unit"),
        (
            "out_sample",
            f"SELECT '{round_}' AS round, * FROM _sample ORDER BY unit, household_id",
        ),
        (
            "out_sample_frame",
            f"SELECT '{round_}' AS round, * FROM _sample_stratum "
            "ORDER BY unit, stratum DESC",
        ),
    ):
        replace_round(warehouse, table, select, round_)


def _referral_rows(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    as_of: dt.date,
    referral_key: bytes,
    params: Params,
) -> pa.Table:
    given = {"round": round_, "as_of": as_of}
    for table in ("_place_route", "_listed_household"):
        warehouse.run_sql(f"referral/{table}", given)
    seen = _seen(warehouse, as_of)
    households = warehouse.fetch(
        "SELECT * FROM _listed_household "
        "ORDER BY route = 'team' DESC, dong_code, rank_in_dong, route, household_id"
    ).to_pylist()
    ids = make_referral_ids(
        referral_key, round_, (row["household_id"] for row in households)
    )
    round_days = 7 * office.config.round.weeks
    rows = [
        {
            "round": round_,
            "as_of": as_of,
            "referral_id": ids[row["household_id"]],
            "due_on": _due_on(row, as_of, params, round_days),
            **_told(row, seen.get(row["household_id"], [])),
        }
        for row in households
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _due_on(
    row: Mapping[str, Any], as_of: dt.date, params: Params, round_days: int
) -> dt.date:
    return due_on(
        as_of,
        round_days,
        params.urgent_days if row["is_same_day"] else None,
        params.must_days if row["must_code"] else None,
        row["locate_days"] if row["locate_step"] else None,
    )


def _told(row: Mapping[str, Any], seen: Sequence[Mention]) -> dict[str, Any]:
    """The row of out_referral as far as the household itself decides it."""
    signs = [m for m in seen if not m.is_context]
    current = [m for m in signs if m.is_current]
    kept = {name: row[name] for name in _SCHEMA.names if name in row}
    return {
        **kept,
        **_reasons(row, signs),
        "seen_ko": seen_sentence(
            seen,
            row["times_listed"],
            row["last_contact_on"],
            is_utility_blind=row["is_utility_blind"],
        ),
        "data_date": max((m.data_date for m in signs), default=row["newest_data_date"]),
        "first_step_ko": _first_step(row, seen),
        "months_max": max((m.months_overdue or 0 for m in current), default=0),
        "stops_in_force": sum(m.is_stop_in_force for m in signs),
        "kinds": len(current),
    }


def _reasons(row: Mapping[str, Any], signs: Sequence[Mention]) -> dict[str, Any]:
    """Band and reasons; what may not be told, or would tell a score, is left out."""
    plain = min(signs, key=Mention.order).plain_reason() if signs else None
    nothing = {"reason_2": None, "reason_3": None}
    if row["slot_kind"] == "sample":
        return {**nothing, "band": None, "reason_1": SAMPLE_REASON}
    if row["route"] == "protected_officer":
        # The score's reasons may speak of where they live.
        hidden = {"suggest_ko": None, "escalate_ko": None}
        return {**nothing, **hidden, "reason_1": plain}
    if row["must_ko"]:
        told = [row["must_ko"], row["reason_1"] or plain, row["reason_2"]]
        return dict(zip(("reason_1", "reason_2", "reason_3"), told, strict=True))
    if row["campaign_ko"]:
        told = [row["campaign_ko"], row["reason_1"] or plain, row["reason_2"]]
        return dict(zip(("reason_1", "reason_2", "reason_3"), told, strict=True))
    # No household is put before an officer without a reason: a model may count no point
    # for something small or long ago, and places may still reach that far down.
    reason = row["reason_1"] or plain or row["carry_ko"]
    if reason is None or not (signs or row["carry_ko"]):
        raise NotReady(
            "a household is listed of which nothing was seen: "
            "the core tables changed while the list was made",
            "screen again",
        )
    return {"reason_1": reason}


def _first_step(row: Mapping[str, Any], seen: Sequence[Mention]) -> str:
    if row["route"] in ROUTE_STEP_KO:
        return ROUTE_STEP_KO[row["route"]]
    return first_step(
        has_stop_in_force=row["is_same_day"],
        is_address_only=row["kind"] == "address_only",
        address_grade=row["address_grade"],
        is_address_doubtful=row["is_address_doubtful"],
        times_listed=row["times_listed"],
        last_contact_on=row["last_contact_on"],
        has_phone=row["has_phone"],
        has_open_case=any(m.event_type == "case_open" for m in seen),
        has_new_tip=any(m.event_type == "tip" and m.is_current for m in seen),
        locate_step_ko=row["locate_step_ko"],
    )


def _seen(warehouse: Warehouse, as_of: dt.date) -> dict[str, list[Mention]]:
    found = warehouse.rows("SELECT household_id FROM _place_route ORDER BY ALL")
    ask_for(warehouse, ((household, household, None) for (household,) in found))
    told = mentions(warehouse, as_of)
    forget_asked(warehouse)
    # Nothing is asked for that is news since a day.
    return {household: seen for (household, _), seen in told.items()}


_SCHEMA: Final = pa.schema(
    [
        ("round", pa.string()),
        ("as_of", pa.date32()),
        ("referral_id", pa.string()),
        ("household_id", pa.string()),
        ("dong_code", pa.string()),
        ("hub_code", pa.string()),
        ("route", pa.string()),
        ("slot_kind", pa.string()),
        ("worked_by", pa.string()),
        ("rank_in_dong", pa.int32()),
        ("rank_in_unit", pa.int32()),
        ("band", pa.string()),
        ("reason_1", pa.string()),
        ("reason_2", pa.string()),
        ("reason_3", pa.string()),
        ("seen_ko", pa.string()),
        ("data_date", pa.date32()),
        ("first_step_ko", pa.string()),
        ("due_on", pa.date32()),
        ("caution_ko", pa.string()),
        ("suggest_ko", pa.string()),
        ("escalate_ko", pa.string()),
        ("must_code", pa.string()),
        ("locate_step", pa.string()),
        ("months_max", pa.int32()),
        ("stops_in_force", pa.int32()),
        ("kinds", pa.int32()),
        ("score", pa.float64()),
        ("last_contact_on", pa.date32()),
        ("campaign", pa.string()),
    ]
)
