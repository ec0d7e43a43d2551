"""A place becomes a referral: id, what was seen when, and what to do first."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from pipeline.eligibility import decide_eligibility
from pipeline.errors import NotReady
from pipeline.ranking import rank_households
from pipeline.referral_id import make_referral_ids
from pipeline.round_tables import replace_round, require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

SOURCE_KO: Final = {
    "kepco": "전기",
    "gas": "도시가스",
    "water": "수도",
    "nhis": "건강보험",
}
STOP_KO: Final = {
    "kepco": "단전·전류제한",
    "gas": "공급중지",
    "water": "단수",
}
DEBT_KO: Final = {
    "kepco": "전기요금이",
    "gas": "도시가스요금이",
    "water": "수도요금이",
    "nhis": "건강보험료가",
}
ADDRESS_COMPLETE, ADDRESS_WITHOUT_UNIT, ADDRESS_NONE = 2, 1, 0

URGENT = "당일 긴급복지 해당 여부 확인"
FIND_RESIDENT = "거주자 확인 방문"
FIND_ADDRESS = "주소 확인(주민등록·계약 주소 대조)"
FIND_UNIT = "상세주소 확인(가스·전기 계약 주소 대조)"
VISIT_FIRST = "방문 우선(전화만으로 종결하지 않음)"
PHONE_FIRST = "전화 후 방문"


@dataclass(frozen=True)
class Mention:
    """One thing that was seen of a household: arrears or a stop of one source."""

    source: str
    is_stop: bool
    is_current: bool
    months_overdue: int | None
    occurred_on: dt.date
    restored_on: dt.date | None
    times: int
    last_ref_date: dt.date | None

    @property
    def is_stop_in_force(self) -> bool:
        return self.is_stop and self.is_current

    @property
    def data_date(self) -> dt.date:
        """The reference date of the data that say so."""
        if self.is_stop and self.last_ref_date is not None:
            return self.last_ref_date
        return self.occurred_on

    def order(self) -> tuple[bool, bool, int]:
        """In force before past, a stop before arrears, then by source."""
        return (not self.is_current, not self.is_stop, [*SOURCE_KO].index(self.source))

    def sentence(self) -> str:
        """Korean, with its dates and without anybody's name."""
        return self._stop() if self.is_stop else self._arrears()

    def plain_reason(self) -> str:
        """The same as a reason, for a household to which the model gives none."""
        if self.is_stop:
            supply = f"{SOURCE_KO[self.source]} 공급이 중지"
            return f"{supply}된 {'상태입니다' if self.is_current else '적이 있습니다'}"
        months = f" {self.months_overdue}개월" if self.months_overdue else ""
        end = "밀려 있습니다" if self.is_current else "밀린 적이 있습니다"
        return f"{DEBT_KO[self.source]}{months} {end}"

    def _stop(self) -> str:
        if self.is_current:
            after = f"재개 기록 없음, {self.data_date} 기준"
        elif self.restored_on is not None:
            after = f"{self.restored_on} 재개"
        else:
            after = "이후 자료에 없음"
        more = f" 외 {self.times - 1}회" if self.times > 1 else ""
        name = f"{SOURCE_KO[self.source]} {STOP_KO[self.source]}"
        return f"{name} {self.occurred_on}({after}){more}"

    def _arrears(self) -> str:
        months = f"{self.months_overdue}개월 " if self.months_overdue else ""
        after = "" if self.is_current else ", 이후 자료에 없음"
        return f"{SOURCE_KO[self.source]} {months}체납({self.occurred_on} 기준{after})"


def seen_sentence(
    mentions: Iterable[Mention], times_listed: int, last_contact_on: dt.date | None
) -> str:
    """What was seen when, in the order of urgency, then earlier listings."""
    parts = [m.sentence() for m in sorted(mentions, key=Mention.order)]
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
) -> str:
    """What to do first: urgency when a supply is cut, then how to get to them."""
    if is_address_only:
        reach = FIND_RESIDENT
    elif address_grade == ADDRESS_NONE:
        reach = FIND_ADDRESS
    elif address_grade == ADDRESS_WITHOUT_UNIT:
        reach = FIND_UNIT
    elif times_listed and last_contact_on is None:
        reach = VISIT_FIRST
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
            "referral_id": ids[row["household_id"]],
            **_told(row, mentions[row["household_id"]]),
        }
        for row in households
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _told(row: Mapping[str, Any], mentions: list[Mention]) -> dict[str, Any]:
    if not mentions:
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
        **history,
    )
    kept = {name: row[name] for name in _SCHEMA.names if name in row}
    # No household is put before an officer without a reason: a model may count no point
    # for something small or long ago, and places may still reach that far down.
    reason = row["reason_1"] or min(mentions, key=Mention.order).plain_reason()
    return {
        **kept,
        "reason_1": reason,
        "seen_ko": seen_sentence(mentions, **history),
        "data_date": max(m.data_date for m in mentions),
        "first_step_ko": step,
    }


def _mentions(warehouse: Warehouse) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = defaultdict(list)
    for household_id, event_type, *rest in warehouse.rows(
        "SELECT household_id, event_type, source, is_current, months_overdue, "
        "occurred_on, restored_on, times, last_ref_date FROM _mention"
    ):
        source, *facts = rest
        is_stop = event_type.endswith("_stop")
        found[household_id].append(Mention(source, is_stop, *facts))
    return found


_SCHEMA: Final = pa.schema(
    [
        ("round", pa.string()),
        ("as_of", pa.date32()),
        ("referral_id", pa.string()),
        ("household_id", pa.string()),
        ("dong_code", pa.string()),
        ("hub_code", pa.string()),
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
