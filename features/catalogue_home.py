"""Features of the home: who lives there, what could be seen, and earlier lists."""

from collections.abc import Iterator
from functools import partial

from features.feature import NEVER_DAYS, Feature


def household_features() -> Iterator[Feature]:
    """Who lives there: context, but for those known not to live there."""
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


def coverage_features() -> Iterator[Feature]:
    """What could have been seen of the home at all."""
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
        is_model_input=False,
        description="Sources that arrive, are not stale and could see this home: "
        "shown, never weighed, for its own row can be what makes its dong observable.",
    )


def listing_features() -> Iterator[Feature]:
    """Earlier lists, and whether anybody was met."""
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
