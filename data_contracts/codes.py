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
