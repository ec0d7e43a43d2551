"""What really happened: for measuring the pipeline, which never reads it.

No resident number, name or address stands here: 세대번호 and account numbers only.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.twin.clock import Ints, texts, ym
from pipeline.twin.extracts import Twin
from pipeline.twin.hardship import in_broad_hardship, in_crisis
from pipeline.twin.knowable import Look, looks_of, told_apart
from pipeline.twin.places import DETACHED

CHUNK = 40_000  # households whose lines are made at a time


def _write(path: Path, header: Sequence[str], parts: Iterable[Sequence[Any]]) -> None:
    """A CSV of text columns, part by part; nothing in them needs quotes."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(header) + "\n")
        for columns in parts:
            out.writelines(",".join(row) + "\n" for row in zip(*columns, strict=True))


def write_accounts(
    twin: Twin, folder: Path, seen: dict[str, set[str]], registers: list[dt.date]
) -> None:
    """accounts.csv: whose account it is, and whether an exact match can tell.

    Grain: one account that stands in at least one file. `knowable`: in any register
    received before as_of; `knowable_latest`: in the latest of them alone.
    """
    look = Look(twin, registers)
    whose, parts = texts([*twin.population.number, ""]), []
    for source, acc in sorted(twin.accounts.items()):
        order = np.argsort(acc.rank)
        here = seen.get(source, set())
        rows = order[[number in here for number in acc.number[order].tolist()]]
        payer = acc.payer[rows]
        kinds = [twin.payers.kind(p) for p in payer.tolist()]
        is_home = payer < twin.payers.households
        household = np.where(is_home, payer, -1)
        if source == "nhis":
            ever = latest = is_home
        else:
            ways = looks_of(look, source, acc, rows)
            ever = is_home & told_apart(ways, look.ever, household)
            latest = is_home & told_apart(ways, look.latest, household)
        flags = [texts("NY")[flag * 1].tolist() for flag in (ever, latest)]
        columns = [[source] * len(rows), acc.number[rows].tolist()]
        parts.append([*columns, whose[household].tolist(), kinds, *flags])
    header = ["source", "account", "household", "kind", "knowable", "knowable_latest"]
    _write(folder / "accounts.csv", header, parts)


def _by_number(twin: Twin) -> Ints:
    """Households in order of their 세대번호."""
    return np.argsort(np.array(twin.population.number), kind="stable")


def _homes(twin: Twin, h: Ints) -> list[list[str]]:
    """Where they live and are registered, since when apart, what is known."""
    pop, places, town = twin.population, twin.places, twin.town
    codes = texts([*(dong.code for dong in town.dongs), ""])
    dong = np.append(np.array(places.dong)[np.array(places.building)], len(town.dongs))
    home, listed = pop.home[h, -1], pop.registered_home[h, -1]
    apart = pop.home[h, 1:] != pop.registered_home[h, 1:]
    # The first month of the stretch of months that lasts to the end.
    since = apart.shape[1] - np.argmin(apart[:, ::-1], axis=1)
    since[apart.all(axis=1)] = 0
    words = texts([*(ym(n) for n in twin.window.numbers), ""])
    kind = places.arrays()[1][listed]
    unit = (twin.units("register")[listed] != "") | (kind == DETACHED)
    yes = texts("NY")
    return [
        codes[dong[home]].tolist(),
        codes[dong[listed]].tolist(),
        yes[(home == listed) * 1].tolist(),
        np.where(apart[:, -1], words[np.minimum(since, len(words) - 1)], "").tolist(),
        yes[unit * 1].tolist(),
        np.where(
            home < 0, "elsewhere", np.where(home == listed, "here", "other")
        ).tolist(),
    ]


def write_households(twin: Twin, folder: Path) -> None:
    """households.csv: where they truly live at the end, crisis and broad by month."""
    pop = twin.population
    months = [ym(n) for n in twin.window.numbers]
    header = ["household", "dong_true", "dong_registered", "address_correct"]
    header += ["wrong_since", "unit_known", "lives"]
    header += [f"{state}_{month}" for state in ("crisis", "broad") for month in months]
    word, order = texts(["0", "1", ""]), _by_number(twin)

    def parts() -> Iterable[Sequence[Any]]:
        for start in range(0, len(order), CHUNK):
            h = order[start : start + CHUNK]
            need = twin.payers.need[h]
            # No flag before there is a household.
            unborn = np.arange(1, len(months) + 1) < pop.split_month[h][:, None]
            flags = [
                word[np.where(unborn[:, m], 2, state[:, m])].tolist()
                for state in (in_crisis(need), in_broad_hardship(need))
                for m in range(len(months))
            ]
            number = texts(pop.number)[h].tolist()
            yield [number, *_homes(twin, h), *flags]

    _write(folder / "households.csv", header, parts())


def write_crisis(twin: Twin, folder: Path) -> dict[str, int]:
    """crisis.csv: who is in broad hardship or in crisis, and how deep.

    Grain: a household and a month in which it is in broad hardship; no line means
    neither.

    Returns:
        How many are in each state in the last month.
    """
    pop, need, order = twin.population, twin.payers.need, _by_number(twin)
    exists = np.arange(1, need.shape[1] + 1) >= pop.split_month[:, None]
    broad = in_broad_hardship(need) & exists
    rows, months = np.nonzero(broad[order])
    rows = order[rows]
    depth = need[rows, months]
    words = texts(ym(n) for n in twin.window.numbers)
    columns = [
        texts(pop.number)[rows].tolist(),
        words[months].tolist(),
        texts("01")[in_crisis(depth) * 1].tolist(),
        [f"{value:.3f}" for value in depth.tolist()],
    ]
    _write(folder / "crisis.csv", ["household", "month", "crisis", "need"], [columns])
    last = need[exists[:, -1], -1]
    return {
        "in_crisis_last_month": int(in_crisis(last).sum()),
        "in_broad_hardship_last_month": int(in_broad_hardship(last).sum()),
    }


def write_addresses(twin: Twin, folder: Path) -> int:
    """addresses.csv: stretches of months in which nobody lives where they should.

    Grain: a household and a stretch of months at whose end, each time, it does not live
    where it is registered; `from` and `to` are its first and last month.

    Returns:
        How many households have such a stretch.
    """
    pop, order = twin.population, _by_number(twin)
    apart = pop.home[: pop.households, 1:] != pop.registered_home[:, 1:]
    edge = np.diff(np.pad(apart, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    edge = edge[order]
    begun, ended = np.nonzero(edge == 1), np.nonzero(edge == -1)
    words = texts(ym(n) for n in twin.window.numbers)
    home = pop.home[order[begun[0]], begun[1] + 1]
    columns = [
        texts(pop.number)[order[begun[0]]].tolist(),
        words[begun[1]].tolist(),
        words[ended[1] - 1].tolist(),
        np.where(home < 0, "elsewhere", "other").tolist(),
    ]
    _write(folder / "addresses.csv", ["household", "from", "to", "lives"], [columns])
    return len(np.unique(begun[0]))


def write_json(path: Path, content: dict[str, Any]) -> None:
    """A JSON file whose bytes depend on its content alone."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
