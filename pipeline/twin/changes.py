"""변동: every change between two registers, as the state that it leaves behind."""

import datetime as dt
from functools import partial

import numpy as np

from pipeline.twin import traps
from pipeline.twin.clock import month_day, month_no, stream, ym
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import HEADERS, MoreFile, bad_value, damaged_numbers
from pipeline.twin.register_life import Lives, make_lives, person_row, recoded
from pipeline.twin.sheets import Row, Sheet

# Person, day, kind, number before a correction.
Change = tuple[int, dt.date, str, str]


def _members(twin: Twin, household: int, column: int) -> list[int]:
    """Who belongs to a household in a month; nobody before it has split off."""
    pop = twin.population
    if pop.split_month[household] > column:
        return []
    if pop.split_month[household] > 0:
        return [int(pop.head[household])]
    start, end = np.searchsorted(pop.persons.household, [household, household + 1])
    return [
        person
        for person in range(int(start), int(end))
        if not 0 < pop.split_month[pop.split_person.get(person, 0)] <= column
        or person not in pop.split_person
    ]


def _moves(twin: Twin, column: int) -> list[Change]:
    pop = twin.population
    home, since = pop.registered_home, pop.moved_in
    moved = home[:, column - 1] != home[:, column]
    # Who registers anew at the same address has a new day of moving in.
    moved |= since[:, column - 1] != since[:, column]
    out: list[Change] = []
    for household in np.flatnonzero(moved).tolist():
        if pop.split_month[household] == column:
            continue  # its 세대분리 tells of the new address
        # Who has split off stays in the flat and moves with the parent household.
        day = pop.moved_in[pop.split_parent[household], column].astype(object)
        for person in _members(twin, household, column):
            out.append((person, day, "전입", ""))
    return out


def _own(twin: Twin, column: int) -> list[Change]:
    """Births, deaths and splits of a month."""
    pop, people = twin.population, twin.population.persons
    number = twin.window.first + column - 1
    first, later = (np.datetime64(month_day(n, 1)) for n in (number, number + 1))
    out: list[Change] = []
    for kind, days in (("출생", people.birth), ("사망", people.died)):
        here = np.flatnonzero((days >= first) & (days < later))
        out += [(p, days[p].astype(object), kind, "") for p in here.tolist()]
    for person, household in pop.split_person.items():
        if pop.split_month[household] == column:
            day = pop.moved_in[household, column].astype(object)
            out.append((person, day, "세대분리", ""))
    return out


def _further(lives: Lives, month: int) -> list[Change]:
    out: list[Change] = [(p, day, "전입", "") for p, day in lives.arrives.items()]
    for person, (gone, back) in lives.cancelled.items():
        out += [(person, gone, "말소", ""), (person, back, "재등록", "")]
    out += [(p, day, "정정", old) for p, (day, old) in lives.corrected.items()]
    out += [(p, day, "세대합가", "") for p, (day, _) in lives.merged.items()]
    return [change for change in out if month_no(change[1]) == month]


def changes_of(twin: Twin, lives: Lives, month: int) -> list[Row]:
    """The changes of a month, in order of number, day and kind."""
    column, people = month - twin.window.first + 1, twin.population.persons
    rows: list[Row] = []
    found = [*_moves(twin, column), *_own(twin, column), *_further(lives, month)]
    for person, day, kind, old in found:
        today = np.datetime64(day)
        gone = kind == "말소"
        if people.birth[person] > today or (people.died[person] < today):
            continue
        if lives.is_hidden(person, day) and not gone:
            continue
        state = person_row(twin, lives, person, day)
        rows.append([*state, kind, f"{day:%Y%m%d}", old])
    for row, day, kind in lives.leavers:
        if month_no(day) == month:
            rows.append([*recoded(twin, row, day), kind, f"{day:%Y%m%d}", ""])
    rows.sort(key=lambda row: (row[2], row[16], row[15]))
    return rows


def _sheet(twin: Twin, lives: Lives, n: int, day: dt.date) -> Sheet:
    rows = changes_of(twin, lives, month_no(day))
    sheet = Sheet(HEADERS["resident_change"], rows)
    rng = stream(twin.seed, f"traps/resident_change/{n}")
    if n % 3 == 1:
        bad_value(sheet, rng, "CODE_UNKNOWN", "변동구분", "주소정정")
    if n % 3 == 2:
        bad_value(sheet, rng, "DATE_BAD", "변동일", "20250230")
    damaged_numbers(sheet, rng, "주민번호", "RRN_MASKED")
    traps.repeats(sheet, rng, 1)
    traps.missing_words(sheet, rng, "사망일", 2)
    traps.written_dates(sheet, rng, "변동일", 1)
    traps.odd_text(sheet, rng, "성명", "도로명주소", nfd=False)
    return sheet


def files(twin: Twin) -> list[MoreFile]:
    """RESIDENT_CHANGE_YYYYMM.csv of every month."""
    lives = make_lives(twin)
    return [
        MoreFile(
            f"RESIDENT_CHANGE_{ym(month_no(day))}.csv",
            "resident_change",
            day,
            partial(_sheet, twin, lives, n, day),
            "cp949",
            "\r\n",
        )
        for n, day in enumerate(twin.window.month_ends())
    ]
