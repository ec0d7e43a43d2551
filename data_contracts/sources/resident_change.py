"""주민등록 변동: what changed between two full registers."""

from data_contracts.base import Contract, ContractField
from data_contracts.codes import CHANGE_KIND
from data_contracts.identifiers import ResidentNumber
from data_contracts.measures import Date
from data_contracts.sources.resident import CONTRACT as REGISTER
from data_contracts.types import Code

F = ContractField

CONTRACT = Contract(
    source="resident_change",
    title_ko="주민등록 변동",
    holder="시청 민원과",
    grain="one change of a person on a day",
    contains="every change since the file before",
    cadence="monthly",
    snapshot="events",
    reference="month",
    key=("resident", "changed_on", "change_kind"),
    fields=(
        *REGISTER.fields,
        F(
            name="change_kind",
            header_ko="변동구분",
            type=Code(CHANGE_KIND),
            required=True,
            meaning="what happened",
        ),
        F(
            name="changed_on",
            header_ko="변동일",
            type=Date(),
            required=True,
            meaning="day it happened",
        ),
        F(
            name="previous_resident",
            header_ko="변경전주민번호",
            type=ResidentNumber(key_name="previous_person_key"),
            meaning="the number before a correction; kept as a key only",
        ),
    ),
    notes=(
        "The fields are the state after the change; for 전출, 사망, 말소 and 국외이주 "
        "the last one.",
        "The next full register resets; what differs in between is counted.",
    ),
)
