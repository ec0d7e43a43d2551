"""Features of the past and around: earlier lists, neighbours, and which way it goes."""

from collections.abc import Iterator
from functools import partial

from features.feature import NEVER_DAYS, Feature


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
    yield from _lists(listing)
    yield from _results(listing)


def _lists(listing: "partial[Feature]") -> Iterator[Feature]:
    yield listing(
        name="listed_6m",
        label_ko="최근 6개월 명단 등재 횟수",
        unit="회",
        direction=0,
        events=("listing",),
        aggregate="count",
        window_months=6,
        description="Times a member was listed in a round of the last 6 months.",
    )
    yield listing(
        name="sign_kinds_since_contact",
        label_ko="마지막 접촉 이후 새 위기신호 종류 수",
        unit="곳",
        direction=1,
        description="Kinds of signs of 24 months that came after a member was last "
        "met, or all of them if nobody was.",
    )


def _results(listing: "partial[Feature]") -> Iterator[Feature]:
    """What earlier lists brought, by the results known before the day."""
    result = partial(listing, unit="회", direction=1)
    yield result(
        name="unreached_24m",
        label_ko="최근 24개월 연락두절·부재 결과",
        description="Results of 24 months that nobody was reached (L1, L2).",
    )
    yield result(
        name="wrong_address_24m",
        label_ko="최근 24개월 주소 불명·반송 결과",
        description="Results of 24 months that they moved or that the address led "
        "nowhere (L3, L4, L5).",
    )
    yield result(
        name="need_found_24m",
        label_ko="최근 24개월 도움 필요 확인",
        description="Results of 24 months in which officers found need.",
    )
    yield result(
        name="over_the_line_24m",
        label_ko="최근 24개월 기준 초과 결과",
        description="Results of 24 months that income or property was over the line "
        "(N1): asked for help and got none.",
    )
    yield result(
        name="no_need_found_24m",
        label_ko="최근 24개월 도움 불필요 확인",
        direction=0,
        description="Results of 24 months in which officers found no need.",
    )
    yield result(
        name="refused_24m",
        label_ko="최근 24개월 거부 결과",
        direction=0,
        description="Results of 24 months that help was refused by them (R1).",
    )


# Per mille of the other households of the dong: what is counted, and of whom.
_RATES = {
    "arrears_12m": ("최근 12개월 체납", "with any bill in arrears in 12 months"),
    "multiple_now": ("현재 두 종류 이상 체납", "with two or more kinds of bills now"),
    "stop_24m": ("최근 24개월 공급중지", "with a supply stopped in 24 months"),
    "indicator_12m": ("최근 12개월 위기정보", "with any indicator in 12 months"),
    "tip_24m": ("최근 24개월 제보", "with a tip in 24 months"),
    "benefit": ("복지급여 수급", "that receive a benefit"),
    "listed_24m": ("최근 24개월 명단 등재", "listed in 24 months"),
}
_OF_LISTED = {
    "met_24m": ("등재 가구 중 접촉", "of those listed in 24 months, met since"),
    "need_24m": (
        "결과가 나온 가구 중 도움 필요",
        "of those found in need or not in 24 months, in need",
    ),
}


def neighbourhood_features() -> Iterator[Feature]:
    """How it stands with the others of the dong: never with the household itself."""
    rate = partial(
        Feature, family="neighbourhood", direction=0, missing="null", unit="‰"
    )
    for name, (words, meaning) in _RATES.items():
        yield rate(
            name=f"dong_{name}_rate",
            label_ko=f"같은 동 다른 가구의 {words} 비율",
            description=f"Other households of the dong {meaning}, per mille; null "
            "with fewer than 30 others.",
        )
    for name, (words, meaning) in _OF_LISTED.items():
        yield rate(
            name=f"dong_{name}_rate",
            label_ko=f"같은 동 다른 {words} 비율",
            description=f"Other households of the dong: {meaning}, per mille; null "
            "with fewer than 10 such.",
        )


def trend_features() -> Iterator[Feature]:
    """Which way it goes: for the eye and for models without directions."""
    trend = partial(Feature, family="trend", direction=0, missing="zero")
    yield trend(
        name="arrears_kinds_rise_6m",
        label_ko="체납 종류 수 변화(최근 6개월 대 이전 6개월)",
        unit="곳",
        description="Kinds of bills in arrears in the last 6 months less those of the "
        "6 months before.",
    )
    yield trend(
        name="worst_months_rise_6m",
        label_ko="최대 체납개월 변화(최근 6개월 대 이전 6개월)",
        unit="개월",
        description="Most months overdue of any bill in the last 6 months less those "
        "of the 6 months before.",
    )
    yield trend(
        name="mean_months_overdue_12m",
        label_ko="최근 12개월 평균 체납개월",
        unit="개월",
        description="Months overdue, the mean over the lists of 12 months, in whole.",
    )
    yield trend(
        name="days_since_first_sign",
        label_ko="첫 체납·공급중지 후 경과일",
        unit="일",
        description="Days since the first arrears or stop ever told; 0 is never.",
    )
    yield trend(
        name="is_new_in_arrears_6m",
        label_ko="최근 6개월에 처음 체납",
        unit="여부",
        description="The first arrears or stop ever told is of the last 6 months.",
    )
    yield trend(
        name="days_without_supply_now",
        label_ko="공급중지 지속일",
        unit="일",
        description="Days since the oldest stop that is in force began.",
    )
