"""The registers: residents, who serves a dong, and the ministry's dong codes."""

import datetime as dt

import numpy as np

from pipeline.twin.clock import Flags, Ints, month_day, texts, ymd
from pipeline.twin.extracts import Twin
from pipeline.twin.facts import Dong, Town
from pipeline.twin.persons import RELATIONS
from pipeline.twin.sheets import Row, Sheet, Table
from pipeline.twin.written import COLUMNS, day_texts

ROUND_WEEKS = 8
SLOTS_PER_HOUSEHOLD = 0.009  # 57 of 6,800 households per dong and round


def household_at(twin: Twin, person: int, column: int) -> tuple[int, bool]:
    """A person's household in a month, and whether they head it after splitting off."""
    goes = twin.population.split_person.get(person)
    if goes is not None and 0 < twin.population.split_month[goes] <= column:
        return goes, True
    return int(twin.population.persons.household[person]), False


def households_at(twin: Twin, column: int) -> tuple[Ints, Flags]:
    """Everybody's household in a month, and who heads one after splitting off."""
    pop = twin.population
    household = pop.persons.household.copy()
    is_head = np.zeros(len(household), dtype=bool)
    for person, goes in pop.split_person.items():
        if 0 < pop.split_month[goes] <= column:
            household[person], is_head[person] = goes, True
    return household, is_head


def resident_sheet(twin: Twin, day: dt.date) -> Sheet:
    """The whole register on a day: everybody born, the dead with their day."""
    pop, people, places = twin.population, twin.population.persons, twin.places
    column, today = twin.column(day), np.datetime64(day)
    address = twin.addresses(day)
    all_of_them, heads = households_at(twin, column)
    p = people.order[people.birth[people.order] <= today]
    household = all_of_them[p]
    home = pop.registered_home[household, column]
    building = np.array(places.building)[home]
    died = np.where(people.died[p] <= today, people.died[p], np.datetime64("NaT"))
    relation = texts(RELATIONS)[np.where(heads[p], 0, people.relation[p])]
    yes_no = texts("NY")
    ward = texts(str(n) for n in range(100))
    return Sheet(
        COLUMNS["resident"],
        Table(
            [
                texts(pop.number)[household].tolist(),
                relation.tolist(),
                texts(people.resident_no)[p].tolist(),
                texts(people.name)[p].tolist(),
                day_texts(pop.moved_in[household, column]).tolist(),
                address.code[building].tolist(),
                address.road[building].tolist(),
                twin.units("register")[home].tolist(),
                ward[np.array(places.tong)[building]].tolist(),
                ward[building % 6 + 1].tolist(),
                yes_no[pop.is_residence_unknown[household] * 1].tolist(),
                day_texts(died).tolist(),
                texts(people.phone)[p].tolist(),
                ward[people.disability[p]].tolist(),
                yes_no[pop.is_protected[household] * 1].tolist(),
            ]
        ),
    )


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
    hubs = {"": ""} | {dong.code: dong.code_on(day) for dong in dongs}
    largest = max(target, key=lambda code: (target[code], code))
    start = ymd(month_day(twin.window.first - 12, 1))
    rows: list[Row] = []
    for dong in dongs:
        served = dong.code in target
        fte, weekly = _team(dong, target[dong.code]) if served else ("0", "1")
        label = "맞춤형복지팀" if served else "복지팀(권역)"
        code, hub = dong.code_on(day), hubs[dong.hub]
        row = [code, f"{dong.name} {label}", hub, fte, weekly, start, ""]
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
