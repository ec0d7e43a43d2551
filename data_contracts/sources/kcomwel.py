"""고용·산재: a workplace's employment and accident insurance arrears."""

from data_contracts.base import Contract, ContractField
from data_contracts.identifiers import Digits, ResidentNumber
from data_contracts.measures import Date, count, months, won
from data_contracts.types import Words

F = ContractField

CONTRACT = Contract(
    source="kcomwel",
    title_ko="고용·산재보험료 체납",
    holder="근로복지공단",
    grain="one workplace at a month",
    contains="at least 1 month overdue in either insurance",
    cadence="monthly",
    snapshot="full",
    reference="month",
    key=("workplace_no",),
    fields=(
        F(
            name="workplace_no",
            header_ko="사업장관리번호",
            type=Digits(11),
            required=True,
            meaning="workplace",
        ),
        F(
            name="owner",
            header_ko="대표자주민번호",
            type=ResidentNumber(key_name="owner_key"),
            required=True,
            meaning="who runs it; kept as a key only",
        ),
        F(
            name="industry",
            header_ko="업종",
            type=Words(),
            meaning="line of business",
        ),
        F(
            name="workers",
            header_ko="상시근로자수",
            type=count(),
            meaning="people regularly employed",
        ),
        F(
            name="employment_months_overdue",
            header_ko="고용체납개월",
            type=months(),
            meaning="months of employment insurance unpaid",
        ),
        F(
            name="employment_amount_krw",
            header_ko="고용체납액",
            type=won(),
            meaning="employment insurance unpaid",
        ),
        F(
            name="accident_months_overdue",
            header_ko="산재체납개월",
            type=months(),
            meaning="months of accident insurance unpaid",
        ),
        F(
            name="accident_amount_krw",
            header_ko="산재체납액",
            type=won(),
            meaning="accident insurance unpaid",
        ),
        F(
            name="closed_on",
            header_ko="휴폐업일",
            type=Date(),
            meaning="day the business was suspended or closed",
        ),
    ),
    notes=(
        "The debtor is the workplace; what it says of a household is that its owner's "
        "business is failing.",
    ),
)
