"""Features of what is told of people: indicators, pension, benefits, tips."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from features.catalogue_bills import ARREARS, INDICATOR_BILLS
from features.feature import FRESHNESS_DAYS, Feature

# Groups of indicators that are no arrears: their words.
INDICATOR_SIGNS: Final = {
    "health": "의료·건강 위기정보",
    "work": "실직·휴폐업 위기정보",
    "crisis": "사고·재난·자살 관련 위기정보",
    "billed": "요금·보험료 위기정보(통보)",
    "other": "그 밖의 위기정보",
}
# What somebody told or lost; an exemption or a service received is no sign alone.
OTHER_SIGNS: Final = (
    *(f"indicator_{group}" for group in INDICATOR_SIGNS),
    "indicator_welfare_dropped",
    "benefit_dropped",
    "kcomwel_closed",
    "tip",
)
CONTEXT_EVENTS: Final = ("nps_exempt", "benefit_receiving", "case_open", "visit_active")


def indicator_features() -> Iterator[Feature]:
    """Indicators of the catalogue, by the group that they belong to."""
    told = partial(
        Feature,
        family="indicators",
        direction=1,
        missing="null",
        source="indicator",
    )
    for group, bill in INDICATOR_BILLS.items():
        owed, event = group.removesuffix("_arrears"), f"indicator_{group}"
        yield told(
            name=f"{owed}_months_overdue_now",
            label_ko=f"{bill} 현재 체납개월",
            unit="개월",
            events=(event,),
            state="current",
            aggregate="max",
            value="months_overdue",
            description="Months overdue as last told, as long as it counts as so.",
        )
        yield told(
            name=f"{owed}_in_arrears_now",
            label_ko=f"{bill} 체납 중",
            unit="여부",
            events=(event,),
            state="current",
            aggregate="exists",
            description="Told within the months that the catalogue lets it stay.",
        )
        yield told(
            name=f"{owed}_arrears_seen_12m",
            label_ko=f"{bill} 최근 12개월 체납 통보 횟수",
            unit="회",
            events=(event,),
            aggregate="count",
            window_months=12,
            description="Arrears of this kind told in 12 months.",
        )
    for group, words in INDICATOR_SIGNS.items():
        yield told(
            name=f"{group}_indicators_12m",
            label_ko=f"최근 12개월 {words}",
            unit="회",
            events=(f"indicator_{group}",),
            aggregate="count",
            window_months=12,
            description=f"Indicators of the group {group} in 12 months.",
        )
    for owed in ("housing", "finance"):
        yield told(
            name=f"{owed}_spell_24m",
            label_ko=f"{INDICATOR_BILLS[f'{owed}_arrears']} 최근 24개월 이어진 체납",
            unit="개월",
            events=(f"indicator_{owed}_arrears",),
            aggregate="run",
            window_months=24,
            description="Most months in a row in which it was told.",
        )
    yield from _people(told)


def _people(told: "partial[Feature]") -> Iterator[Feature]:
    """What happened to people, near and farther back."""
    grave = {name: INDICATOR_SIGNS[name] for name in ("crisis", "health", "work")}
    for group, words in grave.items():
        for months in (3, 24):
            yield told(
                name=f"{group}_indicators_{months}m",
                label_ko=f"최근 {months}개월 {words}",
                unit="회",
                events=(f"indicator_{group}",),
                aggregate="count",
                window_months=months,
                description=f"Indicators of the group {group} in {months} months.",
            )
    kinds = tuple(
        f"indicator_{group}" for group in (*INDICATOR_SIGNS, *INDICATOR_BILLS)
    )
    yield told(
        name="indicator_kinds_12m",
        label_ko="최근 12개월 위기정보 종류 수",
        unit="곳",
        events=kinds,
        aggregate="types",
        window_months=12,
        description="Groups of indicators of which any was told in 12 months.",
    )
    yield told(
        name="indicator_freshness_days",
        label_ko="위기정보 최근성",
        unit="일",
        events=kinds,
        aggregate="freshness",
        window_months=24,
        description=f"{FRESHNESS_DAYS} less the days since the newest indicator of 24 "
        "months: larger is newer, 0 is none.",
    )


def pension_features() -> Iterator[Feature]:
    """An exemption is no arrears, and no safety either: there is no income."""
    exempt = partial(
        Feature, family="arrears", direction=1, source="nps", state="current"
    )
    yield exempt(
        name="nps_exempt_months",
        label_ko="국민연금 납부예외 개월",
        unit="개월",
        missing="null",
        events=("nps_exempt",),
        aggregate="max",
        value="months_overdue",
        description="Months since the last premium of a member exempt from paying now.",
    )
    yield exempt(
        name="exempt_and_arrears_now",
        label_ko="국민연금 납부예외와 체납 동시",
        unit="여부",
        missing="zero",
        events=("nps_exempt", *ARREARS),
        aggregate="together",
        description="A member exempt from paying while any bill is in arrears.",
    )
    yield Feature(
        name="business_closed_24m",
        label_ko="최근 24개월 사업장 휴업·폐업",
        family="arrears",
        unit="여부",
        direction=1,
        missing="null",
        source="kcomwel",
        events=("kcomwel_closed",),
        aggregate="exists",
        window_months=24,
        description="A member's workplace in arrears closed, for a time or for good.",
    )
