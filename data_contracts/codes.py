"""Code tables: what holders write, and what we call it. An unseen code is an error."""

CONTRACT_KIND = {
    "주택용": "home",
    "일반용": "shop",
    "산업용": "industry",
    "기타": "other",
}
USE_KIND = {"가정용": "home", "일반용": "shop", "기타": "other"}
LIMIT_KIND = {"0": "arrears", "1": "limited", "2": "cut"}
SUBSCRIBER_KIND = {str(number): str(number) for number in range(1, 10)}
RELATION = {
    "본인": "head",
    "배우자": "spouse",
    "자녀": "child",
    "부모": "parent",
    "기타": "other",
    "동거인": "cohabitant",
}
DISABILITY_LEVEL = {"0": "0", "1": "1", "2": "2"}
CONTACT_METHOD = {"전화": "phone", "방문": "visit", "우편": "mail", "내방": "office"}
NEED = {"Y": "Y", "N": "N", "U": "U"}
PENSION_KIND = {"지역": "local", "임의": "voluntary", "사업장": "workplace"}
BENEFIT_KIND = {
    "생계": "livelihood",
    "의료": "medical",
    "주거": "housing",
    "교육": "education",
    "차상위": "near_poor",
    "긴급": "emergency",
    "기초연금": "basic_pension",
    "장애인연금": "disability_pension",
}
BENEFIT_STATUS = {
    "수급": "receiving",
    "중지": "stopped",
    "탈락": "dropped",
    "신청중": "applying",
}
CASE_STAGE = {
    "접수": "intake",
    "조사": "survey",
    "계획": "plan",
    "점검": "review",
    "종결": "closed",
}
CRISIS_LEVEL = {str(level): str(level) for level in range(1, 6)}
VISIT_SERVICE = {
    "방문상담": "visit_counsel",
    "방문건강": "visit_health",
    "노인맞춤돌봄": "elder_care",
    "장애인활동지원": "disability_support",
    "가사간병": "home_help",
    "기타": "other",
}
CHANGE_KIND = {
    "전입": "move_in",
    "전출": "move_out",
    "출생": "birth",
    "사망": "death",
    "세대분리": "split",
    "세대합가": "merge",
    "정정": "correction",
    "말소": "cancelled",
    "재등록": "restored",
    "국외이주": "emigrated",
}
# 통·이장 with each of the dots that keyboards and spreadsheets make of it.
REPORTER_KIND = {
    **dict.fromkeys(
        ("통장", "이장", "통이장", "통·이장", "통ㆍ이장", "통・이장", "통.이장"),
        "village_head",
    ),
    "검침원": "meter_reader",
    "집배원": "postal_carrier",
    "이웃": "neighbour",
    "협의체위원": "council_member",
    "기타": "other",
}
FIELD_FLAG = {
    "2인방문": "two_persons",
    "저장강박의심": "hoarding",
    "통역필요": "interpreter",
    "동물주의": "animal",
}
OFFICER_DECISION = {"동의": "agree", "변경": "change"}

# What officers record: code -> Korean name (extracts: S supported, C case management,
# N no entitlement, R refused, L not reached, D died, P pending).
RESULT_NAME = {
    "S1": "기초생활보장",
    "S2": "차상위",
    "S3": "긴급복지",
    "S4": "기타 공공",
    "S5": "민간서비스",
    "C1": "통합사례관리",
    "N1": "소득·재산 초과",
    "N2": "취업",
    "N3": "기수급",
    "N4": "이미 상담",
    "N5": "방문 후 종결",
    "R1": "지원 거부",
    "L1": "연락두절",
    "L2": "빈집",
    "L3": "이사(새 주소 앎)",
    "L4": "이사(주소 모름)",
    "L5": "상세주소 없음",
    "L6": "장기입원",
    "L7": "장기출타",
    "L8": "시설 입소",
    "L9": "교정시설",
    "D1": "사망",
    "P1": "조사 중",
    "P0": "미처리",
}
RESULT_CODE = {code: code for code in RESULT_NAME}
