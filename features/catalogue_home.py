"""Features of the home: who lives there, where, and what of it could be seen."""

from collections.abc import Iterator
from functools import partial

from features.feature import Feature


def household_features() -> Iterator[Feature]:
    """Who lives there: context, but for those known not to live there."""
    context = partial(Feature, family="household", direction=0, missing="null")
    yield from _size(context)
    yield from _together(context)
    yield from _head(context)
    yield from _register(context)


def _size(context: "partial[Feature]") -> Iterator[Feature]:
    yield context(
        name="members",
        label_ko="구성원 수",
        unit="명",
        description="Living members; null where nobody is registered.",
    )
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
        name="is_lone_40_64",
        label_ko="40–64세 홀로",
        unit="여부",
        description="One living member, aged 40 to 64.",
    )
    yield context(
        name="is_lone_under_40",
        label_ko="40세 미만 홀로",
        unit="여부",
        description="One living member, younger than 40.",
    )
    yield context(
        name="is_two_person",
        label_ko="2인 가구",
        unit="여부",
        description="Two living members.",
    )
    yield from _ages(context)


def _ages(context: "partial[Feature]") -> Iterator[Feature]:
    yield context(
        name="members_65_plus",
        label_ko="65세 이상 구성원",
        unit="명",
        description="Living members aged 65 or more (by month of birth).",
    )
    yield context(
        name="members_80_plus",
        label_ko="80세 이상 구성원",
        unit="명",
        description="Living members aged 80 or more (by month of birth).",
    )
    yield context(
        name="children_under_19",
        label_ko="19세 미만 구성원",
        unit="명",
        description="Living members under 19 (by month of birth).",
    )
    yield context(
        name="children_under_7",
        label_ko="7세 미만 구성원",
        unit="명",
        description="Living members under 7 (by month of birth).",
    )
    yield context(
        name="members_disability",
        label_ko="장애가 있는 구성원",
        unit="명",
        sensitivity="sensitive",
        description="Living members with 장애정도 1 or 2.",
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


def _together(context: "partial[Feature]") -> Iterator[Feature]:
    """Who lives with whom."""
    kind = partial(context, unit="여부")
    yield kind(
        name="is_single_parent",
        label_ko="한부모 가구",
        description="Children under 19 with one adult, who is 19 to 64.",
    )
    yield kind(
        name="is_skipped_generation",
        label_ko="조손 가구",
        description="Children under 19 with adults who are all 60 or older.",
    )
    yield kind(
        name="is_two_65_plus",
        label_ko="65세 이상 둘이",
        description="Two living members, both aged 65 or more.",
    )
    yield kind(
        name="is_old_with_adult_child",
        label_ko="노부모와 중년 자녀",
        description="Somebody of 65 or more and one other adult of 40 to 64, who is "
        "no spouse of the head; no children.",
    )


def _head(context: "partial[Feature]") -> Iterator[Feature]:
    """How old who answers the door is."""
    head = partial(context, unit="여부")
    yield context(
        name="head_age",
        label_ko="세대주 나이",
        unit="세",
        description="Age of the head, else of the oldest living member.",
    )
    yield head(
        name="is_head_under_40",
        label_ko="세대주 40세 미만",
        description="The head is younger than 40.",
    )
    yield head(
        name="is_head_65_79",
        label_ko="세대주 65–79세",
        description="The head is 65 to 79 years old.",
    )
    yield head(
        name="is_head_80_plus",
        label_ko="세대주 80세 이상",
        description="The head is 80 or older.",
    )


def _register(context: "partial[Feature]") -> Iterator[Feature]:
    """What the register says of their staying there."""
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
    yield context(
        name="is_moved_in_3m",
        label_ko="최근 3개월 내 전입",
        unit="여부",
        description="A living member moved in during the last 3 months.",
    )
    yield context(
        name="months_at_address",
        label_ko="현 주소 거주 개월",
        unit="개월",
        description="Months since the head moved in: how long they are known there.",
    )
    yield context(
        name="members_died",
        label_ko="사망으로 등록된 구성원",
        unit="명",
        description="Members whom the register marks as dead.",
    )


def housing_features() -> Iterator[Feature]:
    """What kind of home it is, and whether they live where they are registered."""
    home = partial(Feature, family="housing", direction=0, missing="zero", unit="여부")
    yield home(
        name="is_house_or_small_block",
        label_ko="단독·다가구·다세대 주택",
        description="The home is known and no apartment.",
    )
    yield home(
        name="is_home_kind_unknown",
        label_ko="주택 유형 미상",
        description="The address does not tell the kind of home.",
    )
    yield home(
        name="lacks_unit",
        label_ko="상세주소 없음",
        description="The address leads to a house of several doors, not to one.",
    )
    yield home(
        name="lacks_house_number",
        label_ko="건물번호 없음",
        description="The address leads to no house.",
    )
    yield home(
        name="is_institution",
        label_ko="시설·집단거주",
        description="The address or the number of unrelated people says 시설.",
    )
    yield home(
        name="is_address_only",
        label_ko="등록자 없는 주소",
        description="Nobody is registered where a supply was stopped or a tip came.",
    )
    yield home(
        name="renter_signs_24m",
        label_ko="최근 24개월 임차 관련 위기정보",
        unit="회",
        direction=1,
        description="Indicators of public rent in arrears (R01) or of a tenant in a "
        "weak position (R04): tenure, where it is known.",
    )
    yield home(
        name="address_doubt_points",
        label_ko="실거주 불일치 징후 점수",
        unit="점",
        direction=1,
        description="Points of the signs that they live elsewhere than registered; 0 "
        "below the doubt that core_address_doubt asks for.",
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
    for source, words in (("water", "수도"), ("gas", "가스")):
        yield coverage(
            name=f"is_{source}_unreported",
            label_ko=f"{words} 정보가 오지 않는 동",
            unit="여부",
            description="Nothing of this source tells of the dong of late, or at all.",
        )
