"""급여: who receives, applied in vain, was stopped; pensions of old and disabled."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import BURN_IN, Floats, Ints, stream, ymd
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import (
    MoreFile,
    Texts,
    bad_value,
    damaged_numbers,
    days_text,
    ends_before_start,
    first_households,
    living,
    picked,
    sheet_of,
    texts,
    weighted,
)
from pipeline.twin.persons import CHILD
from pipeline.twin.sheets import Sheet

RECIPIENTS_SHARE = 0.074  # of households: 기초생활보장 of any kind
# 17,103 persons limited or cut off by KEPCO, 14,639 by a waterworks (2025).
OF_STOPPED = {"kepco": 0.137, "water": 0.119}
DROPPED_SHARE = 0.02  # lost it, or applied in vain, within two years
EMERGENCY_SHARE = 0.013  # a year
PENSION_SHARE = 0.67  # of those above 65
MEMORY_DAYS = 731
_KINDS = texts(
    ["생계", "의료", "주거", "교육", "차상위", "긴급", "기초연금", "장애인연금"]
)
LIVELIHOOD, MEDICAL, HOUSING, SCHOOL, NEAR, EMERGENCY, OLD, DISABLED = range(8)
_STOPPED, _DROPPED = 1, 2
_STATES = texts(["수급", "중지", "탈락", "신청중"])
_REASONS = {
    _STOPPED: (
        "소득 초과",
        "재산 초과",
        "취업",
        "부양의무자 소득",
        "전출",
        "본인 포기",
    ),
    _DROPPED: ("소득인정액 초과", "부양의무자 기준", "서류 미제출", "재산 기준 초과"),
}
_NEVER = np.datetime64("NaT")


@dataclass
class Spells:
    """Benefits, one a row, in order of resident number, kind and start."""

    person: Ints
    kind: Ints
    start: np.ndarray
    decided: np.ndarray  # until then 신청중
    end: np.ndarray  # NaT: goes on
    outcome: Ints  # what the state is called after the end
    reason: Texts


def _recipients(twin: Twin, rng: np.random.Generator) -> Ints:
    """Households on 기초생활보장: poor for long; they pay no health insurance."""
    pop, unpaid = twin.population, twin.payers.unpaid
    base = first_households(twin)
    owing = unpaid["nhis"].months[base, BURN_IN:].max(axis=1)
    picks: list[Ints] = []
    stopped = np.zeros(len(pop.home), dtype=bool)
    for source, share in OF_STOPPED.items():
        who = np.unique(unpaid[source].stop_payer)
        who = who[who < len(base)]
        fresh = who[~stopped[who]]
        stopped[fresh] = True
        # Those who hardly owe the insurer: recipients are not insured by it.
        least = fresh[np.argsort(owing[fresh] + rng.random(len(fresh)))]
        picks.append(least[: round(len(fresh) * share)])
    rest = base[~stopped[base] & (owing == 0)]
    count = round(pop.households * RECIPIENTS_SHARE) - sum(map(len, picks))
    old = pop.persons.age[pop.head[rest]] >= 65
    logit: Floats = 1.1 * pop.lean[rest] + 0.5 * old
    picks.append(weighted(rng, rest, logit, max(count, 0)))
    return np.sort(np.concatenate(picks))


def _spells(
    rng: np.random.Generator,
    twin: Twin,
    person: Ints,
    kind: int | Ints,
    ends: float,
    outcome: int,
    months: int = 0,
) -> Spells:
    """Spells that mostly began before the window; a share of them ends within it."""
    count, window = len(person), twin.window
    last = np.datetime64(window.as_of)
    days = window.months * 30
    old = rng.random(count) < 0.86
    back = np.where(
        old, days + rng.integers(30, 2600, count), rng.integers(1, days + 1, count)
    )
    start = last - back.astype("timedelta64[D]")
    born = twin.population.persons.birth[person]
    start = np.maximum(start, born + np.timedelta64(20, "D"))
    decided = start + rng.integers(18, 58, count).astype("timedelta64[D]")
    lasts = rng.integers(60, 900, count) if not months else months * 30
    end = np.maximum(decided, last - days) + np.asarray(lasts).astype("timedelta64[D]")
    if outcome == _DROPPED:
        end = decided.copy()
    end[rng.random(count) >= ends] = _NEVER
    words = texts(_REASONS[outcome])
    return Spells(
        person=person,
        kind=np.broadcast_to(np.asarray(kind), count).astype(np.int64),
        start=start,
        decided=decided,
        end=end,
        outcome=np.full(count, outcome),
        reason=words[rng.integers(0, len(words), count)],
    )


def _late(rng: np.random.Generator, twin: Twin, spells: Spells) -> Spells:
    """Move spells into the window, so that their end or refusal is seen there."""
    span = max(twin.window.months * 30 + 200, 60)
    begin = np.datetime64(twin.window.as_of) - rng.integers(
        40, span, len(spells.person)
    )
    shift = begin.astype("datetime64[D]") - spells.start
    spells.start, spells.decided = spells.start + shift, spells.decided + shift
    spells.end = spells.end + shift
    return spells


def _joined(parts: list[Spells], numbers: list[str]) -> Spells:
    whole = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("person", "kind", "start", "decided", "end", "outcome", "reason")
    ]
    names = np.array(picked(list(map(str, _KINDS)), whole[1]))
    order = np.lexsort((whole[2], names, np.array(picked(numbers, whole[0]))))
    person, kind, start = (column[order] for column in whole[:3])
    same = np.zeros(len(order), dtype=bool)  # a key only once
    same[1:] = (
        (person[1:] == person[:-1])
        & (kind[1:] == kind[:-1])
        & (start[1:] == start[:-1])
    )
    return Spells(*(column[order][~same] for column in whole))


def make_spells(twin: Twin) -> Spells:
    """All benefits of the town's people."""
    rng, pop = stream(twin.seed, "benefits"), twin.population
    people = pop.persons
    poor = _recipients(twin, rng)
    heads = pop.head[poor]
    parts = [_spells(rng, twin, heads, HOUSING, 0.06, _STOPPED)]
    for kind, share in ((LIVELIHOOD, 0.72), (MEDICAL, 0.70)):
        who = heads[rng.random(len(heads)) < share]
        parts.append(_spells(rng, twin, who, kind, 0.06, _STOPPED))
    is_poor = np.zeros(pop.households, dtype=bool)
    is_poor[poor] = True
    child = (people.relation == CHILD) & (people.age >= 7) & (people.age < 19)
    pupils = np.flatnonzero(child & is_poor[people.household])
    parts.append(_spells(rng, twin, pupils, SCHOOL, 0.1, _STOPPED))
    base = first_households(twin)
    others = base[~is_poor[base]]
    lean = pop.lean[others]
    near = weighted(rng, others, 0.9 * lean, round(pop.households * 0.02))
    parts.append(_spells(rng, twin, pop.head[near], NEAR, 0.1, _STOPPED))
    lost = weighted(rng, others, 1.0 * lean, round(pop.households * DROPPED_SHARE))
    half = len(lost) // 2
    for who, outcome in ((lost[:half], _STOPPED), (lost[half:], _DROPPED)):
        gone = _spells(rng, twin, pop.head[who], LIVELIHOOD, 1.0, outcome, months=6)
        parts.append(_late(rng, twin, gone))
    yearly = pop.households * EMERGENCY_SHARE * (twin.window.months + 24) / 12
    peak = twin.payers.hardship[others, BURN_IN:].max(axis=1)
    urgent = weighted(rng, others, 0.6 * peak, round(yearly))
    aid = _spells(rng, twin, pop.head[urgent], EMERGENCY, 1.0, _STOPPED, months=3)
    aid.decided = aid.start + np.timedelta64(2, "D")  # help first, checks later
    parts.append(_late(rng, twin, aid))
    old = np.flatnonzero(
        (people.age >= 66) & (rng.random(len(people.age)) < PENSION_SHARE)
    )
    parts.append(_spells(rng, twin, old, OLD, 0.01, _STOPPED))
    severe = np.flatnonzero(
        (people.disability == 1) & (people.age >= 18) & (people.age < 66)
    )
    severe = severe[rng.random(len(severe)) < 0.45]
    parts.append(_spells(rng, twin, severe, DISABLED, 0.02, _STOPPED))
    return _joined(parts, people.resident_no)


@dataclass
class _Words:
    """The spells' strings, written once for all months."""

    number: Texts
    kind: Texts
    start: Texts
    end: Texts


def _words(twin: Twin, spells: Spells) -> _Words:
    return _Words(
        texts(picked(twin.population.persons.resident_no, spells.person)),
        _KINDS[spells.kind],
        days_text(spells.start),
        days_text(spells.end),
    )


def _sheet(twin: Twin, spells: Spells, words: _Words, n: int, day: dt.date) -> Sheet:
    today = np.datetime64(day)
    forgotten = spells.end < today - np.timedelta64(MEMORY_DAYS, "D")
    here = np.flatnonzero((spells.start <= today) & ~forgotten)
    here = here[living(twin, spells.person[here], day)]
    over = spells.end[here] <= today
    state = np.where(spells.decided[here] > today, 3, 0)
    state = np.where(over, spells.outcome[here], state)
    columns = (
        words.number[here].tolist(),
        words.kind[here].tolist(),
        _STATES[state].tolist(),
        words.start[here].tolist(),
        np.where(over, words.end[here], "").tolist(),
        np.where(over, spells.reason[here], "").tolist(),
    )
    sheet = sheet_of("benefit", columns)
    _plant(twin, sheet, n)
    return sheet


def _plant(twin: Twin, sheet: Sheet, n: int) -> None:
    rng = stream(twin.seed, f"traps/benefit/{n}")
    if n % 3 == 0:
        bad_value(sheet, rng, "CODE_UNKNOWN", "급여종류", "특례")
        bad_value(sheet, rng, "DATE_BAD", "시작일", "20250231")
    if n % 2:
        ends_before_start(sheet, rng, "시작일", "종료일")
    damaged_numbers(sheet, rng, "주민번호", "RRN_MASKED RRN_MASKED RRN_LOST_ZERO")
    traps.repeats(sheet, rng, 3)
    traps.missing_words(sheet, rng, "종료일", 6)
    traps.written_dates(sheet, rng, "시작일", 2)


def files(twin: Twin) -> list[MoreFile]:
    """BENEFIT_YYYYMMDD.csv of every month."""
    spells = make_spells(twin)
    words = _words(twin, spells)
    return [
        MoreFile(
            f"BENEFIT_{ymd(day)}.csv",
            "benefit",
            day,
            partial(_sheet, twin, spells, words, n, day),
            "cp949",
            "\r\n",
        )
        for n, day in enumerate(twin.window.month_ends())
    ]


def receives_basic(twin: Twin, spells: Spells, day: dt.date) -> Ints:
    """Households with a 생계, 의료 or 주거 benefit on a day."""
    today = np.datetime64(day)
    now = (spells.decided <= today) & ~(spells.end <= today)
    now &= np.isin(spells.kind, (LIVELIHOOD, MEDICAL, HOUSING))
    return np.unique(twin.population.persons.household[spells.person[now]])
