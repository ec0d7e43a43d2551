"""행정동코드: the ministry's register of dong codes and their life."""

from data_contracts.base import Contract, ContractField
from data_contracts.measures import Date
from data_contracts.types import Pattern, Words

F = ContractField

# The ministry's map of legal dongs (kikmix) names places and their life alike.
PLACE = (
    F(
        name="dong_code",
        header_ko="행정동코드",
        type=Pattern(r"[1-9]\d{9}", label="dong code"),
        required=True,
        meaning="10-digit code; never begins with 0",
    ),
    F(
        name="sido",
        header_ko="시도명",
        type=Words(),
        required=True,
        meaning="province",
    ),
    F(name="sgg", header_ko="시군구명", type=Words(), meaning="city or district"),
    F(
        name="dong_name",
        header_ko="읍면동명",
        type=Words(),
        meaning="empty for a province or city",
    ),
)
LIFE = (
    F(
        name="created_on",
        header_ko="생성일자",
        type=Date(),
        required=True,
        meaning="valid from",
    ),
    F(
        name="abolished_on",
        header_ko="말소일자",
        type=Date(),
        meaning="valid until (exclusive); empty: live",
    ),
)

CONTRACT = Contract(
    source="kikcd_h",
    title_ko="행정동코드(말소 포함)",
    holder="행정안전부",
    grain="one code from its creation on",
    contains="provinces, cities and dongs; live, or with those abolished",
    cadence="when the ministry publishes",
    snapshot="union",
    reference="optional",
    key=("dong_code", "created_on"),
    fields=(*PLACE, *LIFE),
    notes=("A union over files: a code that is absent from one is not abolished.",),
)
