"""The registers: residents, who serves a dong, and the ministry's dong codes."""

import datetime as dt

import numpy as np

from pipeline.twin.clock import month_day, ymd
from pipeline.twin.extracts import COLUMNS, Twin, shown_unit
from pipeline.twin.facts import Dong, Town
from pipeline.twin.persons import RELATIONS
from pipeline.twin.sheets import Row, Sheet

ROUND_WEEKS = 8
SLOTS_PER_HOUSEHOLD = 0.009  # 57 of 6,800 households per dong and round


def household_at(twin: Twin, person: int, column: int) -> tuple[int, bool]:
    """A person's household in a month, and whether they head it after splitting off."""
    goes = twin.population.split_person.get(person)
    if goes is not None and 0 < twin.population.split_month[goes] <= column:
        return goes, True
    return int(twin.population.persons.household[person]), False


def resident_sheet(twin: Twin, day: dt.date) -> Sheet:
    """The whole register on a day: everybody born, the dead with their day."""
    pop, people, places = twin.population, twin.population.persons, twin.places
    column, today = twin.column(day), np.datetime64(day)
    rows: list[Row] = []
    moved_in = np.char.replace(pop.moved_in[:, column].astype(str), "-", "")
    died = np.where(
        people.died <= today, np.char.replace(people.died.astype(str), "-", ""), ""
    )
    for p in np.flatnonzero(people.birth <= today).tolist():
        household, is_head = household_at(twin, p, column)
        home = int(pop.registered_home[household, column])
        building = places.building[home]
        rows.append(
            [
                pop.number[household],
                RELATIONS[0 if is_head else people.relation[p]],
                people.resident_no[p],
                people.name[p],
                str(moved_in[household]),
                twin.town.dongs[places.dong[building]].code,
                places.road[building],
                shown_unit(twin, home),
                str(places.tong[building]),
                str(building % 6 + 1),
                "Y" if pop.is_residence_unknown[household] else "N",
                str(died[p]),
                people.phone[p],
                str(people.disability[p]),
                "Y" if pop.is_protected[household] else "N",
            ]
        )
    rows.sort(key=lambda row: row[2])
    return Sheet(COLUMNS["resident"], rows)


def _team(dong: Dong, target: float) -> tuple[str, str]:
    """FTE and weekly cases that make about `target` slots in a round.

    A town smaller than the real one has teams smaller than the real ones: an FTE
    below 1 is the share of an officer's time that so few households would get.
    """
    weekly = max(1, min(8, round(target / ROUND_WEEKS / 2)))
    fte = max(target / ROUND_WEEKS / weekly, 0.13)  # at least one slot a round
    return f"{min(fte, 3):.2f}", str(weekly)


def team_sheet(twin: Twin, day: dt.date, *, changed: bool) -> Sheet:
    """Who serves a dong; rural dongs of a hub have FTE 0 and the hub's code.

    The later file holds a change: the largest team gets a third more hands from its
    reference date on, and its earlier line ends there.
    """
    dongs = twin.town.dongs
    total = sum(dong.weight for dong in dongs)
    target = {
        dong.code: twin.population.households
        * dong.weight
        / total
        * SLOTS_PER_HOUSEHOLD
        for dong in dongs
    }
    for dong in dongs:
        if dong.hub and dong.hub != dong.code:
            target[dong.hub] += target.pop(dong.code)
    largest = max(target, key=lambda code: (target[code], code))
    start = ymd(month_day(twin.window.first - 12, 1))
    rows: list[Row] = []
    for dong in dongs:
        served = dong.code in target
        fte, weekly = _team(dong, target[dong.code]) if served else ("0", "1")
        label = "맞춤형복지팀" if served else "복지팀(권역)"
        row = [dong.code, f"{dong.name} {label}", dong.hub, fte, weekly, start, ""]
        rows.append(row)
        if changed and dong.code == largest:
            row[6] = ymd(day)
            more = f"{float(fte) * 4 / 3:.2f}"
            rows.append([*row[:3], more, weekly, ymd(day), ""])
    return Sheet(COLUMNS["team"], rows)


def codes_sheet(town: Town, day: dt.date) -> Sheet:
    """The ministry's register for the town as published on a day, with its history."""
    today = ymd(day)
    rows = [
        [c.code, c.sido, c.sgg, c.dong, c.created, c.abolished if known else ""]
        for c in town.codes
        if c.created <= today
        for known in [bool(c.abolished) and c.abolished <= today]
    ]
    return Sheet(COLUMNS["kikcd_h"], rows)
