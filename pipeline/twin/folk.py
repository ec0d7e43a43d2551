"""What the further files share: who lives, who sinks into arrears, rows of columns."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import Flags, Floats, Ints, month_day
from pipeline.twin.extracts import Twin
from pipeline.twin.persons import NEVER
from pipeline.twin.sheets import Sheet, Table

HEADERS: dict[str, tuple[str, ...]] = {
    source: tuple(names.split())
    for source, names in {
        "nps": "주민번호 성명 가입종별 체납개월 체납액 납부예외 납부예외사유 "
        "최종납부월",
        "kcomwel": "사업장관리번호 대표자주민번호 업종 상시근로자수 고용체납개월 "
        "고용체납액 산재체납개월 산재체납액 휴폐업일",
        "indicator": "위기정보코드 주민번호 발생일 값 금액 비고코드",
        "benefit": "주민번호 급여종류 상태 시작일 종료일 사유",
        "case_management": "사례번호 대표주민번호 단계 담당자 개시일 종결일 위기도 "
        "조사일",
        "visit": "기관 서비스 주민번호 시작일 종료일 다음방문일",
        "tip": "접수번호 접수일 제보자구분 성명 도로명주소 상세주소 행정동코드 "
        "사유코드",
        "resident_change": "세대번호 세대주관계 주민번호 성명 전입일 행정동코드 "
        "도로명주소 상세주소 통 반 거주불명 사망일 연락처 장애정도 열람제한 변동구분 "
        "변동일 변경전주민번호",
    }.items()
}


class MoreFile(NamedTuple):
    """A file to be written: `sheet` makes its rows, traps included, when called."""

    name: str
    source: str
    day: dt.date
    sheet: Callable[[], Sheet]
    encoding: str
    line_end: str


Texts = np.ndarray  # of str objects: picked by index, shared by many rows


def texts(values: Sequence[str]) -> Texts:
    """Strings that a numpy index can pick from."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def numbers(values: Ints) -> list[str]:
    """Whole numbers as the extracts write them."""
    return [str(value) for value in values.tolist()]


def days_text(days: np.ndarray) -> Texts:
    """Days as YYYYMMDD; NaT and never are empty."""
    missing = np.isnat(days) | (days == NEVER)
    # Few different days and many rows: write each day once.
    unique, back = np.unique(
        np.where(missing, np.datetime64("1900-01-01"), days).astype("datetime64[D]"),
        return_inverse=True,
    )
    words = texts([text.replace("-", "") for text in unique.astype(str).tolist()])
    out = words[back]
    out[missing] = ""
    return np.asarray(out)


def months_text(months: Ints) -> Texts:
    """Month numbers as YYYYMM; 0 and less are empty."""
    unique, back = np.unique(months, return_inverse=True)
    words = [
        f"{(n - 1) // 12:04d}{(n - 1) % 12 + 1:02d}" if n > 0 else ""
        for n in unique.tolist()
    ]
    return np.asarray(texts(words)[back])


def picked(values: Sequence[str], index: Ints) -> list[str]:
    """Some of a long list of strings, without a copy of the whole."""
    return [values[i] for i in index.tolist()]


def sheet_of(source: str, columns: Sequence[Sequence[str]]) -> Sheet:
    """A sheet of columns of equal length."""
    return Sheet(HEADERS[source], Table(columns))


def by_number(twin: Twin, people: Ints) -> Ints:
    """The same people in ascending order of their resident numbers."""
    order = np.argsort(
        np.array(picked(twin.population.persons.resident_no, people)), kind="stable"
    )
    return people[order]


def first_households(twin: Twin) -> Ints:
    """The households that exist from the beginning; the split-off come behind them."""
    # Persons stand household by household: no need to look for the unique ones.
    return np.arange(int(twin.population.persons.household[-1]) + 1)


def living(twin: Twin, people: Ints, day: dt.date) -> Flags:
    """Who of them is born and not dead on a day."""
    all_, today = twin.population.persons, np.datetime64(day)
    return np.asarray((all_.birth[people] <= today) & (all_.died[people] > today))


def age_on(twin: Twin, people: Ints, day: dt.date) -> Ints:
    """Age in whole years on a day, to within the leap days."""
    born = twin.population.persons.birth[people]
    return np.asarray((np.datetime64(day) - born).astype(np.int64) // 365.25, dtype=int)


def first_of(number: int) -> np.datetime64:
    """The first day of a month given by its number."""
    return np.datetime64(month_day(number, 1))


def weighted(rng: np.random.Generator, pool: Ints, logit: Floats, count: int) -> Ints:
    """Draw `count` of a pool without repeats, with odds that follow `logit`."""
    # Gumbel keys: the largest are a weighted sample without replacement.
    keys = logit + rng.gumbel(size=len(pool))
    count = min(count, len(pool))
    best = np.argpartition(-keys, count - 1)[:count] if count else np.zeros(0, int)
    return np.asarray(pool[best[np.argsort(-keys[best], kind="stable")]])


def has_room(sheet: Sheet) -> bool:
    """Whether one more refused row leaves a file well below the usual threshold."""
    return (sum(sheet.rejected.values()) + 1) * 25 <= len(sheet.rows)


def bad_value(
    sheet: Sheet, rng: np.random.Generator, code: str, column: str, text: str
) -> None:
    """A value that no reader can take, where the file has room for it."""
    if has_room(sheet):
        traps.bad_value(sheet, rng, code, column, text)


def damaged_numbers(
    sheet: Sheet, rng: np.random.Generator, column: str, codes: str
) -> None:
    """Resident numbers damaged in the given ways, where the file has room."""
    for code in codes.split():
        if has_room(sheet):
            traps.damaged_numbers(sheet, rng, column, {code: 1})


def ends_before_start(
    sheet: Sheet, rng: np.random.Generator, start: str, end: str
) -> None:
    """A spell that ended before it began, where the file has room for it."""
    i, j = sheet.at(start), sheet.at(end)
    if not has_room(sheet):
        return
    for row in sheet.take(rng, 1, lambda row: bool(row[i]) and bool(row[j])):
        row[j] = f"{int(row[i][:4]) - 1}0101"
        sheet.rejected["ENDS_BEFORE_START"] += 1
        sheet.planted["ENDS_BEFORE_START"] += 1
