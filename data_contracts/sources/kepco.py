"""전력: electricity accounts in arrears or limited (한국전력)."""

from data_contracts.base import Contract, ContractField, Rule
from data_contracts.codes import CONTRACT_KIND, LIMIT_KIND
from data_contracts.identifiers import Digits
from data_contracts.measures import Date, ReferenceDate, ShortBirthDate, months, won
from data_contracts.rejects import Reject
from data_contracts.types import Code, Text, YesNo

F = ContractField

CONTRACT = Contract(
    source="kepco",
    title_ko="전기요금 체납·전류제한·단전",
    holder="한국전력공사",
    grain="one electricity account at a reference date",
    contains="at least 2 months overdue, or a limit open or ended within 62 days",
    cadence="twice a month",
    snapshot="full",
    reference="date",
    key=("account_no",),
    fields=(
        F(
            name="ref_date",
            header_ko="기준일자",
            type=ReferenceDate(),
            required=True,
            meaning="the day the row speaks of; the file's own reference date",
        ),
        F(
            name="account_no",
            header_ko="고객번호",
            type=Digits(10, account_of="kepco"),
            required=True,
            meaning="electricity account",
        ),
        F(
            name="contract_kind",
            header_ko="계약종별",
            type=Code(CONTRACT_KIND),
            required=True,
            meaning="home, shop, industry or other",
        ),
        F(
            name="name",
            header_ko="성명",
            type=Text(),
            vault=True,
            meaning="account holder",
        ),
        F(
            name="birth_date",
            header_ko="생년월일",
            type=ShortBirthDate(),
            vault=True,
            meaning="account holder's birth date",
        ),
        F(
            name="road_address",
            header_ko="도로명주소",
            type=Text(),
            vault=True,
            meaning="where the supply is",
        ),
        F(
            name="detail_address",
            header_ko="상세주소",
            type=Text(),
            vault=True,
            meaning="building, floor, unit",
        ),
        F(
            name="months_overdue",
            header_ko="체납개월수",
            type=months(),
            meaning="months unpaid",
        ),
        F(
            name="amount_krw",
            header_ko="체납금액",
            type=won(),
            meaning="amount unpaid",
        ),
        F(
            name="limit_kind",
            header_ko="제한구분",
            type=Code(LIMIT_KIND),
            required=True,
            meaning="arrears only, current limited, or cut off",
        ),
        F(
            name="stopped_on",
            header_ko="제한일자",
            type=Date(),
            meaning="day of the limit or cut-off",
        ),
        F(
            name="restored_on",
            header_ko="해제일자",
            type=Date(),
            meaning="day it ended",
        ),
        F(
            name="is_protected_customer",
            header_ko="사회적배려",
            type=YesNo(),
            meaning="limited only after 6 months instead of 3",
        ),
    ),
    rules=(
        Rule(
            code=Reject.RESTORE_BEFORE_STOP,
            broken_when="restored_on < stopped_on",
            why="a supply cannot come back before it went",
        ),
        Rule(
            code=Reject.LIMIT_WITHOUT_DATE,
            broken_when="limit_kind IN ('limited', 'cut') AND stopped_on IS NULL",
            why="without its date a limit can be neither new nor old",
        ),
    ),
    notes=(
        "단전 in law includes 전류제한 (사회보장급여법 §12①1).",
        "No new limits in Jul-Sep and Dec-Feb: their absence is no good news.",
        "Apartments pay power inside 관리비: no row is unobserved, not zero.",
    ),
)
