"""What an officer reads of each kind of event; the registry's kinds, every one of them."""

import datetime as dt
import re
from pathlib import Path

import pytest

from data_contracts.indicators import INDICATORS
from features.catalogue import ARREARS, EVENTS, SIGNS
from features.catalogue_signs import CONTEXT_EVENTS
from pipeline.eligibility import decide_eligibility
from pipeline.first_step import first_step, seen_sentence
from pipeline.mention import BILL_KO, CONTEXT_KO, EVENT_KO, STOP_KO, Mention
from tests.lib.referral_tables import AS_OF, ROUND, SINBANG, an_office, draw_town

DAY = dt.date(2026, 5, 31)


def seen(event_type: str, *, is_current: bool = True, times: int = 1) -> Mention:
    return Mention("x", event_type, is_current, 3, DAY, None, times, DAY)


def test_every_kind_of_event_has_its_words_once() -> None:
    told = [*BILL_KO, *STOP_KO, *EVENT_KO, *CONTEXT_KO]
    assert sorted(told) == sorted({*EVENTS} - {"listing", "contact"})
    assert set(BILL_KO) == set(ARREARS)
    assert set(CONTEXT_KO) == set(CONTEXT_EVENTS)


def test_every_indicator_becomes_an_event_that_counts() -> None:
    groups = {f"indicator_{each.group}" for each in INDICATORS.values()}
    assert groups - {"indicator_context"} == {
        event for event in SIGNS if event.startswith("indicator_")
    }


@pytest.mark.parametrize("event_type", sorted({*EVENTS} - {"listing", "contact"}))
def test_a_sign_lists_and_help_received_does_not(
    event_type: str, tmp_path: Path
) -> None:
    with draw_town(
        core_team=f"dong_code\n{SINBANG}",
        core_household="household_id\nH1",
        core_event=f"household_id | event_type\nH1 | {event_type}",
    ) as warehouse:
        counts = decide_eligibility(an_office(tmp_path), warehouse, ROUND, as_of=AS_OF)
    # An open case is its manager's, with signs or without.
    without = "CASE_MANAGED" if event_type == "case_open" else "NO_SIGNAL"
    assert counts["ELIGIBLE" if event_type in SIGNS else without] == 1


@pytest.mark.parametrize("event_type", SIGNS)
@pytest.mark.parametrize("is_current", [True, False])
def test_a_sign_has_a_sentence_with_its_date(event_type: str, is_current: bool) -> None:
    mention = seen(event_type, is_current=is_current)
    assert re.search("[가-힣].*2026-05-31", mention.sentence())
    assert mention.plain_reason().endswith("니다")


def test_what_is_urgent_stands_first_and_context_last() -> None:
    kinds = ("case_open", "tip", "nhis_arrears", "gas_stop", "nps_exempt")
    assert seen_sentence([seen(kind) for kind in kinds], 0, None) == (
        "도시가스 공급중지 2026-05-31(재개 기록 없음, 2026-05-31 기준) · "
        "건강보험 3개월 체납(2026-05-31 기준) · 주변의 제보(2026-05-31) · "
        "국민연금 납부예외 3개월 · 사례관리 진행 중"
    )
    assert seen("tip", times=3).sentence() == "주변의 제보(2026-05-31) 외 2회"


def test_an_apartments_unseen_power_is_told_unless_it_is_seen() -> None:
    blind = seen_sentence(
        [seen("indicator_housing_arrears")], 0, None, is_utility_blind=True
    )
    assert blind.endswith("· 공동주택 관리비에 포함된 전기·수도는 확인할 수 없음")
    kepco = Mention("kepco", "kepco_arrears", True, 3, DAY, None, 1, DAY)
    assert "관리비" not in seen_sentence([kepco], 0, None, is_utility_blind=True)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({"has_new_tip": True}, "제보 내용 확인 후 방문"),
        ({"has_open_case": True}, "사례관리 담당자와 먼저 상의"),
        (
            {"has_open_case": True, "has_stop_in_force": True},
            "당일 긴급복지 해당 여부 확인 · 사례관리 담당자와 먼저 상의",
        ),
        (
            {"is_address_doubtful": True, "address_grade": 1, "times_listed": 5},
            "실거주지 확인(주민등록과 다른 주소에 사는 것으로 보임)",
        ),
        (
            {"has_new_tip": True, "address_grade": 1},
            "상세주소 확인(가스·전기 계약 주소 대조)",
        ),
    ],
)
def test_the_first_step(facts: dict[str, int], step: str) -> None:
    plain = {"has_stop_in_force": False, "is_address_only": False, "address_grade": 2}
    history = {"times_listed": 0, "last_contact_on": None}
    assert first_step(**{**plain, **history, **facts}) == step  # type: ignore[arg-type]
