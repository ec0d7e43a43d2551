"""국민연금: arrears, and 납부예외 of many who are too poor to be in arrears."""

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
    by_number,
    damaged_numbers,
    living,
    months_text,
    numbers,
    picked,
    sheet_of,
    texts,
    weighted,
)
from pipeline.twin.owing import Habit, months_owing
from pipeline.twin.persons import HEAD
from pipeline.twin.sheets import Sheet

# 3,064,194 persons of 23.7 million households at the end of 2022.
EXEMPT_PER_HOUSEHOLD = 0.129
ARREARS_PER_HOUSEHOLD = 0.03
# Who is asked for them pays them back or is exempted; a claim lapses after three years.
STAY = (0.62, 0.80, 0.88, 0.86)
LONGEST_OWED = 36
# Monthly chance that an exemption ends, by its months so far: (months below, chance).
# In the long run 50 % are below 12 months, 20 below 36, 10 below 60, 11 below 120.
_ENDS = ((12, 0.2), (36, 0.0115), (60, 0.05), (120, 0.0035), (10**6, 0.0204))
_LONGEST = 420
_REASONS = texts(
    ["실직", "사업중단", "생계곤란", "휴직", "재학", "질병", "주소불명", "기타"]
)
_REASON_SHARES = (0.44, 0.17, 0.16, 0.04, 0.06, 0.04, 0.04, 0.05)


@dataclass
class _Exempt:
    """Spells of 납부예외: from a month on, up to but not in another."""

    person: Ints
    since: Ints
    until: Ints
    reason: Texts


def _end_chance(months: Ints) -> np.ndarray:
    below = np.array([limit for limit, _ in _ENDS])
    return np.array([chance for _, chance in _ENDS])[
        np.searchsorted(below, months, side="right")
    ]


def _stock(rng: np.random.Generator, count: int) -> Ints:
    """Months so far of those exempt at the beginning, as in the long run."""
    stays = np.cumprod(1 - _end_chance(np.arange(1, _LONGEST)))
    weights = np.concatenate([[1.0], stays])
    return 1 + rng.choice(_LONGEST, size=count, p=weights / weights.sum())


def _exemptions(twin: Twin) -> _Exempt:
    """Let people in and out by month; those who left line up again."""
    rng, window, pop = stream(twin.seed, "nps/exempt"), twin.window, twin.population
    count = max(2, round(pop.households * EXEMPT_PER_HOUSEHOLD))
    people = pop.persons
    pool = np.flatnonzero((people.age >= 20) & (people.age < 60) & ~people.is_foreign)
    lean = pop.lean[people.household[pool]]
    queue = weighted(rng, pool, 0.9 * lean, min(len(pool), count * 2)).tolist()
    now = np.array(queue[:count], dtype=np.int64)
    queue = queue[count:]
    months = np.sort(_stock(rng, len(now)))
    # Who has been exempt for long is no longer young.
    now = now[np.argsort(people.age[now] + rng.normal(0, 14, len(now)))]
    since = window.first - np.minimum(months, (people.age[now] - 18) * 12)
    spells: list[tuple[Ints, Ints, Ints]] = []
    for number in window.numbers:
        ends = rng.random(len(now)) < _end_chance(number - since)
        gone = np.flatnonzero(ends)
        spells.append((now[gone], since[gone], np.full(len(gone), number)))
        queue.extend(now[gone].tolist())
        now[gone], queue = queue[: len(gone)], queue[len(gone) :]
        since[gone] = number
    spells.append((now, since, np.full(len(now), 10**6)))
    person, began, ended = (
        np.concatenate(parts) for parts in zip(*spells, strict=True)
    )
    reason = _REASONS[rng.choice(len(_REASONS), len(person), p=_REASON_SHARES)]
    return _Exempt(person, began, ended, reason)


@dataclass
class _Arrears:
    """Those who are asked for contributions and do not pay."""

    person: Ints
    kind: Texts
    bill: Ints
    months: np.ndarray


def _arrears(twin: Twin, exempt: Ints) -> _Arrears:
    rng, pop = stream(twin.seed, "nps/arrears"), twin.population
    people = pop.persons
    asked = np.flatnonzero(
        (people.relation == HEAD) & (people.age >= 20) & (people.age < 62)
    )
    asked = np.setdiff1d(asked, exempt)
    asked = by_number(twin, asked)
    share = min(0.5, ARREARS_PER_HOUSEHOLD * pop.households / max(len(asked), 1))
    habit = Habit(("nhis",), share, 1, STAY, longest=LONGEST_OWED, lapses=True)
    luck = rng.normal(0, 1, len(asked))
    months = months_owing(twin, rng, people.household[asked], habit, luck)
    ever = months.any(axis=1)
    kinds = texts(["지역", "임의", "사업장"])
    kind = kinds[rng.choice(3, int(ever.sum()), p=(0.92, 0.03, 0.05))]
    bill = rng.lognormal(np.log(95_000), 0.35, int(ever.sum())).astype(int) // 10 * 10
    return _Arrears(asked[ever], kind, bill, months[ever])


@dataclass
class _Order:
    """Everybody in any of the files, in order of their numbers."""

    rank: Ints  # by person
    number: Texts
    name: Texts


def _order(twin: Twin, anybody: Ints) -> _Order:
    people = twin.population.persons
    ranked = by_number(twin, anybody)
    rank = np.zeros(len(people.name), dtype=np.int64)
    rank[ranked] = np.arange(len(ranked))
    number, name = picked(people.resident_no, ranked), picked(people.name, ranked)
    return _Order(rank, texts(number), texts(name))


def _sheet(
    twin: Twin, exempt: _Exempt, owing: _Arrears, order_of: _Order, n: int, day: dt.date
) -> Sheet:
    month = month_no(day)
    out = np.flatnonzero((exempt.since <= month) & (month < exempt.until))
    out = out[living(twin, exempt.person[out], day)]
    due = np.flatnonzero(owing.months[:, month - twin.window.first] > 0)
    due = due[living(twin, owing.person[due], day)]
    overdue = owing.months[due, month - twin.window.first].astype(np.int64)
    person = np.concatenate([exempt.person[out], owing.person[due]])
    rank = order_of.rank[person]
    order = np.argsort(rank)
    nothing, never = np.zeros(len(out), dtype=int), exempt.person[out] % 11 == 0
    paid = np.where(never, 0, exempt.since[out] - 1)
    columns = (
        order_of.number[rank],
        order_of.name[rank],
        np.concatenate([texts(["지역"] * len(out)), owing.kind[due]]),
        texts(numbers(np.concatenate([nothing, overdue]))),
        texts(numbers(np.concatenate([nothing, overdue * owing.bill[due]]))),
        texts(["Y"] * len(out) + ["N"] * len(due)),
        np.concatenate([exempt.reason[out], texts([""] * len(due))]),
        months_text(np.concatenate([paid, month - overdue])),
    )
    sheet = sheet_of("nps", [column[order].tolist() for column in columns])
    _plant(twin, sheet, n)
    return sheet


def _plant(twin: Twin, sheet: Sheet, n: int) -> None:
    rng = stream(twin.seed, f"traps/nps/{n}")
    if n % 3 == 0:
        bad_value(sheet, rng, "CODE_UNKNOWN", "가입종별", "기타임의")
        bad_value(sheet, rng, "NUMBER_BAD", "체납액", "약 30만")
    damaged_numbers(sheet, rng, "주민번호", "RRN_MASKED RRN_LOST_ZERO RRN_BAD")
    traps.repeats(sheet, rng, 2)
    traps.missing_words(sheet, rng, "최종납부월", 2)
    traps.dressed_numbers(sheet, rng, "체납개월", "체납액", 1)
    if n % 4 == 1:
        traps.total_row(sheet, "합계", ("체납액",))
    if n % 4 == 2:
        traps.blank_tail(sheet, 1)


def files(twin: Twin) -> list[MoreFile]:
    """NPS_ARREARS_YYYYMM.csv of every month."""
    exempt = _exemptions(twin)
    owing = _arrears(twin, np.unique(exempt.person))
    order_of = _order(twin, np.union1d(exempt.person, owing.person))
    return [
        MoreFile(
            f"NPS_ARREARS_{ym(month_no(day))}.csv",
            "nps",
            day,
            partial(_sheet, twin, exempt, owing, order_of, n, day),
            "cp949",
            "\r\n",
        )
        for n, day in enumerate(twin.window.month_ends())
    ]
