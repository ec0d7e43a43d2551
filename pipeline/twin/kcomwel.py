"""근로복지공단: the insurance arrears of tiny businesses whose owners live in town."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import Ints, month_no, stream, ym
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import (
    MoreFile,
    Texts,
    bad_value,
    damaged_numbers,
    days_text,
    first_of,
    living,
    numbers,
    picked,
    sheet_of,
    texts,
)
from pipeline.twin.owing import Habit, months_owing
from pipeline.twin.sheets import Sheet

OWNERS_SHARE = 0.12  # of adults between 28 and 68, per 세대 at most one business
# Of these in arrears: 527,000 workplaces of 23.7 M households, 100,000 of them for 13
# months and more (pension, 2019). A claim lapses after three years.
HABIT = Habit(("nhis",), 0.19, 1, (0.62, 0.80, 0.88, 0.88), longest=36, lapses=True)
CLOSES = 0.35  # of those half a year in arrears
_INDUSTRIES = texts(
    [
        "음식점업",
        "소매업",
        "미용업",
        "건설업",
        "도소매업",
        "운수업",
        "서비스업",
        "제조업",
        "숙박업",
        "교육서비스업",
    ]
)


@dataclass
class _Firms:
    """Businesses that are in arrears at some time, in order of their number."""

    number: Texts
    owner: Ints
    industry: Texts
    workers: Ints
    bill: Ints
    employment: np.ndarray  # int16 [firm, month]
    accident: np.ndarray
    closed: np.ndarray  # datetime64[D], NaT for those that go on


def _firms(twin: Twin) -> _Firms:
    rng, pop = stream(twin.seed, "kcomwel"), twin.population
    people = pop.persons
    adult = np.flatnonzero((people.age >= 28) & (people.age <= 68))
    owner = np.sort(adult[rng.random(len(adult)) < OWNERS_SHARE])
    _, first = np.unique(people.household[owner], return_index=True)
    owner = owner[first]
    household = people.household[owner]
    luck = rng.normal(0, 1, len(owner))
    employment = months_owing(twin, rng, household, HABIT, luck)
    # Both come in one bill; some pay the one and leave the other for a while.
    less = rng.random(len(owner)) < 0.3
    accident = np.where(less[:, None], employment // 2, employment)
    ever = np.flatnonzero((employment > 0).any(axis=1) | (accident > 0).any(axis=1))
    number = rng.choice(9_999_999, size=len(ever), replace=False)
    order = np.argsort(number)
    ever, number = ever[order], number[order]
    small = np.minimum(rng.geometric(0.5, len(ever)) - 1, 14)
    late = employment[ever] >= 6
    when = np.where(late.any(axis=1), late.argmax(axis=1), -1)
    day = first_of(twin.window.first) + rng.integers(0, 28, len(ever)).astype(
        "timedelta64[D]"
    )
    closes = (when >= 0) & (rng.random(len(ever)) < CLOSES)
    closed = day + (np.maximum(when, 0) * 30).astype("timedelta64[D]")
    closed[~closes] = np.datetime64("NaT")
    return _Firms(
        # The first digits tell the branch; about one in ten begins with a zero.
        number=texts([f"{n * 1009 + 13:011d}" for n in number.tolist()]),
        owner=owner[ever],
        industry=_INDUSTRIES[rng.integers(0, len(_INDUSTRIES), len(ever))],
        workers=small,
        bill=rng.integers(18_000, 95_000, len(ever)) // 10 * 10 * (1 + small // 3),
        employment=employment[ever],
        accident=accident[ever],
        closed=closed,
    )


def _sheet(twin: Twin, firms: _Firms, n: int, day: dt.date) -> Sheet:
    column = month_no(day) - twin.window.first
    jobs = firms.employment[:, column].astype(np.int64)
    harm = firms.accident[:, column].astype(np.int64)
    here = np.flatnonzero((jobs > 0) | (harm > 0))
    here = here[living(twin, firms.owner[here], day)]
    closed = firms.closed[here].copy()
    closed[closed > np.datetime64(day)] = np.datetime64("NaT")
    bill = firms.bill[here]
    columns: list[list[str]] = [
        firms.number[here].tolist(),
        picked(twin.population.persons.resident_no, firms.owner[here]),
        firms.industry[here].tolist(),
        numbers(firms.workers[here]),
        numbers(jobs[here]),
        numbers(jobs[here] * bill),
        numbers(harm[here]),
        numbers(harm[here] * (bill * 3 // 5)),
        days_text(closed).tolist(),
    ]
    sheet = sheet_of("kcomwel", columns)
    _plant(twin, sheet, n)
    return sheet


def _plant(twin: Twin, sheet: Sheet, n: int) -> None:
    rng = stream(twin.seed, f"traps/kcomwel/{n}")
    if n % 3 == 1:
        bad_value(sheet, rng, "ID_BAD", "사업장관리번호", "가123-45")
    if n % 3 == 2:
        bad_value(sheet, rng, "NUMBER_BAD", "상시근로자수", "약 3명")
    damaged_numbers(sheet, rng, "대표자주민번호", "RRN_MASKED")
    traps.repeats(sheet, rng, 1)
    traps.lost_zeros(sheet, rng, "사업장관리번호", 1)
    traps.missing_words(sheet, rng, "휴폐업일", 3)
    traps.dressed_numbers(sheet, rng, "고용체납개월", "고용체납액", 1)


def files(twin: Twin) -> list[MoreFile]:
    """KCOMWEL_ARREARS_YYYYMM.csv of every month."""
    firms = _firms(twin)
    return [
        MoreFile(
            f"KCOMWEL_ARREARS_{ym(month_no(day))}.csv",
            "kcomwel",
            day,
            partial(_sheet, twin, firms, n, day),
            "utf-8",
            "\n",
        )
        for n, day in enumerate(twin.window.month_ends())
    ]
