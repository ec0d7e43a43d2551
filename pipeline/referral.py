"""A place becomes a referral: id, what was seen when, and what to do first."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from pipeline.eligibility import decide_eligibility
from pipeline.errors import NotReady
from pipeline.mention import Mention
from pipeline.ranking import rank_households
from pipeline.referral_id import make_referral_ids
from pipeline.round_tables import replace_round, require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

ADDRESS_COMPLETE, ADDRESS_WITHOUT_UNIT, ADDRESS_NONE = 2, 1, 0

URGENT = "당일 긴급복지 해당 여부 확인"
FIND_RESIDENT = "거주자 확인 방문"
FIND_ADDRESS = "주소 확인(주민등록·계약 주소 대조)"
FIND_HOME = "실거주지 확인(주민등록과 다른 주소에 사는 것으로 보임)"
FIND_UNIT = "상세주소 확인(가스·전기 계약 주소 대조)"
VISIT_FIRST = "방문 우선(전화만으로 종결하지 않음)"
PHONE_FIRST = "전화 후 방문"
TIP_FIRST = "제보 내용 확인 후 방문"
CASE_FIRST = "사례관리 담당자와 먼저 상의"

UTILITY_BLIND = "공동주택 관리비에 포함된 전기·수도는 확인할 수 없음"


def seen_sentence(
    mentions: Iterable[Mention],
    times_listed: int,
    last_contact_on: dt.date | None,
    *,
    is_utility_blind: bool = False,
) -> str:
    """What was seen when, in the order of urgency, then earlier listings."""
    told = sorted(mentions, key=Mention.order)
    parts = [mention.sentence() for mention in told]
    if is_utility_blind and not any(m.source in ("kepco", "water") for m in told):
        parts.append(UTILITY_BLIND)
    if times_listed:
        met = f"최근 접촉 {last_contact_on}" if last_contact_on else "접촉 기록 없음"
        parts.append(f"이전 선정 {times_listed}회({met})")
    return " · ".join(parts)


def first_step(
    *,
    has_stop_in_force: bool,
    is_address_only: bool,
    address_grade: int,
    times_listed: int,
    last_contact_on: dt.date | None,
    has_open_case: bool = False,
    has_new_tip: bool = False,
    is_address_doubtful: bool = False,
) -> str:
    """What to do first: urgency when a supply is cut, then how to get to them."""
    if has_open_case:
        reach = CASE_FIRST
    elif is_address_only:
        reach = FIND_RESIDENT
    elif address_grade == ADDRESS_NONE:
        reach = FIND_ADDRESS
    elif is_address_doubtful:
        reach = FIND_HOME
    elif address_grade == ADDRESS_WITHOUT_UNIT:
        reach = FIND_UNIT
    elif times_listed and last_contact_on is None:
        reach = VISIT_FIRST
    elif has_new_tip:
        reach = TIP_FIRST
    else:
        reach = PHONE_FIRST
    return f"{URGENT} · {reach}" if has_stop_in_force else reach


def build_referrals(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    referral_key: bytes,
) -> dict[str, int]:
    """Decide, rank and write the round's rows of out_eligibility and out_referral.

    Grain: out_referral has one row per listed household. Returns households per
    eligibility reason, and `LISTED`.

    Raises:
        NotReady: Core tables or scores of this round and day are not there.
    """
    round_ = parse_round(round_)
    screen = f"run: blindspot screen --as-of {as_of}"
    for table in ("core_household", "core_event", "core_team", "out_score"):
        require_table(warehouse, table, screen)
    with warehouse.transaction():
        counts = decide_eligibility(office, warehouse, round_, as_of=as_of)
        weeks = office.config.round.weeks
        rank_households(warehouse, round_, as_of=as_of, weeks=weeks)
        frame = _referral_rows(warehouse, round_, as_of, referral_key)
        with warehouse.registered(frame, "_referral_frame"):
            listed = replace_round(
                warehouse, "out_referral", "SELECT * FROM _referral_frame", round_
            )
    return {**counts, "LISTED": listed}


def _referral_rows(
    warehouse: Warehouse, round_: str, as_of: dt.date, referral_key: bytes
) -> pa.Table:
    warehouse.run_sql("referral/_mention", {"as_of": as_of})
    params = {"round": round_, "as_of": as_of}
    warehouse.run_sql("referral/_listed_household", params)
    mentions = _mentions(warehouse)
    households = warehouse.fetch(
        "SELECT * FROM _listed_household ORDER BY dong_code, rank_in_dong"
    ).to_pylist()
    ids = make_referral_ids(
        referral_key, round_, (row["household_id"] for row in households)
    )
    rows = [
        {
            "round": round_,
            "as_of": as_of,
            "route": "team",
            "slot_kind": "rank",
            "referral_id": ids[row["household_id"]],
            **_told(row, mentions[row["household_id"]]),
        }
        for row in households
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _told(row: Mapping[str, Any], mentions: list[Mention]) -> dict[str, Any]:
    if all(m.is_context for m in mentions):
        raise NotReady(
            "a household is listed of which nothing was seen: "
            "the core tables changed while the list was made",
            "screen again",
        )
    history = {
        "times_listed": row["times_listed"],
        "last_contact_on": row["last_contact_on"],
    }
    step = first_step(
        has_stop_in_force=any(m.is_stop_in_force for m in mentions),
        is_address_only=row["kind"] == "address_only",
        address_grade=row["address_grade"],
        is_address_doubtful=row["is_address_doubtful"],
        has_open_case=any(m.event_type == "case_open" for m in mentions),
        has_new_tip=any(m.event_type == "tip" and m.is_current for m in mentions),
        **history,
    )
    kept = {name: row[name] for name in _SCHEMA.names if name in row}
    # No household is put before an officer without a reason: a model may count no point
    # for something small or long ago, and places may still reach that far down.
    reason = row["reason_1"] or min(mentions, key=Mention.order).plain_reason()
    return {
        **kept,
        "reason_1": reason,
        "seen_ko": seen_sentence(
            mentions, **history, is_utility_blind=row["is_utility_blind"]
        ),
        "data_date": max(m.data_date for m in mentions if not m.is_context),
        "first_step_ko": step,
    }


def _mentions(warehouse: Warehouse) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = defaultdict(list)
    for household_id, *facts in warehouse.rows(
        "SELECT household_id, source, event_type, is_current, months_overdue, "
        "occurred_on, restored_on, times, last_ref_date FROM _mention"
    ):
        found[household_id].append(Mention(*facts))
    return found


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
        ("rank_in_dong", pa.int32()),
        ("rank_in_unit", pa.int32()),
        ("band", pa.string()),
        ("reason_1", pa.string()),
        ("reason_2", pa.string()),
        ("reason_3", pa.string()),
        ("seen_ko", pa.string()),
        ("data_date", pa.date32()),
        ("first_step_ko", pa.string()),
        ("score", pa.float64()),
        ("last_contact_on", pa.date32()),
    ]
)
