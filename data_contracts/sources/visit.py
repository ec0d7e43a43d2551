"""방문형서비스: who is served at home already, and by which agency."""

from data_contracts.base import Contract, ContractField, Rule
from data_contracts.codes import VISIT_SERVICE
from data_contracts.identifiers import ResidentNumber
from data_contracts.measures import Date
from data_contracts.rejects import Reject
from data_contracts.types import Code, Words

F = ContractField

CONTRACT = Contract(
    source="visit",
    title_ko="방문형서비스 이용",
    holder="방문형서비스 수행기관",
    grain="one service of an agency for a person at a month",
    contains="open, or ended within 24 months",
    cadence="monthly",
    snapshot="full",
    reference="month",
    key=("agency", "service", "resident", "starts_on"),
    fields=(
        F(
            name="agency",
            header_ko="기관",
            type=Words(),
            required=True,
            meaning="who visits",
        ),
        F(
            name="service",
            header_ko="서비스",
            type=Code(VISIT_SERVICE),
            required=True,
            meaning="what they come for",
        ),
        F(
            name="resident",
            header_ko="주민번호",
            type=ResidentNumber(),
            required=True,
            meaning="who is visited; kept as a key only",
        ),
        F(
            name="starts_on",
            header_ko="시작일",
            type=Date(),
            required=True,
            meaning="day it began",
        ),
        F(
            name="ends_on",
            header_ko="종료일",
            type=Date(),
            meaning="day it ended; empty: open",
        ),
        F(
            name="next_visit_on",
            header_ko="다음방문일",
            type=Date(),
            meaning="day of the next visit, if one is planned",
        ),
    ),
    rules=(
        Rule(
            code=Reject.ENDS_BEFORE_START,
            broken_when="ends_on < starts_on",
            why="a service cannot end before it begins",
        ),
    ),
    notes=("Somebody goes there already: the visit can be shared instead of doubled.",),
)
