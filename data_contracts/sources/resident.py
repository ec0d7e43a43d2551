"""주민등록: the whole resident register at a day."""

from data_contracts.base import Contract, ContractField
from data_contracts.codes import DISABILITY_LEVEL, RELATION
from data_contracts.identifiers import KeyedId, Phone, ResidentNumber
from data_contracts.measures import Date
from data_contracts.types import Code, Pattern, Text, Words, YesNo

F = ContractField

CONTRACT = Contract(
    source="resident",
    title_ko="주민등록 현황",
    holder="시청 민원과",
    grain="one registered person at a reference date",
    contains="everybody",
    cadence="every half year",
    snapshot="full",
    reference="date",
    key=("resident",),
    fields=(
        F(
            name="registry_no",
            header_ko="세대번호",
            type=KeyedId(12, prefix="household:"),
            required=True,
            meaning="the 세대; kept as a key only",
        ),
        F(
            name="relation",
            header_ko="세대주관계",
            type=Code(RELATION),
            required=True,
            meaning="relation to the head of the 세대",
        ),
        F(
            name="resident",
            header_ko="주민번호",
            type=ResidentNumber(with_person=True),
            required=True,
            meaning="the person; kept as a key, with what its digits tell",
        ),
        F(
            name="name",
            header_ko="성명",
            type=Text(),
            vault=True,
            required=True,
            meaning="the person's name",
        ),
        F(
            name="moved_in_on",
            header_ko="전입일",
            type=Date(),
            meaning="registered here since",
        ),
        F(
            name="dong_code",
            header_ko="행정동코드",
            type=Pattern(r"[1-9]\d{9}", label="dong code"),
            required=True,
            meaning="dong of registration; may be abolished since",
        ),
        F(
            name="road_address",
            header_ko="도로명주소",
            type=Text(),
            vault=True,
            meaning="registered address",
        ),
        F(
            name="detail_address",
            header_ko="상세주소",
            type=Text(),
            vault=True,
            meaning="building, floor, unit",
        ),
        F(name="tong", header_ko="통", type=Words(), meaning="통 number"),
        F(name="ban", header_ko="반", type=Words(), meaning="반 number"),
        F(
            name="is_residence_unknown",
            header_ko="거주불명",
            type=YesNo(),
            meaning="registered, but known not to live there",
        ),
        F(name="died_on", header_ko="사망일", type=Date(), meaning="day of death"),
        F(
            name="phone",
            header_ko="연락처",
            type=Phone(),
            vault=True,
            meaning="phone number",
        ),
        F(
            name="disability_level",
            header_ko="장애정도",
            type=Code(DISABILITY_LEVEL, sql_type="INTEGER"),
            meaning="0 none, 1 severe, 2 not severe",
        ),
        F(
            name="is_protected",
            header_ko="열람제한",
            type=YesNo(),
            meaning="the address must never leave the vault (domestic violence …)",
        ),
    ),
    notes=(
        "Registered is not living there: 26.7 % of checked crisis persons did not "
        "(2022 사실조사).",
    ),
)
