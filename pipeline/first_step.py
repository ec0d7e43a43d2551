"""What a list says of a household: what was seen, what to do first, until when."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from pipeline.mention import Mention

ADDRESS_COMPLETE, ADDRESS_WITHOUT_UNIT, ADDRESS_NONE = 2, 1, 0

URGENT: Final = "당일 긴급복지 해당 여부 확인"
FIND_RESIDENT: Final = "거주자 확인 방문"
FIND_ADDRESS: Final = "주소 확인(주민등록·계약 주소 대조)"
FIND_HOME: Final = "실거주지 확인(주민등록과 다른 주소에 사는 것으로 보임)"
FIND_UNIT: Final = "상세주소 확인(가스·전기 계약 주소 대조)"
VISIT_FIRST: Final = "방문 우선(전화만으로 종결하지 않음)"
PHONE_FIRST: Final = "전화 후 방문"
VISIT_WITHOUT_PHONE: Final = "방문(연락처 없음)"
TIP_FIRST: Final = "제보 내용 확인 후 방문"
CASE_FIRST: Final = "사례관리 담당자와 먼저 상의"
# What whoever is no dong's team does first.
ROUTE_STEP_KO: Final = {
    "case_manager": "변동 내용 확인 후 사례관리 계획에 반영",
    "institution": "시설 담당자와 상황 확인",
    "protected_officer": "지정 담당자만 확인(주소는 열람제한 절차로 조회)",
}

UTILITY_BLIND: Final = "공동주택 관리비에 포함된 전기·수도는 확인할 수 없음"
NO_SIGN: Final = "최근 12개월 위기신호 없음"
SAMPLE_REASON: Final = "정기 표본 확인"


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
    if all(mention.is_context for mention in told):
        parts.insert(0, NO_SIGN)
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
    has_phone: bool = True,
    has_open_case: bool = False,
    has_new_tip: bool = False,
    is_address_doubtful: bool = False,
    locate_step_ko: str | None = None,
) -> str:
    """What to do first: urgency when a supply is cut, then how to get to them."""
    reach = _how_to_reach(
        [
            (has_open_case, CASE_FIRST),
            (locate_step_ko is not None, locate_step_ko or ""),
            (is_address_only, FIND_RESIDENT),
            (address_grade == ADDRESS_NONE, FIND_ADDRESS),
            (is_address_doubtful, FIND_HOME),
            (address_grade == ADDRESS_WITHOUT_UNIT, FIND_UNIT),
            (bool(times_listed) and last_contact_on is None, VISIT_FIRST),
            (has_new_tip, TIP_FIRST),
            (not has_phone, VISIT_WITHOUT_PHONE),
        ]
    )
    return f"{URGENT} · {reach}" if has_stop_in_force else reach


def _how_to_reach(steps: Iterable[tuple[bool, str]]) -> str:
    return next((step for applies, step in steps if applies), PHONE_FIRST)


def due_on(as_of: dt.date, *days: int | None) -> dt.date:
    """Until when the first contact is due: the shortest of the terms that apply."""
    return as_of + dt.timedelta(days=min(term for term in days if term is not None))
