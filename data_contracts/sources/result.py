"""결과: the referral list as officers filled it in and sent it back."""

from data_contracts.base import Contract, ContractField, Rule
from data_contracts.codes import (
    CONTACT_METHOD,
    CRISIS_LEVEL,
    FIELD_FLAG,
    NEED,
    OFFICER_DECISION,
    RESULT_CODE,
    RESULT_NAME,
)
from data_contracts.handwritten import (
    OfficerCode,
    OfficerCodes,
    OfficerDate,
    ReferralNumber,
)
from data_contracts.rejects import Reject
from data_contracts.types import Words

F = ContractField
# What the codes are called in short beside their names in the list.
_SHORT = {
    "S1": "기초", "S3": "긴급", "S5": "민간", "L3": "이사(새 주소)", "L4": "이사(모름)",
    "L8": "시설", "L9": "교정", "R1": "거부",
}  # fmt: skip
_RESULT = OfficerCode(
    RESULT_CODE,
    names={
        code: (name, *([_SHORT[code]] if code in _SHORT else []))
        for code, name in RESULT_NAME.items()
    },
    marks=" ()[]·ㆍ・.,:/_-'",
)
_NEED = OfficerCode(
    NEED, also={"예": "Y", "아니오": "N", "아니요": "N", "모름": "U", "알 수 없음": "U"}
)
_CRISIS = OfficerCode(
    CRISIS_LEVEL,
    sql_type="INTEGER",
    also={f"{level}단계": level for level in CRISIS_LEVEL},
)

CONTRACT = Contract(
    source="result",
    title_ko="의뢰 처리결과",
    holder="읍면동",
    grain="one referral, as an officer left it",
    contains="referrals of a dong or hub, worked or not yet",
    cadence="whenever a list comes back",
    snapshot="events",
    reference="optional",
    key=("referral_id",),
    recognised_by=("referral_id", "result_code"),
    fields=(
        F(
            name="referral_id",
            header_ko="의뢰번호",
            type=ReferralNumber(),
            required=True,
            meaning="household in a round",
        ),
        F(
            name="attempt1_on",
            header_ko="1차시도일",
            type=OfficerDate(),
            meaning="day of attempt 1",
        ),
        F(
            name="attempt1_method",
            header_ko="1차방법",
            type=OfficerCode(CONTACT_METHOD),
            meaning="phone, visit, mail or office",
        ),
        F(
            name="attempt2_on",
            header_ko="2차시도일",
            type=OfficerDate(),
            meaning="day of attempt 2",
        ),
        F(
            name="attempt2_method",
            header_ko="2차방법",
            type=OfficerCode(CONTACT_METHOD),
            meaning="phone, visit, mail or office",
        ),
        F(
            name="attempt3_on",
            header_ko="3차시도일",
            type=OfficerDate(),
            meaning="day of attempt 3",
        ),
        F(
            name="attempt3_method",
            header_ko="3차방법",
            type=OfficerCode(CONTACT_METHOD),
            meaning="phone, visit, mail or office",
        ),
        F(
            name="contacted_on",
            header_ko="접촉일",
            type=OfficerDate(),
            meaning="day somebody was met or spoken to; empty: never",
        ),
        F(
            name="result_code",
            header_ko="결과코드",
            type=_RESULT,
            meaning="what the officer recorded; empty: nothing yet",
        ),
        F(
            name="need_confirmed",
            header_ko="필요확인",
            type=_NEED,
            meaning="Y need confirmed, N none, U unknown",
        ),
        F(
            name="service",
            header_ko="서비스",
            type=Words(),
            meaning="what was given or applied for",
        ),
        F(
            name="crisis_level",
            header_ko="위기도",
            type=_CRISIS,
            meaning="1-5, from the needs survey",
        ),
        F(
            name="officer_decision",
            header_ko="담당자판단",
            type=OfficerCode(OFFICER_DECISION),
            meaning="agree, or change",
        ),
        F(
            name="change_reason",
            header_ko="변경사유",
            type=Words(),
            vault=True,
            meaning="why the officer judged otherwise; free text",
        ),
        F(
            name="officer",
            header_ko="담당",
            type=Words(),
            vault=True,
            meaning="who worked the referral",
        ),
        F(
            name="field_flag",
            header_ko="현장표시",
            type=OfficerCodes(FIELD_FLAG),
            optional=True,
            meaning="what the next visitor must know; several parted by commas",
        ),
    ),
    rules=(
        Rule(
            code=Reject.DATE_IN_FUTURE,
            broken_when=(
                "greatest(attempt1_on, attempt2_on, attempt3_on, contacted_on) "
                "> $ref_date"
            ),
            why="nobody is met after the list came back: a typing error",
        ),
    ),
    notes=(
        "Any file name: its header tells it, by 의뢰번호 and 결과코드. Its reference "
        "date is the day it came back.",
        "Its rows may be some of the list's, in any order; it may come several times. "
        "Of each field the latest value that is not empty counts: a blank erases "
        "nothing.",
        "It is refused whole where this office sent none of its ids, where its lists "
        "were recalled, or long after they expired.",
        "The other columns of the list (names, addresses, reasons) are never read.",
        "Not reached (L-codes) is never 'no need' and never closes a case.",
    ),
)
