"""Rounds with a theme (기획발굴): whose turn a campaign moves up, and of how many.

A campaign keeps some of a unit's places for households that fit it: those that are left
for rank. Must-visits, who is to be located and the sample stay as they are.
"""

import datetime as dt
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.warehouse import Warehouse

# Each only gets truer as signs are added or grow worse: nobody loses a place by it.
Source = Literal["kepco", "gas", "water", "nhis", "nps", "kcomwel", "indicator", "tip"]
Home = Literal["alone", "alone_65", "child", "disabled"]
Month = Annotated[int, Field(ge=1, le=12)]
HOME_KO: Final = {
    "alone": "혼자 사는 가구",
    "alone_65": "혼자 사는 어르신",
    "child": "미성년자가 있는 가구",
    "disabled": "장애인이 있는 가구",
}


class Campaign(BaseModel):
    """One `[campaign.<name>]` of a policy.toml.

    Units: `share` is of a unit's places; `months` are those of the round's day.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True
    )

    title_ko: Annotated[str, Field(pattern=r"^[^\s=+@\-][^\r\n\t]{0,29}$")]
    months: Annotated[tuple[Month, ...], Field(min_length=1, strict=False)]
    share: Annotated[float, Field(gt=0, le=0.5)]
    sources_any: Annotated[tuple[Source, ...], Field(strict=False)] = ()
    home_any: Annotated[tuple[Home, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _fit_not_everybody(self) -> Self:
        if not (self.sources_any or self.home_any):
            raise ValueError("say whom it is for: sources_any or home_any")
        return self

    @property
    def reason_ko(self) -> str:
        """What a list says of who has a place by it alone."""
        return f"기획발굴({self.title_ko}) 대상으로 자리를 얻었습니다"


def running(campaigns: dict[str, Campaign], as_of: dt.date) -> str | None:
    """The campaign of the round's day; two never run at once."""
    return next((n for n, c in campaigns.items() if as_of.month in c.months), None)


def overlaps(campaigns: dict[str, Campaign]) -> list[str]:
    """What cannot be: months that two campaigns claim."""
    claimed: dict[int, str] = {}
    problems = []
    for name, campaign in campaigns.items():
        for month in dict.fromkeys(campaign.months):
            if (other := claimed.setdefault(month, name)) != name:
                problems.append(f"campaign {name}: {other} has month {month} already")
    return problems


def find_fitting(
    warehouse: Warehouse, name: str | None, campaign: Campaign | None
) -> None:
    """Make the temp table _campaign: whom it fits, nobody without one.

    Reads _policy_fact and _policy_sign of the round.
    """
    warehouse.run_sql(
        "referral/_campaign",
        {
            "campaign": name,
            "reason_ko": campaign and campaign.reason_ko,
            "sources_any": list(campaign.sources_any) if campaign else [],
            "home_any": list(campaign.home_any) if campaign else [],
        },
    )


def ensure_campaign(warehouse: Warehouse) -> None:
    """Have the table _campaign, empty when nobody asked for one."""
    if not warehouse.has_table("temp._campaign"):
        warehouse.execute(
            "CREATE TEMP TABLE _campaign (household_id VARCHAR, campaign VARCHAR, "
            "reason_ko VARCHAR)"
        )
