"""The catalogue of features: adding one here is what gets it built and tested."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from features.feature import FRESHNESS_DAYS, NEVER_DAYS, Feature, Source, by_name

__all__ = [
    "ARREARS",
    "FEATURES",
    "FRESHNESS_DAYS",
    "NEVER_DAYS",
    "SOURCES",
    "STOPS",
    "SUPPLIES",
    "Feature",
]

SOURCES: Final[dict[Source, str]] = {
    "kepco": "전기요금",
    "water": "수도요금",
    "gas": "도시가스요금",
    "nhis": "건강보험료",
}
SUPPLIES: Final[dict[Source, str]] = {"kepco": "전기", "water": "수도", "gas": "가스"}
ARREARS: Final = tuple(f"{source}_arrears" for source in SOURCES)
STOPS: Final = tuple(f"{source}_stop" for source in SUPPLIES)


def _arrears(source: Source, bill: str) -> Iterator[Feature]:
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


def _stops(source: Source, supply: str) -> Iterator[Feature]:
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


def _breadth() -> Iterator[Feature]:
    breadth = partial(Feature, family="breadth", direction=1, missing="zero")
    yield breadth(
        name="sources_in_arrears_now",
        label_ko="현재 체납 중인 요금 종류 수",
        unit="곳",
        events=ARREARS,
        state="current",
        aggregate="types",
        description="Sources whose newest list names the household.",
    )
    yield breadth(
        name="sources_in_arrears_12m",
        label_ko="최근 12개월 체납된 요금 종류 수",
        unit="곳",
        events=ARREARS,
        aggregate="types",
        window_months=12,
        description="Sources that named the household in the last 12 months.",
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
    yield breadth(
        name="arrears_amount_now_krw",
        label_ko="현재 체납액 합계",
        unit="원",
        events=ARREARS,
        state="current",
        aggregate="sum",
        value="amount_krw",
        description="Won overdue over all sources' newest lists.",
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


def _household() -> Iterator[Feature]:
    context = partial(Feature, family="household", direction=0, missing="null")
    yield context(
        name="is_one_person",
        label_ko="1인 가구",
        unit="여부",
        description="One living member; null where nobody is registered.",
    )
    yield context(
        name="is_lone_65_plus",
        label_ko="65세 이상 홀로",
        unit="여부",
        description="One living member, aged 65 or more.",
    )
    yield context(
        name="members_65_plus",
        label_ko="65세 이상 구성원",
        unit="명",
        description="Living members aged 65 or more (by month of birth).",
    )
    yield context(
        name="children_under_19",
        label_ko="19세 미만 구성원",
        unit="명",
        description="Living members under 19 (by month of birth).",
    )
    yield context(
        name="members_severe_disability",
        label_ko="장애 정도가 심한 구성원",
        unit="명",
        sensitivity="sensitive",
        description="Living members with 장애정도 1.",
    )
    yield context(
        name="members_foreign",
        label_ko="외국인 구성원",
        unit="명",
        sensitivity="sensitive",
        description="Living members with a foreigner's registration.",
    )
    yield context(
        name="is_residence_unknown",
        label_ko="거주불명 등록",
        unit="여부",
        direction=1,
        description="A living member is registered as 거주불명.",
    )
    yield context(
        name="has_cohabitant",
        label_ko="동거인 있음",
        unit="여부",
        description="A living member is registered as 동거인, not as family.",
    )
    yield context(
        name="is_moved_in_12m",
        label_ko="최근 12개월 내 전입",
        unit="여부",
        description="A living member moved in during the last 12 months.",
    )


def _coverage() -> Iterator[Feature]:
    coverage = partial(Feature, family="coverage", direction=0, missing="zero")
    yield coverage(
        name="is_utility_blind",
        label_ko="관리비 공동주택(전기·수도 미관측)",
        unit="여부",
        description="An apartment: power and water are paid inside 관리비, unseen.",
    )
    yield coverage(
        name="sources_observable",
        label_ko="관측 가능한 요금 종류 수",
        unit="곳",
        description="Sources that arrive, are not stale and could see this home.",
    )


def _listing() -> Iterator[Feature]:
    listing = partial(Feature, family="listing", missing="zero")
    yield listing(
        name="listed_24m",
        label_ko="최근 24개월 명단 등재 횟수",
        unit="회",
        direction=0,
        events=("listing",),
        aggregate="count",
        window_months=24,
        description="Times a member was listed in a round of the last 24 months.",
    )
    yield listing(
        name="listed_unmet_24m",
        label_ko="최근 24개월 등재 후 미접촉 횟수",
        unit="회",
        direction=1,
        description="Listings of the last 24 months after which nobody was met.",
    )
    yield listing(
        name="days_since_contact",
        label_ko="마지막 접촉 후 경과일",
        unit="일",
        direction=1,
        events=("contact",),
        aggregate="elapsed",
        description=f"Days since a member was last met; {NEVER_DAYS} is never or "
        "longer ago.",
    )


def _all() -> Iterator[Feature]:
    for source, bill in SOURCES.items():
        yield from _arrears(source, bill)
    for source, supply in SUPPLIES.items():
        yield from _stops(source, supply)
    yield from _breadth()
    yield from _household()
    yield from _coverage()
    yield from _listing()


FEATURES: Final = by_name(_all())
