"""제보: what a person saw and told (통·이장, 검침원, 집배원, 이웃)."""

from data_contracts.base import Contract, ContractField
from data_contracts.codes import REPORTER_KIND
from data_contracts.measures import Date
from data_contracts.types import Code, OfficeNumber, Pattern, Text

F = ContractField

CONTRACT = Contract(
    source="tip",
    title_ko="인적안전망 제보",
    holder="읍면동",
    grain="one tip",
    contains="what was told since the file before",
    cadence="any day",
    snapshot="events",
    reference="date",
    key=("tip_no",),
    fields=(
        F(
            name="tip_no",
            header_ko="접수번호",
            type=OfficeNumber(),
            required=True,
            meaning="tip",
        ),
        F(
            name="received_on",
            header_ko="접수일",
            type=Date(),
            required=True,
            meaning="day it was told",
        ),
        F(
            name="reporter_kind",
            header_ko="제보자구분",
            type=Code(REPORTER_KIND),
            meaning="what the reporter is, never who",
        ),
        F(
            name="name",
            header_ko="성명",
            type=Text(),
            vault=True,
            meaning="whom it is about, as far as told",
        ),
        F(
            name="road_address",
            header_ko="도로명주소",
            type=Text(),
            vault=True,
            meaning="where they live",
        ),
        F(
            name="detail_address",
            header_ko="상세주소",
            type=Text(),
            vault=True,
            meaning="building, floor, unit",
        ),
        F(
            name="dong_code",
            header_ko="행정동코드",
            type=Pattern(r"[1-9]\d{9}", label="dong code"),
            meaning="dong of the address",
        ),
        F(
            name="reason_code",
            header_ko="사유코드",
            type=OfficeNumber(max_length=20, label="code"),
            meaning="what was seen",
        ),
    ),
    notes=(
        "No resident number: a tip is linked by name and address, or stands for an "
        "address alone.",
        "What only eyes can see (저장강박) comes from here, never from arrears.",
    ),
)
