"""국민연금: pension arrears, or exemption, of a person (국민연금공단)."""

from data_contracts.base import Contract, ContractField
from data_contracts.codes import PENSION_KIND
from data_contracts.identifiers import ResidentNumber
from data_contracts.measures import Month, months, won
from data_contracts.types import Code, Text, Words, YesNo

F = ContractField

CONTRACT = Contract(
    source="nps",
    title_ko="국민연금 보험료 체납·납부예외",
    holder="국민연금공단",
    grain="one person in a kind of subscription at a month",
    contains="at least 1 month overdue, or 납부예외 = Y",
    cadence="monthly",
    snapshot="full",
    reference="month",
    key=("resident", "subscriber_kind"),
    fields=(
        F(
            name="resident",
            header_ko="주민번호",
            type=ResidentNumber(),
            required=True,
            meaning="who is insured; kept as a key only",
        ),
        F(
            name="name",
            header_ko="성명",
            type=Text(),
            vault=True,
            meaning="who is insured",
        ),
        F(
            name="subscriber_kind",
            header_ko="가입종별",
            type=Code(PENSION_KIND),
            required=True,
            meaning="local, voluntary or workplace",
        ),
        F(
            name="months_overdue",
            header_ko="체납개월",
            type=months(),
            meaning="months unpaid",
        ),
        F(
            name="amount_krw",
            header_ko="체납액",
            type=won(),
            meaning="amount unpaid",
        ),
        F(
            name="is_exempt",
            header_ko="납부예외",
            type=YesNo(),
            required=True,
            meaning="excused from paying: neither arrears nor safety",
        ),
        F(
            name="exempt_reason",
            header_ko="납부예외사유",
            type=Words(),
            meaning="why they are excused",
        ),
        F(
            name="last_paid_month_no",
            header_ko="최종납부월",
            type=Month(),
            meaning="last month that was paid",
        ),
    ),
    notes=(
        "The debt is the person's, not the household's.",
        "3.06 million people were exempt in 2022-12: no arrears is no wellbeing.",
        "납부예외 must be said: without it 0 months overdue could mean either.",
    ),
)
