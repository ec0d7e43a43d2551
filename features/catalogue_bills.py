"""Features of single bills and supplies: what is owed, and what was cut off."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from features.feature import FRESHNESS_DAYS, Feature, Source

SOURCES: Final[dict[Source, str]] = {
    "kepco": "전기요금",
    "water": "수도요금",
    "gas": "도시가스요금",
    "nhis": "건강보험료",
    "nps": "국민연금보험료",
    "kcomwel": "고용·산재보험료",
}
# Bills without which nobody lives: of these the course of time is asked as well.
LIVING: Final[tuple[Source, ...]] = ("kepco", "water", "gas", "nhis")
SUPPLIES: Final[dict[Source, str]] = {"kepco": "전기", "water": "수도", "gas": "가스"}
# Arrears that come as indicators: their groups, and what is owed.
INDICATOR_BILLS: Final = {
    "housing_arrears": "임대료·관리비",
    "finance_arrears": "대출·카드대금",
    "telecom_arrears": "통신요금",
}
BILL_ARREARS: Final = tuple(f"{source}_arrears" for source in SOURCES)
INDICATOR_ARREARS: Final = tuple(f"indicator_{group}" for group in INDICATOR_BILLS)
ARREARS: Final = BILL_ARREARS + INDICATOR_ARREARS
STOPS: Final = tuple(f"{source}_stop" for source in SUPPLIES)
# What the bills are for; debts and telecom are their own.
DOMAINS: Final = (
    {f"{source}_arrears": "energy" for source in SUPPLIES}
    | dict.fromkeys(STOPS, "energy")
    | {f"{source}_arrears": "insurance" for source in ("nhis", "nps", "kcomwel")}
    | {event: event.split("_")[1] for event in INDICATOR_ARREARS}
)


def arrears_features(source: Source, bill: str) -> Iterator[Feature]:
    """What one source says is owed, now and over time."""
    arrears = partial(
        Feature,
        family="arrears",
        direction=1,
        missing="null",
        source=source,
        events=(f"{source}_arrears",),
    )
    yield arrears(
        name=f"{source}_months_overdue_now",
        label_ko=f"{bill} 현재 체납개월",
        unit="개월",
        state="current",
        aggregate="max",
        value="months_overdue",
        description="Months overdue in the newest list not stale; the worst account.",
    )
    yield arrears(
        name=f"{source}_amount_now_krw",
        label_ko=f"{bill} 현재 체납액",
        unit="원",
        state="current",
        aggregate="sum",
        value="amount_krw",
        description="Won overdue in the newest list not stale, over all accounts.",
    )
    for months in (12, 24):
        yield arrears(
            name=f"{source}_months_overdue_max_{months}m",
            label_ko=f"{bill} 최근 {months}개월 최대 체납개월",
            unit="개월",
            aggregate="max",
            value="months_overdue",
            window_months=months,
            description=f"Most months overdue in any list of {months} months.",
        )
    yield arrears(
        name=f"{source}_arrears_seen_12m",
        label_ko=f"{bill} 최근 12개월 체납 통보 횟수",
        unit="회",
        aggregate="count",
        window_months=12,
        description="How often an account was listed in 12 months.",
    )
    yield arrears(
        name=f"{source}_spell_24m",
        label_ko=f"{bill} 최근 24개월 가장 길게 이어진 체납 통보",
        unit="개월",
        aggregate="run",
        window_months=24,
        description="Most months in a row with a listing; one month without a list "
        "breaks no spell.",
    )
    if source in LIVING:
        yield from _course(arrears, source, bill)


def _course(
    arrears: "partial[Feature]", source: Source, bill: str
) -> Iterator[Feature]:
    yield arrears(
        name=f"{source}_months_overdue_max_6m",
        label_ko=f"{bill} 최근 6개월 최대 체납개월",
        unit="개월",
        aggregate="max",
        value="months_overdue",
        window_months=6,
        description="Most months overdue in any list of 6 months.",
    )
    yield arrears(
        name=f"{source}_amount_max_12m_krw",
        label_ko=f"{bill} 최근 12개월 최대 체납액",
        unit="원",
        aggregate="max",
        value="amount_krw",
        window_months=12,
        description="Most won that one account owed in any list of 12 months.",
    )
    for months in (3, 24):
        yield arrears(
            name=f"{source}_arrears_seen_{months}m",
            label_ko=f"{bill} 최근 {months}개월 체납 통보 횟수",
            unit="회",
            aggregate="count",
            window_months=months,
            description=f"How often an account was listed in {months} months.",
        )
    yield arrears(
        name=f"{source}_arrears_freshness_days",
        label_ko=f"{bill} 체납 통보 최근성",
        unit="일",
        aggregate="freshness",
        window_months=24,
        description=f"{FRESHNESS_DAYS} less the days since the newest list of 24 "
        "months that names them: larger is newer, 0 is none.",
    )


def stops_features(source: Source, supply: str) -> Iterator[Feature]:
    """Cuts of one supply, in force and past."""
    stop = partial(
        Feature,
        family="stops",
        direction=1,
        missing="null",
        source=source,
        events=(f"{source}_stop",),
    )
    for months in (12, 24):
        yield stop(
            name=f"{source}_stops_{months}m",
            label_ko=f"{supply} 최근 {months}개월 공급중지 횟수",
            unit="회",
            aggregate="count",
            window_months=months,
            description=f"Stops begun in the last {months} months, restored or not.",
        )
    yield stop(
        name=f"{source}_stop_in_force",
        label_ko=f"{supply} 공급중지 중",
        unit="여부",
        state="current",
        aggregate="exists",
        description="A stop in force: not restored, not ended by absence, not stale.",
    )
    yield stop(
        name=f"{source}_stop_freshness_days",
        label_ko=f"{supply} 공급중지 최근성",
        unit="일",
        aggregate="freshness",
        window_months=24,
        description=f"{FRESHNESS_DAYS} less the days since the newest stop of 24 "
        "months: larger is newer, 0 is none.",
    )


def all_stops_features() -> Iterator[Feature]:
    """Cuts of any supply."""
    stop = partial(
        Feature, family="stops", direction=1, missing="zero", events=STOPS, unit="회"
    )
    for months in (1, 3, 6):
        yield stop(
            name=f"stops_{months}m",
            label_ko=f"최근 {months}개월 공급중지 횟수(전기·수도·가스)",
            aggregate="count",
            window_months=months,
            description=f"Stops of any supply begun in the last {months} months.",
        )
    yield stop(
        name="supplies_stopped_now",
        label_ko="공급중지 중인 종류 수",
        unit="곳",
        state="current",
        aggregate="types",
        description="Supplies with a stop in force.",
    )
    yield stop(
        name="stop_amount_max_24m_krw",
        label_ko="최근 24개월 공급중지 당시 최대 체납액",
        unit="원",
        aggregate="max",
        value="amount_krw",
        window_months=24,
        description="Most won owed on an account when its supply was stopped.",
    )
    yield stop(
        name="stops_restored_24m",
        label_ko="최근 24개월 복구된 공급중지",
        state="restored",
        aggregate="count",
        window_months=24,
        is_model_input=False,
        description="Stops of 24 months that were restored: shown, never weighed, "
        "for a model could then rank a restored supply over a cut one.",
    )
