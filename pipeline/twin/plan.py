"""Which traps stand in which file: by source and by the file's number.

Traps that cost a row are planted first: a small town's files have room for few.
"""

import datetime as dt

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import month_no, stream, ym, ymd
from pipeline.twin.extracts import Twin
from pipeline.twin.sheets import Sheet

HEADER_ONLY_GAS = 5  # "arrived, nothing to report"
# The abolished codes that some of a dong's households still carry in the register.
ABOLISHED = {
    "4413356600": "4413356500",  # 불당1동 -> 불당동, split on 2021-11-15
    "4413356700": "4413356500",
    "4413358000": "4413357000",  # 부성1동 -> 부성동, split on 2013-10-14
    "4413325000": "4413025000",  # 성환읍 before the districts of 2008
}
ABOLISHED_EVERY = 120  # one household in so many of these dongs


def _less(text: str) -> str:
    return str(max(int(text) - 1, 0)) if text.isdigit() else text


def _kepco(sheet: Sheet, rng: np.random.Generator, n: int, day: dt.date) -> None:
    if n % 3 == 0:
        wrong = ymd(day - dt.timedelta(days=31))
        traps.wrong_reference(sheet, rng, "기준일자", wrong)
        traps.restore_before_stop(sheet, rng, "제한일자", "해제일자")
        traps.limit_without_date(sheet, rng)
        traps.bad_value(sheet, rng, "CODE_UNKNOWN", "계약종별", "심야전력")
    if n % 6 == 1:
        traps.bad_value(sheet, rng, "DATE_BAD", "제한일자", f"{day.year}0231")
        traps.bad_value(sheet, rng, "REQUIRED_MISSING", "고객번호", "")
        traps.too_few_fields(sheet, rng)
    traps.repeats(sheet, rng, 2)
    traps.supersede(sheet, rng, 1, "체납개월수", _less)
    traps.missing_words(sheet, rng, "해제일자", 6)
    traps.missing_words(sheet, rng, "제한일자", 2)
    traps.lost_zeros(sheet, rng, "고객번호", 1)
    traps.lost_zeros(sheet, rng, "생년월일", 1)
    traps.odd_text(sheet, rng, "성명", "도로명주소", nfd=False)
    traps.dressed_numbers(sheet, rng, "체납개월수", "체납금액", 1)
    if n % 4 == 2:
        traps.blank_tail(sheet, 2)


def _water(sheet: Sheet, rng: np.random.Generator, n: int, day: dt.date) -> None:
    month = f"{day.year}년 {day.month:02d}월"
    title = [f"상수도요금 체납 및 정수처분 현황 ({month})"]
    unit = ["(단위: 개월, 원)"]
    # Every other month the clerk's spreadsheet fills the title rows with commas.
    pad = [""] * (len(sheet.columns) - 1) if n % 2 else []
    sheet.title = [title + pad, unit + pad]
    sheet.planted["title_row"] += 1
    sheet.planted["unit_row"] += 1
    if n % 3 == 1:
        wrong = ym(month_no(day) - 1)
        traps.wrong_reference(sheet, rng, "고지년월", wrong)
        traps.restore_before_stop(sheet, rng, "정수일자", "해제일자")
        traps.bad_value(sheet, rng, "CODE_UNKNOWN", "업종", "욕탕용")
    if n % 6 == 2:
        traps.bad_value(sheet, rng, "ID_BAD", "수용가번호", "가12-34567")
        traps.bad_value(sheet, rng, "DATE_BAD", "정수일자", f"{day.year}1340")
    traps.repeats(sheet, rng, 2)
    traps.supersede(sheet, rng, 1, "체납월수", _less)
    traps.missing_words(sheet, rng, "해제일자", 5)
    traps.lost_zeros(sheet, rng, "수용가번호", 1)
    traps.odd_text(sheet, rng, "성명", "지번주소", nfd=False)
    traps.dressed_numbers(sheet, rng, "체납월수", "체납금액", 1)
    traps.total_row(sheet, "합계", ("가구수", "체납금액"))
    if n % 3 == 0:
        traps.blank_tail(sheet, 3)


def _gas(sheet: Sheet, rng: np.random.Generator, n: int, day: dt.date) -> None:
    if n == HEADER_ONLY_GAS:
        sheet.rows = []
        sheet.planted["header_only"] += 1
        return
    if n % 3 == 2:
        wrong = ymd(day - dt.timedelta(days=15))
        traps.wrong_reference(sheet, rng, "조회일", wrong)
        traps.restore_before_stop(sheet, rng, "공급중지일", "재개일")
        traps.bad_value(sheet, rng, "NUMBER_BAD", "체납액", "약 12만")
    if n % 6 == 3:
        traps.bad_value(sheet, rng, "ID_BAD", "사용계약번호", "G-2025-001")
        traps.bad_value(sheet, rng, "REQUIRED_MISSING", "사용계약번호", "")
    traps.repeats(sheet, rng, 2)
    traps.supersede(sheet, rng, 1, "체납개월", _less)
    traps.missing_words(sheet, rng, "재개일", 6)
    traps.lost_zeros(sheet, rng, "사용계약번호", 1)
    traps.lost_zeros(sheet, rng, "연락처", 3)
    traps.odd_text(sheet, rng, "성명", "도로명주소", nfd=True)
    traps.dressed_numbers(sheet, rng, "체납개월", "체납액", 1)
    traps.written_dates(sheet, rng, "공급중지일", 1)
    if n % 6 == 0:
        traps.total_row(sheet, "총계", ("체납액",))


def _nhis(sheet: Sheet, rng: np.random.Generator, n: int, day: dt.date) -> None:
    if n % 4 == 1:
        traps.bad_value(sheet, rng, "CODE_UNKNOWN", "가입자구분", "Z")
    traps.repeats(sheet, rng, 3)
    traps.supersede(sheet, rng, 2, "체납개월", _less)
    masked = {"RRN_MASKED": 2, "RRN_LOST_ZERO": 1, "RRN_SCIENTIFIC": 1, "RRN_BAD": 1}
    traps.damaged_numbers(sheet, rng, "세대주주민번호", masked)
    # Longer than its hundred bytes: cut between characters, in odd bytes padded.
    long = (
        " 관리사무소 경유, 부재 시 경비실에 맡겨 주시기 바랍니다 (우편 반송 이력 있음)"
    )
    traps.lengthened(sheet, rng, "주소", long, 2)
    i = sheet.at("최초체납월")
    for row in sheet.take(rng, 3):
        row[i] = "000000"
        sheet.planted["missing_month"] += 1


def _resident(sheet: Sheet, rng: np.random.Generator, n: int, day: dt.date) -> None:
    code = sheet.at("행정동코드")
    pairs = zip(sheet.column("행정동코드"), sheet.column("세대번호"), strict=True)
    for i, (was, home) in enumerate(pairs):
        # Whole households, always the same ones: their number decides.
        if was in ABOLISHED and int(home) // 991 % ABOLISHED_EVERY == 0:
            sheet.rows[i][code] = ABOLISHED[was]
            sheet.planted["abolished_dong"] += 1
    traps.repeats(sheet, rng, 5)
    traps.supersede(sheet, rng, 4, "연락처", lambda t: f"010{t[:2:-1]}" if t else t)
    damage = {"RRN_MASKED": 4, "RRN_LOST_ZERO": 4, "RRN_SCIENTIFIC": 3, "RRN_BAD": 3}
    traps.damaged_numbers(sheet, rng, "주민번호", damage)
    hyphen = "rrn_hyphen"
    i = sheet.at("주민번호")
    for row in sheet.take(rng, 8):
        row[i] = f"{row[i][:6]}-{row[i][6:]}"
        sheet.planted[hyphen] += 1
    traps.missing_words(sheet, rng, "사망일", 18)
    traps.lost_zeros(sheet, rng, "연락처", 12)
    traps.written_dates(sheet, rng, "전입일", 6)
    traps.odd_text(sheet, rng, "성명", "도로명주소", nfd=False)
    traps.bad_value(sheet, rng, "CODE_UNKNOWN", "세대주관계", "며느리")
    short = sheet.column("행정동코드")[0][:9]
    traps.bad_value(sheet, rng, "ID_BAD", "행정동코드", short)
    traps.bad_value(sheet, rng, "DATE_BAD", "전입일", "20251301")
    traps.bad_value(sheet, rng, "REQUIRED_MISSING", "세대번호", "")
    if n == 0:
        traps.blank_tail(sheet, 2)


def _history(sheet: Sheet, rng: np.random.Generator, n: int, day: dt.date) -> None:
    if n % 3 == 1:
        traps.bad_value(sheet, rng, "CODE_UNKNOWN", "결과코드", "Q9")
    traps.repeats(sheet, rng, 1)
    traps.damaged_numbers(sheet, rng, "주민번호", {"RRN_MASKED": 1})
    traps.missing_words(sheet, rng, "접촉일", 2)
    traps.written_dates(sheet, rng, "선정일", 1)


def _team(sheet: Sheet, rng: np.random.Generator, n: int, day: dt.date) -> None:
    traps.missing_words(sheet, rng, "종료일", 3)


_PLANS = {
    "kepco": _kepco,
    "water": _water,
    "gas": _gas,
    "nhis": _nhis,
    "resident": _resident,
    "history": _history,
    "team": _team,
}


def plant(twin: Twin, source: str, n: int, sheet: Sheet, day: dt.date) -> None:
    """Plant the traps of a source's file number `n`, in place."""
    if source in _PLANS:
        rng = stream(twin.seed, f"traps/{source}/{n}")
        _PLANS[source](sheet, rng, n, day)


def corrected(twin: Twin, clean: Sheet) -> Sheet:
    """The `_v2` of a file: one row withdrawn, one corrected, no trap in it."""
    rng = stream(twin.seed, "corrected")
    months = clean.at("체납개월수")
    rows = [list(row) for row in clean.rows]
    gone, mended = rng.choice(len(rows), size=2, replace=False)
    rows[mended][months] = str(int(rows[mended][months]) + 1)
    del rows[gone]
    sheet = Sheet(clean.columns, rows)
    sheet.planted.update({"withdrawn_row": 1, "corrected_row": 1})
    return sheet
