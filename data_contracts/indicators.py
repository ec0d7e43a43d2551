"""The catalogue of crisis indicators (위기정보): data, checked when it is loaded."""

import datetime as dt
import tomllib
from importlib import resources
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

OWN_KNOWLEDGE: Final = "own knowledge, unverified"
# Types on the national list since 2024-11-25 (영 별표 2, whose text is not public).
NATIONAL_COUNT: Final = 47
Group = Literal[
    "billed",
    "housing_arrears",
    "finance_arrears",
    "telecom_arrears",
    "health",
    "work",
    "welfare_dropped",
    "crisis",
    "other",
    "context",
]


class Indicator(BaseModel):
    """One indicator: who holds it, what law says of it, since when it is on the list.

    `code` is ours: the national codes are not public. `valid_from` is half open
    against `valid_to`, and only as exact as `valid_from_known_to` says. `direction`:
    +1 more of it never lowers need, -1 never raises it, 0 neither is claimed. `group`
    is the sign that it becomes; it counts as still so for `stays_months` after it was
    last told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: str = Field(pattern=r"^[A-Z]\d{2}$")
    name_ko: str = Field(min_length=1)
    holder: str = Field(min_length=1)
    law: str = Field(min_length=1)
    threshold: str = Field(min_length=1)
    threshold_min: int | None = Field(default=None, ge=0)
    threshold_max: int | None = Field(default=None, ge=0)
    unit: Literal["event", "month", "krw", "count"]
    group: Group
    stays_months: int = Field(default=3, ge=1, le=24)
    valid_from: dt.date
    valid_from_known_to: Literal["day", "month", "year", "nothing"]
    valid_to: dt.date | None = None
    direction: Literal[-1, 0, 1]
    source: str = Field(min_length=1)
    is_national: bool = True
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"{self.code}: valid_to is not after valid_from")
        low, high = self.threshold_min, self.threshold_max
        if high is not None and (low is None or high < low):
            raise ValueError(f"{self.code}: threshold_max needs a smaller minimum")
        if (self.group == "context") != (self.direction == 0):
            raise ValueError(f"{self.code}: context is what has no direction")
        return self

    @property
    def is_public(self) -> bool:
        """Whether its name has a public source."""
        return self.source != OWN_KNOWLEDGE


def parse_indicators(text: str) -> dict[str, Indicator]:
    """Code -> indicator, in the order of the TOML.

    Raises:
        ValueError: An entry breaks a rule, or a code or name occurs twice.
    """
    found: dict[str, Indicator] = {}
    for entry in tomllib.loads(text).get("indicator", []):
        each = Indicator.model_validate(entry)
        if each.code in found:
            raise ValueError(f"{each.code} is in the catalogue twice")
        if each.name_ko in {other.name_ko for other in found.values()}:
            raise ValueError(f"{each.code}: another code has the same name")
        found[each.code] = each
    return found


INDICATORS: Final[dict[str, Indicator]] = parse_indicators(
    (resources.files("data_contracts") / "indicators.toml").read_text(encoding="utf-8")
)
INDICATOR_CODE: Final[dict[str, str]] = {code: code for code in INDICATORS}


def how_complete() -> str:
    """How much of the national list the catalogue holds, as one sentence."""
    national = [each for each in INDICATORS.values() if each.is_national]
    public = sum(each.is_public for each in national)
    return (
        f"Of the {NATIONAL_COUNT} national indicators {public} have a name with a "
        f"public source and {len(national) - public} are named from own knowledge, "
        f"unverified; {NATIONAL_COUNT - len(national)} are not named anywhere we "
        "found. The codes are ours."
    )


def indicator_params() -> dict[str, list[str] | list[int]]:
    """The catalogue as lists of equal length, for core/_indicator_kind.sql."""
    told = INDICATORS.values()
    return {
        "indicator_codes": [each.code for each in told],
        "indicator_groups": [str(each.group) for each in told],
        "indicator_units": [str(each.unit) for each in told],
        "indicator_stays": [each.stays_months for each in told],
    }
