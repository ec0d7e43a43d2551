"""건강보험: health-insurance arrears (국민건강보험공단)."""

from data_contracts.base import Contract, ContractField
from data_contracts.codes import SUBSCRIBER_KIND
from data_contracts.identifiers import Digits, ResidentNumber
from data_contracts.measures import Month, months, won
from data_contracts.types import Code, Pattern, Text, YesNo

F = ContractField

CONTRACT = Contract(
    source="nhis",
    title_ko="건강보험료 체납",
    holder="국민건강보험공단",
    grain="one insurance certificate in a month",
    contains="at least 1 month overdue",
    cadence="monthly",
    snapshot="full",
    reference="month",
    key=("certificate_no",),
    fields=(
        F(
            name="certificate_no",
            header_ko="증번호",
            type=Digits(11),
            required=True,
            meaning="insurance certificate",
        ),
        F(
            name="subscriber_kind",
            header_ko="가입자구분",
            type=Code(SUBSCRIBER_KIND),
            required=True,
            meaning="1 regional head of household: the debt is the whole 세대's; "
            "other kinds are the person's",
        ),
        F(
            name="head",
            header_ko="세대주주민번호",
            type=ResidentNumber(key_name="head_key"),
            required=True,
            meaning="who owes; kept as a key only",
        ),
        F(
            name="name",
            header_ko="성명",
            type=Text(),
            vault=True,
            meaning="who owes",
        ),
        F(
            name="premium_krw",
            header_ko="월보험료",
            type=won(),
            meaning="monthly premium",
        ),
        F(
            name="months_overdue",
            header_ko="체납개월",
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
            name="first_unpaid_month_no",
            header_ko="최초체납월",
            type=Month(),
            meaning="oldest unpaid month",
        ),
        F(
            name="is_benefit_restricted",
            header_ko="급여제한",
            type=YesNo(),
            meaning="treatment is no longer paid for",
        ),
        F(
            name="dong_code",
            header_ko="행정동코드",
            type=Pattern(r"[1-9]\d{9}", label="dong code"),
            meaning="dong known to the insurer",
        ),
        F(
            name="address",
            header_ko="주소",
            type=Text(),
            vault=True,
            meaning="address known to the insurer; may be cut",
        ),
    ),
    notes=(
        "Fixed width is in bytes: cp949 Hangul takes two.",
        "The law's threshold is 3 months (사회보장급여법 §12①3).",
    ),
)
