"""통합사례관리: a case that somebody manages."""

from data_contracts.base import Contract, ContractField, Rule
from data_contracts.codes import CASE_STAGE, CRISIS_LEVEL
from data_contracts.identifiers import ResidentNumber
from data_contracts.measures import Date
from data_contracts.rejects import Reject
from data_contracts.types import Code, OfficeNumber, Text

F = ContractField

CONTRACT = Contract(
    source="case_management",
    title_ko="통합사례관리 대상",
    holder="희망복지지원단",
    grain="one case at a reference date",
    contains="open, or ended within 24 months",
    cadence="monthly",
    snapshot="full",
    reference="date",
    key=("case_no",),
    fields=(
        F(
            name="case_no",
            header_ko="사례번호",
            type=OfficeNumber(),
            required=True,
            meaning="case",
        ),
        F(
            name="resident",
            header_ko="대표주민번호",
            type=ResidentNumber(),
            required=True,
            meaning="who stands for the household; kept as a key only",
        ),
        F(
            name="stage",
            header_ko="단계",
            type=Code(CASE_STAGE),
            required=True,
            meaning="intake, survey, plan, review or closed",
        ),
        F(
            name="manager",
            header_ko="담당자",
            type=Text(),
            vault=True,
            meaning="who manages the case",
        ),
        F(
            name="opened_on",
            header_ko="개시일",
            type=Date(),
            required=True,
            meaning="day it was opened",
        ),
        F(
            name="closed_on",
            header_ko="종결일",
            type=Date(),
            meaning="day it was closed; empty: open",
        ),
        F(
            name="crisis_level",
            header_ko="위기도",
            type=Code(CRISIS_LEVEL, sql_type="INTEGER"),
            meaning="1-5, from the needs survey",
        ),
        F(
            name="surveyed_on",
            header_ko="조사일",
            type=Date(),
            meaning="day of the needs survey",
        ),
    ),
    rules=(
        Rule(
            code=Reject.ENDS_BEFORE_START,
            broken_when="closed_on < opened_on",
            why="a case cannot be closed before it is opened",
        ),
    ),
    notes=("An open case is no new referral: its manager is told of what changed.",),
)
