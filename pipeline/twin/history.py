"""Earlier rounds: whom the office listed, reached, and what its officers found.

The list follows a fixed formula of months overdue and stops with noise; it knows
nothing of the truth. About 1 % of the households are listed in a round, as in 천안.
Officers see the truth through an error; whoever was not reached says nothing. Of the
unreached about a quarter do not live where they are registered.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Floats, Window, month_day, month_no, stream, ymd
from pipeline.twin.extracts import COLUMNS, Twin
from pipeline.twin.hardship import BROAD_ABOVE
from pipeline.twin.sheets import Row, Sheet

LISTED_SHARE = 0.010
WEEKS = 8
# A round that begins on the 3rd closes at the end of the next month.
SELECTED_ON = 3
HISTORY_DELAY = dt.timedelta(days=8)  # about ten after the round closed
SEES_NEED, SEES_NO_NEED = 0.84, 0.87
# Of 1,000 who were reached, as officers found need or none; together the published
# shares of 2022.
_NEEDY = {"S1": 78, "S2": 33, "S3": 52, "S4": 253, "S5": 376, "C1": 25, "N1": 35,
          "N5": 148}  # fmt: skip
_FINE = {"S4": 40, "S5": 440, "N5": 374, "N1": 70, "N2": 20, "N3": 12, "N4": 18,
         "R1": 18}  # fmt: skip
_AWAY = {"L1": 58, "L2": 14, "L5": 6, "L6": 8, "L7": 4, "L8": 6, "L9": 2}
_GONE = {"L4": 30, "L3": 18, "L1": 40, "L2": 12}
REACHED, REACHED_ELSEWHERE = 0.965, 0.80  # a phone is answered anywhere
PENDING, UNTOUCHED = 0.082, 0.003
NOISE = 0.7
AGAIN_AFTER = 2  # months in which who was met is mostly left in peace


@dataclass(frozen=True)
class Round:
    """A round before the pipeline was in use."""

    name: str
    selected: dt.date
    closed: dt.date
    month: int  # of the file


def rounds(window: Window) -> list[Round]:
    """Rounds of two months that saw at least one extract and closed before as_of."""
    out = []
    for number in window.numbers:
        month = (number - 1) % 12 + 1
        selected = month_day(number, SELECTED_ON)
        closed = selected + dt.timedelta(weeks=WEEKS)
        old_enough = number >= window.first + 2
        if month % 2 and old_enough and month_no(closed) < month_no(window.as_of):
            name = f"{selected.year}-R{(month + 1) // 2}"
            out.append(Round(name, selected, closed, month_no(closed)))
    return out


def _formula(twin: Twin, step: int, day: dt.date) -> Floats:
    """The office's own ranking: months capped, stops counted double."""
    payers, today = twin.payers, np.datetime64(day)
    households = twin.population.households
    score = np.zeros(households)
    for source, weight in {
        "nhis": 0.10,
        "kepco": 0.5,
        "water": 0.4,
        "gas": 0.4,
    }.items():
        unpaid, current = payers.unpaid[source], twin.accounts[source].current
        column = twin.column(day) - 3
        has = current[:households, max(column, 0)] >= 0
        months = np.minimum(unpaid.months[:households, step], 24)
        score += np.where(has, (months > 0) * 0.6 + months * weight, 0)
        recent = (unpaid.stop_day < today) & ~(unpaid.restored_day < today)
        stopped = unpaid.stop_payer[recent & (unpaid.stop_payer < households)]
        score[stopped] += np.where(has[stopped], 2.0, 0)
    return score


def _pick(rng: np.random.Generator, shares: dict[str, int]) -> str:
    weights = np.array(list(shares.values()), dtype=float)
    return list(shares)[int(rng.choice(len(weights), p=weights / weights.sum()))]


@dataclass
class _Visit:
    """What came of one listing."""

    contacted: str = ""
    method: str = ""
    attempts: int = 3
    code: str = "P1"
    need: str = ""
    level: str = ""

    @property
    def closed(self) -> bool:
        """Whether the household need not be listed again soon."""
        return bool(self.contacted)


def _unreached(rng: np.random.Generator, away: bool) -> _Visit:
    code = _pick(rng, _GONE if away else _AWAY)
    return _Visit(code=code, attempts=int(rng.integers(2, 5)))


def _reached(rng: np.random.Generator, need_now: float, this: Round) -> _Visit:
    needs = need_now > BROAD_ABOVE
    found = rng.random() < (SEES_NEED if needs else 1 - SEES_NO_NEED)
    day = this.selected + dt.timedelta(days=int(rng.integers(2, WEEKS * 7 - 4)))
    need = "Y" if found else "N"
    if rng.random() < 0.10:
        need = "U"
    level = round(2.1 + 0.75 * (need_now - 1.4) + rng.normal(0, 0.7))
    level = max(3, level) if need == "Y" else min(2, level) if need == "N" else level
    methods = {"전화": 50, "방문": 38, "내방": 10, "우편": 2}
    return _Visit(
        contacted=ymd(day),
        method=_pick(rng, methods),
        attempts=int(rng.choice(3, p=[0.6, 0.28, 0.12])) + 1,
        code=_pick(rng, _NEEDY if found else _FINE),
        need=need if rng.random() < 0.92 else "",
        level=str(min(max(level, 1), 5)) if rng.random() < 0.7 else "",
    )


def _outcome(
    rng: np.random.Generator, twin: Twin, household: int, this: Round
) -> _Visit:
    pop = twin.population
    column = twin.column(this.selected)
    person = int(pop.head[household])
    if pop.persons.died[person] <= np.datetime64(this.selected):
        return _Visit(code="D1", attempts=1)
    away = pop.home[household, column] != pop.registered_home[household, column]
    chance = REACHED_ELSEWHERE if away else REACHED
    chance -= 0.05 if not pop.persons.phone[person] else 0.0
    chance -= 0.30 if pop.is_residence_unknown[household] else 0.0
    need = float(twin.payers.need[household, column - 1])
    chance = twin.scenario.reach(chance, need)
    waiting = rng.random()
    if waiting < PENDING + UNTOUCHED:
        return _Visit(code="P1" if waiting < PENDING else "P0", attempts=1)
    if rng.random() > chance:
        return _unreached(rng, bool(away))
    return _reached(rng, need, this)


def history_sheets(twin: Twin) -> list[tuple[Round, Sheet]]:
    """The result file of every earlier round, in order."""
    rng, pop = stream(twin.seed, "history"), twin.population
    contacted = np.full(pop.households, -(10**6))  # month of the last contact
    dongs = np.array(twin.places.dong)[np.array(twin.places.building)]
    out = []
    for this in rounds(twin.window):
        month = month_no(this.selected)
        score = _formula(twin, twin.window.step(month - 2), this.selected)
        score = np.where(score > 0, score + rng.normal(0, NOISE, len(score)), -np.inf)
        recently = (month - contacted < AGAIN_AFTER) & (rng.random(len(score)) < 0.9)
        score[recently | (pop.split_month > twin.column(this.selected))] = -np.inf
        dong = dongs[pop.registered_home[:, twin.column(this.selected)]]
        rows: list[Row] = []
        for d in range(len(twin.town.dongs)):
            mine = np.flatnonzero(dong == d)
            room = max(1, round(len(mine) * LISTED_SHARE))
            best = mine[np.argsort(-score[mine], kind="stable")][:room]
            for household in best[np.isfinite(score[best])]:
                visit = _outcome(rng, twin, int(household), this)
                if visit.closed:
                    contacted[household] = month
                number = pop.persons.resident_no[int(pop.head[household])]
                rows.append(_line(this, number, visit))
        rows.sort(key=lambda row: row[1])
        out.append((this, Sheet(COLUMNS["history"], rows)))
    return out


def _line(this: Round, number: str, visit: _Visit) -> Row:
    return [
        this.name,
        number,
        ymd(this.selected),
        visit.contacted,
        visit.method,
        str(visit.attempts),
        visit.code,
        visit.need,
        visit.level,
    ]
