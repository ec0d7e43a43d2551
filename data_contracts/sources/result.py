"""결과: the referral list as officers filled it in and sent it back."""

from data_contracts.base import Contract, ContractField
from data_contracts.codes import (
    CONTACT_METHOD,
    CRISIS_LEVEL,
    NEED,
    OFFICER_DECISION,
    RESULT_CODE,
)
from data_contracts.measures import Date
from data_contracts.types import Code, Pattern, Text, Words

F = ContractField

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
            type=Pattern(
                r"R\d{5}-[0-9A-HJKMNP-TV-Z]{8}[0-9A-HJKMNP-TV-Z*~$=U]",
                label="referral id",
            ),
            required=True,
            meaning="household in a round",
        ),
        F(
            name="attempt1_on",
            header_ko="1차시도일",
            type=Date(),
            meaning="day of attempt 1",
        ),
        F(
            name="attempt1_method",
            header_ko="1차방법",
            type=Code(CONTACT_METHOD),
            meaning="phone, visit, mail or office",
        ),
        F(
            name="attempt2_on",
            header_ko="2차시도일",
            type=Date(),
            meaning="day of attempt 2",
        ),
        F(
            name="attempt2_method",
            header_ko="2차방법",
            type=Code(CONTACT_METHOD),
            meaning="phone, visit, mail or office",
        ),
        F(
            name="attempt3_on",
            header_ko="3차시도일",
            type=Date(),
            meaning="day of attempt 3",
        ),
        F(
            name="attempt3_method",
            header_ko="3차방법",
            type=Code(CONTACT_METHOD),
            meaning="phone, visit, mail or office",
        ),
        F(
            name="contacted_on",
            header_ko="접촉일",
            type=Date(),
            meaning="day somebody was met or spoken to; empty: never",
        ),
        F(
            name="result_code",
            header_ko="결과코드",
            type=Code(RESULT_CODE),
            meaning="what the officer recorded; empty: nothing yet",
        ),
        F(
            name="need_confirmed",
            header_ko="필요확인",
            type=Code(NEED),
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
            type=Code(CRISIS_LEVEL, sql_type="INTEGER"),
            meaning="1-5, from the needs survey",
        ),
        F(
            name="officer_decision",
            header_ko="담당자판단",
            type=Code(OFFICER_DECISION),
            meaning="agree, or change",
        ),
        F(
            name="change_reason",
            header_ko="변경사유",
            type=Text(),
            vault=True,
            meaning="why the officer judged otherwise; free text",
        ),
        F(
            name="officer",
            header_ko="담당",
            type=Text(),
            vault=True,
            meaning="who worked the referral",
        ),
    ),
    notes=(
        "Any file name: its header tells it, by 의뢰번호 and 결과코드. Its reference "
        "date is the day it came back.",
        "The other columns of the list (names, addresses, reasons) are never read.",
        "Not reached (L-codes) is never 'no need' and never closes a case.",
    ),
)
