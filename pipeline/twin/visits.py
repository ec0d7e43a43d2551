"""방문형서비스: who is visited already, by which agency, and when next."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import Floats, Ints, month_no, stream, ym
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import (
    MoreFile,
    Texts,
    bad_value,
    damaged_numbers,
    days_text,
    ends_before_start,
    living,
    picked,
    sheet_of,
    texts,
    weighted,
)
from pipeline.twin.sheets import Sheet

MEMORY_DAYS = 731
# Agency, service, share of households, days between visits, days it lasts.
# The agencies are named by kind: eleven of them meet in one town's own plan.
_SERVICES = (
    ("읍면동 행정복지센터", "방문상담", 0.006, 60, 240),
    ("보건소", "방문건강", 0.012, 45, 500),
    ("보건지소", "방문건강", 0.004, 45, 500),
    ("노인복지센터", "노인맞춤돌봄", 0.015, 7, 900),
    ("재가노인지원센터", "노인맞춤돌봄", 0.008, 7, 900),
    ("장애인자립생활센터", "장애인활동지원", 0.004, 3, 1200),
    ("지역자활센터", "가사간병", 0.001, 4, 365),
    ("정신건강복지센터", "기타", 0.001, 21, 300),
    ("종합사회복지관", "기타", 0.003, 14, 400),
)


@dataclass
class _Served:
    """People served, in order of agency, service, resident number and start."""

    agency: Texts
    service: Texts
    number: Texts
    person: Ints
    start: np.ndarray
    end: np.ndarray
    every: Ints


def _pool(twin: Twin, service: str) -> tuple[Ints, Floats]:
    """Who may need a service, and the log odds that they get it."""
    people, pop = twin.population.persons, twin.population
    lean = pop.lean[people.household]
    alone = np.bincount(people.household)[people.household] == 1
    if service == "노인맞춤돌봄":
        pool = np.flatnonzero(people.age >= 66)
    elif service == "장애인활동지원":
        pool = np.flatnonzero((people.disability == 1) & (people.age < 65))
    elif service == "방문건강":
        pool = np.flatnonzero((people.age >= 60) | (people.disability > 0))
    else:
        pool = np.flatnonzero(people.age >= 30)
    return pool, 0.5 * lean[pool] + 1.0 * alone[pool]


def _served(twin: Twin) -> _Served:
    rng, window = stream(twin.seed, "visits"), twin.window
    people: list[Ints] = []
    which: list[Ints] = []
    for s, (_, service, share, _, lasts) in enumerate(_SERVICES):
        # More come and go than are served at a time.
        count = round(
            twin.population.households * share * (1 + window.months * 30 / lasts)
        )
        pool, odds = _pool(twin, service)
        people.append(weighted(rng, pool, odds, count))
        which.append(np.full(len(people[-1]), s))
    person, kind = np.concatenate(people), np.concatenate(which)
    lasts_days = np.array([row[4] for row in _SERVICES])[kind]
    span = window.months * 30 + lasts_days
    start = np.datetime64(window.as_of) - (rng.random(len(person)) * span + 1).astype(
        int
    ).astype("timedelta64[D]")
    stay = (lasts_days * rng.uniform(0.5, 1.5, len(person))).astype(int)
    number = np.array(picked(twin.population.persons.resident_no, person))
    agency = texts([row[0] for row in _SERVICES])[kind]
    service_name = texts([row[1] for row in _SERVICES])[kind]
    order = np.lexsort((start, number, service_name.astype(str), agency.astype(str)))
    return _Served(
        agency=agency[order],
        service=service_name[order],
        number=texts(number[order].tolist()),
        person=person[order],
        start=start[order],
        end=(start + stay.astype("timedelta64[D]"))[order],
        every=np.array([row[3] for row in _SERVICES])[kind][order],
    )


def _sheet(twin: Twin, served: _Served, n: int, day: dt.date) -> Sheet:
    today = np.datetime64(day)
    forgotten = served.end < today - np.timedelta64(MEMORY_DAYS, "D")
    here = np.flatnonzero((served.start <= today) & ~forgotten)
    here = here[living(twin, served.person[here], day)]
    over = served.end[here] <= today
    since = (today - served.start[here]).astype(np.int64)
    wait = served.every[here] - since % served.every[here]
    # The date of the next visit is often not agreed yet.
    open_date = over | ((served.person[here] + n) % 10 < 3)
    coming = days_text(today + wait.astype("timedelta64[D]"))
    columns = (
        served.agency[here].tolist(),
        served.service[here].tolist(),
        served.number[here].tolist(),
        days_text(served.start[here]).tolist(),
        np.where(over, days_text(served.end[here]), "").tolist(),
        np.where(open_date, "", coming).tolist(),
    )
    sheet = sheet_of("visit", columns)
    _plant(twin, sheet, n)
    return sheet


def _plant(twin: Twin, sheet: Sheet, n: int) -> None:
    rng = stream(twin.seed, f"traps/visit/{n}")
    if n % 3 == 2:
        bad_value(sheet, rng, "CODE_UNKNOWN", "서비스", "이동목욕")
    if n % 2:
        ends_before_start(sheet, rng, "시작일", "종료일")
    damaged_numbers(sheet, rng, "주민번호", "RRN_MASKED RRN_MASKED RRN_LOST_ZERO")
    traps.repeats(sheet, rng, 2)
    traps.missing_words(sheet, rng, "종료일", 3)
    traps.missing_words(sheet, rng, "다음방문일", 2)
    traps.written_dates(sheet, rng, "시작일", 1)
    if n % 4 == 0:
        traps.blank_tail(sheet, 1)


def files(twin: Twin) -> list[MoreFile]:
    """VISIT_YYYYMM.csv of every month."""
    served = _served(twin)
    return [
        MoreFile(
            f"VISIT_{ym(month_no(day))}.csv",
            "visit",
            day,
            partial(_sheet, twin, served, n, day),
            "utf-8-sig",
            "\n",
        )
        for n, day in enumerate(twin.window.month_ends())
    ]
