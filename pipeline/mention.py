"""What was seen of a household, as an officer reads it: with dates, without names."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

# What is owed: how it is named, and with its particle. The order is that of a list.
BILL_KO: Final = {
    "kepco_arrears": ("전기", "전기요금이"),
    "gas_arrears": ("도시가스", "도시가스요금이"),
    "water_arrears": ("수도", "수도요금이"),
    "nhis_arrears": ("건강보험", "건강보험료가"),
    "indicator_housing_arrears": ("임대료·관리비", "임대료나 관리비가"),
    "nps_arrears": ("국민연금", "국민연금 보험료가"),
    "kcomwel_arrears": ("고용·산재보험", "사업장의 고용·산재보험료가"),
    "indicator_finance_arrears": ("대출·카드대금", "대출금이나 카드대금이"),
    "indicator_telecom_arrears": ("통신요금", "통신요금이"),
}
STOP_KO: Final = {
    "kepco_stop": ("전기", "단전·전류제한"),
    "gas_stop": ("도시가스", "공급중지"),
    "water_stop": ("수도", "단수"),
}
# What happened or was told; what happened to people is told by its kind only.
EVENT_KO: Final = {
    "indicator_crisis": "위급 상황 통보",
    "tip": "주변의 제보",
    "benefit_dropped": "복지급여 중지·탈락",
    "indicator_welfare_dropped": "복지급여·시설 탈락 통보",
    "kcomwel_closed": "사업장 휴업·폐업",
    "indicator_work": "일자리·사업 관련 통보",
    "indicator_health": "의료·건강 관련 통보",
    "indicator_billed": "요금·보험료 체납 통보",
    "indicator_other": "다른 기관의 통보",
}
# No sign of need by itself: shown so that nobody calls twice, or thinks of safety.
CONTEXT_KO: Final = {
    "nps_exempt": "국민연금 납부예외",
    "benefit_receiving": "복지급여 수급 중",
    "case_open": "사례관리 진행 중",
    "visit_active": "방문형서비스 이용 중",
}
_ORDER: Final = {
    event_type: place
    for place, event_type in enumerate((*STOP_KO, *BILL_KO, *EVENT_KO, *CONTEXT_KO))
}


@dataclass(frozen=True)
class Mention:
    """One kind of thing that was seen of a household, the newest of its kind."""

    source: str
    event_type: str
    is_current: bool
    months_overdue: int | None
    occurred_on: dt.date
    restored_on: dt.date | None
    times: int
    last_ref_date: dt.date | None

    @property
    def is_stop(self) -> bool:
        return self.event_type in STOP_KO

    @property
    def is_context(self) -> bool:
        """Whether it alone lists nobody."""
        return self.event_type in CONTEXT_KO

    @property
    def is_stop_in_force(self) -> bool:
        return self.is_stop and self.is_current

    @property
    def data_date(self) -> dt.date:
        """The reference date of the data that say so."""
        if self.event_type in BILL_KO or self.last_ref_date is None:
            return self.occurred_on
        return self.last_ref_date

    def order(self) -> tuple[bool, bool, bool, int]:
        """Signs before context, in force before past, a stop before arrears."""
        return (
            self.is_context,
            not self.is_current,
            not self.is_stop,
            _ORDER[self.event_type],
        )

    def sentence(self) -> str:
        """Korean, with its dates and without anybody's name."""
        if self.is_stop:
            return self._stop()
        if self.event_type in BILL_KO:
            return self._arrears()
        if self.event_type == "nps_exempt":
            return f"{CONTEXT_KO[self.event_type]} {self.months_overdue}개월"
        if self.is_context:
            return CONTEXT_KO[self.event_type]
        return f"{EVENT_KO[self.event_type]}({self.occurred_on}){self._more()}"

    def plain_reason(self) -> str:
        """The same as a reason, for a household to which the model gives none."""
        if self.is_stop:
            supply = f"{STOP_KO[self.event_type][0]} 공급이 중지"
            return f"{supply}된 {'상태입니다' if self.is_current else '적이 있습니다'}"
        if self.event_type not in BILL_KO:
            return f"{EVENT_KO[self.event_type]} 기록이 있습니다"
        months = f" {self.months_overdue}개월" if self.months_overdue else ""
        end = "밀려 있습니다" if self.is_current else "밀린 적이 있습니다"
        return f"{BILL_KO[self.event_type][1]}{months} {end}"

    def _more(self) -> str:
        return f" 외 {self.times - 1}회" if self.times > 1 else ""

    def _stop(self) -> str:
        if self.is_current:
            after = f"재개 기록 없음, {self.data_date} 기준"
        elif self.restored_on is not None:
            after = f"{self.restored_on} 재개"
        else:
            after = "이후 자료에 없음"
        name = " ".join(STOP_KO[self.event_type])
        return f"{name} {self.occurred_on}({after}){self._more()}"

    def _arrears(self) -> str:
        months = f"{self.months_overdue}개월 " if self.months_overdue else ""
        after = "" if self.is_current else ", 이후 자료에 없음"
        name = BILL_KO[self.event_type][0]
        return f"{name} {months}체납({self.occurred_on} 기준{after})"
