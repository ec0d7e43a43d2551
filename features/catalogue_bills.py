"""Features of bills: what is owed, what was cut off, and how many kinds at once."""

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


def breadth_features() -> Iterator[Feature]:
    """How many kinds of bills and supplies at once: small sums add up here."""
    breadth = partial(Feature, family="breadth", direction=1, missing="zero")
    yield from _kinds(breadth)
    yield from _over_all(breadth)


def _kinds(breadth: "partial[Feature]") -> Iterator[Feature]:
    yield breadth(
        name="sources_in_arrears_now",
        label_ko="현재 밀린 요금·보험료·대금 종류 수",
        unit="곳",
        events=ARREARS,
        state="current",
        aggregate="types",
        description="Kinds of bills in arrears now: each holder's newest list, and "
        "rent or 관리비, debts and telecom as indicators; each is one, however small.",
    )
    yield breadth(
        name="sources_in_arrears_12m",
        label_ko="최근 12개월 밀린 요금·보험료·대금 종류 수",
        unit="곳",
        events=ARREARS,
        aggregate="types",
        window_months=12,
        description="Kinds of bills told to be in arrears in the last 12 months.",
    )
    yield breadth(
        name="sources_stopped_12m",
        label_ko="최근 12개월 공급중지된 종류 수",
        unit="곳",
        events=STOPS,
        aggregate="types",
        window_months=12,
        description="Supplies stopped in the last 12 months, restored or not.",
    )
    yield breadth(
        name="stop_and_arrears_now",
        label_ko="공급중지와 체납 동시",
        unit="여부",
        events=STOPS + ARREARS,
        state="current",
        aggregate="together",
        description="A stop in force while any bill is in arrears.",
    )


def _over_all(breadth: "partial[Feature]") -> Iterator[Feature]:
    yield breadth(
        name="arrears_amount_now_krw",
        label_ko="현재 체납액 합계",
        unit="원",
        events=BILL_ARREARS,
        state="current",
        aggregate="sum",
        value="amount_krw",
        description="Won overdue over all holders' newest lists; debts that come as "
        "indicators are not in it.",
    )
    yield breadth(
        name="stops_restored_24m",
        label_ko="최근 24개월 복구된 공급중지",
        unit="회",
        events=STOPS,
        state="restored",
        aggregate="count",
        window_months=24,
        is_model_input=False,
        description="Stops of 24 months that were restored: shown, never weighed, "
        "for a model could then rank a restored supply over a cut one.",
    )
