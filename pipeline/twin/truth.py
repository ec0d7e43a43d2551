"""What really happened: for measuring the pipeline, which never reads it.

No resident number, name or address stands here: 세대번호 and account numbers only.
"""

import csv
import datetime as dt
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.twin.accounts import Accounts
from pipeline.twin.clock import BURN_IN, ym
from pipeline.twin.extracts import Twin, shown_unit
from pipeline.twin.hardship import in_crisis
from pipeline.twin.places import DETACHED
from pipeline.twin.registers import household_at

Finder = dict[tuple[str, ...], set[int]]


def _last_units(unit: str) -> str:
    return unit.split()[-1] if "층" in unit else unit


def _register_keys(twin: Twin, days: list[dt.date]) -> Finder:
    """What the given registers let a reader look up, and which households it finds."""
    pop, people, places = twin.population, twin.population.persons, twin.places
    found: Finder = defaultdict(set)
    births = [d[2:4] + d[5:7] + d[8:10] for d in people.birth.astype(str).tolist()]
    adults = np.flatnonzero(people.age >= 15).tolist()
    for day in days:
        column = twin.column(day)
        for p in adults:
            household, _ = household_at(twin, p, column)
            home = int(pop.registered_home[household, column])
            b, name = places.building[home], people.name[p]
            unit = _last_units(shown_unit(twin, home))
            area = f"{places.dong[b]}/{places.legal_area[b]}"
            found["birth", name, births[p], str(b)].add(household)
            found["phone", name, people.phone[p]].add(household)
            found["building", name, str(b)].add(household)
            found["unit", name, str(b), unit].add(household)
            found["area", name, area].add(household)
            found["area unit", name, area, unit].add(household)
    return found


def _lookups(twin: Twin, source: str, acc: Accounts, a: int) -> list[tuple[str, ...]]:
    """The exact ways to look an account of a source up in a register."""
    places, b, home = twin.places, acc.building[a], acc.home[a]
    name = acc.name[a]
    unit = _last_units(places.unit[home]) if home >= 0 else ""
    if source == "kepco":
        return [("birth", name, acc.birth[a], str(b))]
    if source == "gas":
        ways = [("phone", name, acc.phone[a]), ("unit", name, str(b), unit)]
        return [*ways, ("building", name, str(b))]
    area = f"{places.dong[b]}/{places.legal_area[b]}"
    return [("area unit", name, area, unit), ("area", name, area)]


def _knowable(found: Finder, ways: list[tuple[str, ...]], household: int) -> bool:
    """Whether the first way that finds anybody finds this household alone."""
    for way in ways:
        if hits := found.get(way):
            return hits == {household}
    return False


def _write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_accounts(
    twin: Twin,
    folder: Path,
    seen: dict[str, set[str]],
    registers: list[dt.date],
) -> None:
    """accounts.csv: whose account it is, and whether an exact match can tell.

    Grain: one account that stands in at least one file. `knowable`: in any register
    received before as_of; `knowable_latest`: in the latest of them alone.
    """
    ever = _register_keys(twin, registers)
    latest = _register_keys(twin, registers[-1:])
    rows = []
    for source, acc in sorted(twin.accounts.items()):
        for a in sorted(range(len(acc.number)), key=acc.number.__getitem__):
            if acc.number[a] not in seen[source]:
                continue
            payer = acc.payer[a]
            kind = twin.payers.kind(payer)
            flags = ["N", "N"]
            if kind == "home" and source == "nhis":
                flags = ["Y", "Y"]
            elif kind == "home":
                ways = _lookups(twin, source, acc, a)
                flags = ["NY"[_knowable(f, ways, payer)] for f in (ever, latest)]
            whose = twin.population.number[payer] if kind == "home" else ""
            rows.append([source, acc.number[a], whose, kind, *flags])
    header = ["source", "account", "household", "kind", "knowable", "knowable_latest"]
    _write_csv(folder / "accounts.csv", header, rows)


def write_households(twin: Twin, folder: Path) -> None:
    """households.csv: where they truly live at the end, and crisis by month."""
    pop, places, town = twin.population, twin.places, twin.town
    months = [ym(n) for n in twin.window.numbers]
    crisis = in_crisis(twin.payers.hardship[: pop.households, BURN_IN:]).astype(int)
    crisis = crisis[np.array(pop.split_parent)]
    rows = []
    for h in np.argsort(pop.number, kind="stable").tolist():
        home, registered = int(pop.home[h, -1]), int(pop.registered_home[h, -1])
        away = home < 0
        true_dong = "" if away else town.dongs[places.dong[places.building[home]]].code
        listed = town.dongs[places.dong[places.building[registered]]].code
        kind = places.kind[places.building[registered]]
        unit = bool(shown_unit(twin, registered)) or kind == DETACHED
        facts = ["Y" if home == registered else "N", "Y" if unit else "N"]
        rows.append(
            [pop.number[h], true_dong, listed, *facts, *map(str, crisis[h].tolist())]
        )
    header = ["household", "dong_true", "dong_registered", "address_correct"]
    header += ["unit_known", *(f"crisis_{month}" for month in months)]
    _write_csv(folder / "households.csv", header, rows)


def write_crisis(twin: Twin, folder: Path) -> int:
    """crisis.csv: hardship and crisis per household and month; returns the last count.

    A household that splits off within the window shares its parent's hardship.
    """
    pop = twin.population
    hardship = twin.payers.hardship[: pop.households, BURN_IN:][pop.split_parent]
    crisis = in_crisis(hardship)
    months = [ym(n) for n in twin.window.numbers]
    with (folder / "crisis.csv").open("w", encoding="utf-8", newline="") as out:
        out.write("household,month,crisis,hardship\n")
        for h in np.argsort(pop.number, kind="stable").tolist():
            number = pop.number[h]
            out.writelines(
                f"{number},{month},{flag:d},{value:.3f}\n"
                for month, flag, value in zip(
                    months, crisis[h].tolist(), hardship[h].tolist(), strict=True
                )
            )
    return int(crisis[:, -1].sum())


def write_json(path: Path, content: dict[str, Any]) -> None:
    """A JSON file whose bytes depend on its content alone."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
