"""급여: spells of a benefit, applied for, received, stopped or refused."""

from data_contracts.base import Contract, ContractField, Rule
from data_contracts.codes import BENEFIT_KIND, BENEFIT_STATUS
from data_contracts.identifiers import ResidentNumber
from data_contracts.measures import Date
from data_contracts.rejects import Reject
from data_contracts.types import Code, Text

F = ContractField

CONTRACT = Contract(
    source="benefit",
    title_ko="급여 수급·중지·탈락",
    holder="행복e음",
    grain="one spell of a benefit of a person at a reference date",
    contains="open, or ended within 24 months",
    cadence="monthly",
    snapshot="full",
    reference="date",
    key=("resident", "benefit_kind", "starts_on"),
    fields=(
        F(
            name="resident",
            header_ko="주민번호",
            type=ResidentNumber(),
            required=True,
            meaning="whose benefit; kept as a key only",
        ),
        F(
            name="benefit_kind",
            header_ko="급여종류",
            type=Code(BENEFIT_KIND),
            required=True,
            meaning="which benefit",
        ),
        F(
            name="status",
            header_ko="상태",
            type=Code(BENEFIT_STATUS),
            required=True,
            meaning="receiving, stopped, dropped or applying",
        ),
        F(
            name="starts_on",
            header_ko="시작일",
            type=Date(),
            required=True,
            meaning="day it began or was applied for",
        ),
        F(
            name="ends_on",
            header_ko="종료일",
            type=Date(),
            meaning="day it ended; empty: open",
        ),
        F(
            name="reason",
            header_ko="사유",
            type=Text(),
            vault=True,
            meaning="why it stopped or was refused; free text",
        ),
    ),
    rules=(
        Rule(
            code=Reject.ENDS_BEFORE_START,
            broken_when="ends_on < starts_on",
            why="a spell cannot end before it begins",
        ),
    ),
    notes=("중지 and 탈락 are signs of their own (사회보장급여법 §12①4).",),
)
