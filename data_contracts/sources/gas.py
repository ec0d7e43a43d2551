"""가스: city-gas contracts in arrears or stopped (gas suppliers)."""

from data_contracts.base import Contract, ContractField, Rule
from data_contracts.identifiers import Digits, Phone
from data_contracts.measures import Date, ReferenceDate, months, won
from data_contracts.rejects import Reject
from data_contracts.types import Text

F = ContractField

CONTRACT = Contract(
    source="gas",
    title_ko="도시가스요금 체납·공급중지",
    holder="도시가스사업자",
    grain="one gas contract at a reference date",
    contains="at least 1 month overdue, or a stop open or ended within 62 days",
    cadence="twice a month",
    snapshot="full",
    reference="date",
    key=("account_no",),
    fields=(
        F(
            name="ref_date",
            header_ko="조회일",
            type=ReferenceDate(),
            required=True,
            meaning="the day the row speaks of; the file's own reference date",
        ),
        F(
            name="account_no",
            header_ko="사용계약번호",
            type=Digits(12, account_of="gas"),
            required=True,
            meaning="gas contract",
        ),
        F(
            name="name",
            header_ko="성명",
            type=Text(),
            vault=True,
            meaning="contract holder",
        ),
        F(
            name="phone",
            header_ko="연락처",
            type=Phone(),
            vault=True,
            meaning="contract holder's phone",
        ),
        F(
            name="road_address",
            header_ko="도로명주소",
            type=Text(),
            vault=True,
            meaning="where the supply is, with building and unit",
        ),
        F(
            name="months_overdue",
            header_ko="체납개월",
            type=months(),
            meaning="months unpaid",
        ),
        F(
            name="amount_krw",
            header_ko="체납액",
            type=won(),
            meaning="amount unpaid",
        ),
        F(
            name="stopped_on",
            header_ko="공급중지일",
            type=Date(),
            meaning="day of the stop",
        ),
        F(
            name="restored_on",
            header_ko="재개일",
            type=Date(),
            meaning="day it ended",
        ),
    ),
    rules=(
        Rule(
            code=Reject.RESTORE_BEFORE_STOP,
            broken_when="restored_on < stopped_on",
            why="a supply cannot come back before it went",
        ),
    ),
    notes=("Often the only place where a one-room's unit number is written.",),
)
