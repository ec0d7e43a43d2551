"""팀: who serves a dong, and how many households they can work."""

from data_contracts.base import Contract, ContractField
from data_contracts.measures import Date, Fraction
from data_contracts.types import Pattern, Words

F = ContractField

CONTRACT = Contract(
    source="team",
    title_ko="맞춤형복지팀 편성",
    holder="시청 복지정책과",
    grain="one team of a dong from a day on",
    contains="every dong",
    cadence="when it changes",
    snapshot="full",
    reference="date",
    key=("dong_code", "starts_on"),
    fields=(
        F(
            name="dong_code",
            header_ko="행정동코드",
            type=Pattern(r"[1-9]\d{9}", label="dong code"),
            required=True,
            meaning="dong that is served",
        ),
        F(
            name="team_name",
            header_ko="팀명",
            type=Words(),
            required=True,
            meaning="team",
        ),
        F(
            name="hub_code",
            header_ko="권역코드",
            type=Words(),
            meaning="empty, or the hub that serves the dong",
        ),
        F(
            name="fte",
            header_ko="인력",
            type=Fraction(),
            required=True,
            meaning="full-time equivalents; 0 for a dong served by its hub",
        ),
        F(
            name="weekly_cases",
            header_ko="주당건수",
            type=Fraction(),
            required=True,
            meaning="households a full-time officer can work in a week",
        ),
        F(
            name="starts_on",
            header_ko="시작일",
            type=Date(),
            required=True,
            meaning="valid from",
        ),
        F(name="ends_on", header_ko="종료일", type=Date(), meaning="valid until"),
    ),
)
