"""수도: water accounts in arrears or stopped (waterworks)."""

from data_contracts.base import Contract, ContractField, Rule
from data_contracts.codes import USE_KIND
from data_contracts.identifiers import Digits
from data_contracts.measures import Date, Month, count, months, won
from data_contracts.rejects import Reject
from data_contracts.types import Code, Text

F = ContractField

CONTRACT = Contract(
    source="water",
    title_ko="수도요금 체납·단수",
    holder="상수도사업소",
    grain="one water account in a billing month",
    contains="at least 2 months overdue, or a stop open or ended within 62 days",
    cadence="monthly",
    snapshot="full",
    reference="month",
    key=("account_no",),
    fields=(
        F(
            name="billed_month_no",
            header_ko="고지년월",
            type=Month(is_reference=True),
            required=True,
            meaning="billing month; the file's own reference month",
        ),
        F(
            name="account_no",
            header_ko="수용가번호",
            type=Digits(9, account_of="water"),
            required=True,
            meaning="water account",
        ),
        F(
            name="use_kind",
            header_ko="업종",
            type=Code(USE_KIND),
            required=True,
            meaning="home, shop or other",
        ),
        F(
            name="households",
            header_ko="가구수",
            type=count(),
            meaning="households on the meter; 2 or more is a master meter",
        ),
        F(
            name="name",
            header_ko="성명",
            type=Text(),
            vault=True,
            meaning="account holder",
        ),
        F(
            name="lot_address",
            header_ko="지번주소",
            type=Text(),
            vault=True,
            meaning="lot address of the meter",
        ),
        F(
            name="waterworks_dong",
            header_ko="동코드",
            type=Digits(3),
            meaning="the waterworks' own 3-digit dong code",
        ),
        F(
            name="months_overdue",
            header_ko="체납월수",
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
            name="stopped_on",
            header_ko="정수일자",
            type=Date(),
            meaning="day of the stop",
        ),
        F(
            name="restored_on",
            header_ko="해제일자",
            type=Date(),
            meaning="day it ended",
        ),
    ),
    rules=(
        Rule(
            code=Reject.RESTORE_BEFORE_STOP,
            broken_when="restored_on < stopped_on",
            why="a supply cannot come back before it went",
        ),
    ),
    notes=(
        "Full per 동코드 present in the file: a waterworks that sends nothing makes "
        "zeros that are not zeros.",
        "A master meter's debt is nobody's (one meter served 493 households).",
    ),
)
