"""통합사례관리: cases of households in deep need, stage by stage."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import BURN_IN, Ints, stream, ymd
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import (
    MoreFile,
    Texts,
    bad_value,
    days_text,
    first_households,
    living,
    numbers,
    picked,
    sheet_of,
    texts,
    weighted,
)
from pipeline.twin.names import draw_given, draw_surnames
from pipeline.twin.sheets import Sheet

CASES_SHARE = 0.0039  # of households a year: 92,000 of 23.7 million
MEMORY_DAYS = 731
_STAGES = texts(["접수", "조사", "계획", "점검", "종결"])
# 접수 to 조사 about 10 days, selection 5, plan 15: 30 in all.
_STAGE_DAYS = (10, 15, 30)


@dataclass
class _Cases:
    """Cases in order of their number."""

    number: Texts
    person: Ints
    manager: Texts
    opened: np.ndarray
    surveyed: np.ndarray
    closed: np.ndarray
    level: Ints


def _managers(twin: Twin, rng: np.random.Generator) -> Texts:
    count = max(2, len(twin.town.dongs) // 2)
    years = rng.integers(1970, 1998, count)
    given = draw_given(rng, years, rng.random(count) < 0.7)
    names = zip(draw_surnames(rng, count), given, strict=True)
    return texts([a + b for a, b in names])


def make_cases(twin: Twin) -> _Cases:
    """Open cases for those whose need was seen; the deepest need is seen most."""
    rng, pop, window = stream(twin.seed, "cases"), twin.population, twin.window
    days = window.months * 30 + 300
    count = max(4, round(pop.households * CASES_SHARE * days / 365))
    base = first_households(twin)
    need = twin.payers.hardship[base, BURN_IN:].mean(axis=1).astype(np.float64)
    who = rng.permutation(weighted(rng, base, 0.9 * need, count))
    opened = np.datetime64(window.as_of) - np.sort(rng.integers(4, days, len(who)))[
        ::-1
    ].astype("timedelta64[D]")
    lasts = rng.integers(80, 420, len(who)).astype("timedelta64[D]")
    errs = rng.normal(0, 0.7, len(who))
    years = opened.astype("datetime64[Y]").astype(str).tolist()
    manager = _managers(twin, rng)[
        rng.integers(0, max(2, len(twin.town.dongs) // 2), len(who))
    ]
    surveyed = opened + rng.integers(5, 12, len(who)).astype("timedelta64[D]")
    # The survey grades what is so on its day: no file may know what comes later.
    month = surveyed.astype("datetime64[M]").astype(np.int64) + 1970 * 12 + 1
    step = np.clip(month + window.step(0), 0, window.steps - 1)
    need = twin.payers.hardship[who, step]
    level = np.clip(np.rint(2.4 + 0.7 * (need.astype(np.float64) - 0.8) + errs), 1, 5)
    return _Cases(
        number=texts([f"{year}-{n:05d}" for n, year in enumerate(years, start=1)]),
        person=pop.head[who],
        manager=manager,
        opened=opened,
        surveyed=surveyed,
        closed=opened + lasts,
        level=level.astype(np.int64),
    )


def _sheet(twin: Twin, cases: _Cases, n: int, day: dt.date) -> Sheet:
    today = np.datetime64(day)
    forgotten = cases.closed < today - np.timedelta64(MEMORY_DAYS, "D")
    here = np.flatnonzero((cases.opened <= today) & ~forgotten)
    here = here[living(twin, cases.person[here], day)]
    age = (today - cases.opened[here]).astype(np.int64)
    over = cases.closed[here] <= today
    stage = np.where(over, 4, np.searchsorted(_STAGE_DAYS, age, side="right"))
    asked = cases.surveyed[here] <= today
    columns = (
        cases.number[here].tolist(),
        picked(twin.population.persons.resident_no, cases.person[here]),
        _STAGES[stage].tolist(),
        cases.manager[here].tolist(),
        days_text(cases.opened[here]).tolist(),
        np.where(over, days_text(cases.closed[here]), "").tolist(),
        np.where(asked, texts(numbers(cases.level[here])), "").tolist(),
        np.where(asked, days_text(cases.surveyed[here]), "").tolist(),
    )
    sheet = sheet_of("case_management", columns)
    _plant(twin, sheet, n)
    return sheet


def _plant(twin: Twin, sheet: Sheet, n: int) -> None:
    rng = stream(twin.seed, f"traps/case_management/{n}")
    if n % 4 == 1:
        bad_value(sheet, rng, "CODE_UNKNOWN", "단계", "상담")
    if n % 4 == 3:
        bad_value(sheet, rng, "REQUIRED_MISSING", "사례번호", "")
    traps.repeats(sheet, rng, 1)
    traps.missing_words(sheet, rng, "종결일", 2)
    traps.written_dates(sheet, rng, "개시일", 1)


def files(twin: Twin) -> list[MoreFile]:
    """CASE_YYYYMMDD.csv of every month."""
    cases = make_cases(twin)
    return [
        MoreFile(
            f"CASE_{ymd(day)}.csv",
            "case_management",
            day,
            partial(_sheet, twin, cases, n, day),
            "utf-8-sig",
            "\n",
        )
        for n, day in enumerate(twin.window.month_ends())
    ]
