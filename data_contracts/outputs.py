"""What leaves for a dong office: the columns of the referral list, declared once."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

FilledBy = Literal["pipeline", "vault", "officer"]


class OutputColumn(BaseModel):
    """One column of the list.

    `filled_by`: `pipeline` from keyed tables; `vault` fetched from the vault at the
    export only; `officer` left empty for the result, read back from the same header.
    `is_personal`: says who or where somebody is, so it exists in the sealed list only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    header_ko: str
    filled_by: FilledBy
    meaning: str
    is_personal: bool = False


def _ours(name: str, header_ko: str, meaning: str) -> OutputColumn:
    return OutputColumn(
        name=name, header_ko=header_ko, filled_by="pipeline", meaning=meaning
    )


def _personal(name: str, header_ko: str, meaning: str) -> OutputColumn:
    return OutputColumn(
        name=name,
        header_ko=header_ko,
        filled_by="vault",
        meaning=meaning,
        is_personal=True,
    )


def _result(name: str, header_ko: str, meaning: str) -> OutputColumn:
    return OutputColumn(
        name=name, header_ko=header_ko, filled_by="officer", meaning=meaning
    )


REFERRAL_ROW: Final[tuple[OutputColumn, ...]] = (
    _ours("referral_id", "의뢰번호", "keyed id of a household in a round"),
    _ours("round", "회차", "round, YYYY-Rn"),
    _ours("data_kind", "자료구분", "합성 for a synthetic town, else 실자료"),
    _ours("dong_name", "행정동", "dong whose office gets the list"),
    _ours("team_name", "팀", "team that works the list"),
    _ours("visit_order", "방문순서", "order of contact within the dong, from 1"),
    _ours("slot_kind", "의뢰구분", "why it has a place: a word of SLOT_KIND_KO"),
    _ours("due_on", "기한", "day until which the first contact is due"),
    _ours("band", "위험구간", "매우 높음, 높음 or 보통; never the score"),
    _ours("reason_1", "사유1", "what weighs most"),
    _ours("reason_2", "사유2", "what weighs second"),
    _ours("reason_3", "사유3", "what weighs third"),
    _ours("seen_ko", "확인된 사실", "what was seen when, each with its data date"),
    _ours("data_date", "자료기준일", "newest reference date among what was seen"),
    _ours("first_step_ko", "첫 조치", "what to do first"),
    _ours("caution_ko", "유의사항", "what to know before going there"),
    _ours("suggest_ko", "제안", "help that may fit, for the officer to judge"),
    _personal("name", "성명", "head of the household; none for an address alone"),
    _personal("birth_year", "출생연도", "birth year of the head, never the day"),
    _personal("address", "주소", "register address, or the stopped account's"),
    _personal("phone", "연락처", "phone of the head, with hyphens"),
    _result("attempt_1_on", "1차시도일", "day of the first attempt"),
    _result("attempt_1_method", "1차방법", "전화, 방문, 우편 or 내방"),
    _result("attempt_2_on", "2차시도일", "day of the second attempt"),
    _result("attempt_2_method", "2차방법", "전화, 방문, 우편 or 내방"),
    _result("attempt_3_on", "3차시도일", "day of the third attempt"),
    _result("attempt_3_method", "3차방법", "전화, 방문, 우편 or 내방"),
    _result("contacted_on", "접촉일", "day somebody was met or spoken to"),
    _result("result_code", "결과코드", "a result code; not reached closes nothing"),
    _result("need_confirmed", "필요확인", "Y, N or U"),
    _result("service", "서비스", "what was given or applied for"),
    _result("crisis_level", "위기도", "1-5, from the needs survey"),
    _result("officer_judgement", "담당자판단", "동의 or 변경"),
    _result("change_reason", "변경사유", "why the officer judged otherwise"),
    _result("officer", "담당", "who worked the referral"),
    _result("field_flag", "현장표시", "what the next visitor must know"),
)

HEADERS_KO: Final = tuple(column.header_ko for column in REFERRAL_ROW)
OFFICER_HEADERS_KO: Final = tuple(
    column.header_ko for column in REFERRAL_ROW if column.filled_by == "officer"
)
PERSONAL_NAMES: Final = frozenset(
    column.name for column in REFERRAL_ROW if column.is_personal
)

# Why a referral has one of its team's places.
SLOT_KIND_KO: Final = {
    "must": "필수 방문",
    "locate": "소재 확인",
    "rank": "위험 순위",
    "sample": "정기 표본 확인",
}
# To whom a referral goes.
ROUTE_KO: Final = {
    "team": "맞춤형복지팀",
    "case_manager": "사례관리 담당자",
    "institution": "시설 담당",
    "protected_officer": "열람제한 지정 담당자",
    "city_team": "희망복지지원단",
    "transfer": "이관",
}

# Why a household is or is not listed, in the order in which the rules are asked.
ELIGIBILITY_KO: Final = {
    "ALL_DECEASED": "세대원 전원 사망",
    "DECEASED_REPORTED": "사망(담당자 확인, 등록 정리 전)",
    "PROCESSING_STOPPED": "처리정지(정보주체 요구)",
    "PROTECTED_ADDRESS": "열람제한(지정 담당자 전용)",
    "INSTITUTION": "시설(집단 거주)",
    "TRANSFERRED": "다른 시·군·구로 이관(인수 확인)",
    "NOT_IN_TOWN": "관할 밖",
    "DONG_UNKNOWN": "행정동 확인 불가",
    "CASE_MANAGED": "사례관리 중(변동은 담당자에게 알림)",
    "NO_TEAM": "담당 팀 없음",
    "PARKED": "장기입원·시설 등(재확인일 전)",
    "NO_SIGNAL": "최근 12개월 위기신호 없음",
    "RECENTLY_CONTACTED": "최근 접촉(새 신호 없음)",
    "ELIGIBLE": "의뢰 대상",
}
