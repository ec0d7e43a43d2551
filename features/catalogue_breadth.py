"""Features over all bills: how many kinds at once, in which season, how much in all."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from features.catalogue_bills import (
    ARREARS,
    BILL_ARREARS,
    DOMAINS,
    INDICATOR_ARREARS,
    STOPS,
)
from features.feature import Feature, Season

ENERGY: Final = tuple(e for e in BILL_ARREARS if DOMAINS[e] == "energy")
INSURANCE: Final = tuple(e for e in BILL_ARREARS if DOMAINS[e] == "insurance")
HOUSING: Final = ("indicator_housing_arrears",)
POWER_AND_GAS: Final = ("kepco_arrears", "gas_arrears")
# Two parts of life at once: their words.
PAIRS: Final = {
    "energy_and_insurance": ("에너지·수도와 보험료", ENERGY + INSURANCE),
    "energy_and_housing": ("에너지·수도와 임대료·관리비", ENERGY + HOUSING),
    "insurance_and_housing": ("보험료와 임대료·관리비", INSURANCE + HOUSING),
}


def breadth_features() -> Iterator[Feature]:
    """How many kinds of bills and supplies at once: small sums add up here."""
    breadth = partial(Feature, family="breadth", direction=1, missing="zero")
    yield from _kinds(breadth)
    yield from _parts_of_life(breadth)
    yield from _at_once(breadth)


def _kinds(breadth: "partial[Feature]") -> Iterator[Feature]:
    kinds = partial(breadth, unit="곳", aggregate="types")
    yield kinds(
        name="sources_in_arrears_now",
        label_ko="현재 밀린 요금·보험료·대금 종류 수",
        events=ARREARS,
        state="current",
        description="Kinds of bills in arrears now: each holder's newest list, and "
        "rent or 관리비, debts and telecom as indicators; each is one, however small.",
    )
    for months in (3, 6, 12, 24):
        yield kinds(
            name=f"sources_in_arrears_{months}m",
            label_ko=f"최근 {months}개월 밀린 요금·보험료·대금 종류 수",
            events=ARREARS,
            window_months=months,
            description=f"Kinds of bills told in arrears in the last {months} months.",
        )
    for months in (12, 24):
        yield kinds(
            name=f"sources_stopped_{months}m",
            label_ko=f"최근 {months}개월 공급중지된 종류 수",
            events=STOPS,
            window_months=months,
            description=f"Supplies stopped in {months} months, restored or not.",
        )
    for name, words, events in (
        ("energy_kinds", "에너지·수도", ENERGY),
        ("insurance_kinds", "보험료", INSURANCE),
    ):
        yield kinds(
            name=f"{name}_in_arrears_now",
            label_ko=f"현재 밀린 {words} 종류 수",
            events=events,
            state="current",
            description="Of these bills alone, the kinds in arrears now.",
        )


def _parts_of_life(breadth: "partial[Feature]") -> Iterator[Feature]:
    yield breadth(
        name="domains_in_arrears_now",
        label_ko="현재 밀린 생활 영역 수",
        unit="곳",
        events=ARREARS,
        state="current",
        aggregate="domains",
        description="Parts of life in arrears now: energy and water, insurance, "
        "housing, debts, telecom.",
    )
    yield breadth(
        name="domains_in_arrears_12m",
        label_ko="최근 12개월 밀린 생활 영역 수",
        unit="곳",
        events=ARREARS,
        aggregate="domains",
        window_months=12,
        description="Parts of life told in arrears in the last 12 months.",
    )
    for name, (words, events) in PAIRS.items():
        yield breadth(
            name=f"{name}_now",
            label_ko=f"{words} 동시 체납",
            unit="여부",
            events=events,
            state="current",
            aggregate="across",
            description="Both parts of life in arrears now.",
        )


def _at_once(breadth: "partial[Feature]") -> Iterator[Feature]:
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
        name="stop_and_arrears_12m",
        label_ko="최근 12개월 공급중지와 체납 모두 있음",
        unit="여부",
        events=STOPS + ARREARS,
        aggregate="together",
        window_months=12,
        description="Both a stop and arrears told in 12 months, in force or not.",
    )
    yield breadth(
        name="overlap_kinds_24m",
        label_ko="최근 24개월 한 달에 함께 밀린 최대 종류 수",
        unit="곳",
        events=ARREARS,
        aggregate="overlap",
        window_months=24,
        description="Most kinds of bills told in arrears in one and the same month.",
    )
    for months in (12, 24):
        yield breadth(
            name=f"overlap_months_{months}m",
            label_ko=f"최근 {months}개월 두 종류 이상 함께 밀린 달",
            unit="개월",
            events=ARREARS,
            aggregate="overlap_months",
            window_months=months,
            description="Months in which two or more kinds of bills were in arrears.",
        )


def season_features() -> Iterator[Feature]:
    """Winter and summer: what is unpaid when heating or cooling is needed."""
    months = partial(
        Feature,
        family="season",
        direction=1,
        missing="zero",
        unit="개월",
        aggregate="months",
        window_months=24,
    )
    yield months(
        name="winter_energy_months_24m",
        label_ko="최근 24개월 겨울철 전기·가스 체납 달 수",
        events=POWER_AND_GAS,
        season="winter",
        description="Months from November to March with power or gas in arrears.",
    )
    yield months(
        name="winter_arrears_months_24m",
        label_ko="최근 24개월 겨울철 체납 달 수",
        events=ARREARS,
        season="winter",
        description="Months from November to March with any bill in arrears.",
    )
    yield months(
        name="summer_power_months_24m",
        label_ko="최근 24개월 여름철 전기 체납 달 수",
        events=("kepco_arrears",),
        season="summer",
        description="Months from June to September with power in arrears.",
    )
    words_of: dict[Season, str] = {"winter": "겨울철", "summer": "여름철"}
    for season, words in words_of.items():
        yield months(
            name=f"{season}_stop_months_24m",
            label_ko=f"최근 24개월 {words} 공급중지 달 수",
            events=STOPS,
            season=season,
            direction=0,
            description=f"Months of {season} in which a supply was stopped. Without a "
            "direction: a newer stop may lie outside the season.",
        )


def burden_features() -> Iterator[Feature]:
    """How much and how long in all."""
    burden = partial(
        Feature, family="burden", direction=1, missing="zero", state="current"
    )
    won = partial(burden, unit="원", aggregate="sum", value="amount_krw")
    yield won(
        name="arrears_amount_now_krw",
        label_ko="현재 체납액 합계",
        events=BILL_ARREARS,
        description="Won overdue over all holders' newest lists; debts that come as "
        "indicators are not in it.",
    )
    for name, words, events in (
        ("energy", "에너지·수도", ENERGY),
        ("insurance", "보험료", INSURANCE),
        ("housing", "임대료·관리비", HOUSING),
        ("finance", "대출·카드대금", ("indicator_finance_arrears",)),
    ):
        yield won(
            name=f"{name}_amount_now_krw",
            label_ko=f"{words} 현재 체납액",
            events=events,
            description="Won overdue of these bills alone, as last told.",
        )
    months = partial(burden, unit="개월", value="months_overdue")
    yield months(
        name="months_owed_now",
        label_ko="현재 체납개월 합계",
        events=BILL_ARREARS,
        aggregate="sum",
        description="Months overdue now, added over all accounts of all holders.",
    )
    yield months(
        name="worst_months_overdue_now",
        label_ko="현재 가장 오래 밀린 개월",
        events=ARREARS,
        aggregate="max",
        description="Months overdue of the worst of all bills now.",
    )
    yield burden(
        name="arrears_months_24m",
        label_ko="최근 24개월 무엇이든 밀린 달 수",
        unit="개월",
        state="any",
        events=BILL_ARREARS + INDICATOR_ARREARS,
        aggregate="months",
        window_months=24,
        description="Months in which any bill was told to be in arrears.",
    )
    yield from _told_by_sql()


def _told_by_sql() -> Iterator[Feature]:
    burden = partial(Feature, family="burden", missing="zero")
    yield burden(
        name="arrears_amount_per_member_krw",
        label_ko="구성원 한 사람당 현재 체납액",
        unit="원",
        direction=1,
        description="Won overdue over all holders' newest lists, per living member.",
    )
    yield burden(
        name="nhis_small_premium_months_now",
        label_ko="소액 건강보험료 현재 체납개월",
        unit="개월",
        direction=1,
        description="Months of health insurance overdue now where the monthly premium "
        "last told is 50,000 won or less (생계형 체납); else 0.",
    )
    yield burden(
        name="nhis_amount_per_month_krw",
        label_ko="건강보험료 체납 한 달치 금액",
        unit="원",
        direction=0,
        missing="null",
        description="Won per month overdue in the newest list: the band of the "
        "premium. A longer and a dearer debt move it against each other.",
    )
    yield burden(
        name="kepco_amount_per_month_krw",
        label_ko="전기요금 체납 한 달치 금액",
        unit="원",
        direction=0,
        missing="null",
        description="Won per month overdue in the newest list: how much is used.",
    )
