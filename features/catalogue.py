"""The catalogue of features: adding one here is what gets it built and tested."""

from collections.abc import Iterable, Iterator
from typing import Final

from features.feature import (
    Aggregate,
    Direction,
    Family,
    Feature,
    Missing,
    Sensitivity,
    Source,
    Unit,
    Value,
)

__all__ = [
    "ARREARS",
    "FEATURES",
    "FRESHNESS_DAYS",
    "NEVER_DAYS",
    "SOURCES",
    "STOPS",
    "Feature",
]

# 24 calendar months are at most 731 days, so a stop inside them is worth at least 1.
FRESHNESS_DAYS: Final = 732
# "Never" and "longer than three years ago" are the same to an officer.
NEVER_DAYS: Final = 1096

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
    events = (f"{source}_arrears",)

    def arrears(
        name: str, label_ko: str, unit: Unit, description: str, **how: object
    ) -> Feature:
        return Feature(
            name=f"{source}_{name}",
            label_ko=f"{bill} {label_ko}",
            family="arrears",
            unit=unit,
            direction=1,
            missing="null",
            description=description,
            source=source,
            events=events,
            **how,  # type: ignore[arg-type] # checked by Feature itself
        )

    yield arrears(
        "months_overdue_now",
        "현재 체납개월",
        "개월",
        "Months overdue in the newest list that is not stale; the worst account.",
        state="current",
        aggregate="max",
        value="months_overdue",
    )
    yield arrears(
        "amount_now_krw",
        "현재 체납액",
        "원",
        "Won overdue in the newest list that is not stale, over all accounts.",
        state="current",
        aggregate="sum",
        value="amount_krw",
    )
    for months in (12, 24):
        yield arrears(
            f"months_overdue_max_{months}m",
            f"최근 {months}개월 최대 체납개월",
            "개월",
            f"The most months overdue in any list of the last {months} months.",
            aggregate="max",
            value="months_overdue",
            window_months=months,
        )
    yield arrears(
        "arrears_seen_12m",
        "최근 12개월 체납 통보 횟수",
        "회",
        "How often an account of the household was listed in the last 12 months.",
        aggregate="count",
        window_months=12,
    )


def _stops(source: Source, supply: str) -> Iterator[Feature]:
    def stop(
        name: str,
        label_ko: str,
        unit: Unit,
        aggregate: Aggregate,
        description: str,
        **how: object,
    ) -> Feature:
        return Feature(
            name=f"{source}_{name}",
            label_ko=f"{supply} {label_ko}",
            family="stops",
            unit=unit,
            direction=1,
            missing="null",
            description=description,
            source=source,
            events=(f"{source}_stop",),
            aggregate=aggregate,
            **how,  # type: ignore[arg-type] # checked by Feature itself
        )

    for months in (12, 24):
        yield stop(
            f"stops_{months}m",
            f"최근 {months}개월 공급중지 횟수",
            "회",
            "count",
            f"Stops begun in the last {months} months, restored or not.",
            window_months=months,
        )
    yield stop(
        "stop_in_force",
        "공급중지 중",
        "여부",
        "exists",
        "A stop is in force: not restored, not ended by absence, not stale.",
        state="current",
    )
    yield stop(
        "stop_freshness_days",
        "공급중지 최근성",
        "일",
        "freshness",
        f"{FRESHNESS_DAYS} less the days since the newest stop of the last 24 months: "
        "larger is newer, 0 is none.",
        window_months=24,
    )


def _breadth() -> Iterator[Feature]:
    def breadth(
        name: str,
        label_ko: str,
        unit: Unit,
        aggregate: Aggregate,
        events: tuple[str, ...],
        description: str,
        **how: object,
    ) -> Feature:
        return Feature(
            name=name,
            label_ko=label_ko,
            family="breadth",
            unit=unit,
            direction=1,
            missing="zero",
            description=description,
            events=events,
            aggregate=aggregate,
            **how,  # type: ignore[arg-type] # checked by Feature itself
        )

    yield breadth(
        "sources_in_arrears_now",
        "현재 체납 중인 요금 종류 수",
        "곳",
        "types",
        ARREARS,
        "Sources whose newest list names the household.",
        state="current",
    )
    yield breadth(
        "sources_in_arrears_12m",
        "최근 12개월 체납된 요금 종류 수",
        "곳",
        "types",
        ARREARS,
        "Sources that named the household in the last 12 months.",
        window_months=12,
    )
    yield breadth(
        "sources_stopped_12m",
        "최근 12개월 공급중지된 종류 수",
        "곳",
        "types",
        STOPS,
        "Supplies that were stopped in the last 12 months, restored or not.",
        window_months=12,
    )
    yield breadth(
        "stop_and_arrears_now",
        "공급중지와 체납 동시",
        "여부",
        "together",
        STOPS + ARREARS,
        "A stop in force while any bill is in arrears.",
        state="current",
    )
    yield breadth(
        "arrears_amount_now_krw",
        "현재 체납액 합계",
        "원",
        "sum",
        ARREARS,
        "Won overdue over all sources' newest lists.",
        state="current",
        value="amount_krw",
    )
    yield breadth(
        "stops_restored_24m",
        "최근 24개월 복구된 공급중지",
        "회",
        "count",
        STOPS,
        "Stops of the last 24 months that were restored: history, shown to officers; "
        "a model that weighed it could rank a restored supply over a cut one.",
        state="restored",
        window_months=24,
        is_model_input=False,
    )


def _household() -> Iterator[Feature]:
    rows: tuple[tuple[str, str, Unit, Direction, Sensitivity, str], ...] = (
        ("is_one_person", "1인 가구", "여부", 0, "ordinary", "One living member."),
        (
            "is_lone_65_plus",
            "65세 이상 홀로",
            "여부",
            0,
            "ordinary",
            "One living member, aged 65 or more.",
        ),
        (
            "members_65_plus",
            "65세 이상",
            "명",
            0,
            "ordinary",
            "Members aged 65 or more.",
        ),
        ("children_under_19", "19세 미만", "명", 0, "ordinary", "Members under 19."),
        (
            "members_severe_disability",
            "심한 장애",
            "명",
            0,
            "sensitive",
            "Members with a severe disability (장애정도 1).",
        ),
        (
            "members_foreign",
            "외국인",
            "명",
            0,
            "sensitive",
            "Members with a foreigner's registration.",
        ),
        (
            "is_residence_unknown",
            "거주불명",
            "여부",
            1,
            "ordinary",
            "A member is registered as 거주불명.",
        ),
        (
            "has_cohabitant",
            "동거인",
            "여부",
            0,
            "ordinary",
            "A member is registered as 동거인, not as family.",
        ),
        (
            "is_moved_in_12m",
            "최근 12개월 전입",
            "여부",
            0,
            "ordinary",
            "The head moved in during the last 12 months.",
        ),
    )
    for name, label_ko, unit, direction, sensitivity, description in rows:
        yield Feature(
            name=name,
            label_ko=label_ko,
            family="household",
            unit=unit,
            direction=direction,
            missing="null",
            description=f"{description} Null where nobody is registered.",
            sensitivity=sensitivity,
        )


def _coverage() -> Iterator[Feature]:
    yield Feature(
        name="is_utility_blind",
        label_ko="관리비 공동주택(전기·수도 미관측)",
        family="coverage",
        unit="여부",
        direction=0,
        missing="zero",
        description="An apartment: power and water are paid inside 관리비 and unseen.",
    )
    yield Feature(
        name="sources_observable",
        label_ko="관측 가능한 요금 종류 수",
        family="coverage",
        unit="곳",
        direction=0,
        missing="zero",
        description="Sources that arrive, are not stale and could have seen this home.",
    )


def _listing() -> Iterator[Feature]:
    def listing(
        name: str,
        label_ko: str,
        unit: Unit,
        direction: Direction,
        description: str,
        *,
        events: tuple[str, ...] = (),
        aggregate: Aggregate | None = None,
        value: Value | None = None,
        window_months: int | None = None,
    ) -> Feature:
        family: Family = "listing"
        missing: Missing = "zero"
        return Feature(
            name=name,
            label_ko=label_ko,
            family=family,
            unit=unit,
            direction=direction,
            missing=missing,
            description=description,
            events=events,
            aggregate=aggregate,
            value=value,
            window_months=window_months,
        )

    yield listing(
        "listed_24m",
        "최근 24개월 명단 등재 횟수",
        "회",
        0,
        "Times a member was listed in a round of the last 24 months.",
        events=("listing",),
        aggregate="count",
        window_months=24,
    )
    yield listing(
        "listed_unmet_24m",
        "최근 24개월 등재 후 미접촉 횟수",
        "회",
        1,
        "Listings of the last 24 months after which nobody was met.",
    )
    yield listing(
        "days_since_contact",
        "마지막 접촉 후 경과일",
        "일",
        1,
        f"Days since a member was last met; {NEVER_DAYS} is never or longer ago.",
        events=("contact",),
        aggregate="elapsed",
    )


def _by_name(features: Iterable[Feature]) -> dict[str, Feature]:
    named: dict[str, Feature] = {}
    for feature in features:
        if feature.name in named:
            raise ValueError(f"feature {feature.name} is declared twice")
        named[feature.name] = feature
    return named


def _all() -> Iterator[Feature]:
    for source, bill in SOURCES.items():
        yield from _arrears(source, bill)
    for source, supply in SUPPLIES.items():
        yield from _stops(source, supply)
    yield from _breadth()
    yield from _household()
    yield from _coverage()
    yield from _listing()


FEATURES: Final = _by_name(_all())
