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

# What is looked up -> households found, and whether the latest register finds them.
Finder = dict[tuple[str, ...], dict[int, bool]]


def _last_units(unit: str) -> str:
    return unit.split()[-1] if "층" in unit else unit


def _holders(twin: Twin, seen: dict[str, set[str]]) -> set[str]:
    """The names that stand on accounts in any file."""
    return {
        acc.name[a]
        for source, acc in twin.accounts.items()
        for a in range(len(acc.number))
        if acc.number[a] in seen[source]
    }


def _register_keys(twin: Twin, days: list[dt.date], names: set[str]) -> Finder:
    """What the given registers let a reader look up, and which households it finds."""
    pop, people, places = twin.population, twin.population.persons, twin.places
    found: Finder = defaultdict(dict)
    births = [d[2:4] + d[5:7] + d[8:10] for d in people.birth.astype(str).tolist()]
    wanted = [
        p for p in np.flatnonzero(people.age >= 15).tolist() if people.name[p] in names
    ]
    known: set[tuple[int, int, int]] = set()
    for day in reversed(days):
        is_latest, column = day == days[-1], twin.column(day)
        for p in wanted:
            household, _ = household_at(twin, p, column)
            home = int(pop.registered_home[household, column])
            if (p, household, home) in known:
                continue  # nothing new since the later register
            known.add((p, household, home))
            b, name = places.building[home], people.name[p]
            unit = _last_units(shown_unit(twin, home))
            area = f"{places.dong[b]}/{places.legal_area[b]}"
            for key in (
                ("birth", name, births[p], str(b)),
                ("phone", name, people.phone[p]),
                ("building", name, str(b)),
                ("unit", name, str(b), unit),
                ("area", name, area),
                ("area unit", name, area, unit),
            ):
                found[key].setdefault(household, is_latest)
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


def _knowable(
    found: Finder, ways: list[tuple[str, ...]], household: int, *, latest: bool
) -> bool:
    """Whether the first way that finds anybody finds this household alone."""
    for way in ways:
        hits = found.get(way, {})
        if whom := [h for h, is_latest in hits.items() if is_latest or not latest]:
            return whom == [household]
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
    found = _register_keys(twin, registers, _holders(twin, seen))
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
                flags = [
                    "NY"[_knowable(found, ways, payer, latest=latest)]
                    for latest in (False, True)
                ]
            whose = twin.population.number[payer] if kind == "home" else ""
            rows.append([source, acc.number[a], whose, kind, *flags])
    header = ["source", "account", "household", "kind", "knowable", "knowable_latest"]
    _write_csv(folder / "accounts.csv", header, rows)


def write_households(twin: Twin, folder: Path) -> None:
    """households.csv: where they truly live at the end, and crisis by month."""
    pop, places, town = twin.population, twin.places, twin.town
    months = [ym(n) for n in twin.window.numbers]
    crisis = in_crisis(twin.payers.hardship[: pop.households, BURN_IN:]).astype(int)
    rows = []
    for h in np.argsort(pop.number, kind="stable").tolist():
        home, registered = int(pop.home[h, -1]), int(pop.registered_home[h, -1])
        away = home < 0
        true_dong = "" if away else town.dongs[places.dong[places.building[home]]].code
        listed = town.dongs[places.dong[places.building[registered]]].code
        kind = places.kind[places.building[registered]]
        unit = bool(shown_unit(twin, registered)) or kind == DETACHED
        facts = ["Y" if home == registered else "N", "Y" if unit else "N"]
        born = max(int(pop.split_month[h]) - 1, 0)  # no flag before there is one
        flags = [""] * born + [str(flag) for flag in crisis[h, born:]]
        rows.append([pop.number[h], true_dong, listed, *facts, *flags])
    header = ["household", "dong_true", "dong_registered", "address_correct"]
    header += ["unit_known", *(f"crisis_{month}" for month in months)]
    _write_csv(folder / "households.csv", header, rows)


def write_crisis(twin: Twin, folder: Path) -> int:
    """crisis.csv: hardship and crisis by month; returns how many are in the last one.

    Grain: one household and month, from the month on in which the household exists.
    """
    pop = twin.population
    hardship = twin.payers.hardship[: pop.households, BURN_IN:]
    crisis = in_crisis(hardship)
    months = [ym(n) for n in twin.window.numbers]
    with (folder / "crisis.csv").open("w", encoding="utf-8", newline="") as out:
        out.write("household,month,crisis,hardship\n")
        for h in np.argsort(pop.number, kind="stable").tolist():
            number, born = pop.number[h], max(int(pop.split_month[h]) - 1, 0)
            lines = zip(months, crisis[h].tolist(), hardship[h].tolist(), strict=True)
            out.writelines(
                f"{number},{month},{flag:d},{value:.3f}\n"
                for month, flag, value in list(lines)[born:]
            )
    return int(crisis[:, -1].sum())


def write_json(path: Path, content: dict[str, Any]) -> None:
    """A JSON file whose bytes depend on its content alone."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
