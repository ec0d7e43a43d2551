"""Lives that the population does not lead by itself: who leaves, comes, is corrected.

Whatever stands here ends in the population's own state: the latest register and the
truth are the same with and without it, but for the people who left.
"""

import datetime as dt
from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from pipeline.twin.clock import Ints, stream
from pipeline.twin.extracts import Twin, shown_unit
from pipeline.twin.names import draw_given, draw_surnames
from pipeline.twin.persons import (
    COHABITANT,
    HEAD,
    NEVER,
    OTHER,
    PARENT,
    RELATIONS,
    SPOUSE,
)
from pipeline.twin.registers import household_at
from pipeline.twin.sheets import Row, Sheet, Table

# Per household and year.
NEWCOMERS, CANCELLED, CORRECTED, MERGED, LEAVERS = 0.002, 0.0006, 0.0005, 0.001, 0.003
ABROAD_SHARE = 0.2
_CHECK = np.array([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])


@dataclass
class Lives:
    """Who is hidden, renumbered or still here, until or from a day on; by person."""

    arrives: dict[int, dt.date] = field(default_factory=dict)
    cancelled: dict[int, tuple[dt.date, dt.date]] = field(default_factory=dict)
    corrected: dict[int, tuple[dt.date, str]] = field(default_factory=dict)
    merged: dict[int, tuple[dt.date, str]] = field(default_factory=dict)
    # Row, the day of leaving and what it is called.
    leavers: list[tuple[Row, dt.date, str]] = field(default_factory=list)

    def is_hidden(self, person: int, day: dt.date) -> bool:
        """Whether no register of the town has this person on a day."""
        if person in self.arrives and day < self.arrives[person]:
            return True
        gone, back = self.cancelled.get(person, (dt.date.max, dt.date.max))
        return gone <= day < back


def invented_number(
    rng: np.random.Generator, born: dt.date, *, female: bool, taken: set[str]
) -> str:
    """A resident number that nobody has; its check digit is wrong, as all of ours."""
    gender = (2 if female else 1) + (2 if born.year >= 2000 else 0)
    while True:
        twelve = f"{born:%y%m%d}{gender}{rng.integers(0, 100_000):05d}"
        digits = np.array([int(digit) for digit in twelve])
        check = (11 - int(digits @ _CHECK) % 11) % 10
        number = f"{twelve}{(check + 1 + int(rng.integers(0, 9))) % 10}"
        if number not in taken:
            taken.add(number)
            return number


def person_row(twin: Twin, lives: Lives, person: int, day: dt.date) -> Row:
    """A person's line in the register at the end of a day's month."""
    pop, people, places = twin.population, twin.population.persons, twin.places
    column = twin.column(day)
    died = people.died[person]
    if died <= np.datetime64(day):  # the dead no longer move
        column = min(column, max(twin.column(died.astype(object)), 0))
    household, is_head = household_at(twin, person, column)
    home = int(pop.registered_home[household, column])
    building = places.building[home]
    since = pop.moved_in[household, column].astype(object)
    if person in lives.arrives:
        since = max(since, lives.arrives[person])
    number = people.resident_no[person]
    if person in lives.corrected and day < lives.corrected[person][0]:
        number = lives.corrected[person][1]
    registry, relation = pop.number[household], RELATIONS[people.relation[person]]
    if person in lives.merged and day < lives.merged[person][0]:
        registry, is_head = lives.merged[person][1], True
    return [
        registry,
        RELATIONS[HEAD] if is_head else relation,
        number,
        people.name[person],
        f"{since:%Y%m%d}",
        twin.addresses(day).code[building],
        twin.addresses(day).road[building],
        shown_unit(twin, home),
        str(places.tong[building]),
        str(building % 6 + 1),
        "Y" if pop.is_residence_unknown[household] else "N",
        f"{died.astype(object):%Y%m%d}" if died <= np.datetime64(day) else "",
        people.phone[person],
        str(people.disability[person]),
        "Y" if pop.is_protected[household] else "N",
    ]


def _free_homes(twin: Twin) -> Ints:
    """Homes that nobody lives in or is registered in within the window."""
    pop = twin.population
    used = np.zeros(len(twin.places.building) + 1, dtype=bool)
    used[pop.home.ravel()] = True  # -1 marks the one behind the last
    used[pop.registered_home.ravel()] = True
    return np.flatnonzero(~used[:-1])


def _leaver_rows(
    twin: Twin, rng: np.random.Generator, home: int, number: str, taken: set[str]
) -> list[Row]:
    """A household of one or two that is in no truth: it has left by now."""
    places, building = twin.places, twin.places.building[home]
    rows: list[Row] = []
    surname = draw_surnames(rng, 1)[0]
    for relation in (0, 2)[: int(rng.integers(1, 3))]:
        years = int(rng.integers(1960, 1992)) + (30 if relation else 0)
        born = dt.date(years, int(rng.integers(1, 13)), int(rng.integers(1, 28)))
        female = bool(rng.random() < 0.5)
        given = draw_given(rng, np.array([years]), np.array([female]))[0]
        rows.append(
            [
                number,
                RELATIONS[relation],
                invented_number(rng, born, female=female, taken=taken),
                surname + given,
                f"{int(rng.integers(2008, 2020))}0{int(rng.integers(1, 10))}11",
                twin.town.dongs[places.dong[building]].code,
                places.road[building],
                shown_unit(twin, home),
                str(places.tong[building]),
                str(building % 6 + 1),
                "N",
                "",
                f"010{int(rng.integers(20_000_000, 99_999_999))}",
                "0",
                "N",
            ]
        )
    return rows


def _days(twin: Twin, rng: np.random.Generator, count: int) -> list[dt.date]:
    """Days within the window, any of them."""
    first = dt.date((twin.window.first - 1) // 12, (twin.window.first - 1) % 12 + 1, 1)
    span = (twin.window.as_of.replace(day=1) - first).days
    return [first + dt.timedelta(days=int(n)) for n in rng.integers(0, span, count)]


def make_lives(twin: Twin) -> Lives:
    """Draw these lives; nobody has two of them, and no account hangs on any."""
    rng, people = stream(twin.seed, "register/lives"), twin.population.persons
    lives, taken = Lives(), set(people.resident_no)
    years = twin.window.months / 12
    start = np.datetime64(_first_day(twin))
    steady = (people.birth < start) & (people.died == NEVER)
    steady[list(twin.population.split_person)] = False
    member = steady & (people.relation != HEAD) & (people.relation != SPOUSE)
    used: set[int] = set()

    def some(rate: float, fits: np.ndarray) -> list[int]:
        count = max(1, round(rate * years * twin.population.households))
        pool = np.array([p for p in np.flatnonzero(fits).tolist() if p not in used])
        picks = rng.permutation(pool)[:count].tolist()
        used.update(picks)
        return [int(p) for p in picks]

    young = member & (people.age < 30)
    who = some(NEWCOMERS, young)
    lives.arrives = dict(zip(who, _days(twin, rng, len(who)), strict=True))
    who = some(CANCELLED, member & (people.age >= 18))
    for person, day in zip(who, _days(twin, rng, len(who)), strict=True):
        back = day + dt.timedelta(days=int(rng.integers(40, 400)))
        lives.cancelled[person] = (day, back)
    who = some(CORRECTED, steady & ~people.is_foreign)
    for person, day in zip(who, _days(twin, rng, len(who)), strict=True):
        born = people.birth[person].astype(object)
        # Corrected was the day of birth or what stands behind it.
        wrong = born.replace(day=born.day % 27 + 1) if rng.random() < 0.5 else born
        female = bool(people.is_female[person])
        old = invented_number(rng, wrong, female=female, taken=taken)
        lives.corrected[person] = (day, old)
    kinds = np.isin(people.relation, (PARENT, OTHER, COHABITANT))
    who = some(MERGED, member & kinds & (people.age >= 20))
    for n, (person, day) in enumerate(
        zip(who, _days(twin, rng, len(who)), strict=True)
    ):
        lives.merged[person] = (day, f"45{n * 977 + 11:010d}")
    homes = rng.permutation(_free_homes(twin))
    count = max(2, round(LEAVERS * years * twin.population.households))
    for n, (home, day) in enumerate(
        zip(homes[:count].tolist(), _days(twin, rng, count), strict=False)
    ):
        kind = "국외이주" if rng.random() < ABROAD_SHARE else "전출"
        number = f"46{n * 983 + 17:010d}"
        for row in _leaver_rows(twin, rng, home, number, taken):
            lives.leavers.append((row, day, kind))
    return lives


def _first_day(twin: Twin) -> dt.date:
    number = twin.window.first
    return dt.date((number - 1) // 12, (number - 1) % 12 + 1, 1)


def _dead_and_moved(twin: Twin, day: dt.date) -> Ints:
    """The dead whose household has moved since: they stay where they died."""
    pop, people = twin.population, twin.population.persons
    dead = np.flatnonzero(people.died <= np.datetime64(day))
    then = people.died[dead].astype("datetime64[M]").astype(int) + 1970 * 12 + 1
    column = np.clip(then - twin.window.first + 1, 0, twin.column(day))
    home = pop.registered_home[people.household[dead]]
    return np.asarray(
        dead[home[np.arange(len(dead)), column] != home[:, twin.column(day)]]
    )


def recoded(twin: Twin, row: Row, day: dt.date) -> Row:
    """A register's row with the dong code and address of the day."""
    dong = next((dong for dong in twin.town.dongs if dong.code == row[5]), None)
    if dong is None or dong.code_on(day) == dong.code:
        return row
    road = dong.prefix_on(day) + row[6][len(dong.prefix) :]
    return [*row[:5], dong.code_on(day), road, *row[7:]]


def amend_register(twin: Twin, day: dt.date, sheet: Sheet) -> Sheet:
    """A clean register with the leavers still in it and the newcomers not yet."""
    lives, people = make_lives(twin), twin.population.persons
    concerned = [*lives.arrives, *lives.cancelled, *lives.corrected, *lives.merged]
    concerned += _dead_and_moved(twin, day).tolist()
    concerned = [p for p in concerned if people.birth[p] <= np.datetime64(day)]
    new = [recoded(twin, row, day) for row, left, _ in lives.leavers if day < left]
    shown = [p for p in concerned if not lives.is_hidden(p, day)]
    new += [person_row(twin, lives, p, day) for p in shown]
    away = {people.resident_no[p] for p in concerned}
    rows, number = sheet.rows, sheet.at("주민번호")
    columns = rows.columns if isinstance(rows, Table) else list(zip(*rows, strict=True))
    stays = [n not in away for n in columns[number]]
    # Column by column: a list per resident would be most of the twin's memory.
    merged = [
        [*compress(column, stays), *(row[i] for row in new)]
        for i, column in enumerate(columns)
    ]
    order = sorted(range(len(merged[number])), key=merged[number].__getitem__)
    return Sheet(
        sheet.columns, Table([[column[i] for i in order] for column in merged])
    )
