"""위기정보: any other indicator of the catalogue (indicators.toml)."""

from data_contracts.base import Contract, ContractField
from data_contracts.identifiers import ResidentNumber
from data_contracts.indicators import INDICATOR_CODE
from data_contracts.measures import Date, count, won
from data_contracts.types import Code, OfficeNumber

F = ContractField

CONTRACT = Contract(
    source="indicator",
    title_ko="기타 위기정보",
    holder="한국사회보장정보원",
    grain="one occurrence of an indicator for a person",
    contains="what the catalogue names and no extract of its own tells",
    cadence="monthly",
    snapshot="events",
    reference="month",
    key=("indicator_code", "resident", "occurred_on"),
    fields=(
        F(
            name="indicator_code",
            header_ko="위기정보코드",
            type=Code(INDICATOR_CODE),
            required=True,
            meaning="a code of the catalogue",
        ),
        F(
            name="resident",
            header_ko="주민번호",
            type=ResidentNumber(),
            required=True,
            meaning="whom it concerns; kept as a key only",
        ),
        F(
            name="occurred_on",
            header_ko="발생일",
            type=Date(),
            required=True,
            meaning="day it occurred",
        ),
        F(
            name="value",
            header_ko="값",
            type=count(),
            meaning="months or a count, as the catalogue says",
        ),
        F(
            name="amount_krw",
            header_ko="금액",
            type=won(),
            meaning="money, where the indicator has any",
        ),
        F(
            name="note_code",
            header_ko="비고코드",
            type=OfficeNumber(max_length=20, label="code"),
            meaning="the holder's remark",
        ),
    ),
    notes=(
        "A new indicator is one row in indicators.toml and nothing else.",
        "An occurrence before the indicator's valid_from is accepted: the list "
        "collects it only since then, but life did not wait, and most start dates are "
        "known to a month or not at all.",
    ),
)
