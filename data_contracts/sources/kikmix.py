"""행정동↔법정동: the ministry's map of administrative and legal dongs."""

from data_contracts.base import Contract, ContractField
from data_contracts.sources.kikcd_h import LIFE, PLACE
from data_contracts.types import Pattern, Words

F = ContractField

CONTRACT = Contract(
    source="kikmix",
    title_ko="행정동·법정동 연계",
    holder="행정안전부",
    grain="one legal dong within an administrative dong from a day on",
    contains="every pair in force; a legal dong may lie in several dongs",
    cadence="when the ministry publishes",
    snapshot="union",
    reference="optional",
    key=("dong_code", "legal_code", "created_on"),
    fields=(
        *PLACE,
        F(
            name="legal_code",
            header_ko="법정동코드",
            type=Pattern(r"[1-9]\d{9}", label="legal dong code"),
            required=True,
            meaning="legal dong, as lot addresses use it",
        ),
        F(
            name="legal_name",
            header_ko="동리명",
            type=Words(),
            meaning="legal dong or 리",
        ),
        *LIFE,
    ),
    notes=(
        "A union over files: a pair that is absent from one is not abolished.",
        "A legal dong in several dongs goes to review, never to a guess.",
    ),
)
