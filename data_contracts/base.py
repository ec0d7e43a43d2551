"""What a contract is: the logical shape of one extract, declared once."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.rejects import Reject
from data_contracts.types import FieldType


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class ContractField(_Declared):
    """One field of a row.

    `name` is ours, `header_ko` the holder's; `vault` fields (names, addresses, phones,
    birth dates) are stored in the vault only. `optional`: a file may lack the column.
    """

    name: str
    header_ko: str
    type: FieldType
    meaning: str
    required: bool = False
    vault: bool = False
    optional: bool = False


class Rule(_Declared):
    """A condition over typed columns that makes a row unusable."""

    code: Reject
    broken_when: str
    why: str


class Contract(_Declared):
    """One extract: who holds it, what a row is, when it comes, what it must satisfy.

    `snapshot`: full = absence means ended; events = absence means nothing;
    union = files only ever add. `reference`: whether the file's name carries a day,
    a month, or possibly neither. `recognised_by`: fields whose headers tell the extract
    under any file name; empty where the name tells it.
    """

    source: str = Field(pattern=r"^[a-z][a-z_]*$")
    title_ko: str
    holder: str
    grain: str
    contains: str
    cadence: str
    snapshot: Literal["full", "events", "union"]
    reference: Literal["date", "month", "optional"]
    key: tuple[str, ...]
    fields: tuple[ContractField, ...]
    rules: tuple[Rule, ...] = ()
    notes: tuple[str, ...] = ()
    recognised_by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _key_is_made_of_fields(self) -> "Contract":
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.source}: a field is declared twice")
        if unknown := (set(self.key) | set(self.recognised_by)) - set(names):
            raise ValueError(
                f"{self.source}: key fields {sorted(unknown)} not declared"
            )
        return self

    def field(self, name: str) -> ContractField:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)
