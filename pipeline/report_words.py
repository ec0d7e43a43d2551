"""Korean words of the report, and how small counts are shown."""

from typing import Final

SOURCE_KO: Final = {
    "kepco": "한전 체납·제한",
    "water": "상수도 체납·정수",
    "gas": "도시가스 체납·중지",
    "nhis": "건강보험 체납",
    "nps": "국민연금 체납·예외",
    "kcomwel": "고용·산재보험 체납",
    "indicator": "그 밖의 위기정보",
    "benefit": "급여 수급·중지",
    "case_management": "통합사례관리",
    "visit": "방문형서비스",
    "tip": "제보",
    "result": "회송된 결과",
    "resident": "주민등록",
    "resident_change": "주민등록 변동",
    "team": "팀 편성",
    "history": "이전 회차 결과",
    "kikcd_h": "행정동 코드",
    "kikmix": "행정동·법정동 관계",
}
SOURCE_SHORT_KO: Final = {
    "kepco": "전기",
    "water": "수도",
    "gas": "가스",
    "nhis": "건강보험",
    "nps": "국민연금",
    "kcomwel": "고용·산재",
    "indicator": "위기정보",
    "benefit": "급여",
    "case_management": "사례관리",
    "visit": "방문",
    "resident": "주민등록",
    "resident_change": "변동",
}
# Against the other payers (share), or the source's own six months before (jump).
FLAG_KO: Final = {
    "share_high": "다른 출처보다 2배 이상",
    "share_low": "다른 출처의 절반 이하",
    "jump_high": "2배 이상으로 늘어남",
    "jump_low": "절반 이하로 줄어듦",
}
LINK_KO: Final = {
    "REGISTER_KEY": "주민등록 키 일치",
    "NAME_BIRTH_ADDRESS_UNIT": "성명·생년월일·주소·동호 일치",
    "NAME_BIRTH_ADDRESS": "성명·생년월일·주소 일치",
    "NAME_ADDRESS_UNIT": "성명·주소·동호 일치",
    "NAME_ADDRESS": "성명·주소 일치",
    "ADDRESS_UNIT_ONLY": "주소·동호만 일치",
    "NAME_PHONE": "성명·연락처 일치",
    "NAME_BIRTH": "성명·생년월일 일치",
    "NAME_LOT_UNIT": "성명·지번·동호 일치",
    "NAME_LOT": "성명·지번 일치",
    "PROBABLE": "유사 일치(확률)",
    "CLERICAL": "담당자 확인",
    "MASTER_METER": "공동 계량기(귀속 안 함)",
    "NOT_RESIDENTIAL": "주택용 아님",
    "NOBODY_REGISTERED": "등록자 없음(주소 의뢰)",
    "AMBIGUOUS": "후보 여럿(귀속 안 함)",
    "NO_MATCH": "일치 없음",
}
REJECT_KO: Final = {
    "REQUIRED_MISSING": "필수값 없음",
    "REF_MISMATCH": "기준일 불일치",
    "DATE_BAD": "날짜 오류",
    "NUMBER_BAD": "숫자 오류",
    "CODE_UNKNOWN": "모르는 코드",
    "ID_BAD": "번호 오류",
    "RRN_MASKED": "주민번호 가림",
    "RRN_LOST_ZERO": "주민번호 앞자리 0 유실",
    "RRN_SCIENTIFIC": "주민번호 지수 표기",
    "RRN_BAD": "주민번호 오류",
    "RESTORE_BEFORE_STOP": "해제일이 중지일보다 빠름",
    "ENDS_BEFORE_START": "종료일이 시작일보다 빠름",
    "LIMIT_WITHOUT_DATE": "제한일자 없음",
    "COLUMN_COUNT": "칸 수 불일치",
    "DATE_NO_YEAR": "연도 없는 날짜",
    "DATE_IN_FUTURE": "회송일보다 늦은 날짜",
    "DATE_BEFORE_ROUND": "목록 기준일보다 빠른 날짜",
    "ID_CHECK": "의뢰번호 검사문자 오류",
    "REFERRAL_UNKNOWN": "보낸 적 없는 의뢰",
    "REFERRAL_RECALLED": "회수된 목록의 의뢰",
}
STAGE_KO: Final = {
    "ingest": "입수",
    "train": "모형 학습",
    "screen": "선별",
    "export": "목록 내보내기",
    "report": "보고서",
}
SMALL: Final = 5


def small_count(count: int) -> str:
    """A count of households by what was found of them; a few would point at somebody.

    The length of a list is no such count: it is the team's number of places.
    """
    return f"{SMALL} 미만" if 0 < count < SMALL else f"{count:,}"
