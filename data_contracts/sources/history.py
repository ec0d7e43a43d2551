"""이력: results of rounds that were made elsewhere before this pipeline was in use."""

from data_contracts.base import Contract, ContractField
from data_contracts.codes import CONTACT_METHOD, NEED, RESULT_CODE
from data_contracts.identifiers import ResidentNumber
from data_contracts.measures import Date, count
from data_contracts.types import Code, Pattern

F = ContractField

CONTRACT = Contract(
    source="history",
    title_ko="이전 회차 처리결과",
    holder="행복e음",
    grain="one listed person in a round",
    contains="everybody whom the round listed",
    cadence="after each round",
    snapshot="events",
    reference="month",
    key=("round", "resident"),
    fields=(
        F(
            name="round",
            header_ko="회차",
            type=Pattern(r"\d{4}-R\d{1,2}", label="round"),
            required=True,
            meaning="YYYY-Rn",
        ),
        F(
            name="resident",
            header_ko="주민번호",
            type=ResidentNumber(),
            required=True,
            meaning="who was listed; kept as a key only",
        ),
        F(
            name="selected_on",
            header_ko="선정일",
            type=Date(),
            required=True,
            meaning="day of listing",
        ),
        F(
            name="contacted_on",
            header_ko="접촉일",
            type=Date(),
            meaning="day somebody was met or spoken to; empty: never",
        ),
        F(
            name="contact_method",
            header_ko="접촉방법",
            type=Code(CONTACT_METHOD),
            meaning="phone, visit, mail or office",
        ),
        F(
            name="attempts",
            header_ko="시도횟수",
            type=count(),
            meaning="attempts made",
        ),
        F(
            name="result_code",
            header_ko="결과코드",
            type=Code(RESULT_CODE),
            meaning="what the officer recorded",
        ),
        F(
            name="need_confirmed",
            header_ko="필요확인",
            type=Code(NEED),
            meaning="Y need confirmed, N none, U unknown",
        ),
        F(
            name="crisis_level",
            header_ko="위기도",
            type=Code({str(n): str(n) for n in range(1, 6)}, sql_type="INTEGER"),
            meaning="1-5, from the needs survey",
        ),
    ),
    notes=("Not reached (L-codes) is never 'no need' and never closes a case.",),
)
