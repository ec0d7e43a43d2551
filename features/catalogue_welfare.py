"""Features of help: lost, refused or going on; tips of others; signs of all kinds."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from features.catalogue_bills import ARREARS, STOPS
from features.catalogue_signs import OTHER_SIGNS
from features.feature import FRESHNESS_DAYS, Feature

# From this level on a survey means need (extracts: the label).
NEED_LEVEL: Final = 3
LOST = ("benefit_dropped", "indicator_welfare_dropped")


def welfare_features() -> Iterator[Feature]:
    """Help that ended, help that goes on, and what people told."""
    welfare = partial(Feature, family="welfare", missing="zero", direction=1)
    for months in (6, 24):
        yield welfare(
            name=f"benefit_ended_{months}m",
            label_ko=f"최근 {months}개월 복지급여 중지·탈락",
            unit="회",
            events=LOST,
            aggregate="count",
            window_months=months,
            description=f"Benefits stopped or refused in {months} months and not "
            "granted again.",
        )
    yield welfare(
        name="benefit_ended_freshness_days",
        label_ko="복지급여 중지·탈락 최근성",
        unit="일",
        events=LOST,
        aggregate="freshness",
        window_months=24,
        description=f"{FRESHNESS_DAYS} less the days since the newest: larger is "
        "newer, 0 is none.",
    )
    for months in (3, 12, 24):
        yield welfare(
            name=f"tips_{months}m",
            label_ko=f"최근 {months}개월 제보",
            unit="회",
            events=("tip",),
            aggregate="count",
            window_months=months,
            description=f"Tips of neighbours, 통·이장 and meter readers in {months} "
            "months.",
        )
    yield welfare(
        name="tip_freshness_days",
        label_ko="제보 최근성",
        unit="일",
        events=("tip",),
        aggregate="freshness",
        window_months=24,
        description=f"{FRESHNESS_DAYS} less the days since the newest tip of 24 "
        "months: larger is newer, 0 is none.",
    )
    yield from _receiving(welfare)
    yield from _kinds_of_help(welfare)
    yield from _surveys(welfare)


def _receiving(welfare: "partial[Feature]") -> Iterator[Feature]:
    helped = partial(
        welfare, unit="여부", direction=0, state="current", aggregate="exists"
    )
    yield helped(
        name="is_receiving_benefit",
        label_ko="복지급여 수급 중",
        events=("benefit_receiving",),
        description="A member receives a benefit by the newest list.",
    )
    yield helped(
        name="has_open_case",
        label_ko="사례관리 진행 중",
        events=("case_open",),
        description="A case of a member is open by the newest list.",
    )
    yield helped(
        name="is_visited_by_agency",
        label_ko="방문형서비스 이용 중",
        events=("visit_active",),
        description="An agency visits a member by the newest list.",
    )


def _kinds_of_help(welfare: "partial[Feature]") -> Iterator[Feature]:
    yield welfare(
        name="is_receiving_basic",
        label_ko="생계·의료급여 수급 중",
        unit="여부",
        direction=0,
        description="A member receives 생계급여 or 의료급여: poor, and known to be.",
    )
    yield welfare(
        name="is_near_the_line",
        label_ko="차상위·주거·교육급여 등 수급 중",
        unit="여부",
        description="A member receives 차상위, 주거, 교육 or 긴급 help: just above the "
        "line of a living.",
    )
    yield welfare(
        name="basic_benefit_lost_24m",
        label_ko="최근 24개월 생계·의료급여 중지·탈락",
        unit="회",
        description="생계급여 or 의료급여 stopped or refused in 24 months and not "
        "granted again.",
    )
    yield welfare(
        name="emergency_aid_ended_24m",
        label_ko="최근 24개월 긴급복지 종료·탈락",
        unit="회",
        description="긴급복지 that ended or was refused in 24 months.",
    )


def _surveys(welfare: "partial[Feature]") -> Iterator[Feature]:
    """Grades of the needs survey, from cases and from officers' results."""
    for months in (6, 12, 24):
        yield welfare(
            name=f"crisis_level_{months}m",
            label_ko=f"최근 {months}개월 조사된 가장 높은 위기도",
            unit="점",
            description=f"The highest crisis level (1-5) that a survey of {months} "
            "months found, in a case or on a visit.",
        )
    yield welfare(
        name="crises_found_24m",
        label_ko=f"최근 24개월 위기도 {NEED_LEVEL} 이상 조사 횟수",
        unit="회",
        description=f"Days of 24 months on which a survey found level {NEED_LEVEL} or "
        "more.",
    )


def sign_features() -> Iterator[Feature]:
    """Signs of every kind together."""
    signs = (*ARREARS, *STOPS, *OTHER_SIGNS)
    breadth = partial(
        Feature, family="breadth", direction=1, missing="zero", events=signs
    )
    yield breadth(
        name="sign_kinds_now",
        label_ko="현재 위기신호 종류 수",
        unit="곳",
        state="current",
        aggregate="types",
        description="Kinds of signs in force now: arrears, stops, indicators, losses "
        "of benefits, tips.",
    )
    yield breadth(
        name="sign_kinds_3m",
        label_ko="최근 3개월 위기신호 종류 수",
        unit="곳",
        aggregate="types",
        window_months=3,
        description="Kinds of signs of the last 3 months, in force or not.",
    )
    yield breadth(
        name="sign_kinds_ever",
        label_ko="지금까지 위기신호 종류 수",
        unit="곳",
        aggregate="types",
        description="Kinds of signs that ever came.",
    )
    yield breadth(
        name="sign_freshness_days",
        label_ko="위기신호 최근성",
        unit="일",
        aggregate="freshness",
        window_months=24,
        description=f"{FRESHNESS_DAYS} less the days since the newest sign of any kind "
        "in 24 months: larger is newer, 0 is none.",
    )
