"""How things are written in the extracts: columns, numbers, days, addresses, units."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Ints, Texts, texts
from pipeline.twin.facts import Town
from pipeline.twin.places import APARTMENT, DETACHED, Places

COLUMNS: dict[str, tuple[str, ...]] = {
    source: tuple(names.split())
    for source, names in {
        "kepco": "기준일자 고객번호 계약종별 성명 생년월일 도로명주소 상세주소 "
        "체납개월수 체납금액 제한구분 제한일자 해제일자 사회적배려",
        "water": "고지년월 수용가번호 업종 가구수 성명 지번주소 동코드 체납월수 "
        "체납금액 정수일자 해제일자",
        "gas": "조회일 사용계약번호 성명 연락처 도로명주소 체납개월 체납액 "
        "공급중지일 재개일",
        "nhis": "증번호 가입자구분 세대주주민번호 성명 월보험료 체납개월 체납금액 "
        "최초체납월 급여제한 행정동코드 주소",
        "resident": "세대번호 세대주관계 주민번호 성명 전입일 행정동코드 도로명주소 "
        "상세주소 통 반 거주불명 사망일 연락처 장애정도 열람제한",
        "history": "회차 주민번호 선정일 접촉일 접촉방법 시도횟수 결과코드 필요확인 "
        "위기도",
        "team": "행정동코드 팀명 권역코드 인력 주당건수 시작일 종료일",
        "kikcd_h": "행정동코드 시도명 시군구명 읍면동명 생성일자 말소일자",
    }.items()
}
MISSING_UNIT_SHARE = 0.08


@dataclass(frozen=True)
class Addresses:
    """Addresses of the buildings as they are written at a time."""

    road: Texts
    head: Texts
    tail: Texts
    lot: Texts
    code: Texts  # of the building's dong


def addresses_on(town: Town, places: Places, day: dt.date) -> Addresses:
    """Every building's address as it was written before or after a recode."""
    dongs = town.dongs
    old = [len(dong.prefix) for dong in dongs]
    new = [dong.prefix_on(day) for dong in dongs]
    same = all(d.prefix == prefix for d, prefix in zip(dongs, new, strict=True))

    def then(written: list[str]) -> Texts:
        if same:
            return texts(written)
        pairs = zip(written, places.dong, strict=True)
        return texts(new[d] + text[old[d] :] for text, d in pairs)

    codes = texts(dong.code_on(day) for dong in dongs)
    return Addresses(
        road=then(places.road),
        head=then(places.road_head),
        tail=texts(places.road_tail),
        lot=then(places.lot),
        code=codes[np.array(places.dong)],
    )


def luck(number: Ints, salt: int) -> Ints:
    """Numbers from 0 to 99 that always belong to the same accounts or homes."""
    number = np.asarray(number, dtype=np.int64)
    return (number * 2_654_435_761 + salt * 40_503) % 4_294_967_296 // 65_536 % 100


def day_texts(days: np.ndarray) -> Texts:
    """Days as YYYYMMDD; NaT is empty."""
    missing = np.isnat(days)
    number = days.astype("datetime64[D]").astype(np.int64)
    if missing.all():
        return np.full(len(days), "", dtype=object)
    # All days of the span are written once: far fewer than rows, as a rule.
    first, last = number[~missing].min(), number[~missing].max()
    span = np.arange(first, last + 1).astype("datetime64[D]").astype(str).tolist()
    words = texts([*(day.replace("-", "") for day in span), ""])
    return np.asarray(words[np.where(missing, len(span), number - first)])


def numbers(values: Ints) -> list[str]:
    """Whole numbers as the extracts write them."""
    return [str(value) for value in values.tolist()]


def joined(left: Texts, right: Texts) -> Texts:
    """Both with a blank between, where there is a right part."""
    return np.asarray(np.where(right == "", left, left + " " + right))


def supply_units(places: Places, home: Ints) -> Texts:
    """Per account, as the supplier writes it: sometimes shorter, sometimes missing."""
    unit = texts(places.unit)[np.maximum(home, 0)]
    account = np.arange(len(home))
    unit[(home < 0) | (luck(account, 1) < 3)] = ""
    for a in np.flatnonzero(luck(account, 2) < 30).tolist():
        if "층" in unit[a]:
            unit[a] = unit[a].split()[-1]
    return unit


def registered_units(places: Places) -> Texts:
    """Per home, as the register has it: missing for 8 % of homes in shared houses."""
    unit, kind = texts(places.unit), places.arrays()[1]
    hidden = (kind != APARTMENT) & (kind != DETACHED)
    hidden &= luck(np.arange(len(unit)), 6) < MISSING_UNIT_SHARE * 100
    unit[hidden] = ""
    return unit
