"""What a supplier is told of a reject code, in Korean and English; never a value."""

from typing import Final, NamedTuple


class Words(NamedTuple):
    """What is wrong, and what was expected instead."""

    meaning_ko: str
    expected_ko: str
    expected_en: str


_AS_TEXT_KO: Final = "13자리 숫자; 해당 열을 텍스트 서식으로 다시 내보내기"
_AS_TEXT_EN: Final = "13 digits; export again with that column as text"

WORDS: Final[dict[str, Words]] = {
    "REQUIRED_MISSING": Words(
        "꼭 있어야 할 값이 비어 있음", "빈칸이 아닌 값", "a value"
    ),
    "REF_MISMATCH": Words(
        "행의 기준일이 파일의 기준일과 다름",
        "파일 이름의 기준일과 같은 날짜(월)",
        "the reference date (or month) of the file's name",
    ),
    "DATE_BAD": Words(
        "달력에 없는 날짜 또는 월",
        "YYYYMMDD 날짜 또는 YYYYMM 월; 없으면 빈칸",
        "a date YYYYMMDD or a month YYYYMM; empty when there is none",
    ),
    "NUMBER_BAD": Words(
        "정수가 아니거나 음수이거나 600개월 초과",
        "0 이상의 정수(개월은 600 이하); 없으면 빈칸",
        "a whole number of 0 or more (months up to 600); empty when there is none",
    ),
    "CODE_UNKNOWN": Words(
        "코드표에 없는 코드", "코드표에 있는 코드", "a code of the code table"
    ),
    "ID_BAD": Words(
        "번호의 자릿수가 다르거나 문자가 섞임",
        "정해진 자릿수의 숫자(앞자리 0 포함)",
        "digits of the fixed length, leading zeros kept",
    ),
    "RRN_MASKED": Words(
        "주민등록번호가 *로 가려짐",
        "가리지 않은 13자리 숫자",
        "13 digits, not masked",
    ),
    "RRN_LOST_ZERO": Words("주민등록번호 앞자리 0이 사라짐", _AS_TEXT_KO, _AS_TEXT_EN),
    "RRN_SCIENTIFIC": Words(
        "주민등록번호가 지수 표기로 바뀜", _AS_TEXT_KO, _AS_TEXT_EN
    ),
    "RRN_BAD": Words(
        "주민등록번호 형식이 아님",
        "올바른 생년월일과 1~8의 성별 숫자를 가진 13자리",
        "13 digits with a valid birth date and a gender digit 1-8",
    ),
    "RESTORE_BEFORE_STOP": Words(
        "해제일이 중지일보다 빠름",
        "중지일과 같거나 늦은 해제일",
        "a restore date on or after the stop date",
    ),
    "LIMIT_WITHOUT_DATE": Words(
        "제한·단전인데 제한일자가 없음",
        "제한일자",
        "the date of the limit or cut-off",
    ),
    "ENDS_BEFORE_START": Words(
        "종료일이 시작일보다 빠름",
        "시작일과 같거나 늦은 종료일",
        "an end date on or after the start date",
    ),
    "COLUMN_COUNT": Words(
        "열의 개수가 머리글과 다름",
        "머리글과 같은 개수의 열(구분자·줄바꿈 확인)",
        "as many fields as the header has (look for a stray delimiter or line break)",
    ),
    "DATE_NO_YEAR": Words(
        "연도 없이 월·일만 적힘", "연도가 있는 날짜(2026-07-03)", "a date with its year"
    ),
    "DATE_IN_FUTURE": Words(
        "시도일·접촉일이 목록을 돌려받은 날보다 늦음",
        "목록을 돌려받은 날까지의 날짜",
        "a day up to the day on which the list came back",
    ),
    "DATE_BEFORE_ROUND": Words(
        "시도일·접촉일이 목록의 기준일보다 빠름",
        "목록 기준일부터의 날짜",
        "a day on or after the day as of which the list was made",
    ),
    "ID_CHECK": Words(
        "의뢰번호의 검사문자가 맞지 않음(오타)",
        "보낸 목록에서 그대로 복사한 의뢰번호",
        "the referral id copied from the list that was sent",
    ),
    "REFERRAL_UNKNOWN": Words(
        "이 기관이 보낸 적 없는 의뢰번호",
        "이 기관이 보낸 목록의 의뢰번호",
        "a referral id of a list that this office sent",
    ),
    "REFERRAL_RECALLED": Words(
        "회수된 목록의 의뢰번호",
        "새로 보낸 목록에 적은 결과",
        "the result on the list that took its place",
    ),
}
