"""The truth folder as officers of a simulated town hall meet it."""

import csv
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import NotReady
from pipeline.twin.clock import month_no, stream, texts
from pipeline.twin.extracts import Twin
from pipeline.twin.townhall import Seen
from pipeline.twin.truth import write_json

_FILES = ("town.json", "households.csv", "crisis.csv", "addresses.csv", "deaths.json")
_NO_DOOR = frozenset("C")  # personas whose register has no unit
# [own] of the homes where supply was stopped and nobody is registered: who is in need.
NEEDY_UNREGISTERED = 0.3


def write_deaths(twin: Twin, folder: Path) -> None:
    """deaths.json: the households in which nobody is left, and since when."""
    people, pop = twin.population.persons, twin.population
    household = people.household.copy()
    household[list(pop.split_person)] = list(pop.split_person.values())
    last = np.full(pop.households, np.datetime64("0000-01-01"))
    np.maximum.at(last, household, people.died)
    is_gone = last < np.datetime64(twin.window.as_of)
    gone = np.flatnonzero(is_gone & np.isin(np.arange(pop.households), household))
    numbers = texts(pop.number)
    days = {str(numbers[h]): str(last[h]) for h in gone.tolist()}
    write_json(folder / "deaths.json", days)


@dataclass(frozen=True)
class Apart:
    """Months, first and last, in which they do not live where they should."""

    first: int
    last: int
    in_town: bool


class TownTruth:
    """What is true of every household of a made-up town."""

    def __init__(self, folder: Path) -> None:
        """Read a truth folder.

        Raises:
            NotReady: It is not there, or was made by an earlier generator.
        """
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise NotReady(
                f"the town's truth lacks {', '.join(missing)}",
                "make the town's files again: blindspot twin",
            )
        about = json.loads((folder / "town.json").read_text(encoding="utf-8"))
        self.as_of = dt.date.fromisoformat(about["as_of"])
        self.months = int(about["months"])
        self.seed = int(about["seed"])
        self.is_door_known: dict[str, bool] = {}
        self._in_need: dict[str, set[int]] = defaultdict(set)
        self._apart: dict[str, list[Apart]] = defaultdict(list)
        self._read_csv(folder)
        deaths = json.loads((folder / "deaths.json").read_text(encoding="utf-8"))
        self._dead = {h: dt.date.fromisoformat(day) for h, day in deaths.items()}
        self._read_personas(folder / "personas.json")

    def _read_csv(self, folder: Path) -> None:
        with (folder / "households.csv").open(encoding="utf-8") as lines:
            header = next(lines).split(",")
            unit = header.index("unit_known")
            for line in lines:
                cells = line.split(",", unit + 1)
                self.is_door_known[cells[0]] = cells[unit] == "Y"
        for row in _rows(folder / "crisis.csv"):
            self._in_need[row["household"]].add(_month(row["month"]))
        for row in _rows(folder / "addresses.csv"):
            stretch = Apart(
                _month(row["from"]), _month(row["to"]), row["lives"] == "other"
            )
            self._apart[row["household"]].append(stretch)

    def _read_personas(self, path: Path) -> None:
        """The personas stand in the files and in no table of the truth."""
        if not path.is_file():
            return
        every = range(month_no(self.as_of) - self.months, month_no(self.as_of))
        for letter, told in json.loads(path.read_text(encoding="utf-8")).items():
            number = told["household"]
            self.is_door_known[number] = letter not in _NO_DOOR
            if told["in_need"] == "Y":
                self._in_need[number] = set(every)
            if told["address_correct"] == "N":
                self._apart[number] = [Apart(every[0], every[-1], in_town=False)]

    def numbers(self) -> Iterator[str]:
        """The 세대번호 of every household."""
        return iter(self.is_door_known)

    def seen(self, number: str, day: dt.date) -> Seen:
        """What an officer finds in the month of a day, or in the last one simulated."""
        month = min(month_no(day), month_no(self.as_of) - 1)
        apart = [a for a in self._apart.get(number, ()) if a.first <= month <= a.last]
        died = self._dead.get(number)
        return Seen(
            in_need=month in self._in_need.get(number, ()),
            lives_there=not apart,
            is_dead=died is not None and died <= day,
            in_town=not apart or apart[0].in_town,
            is_door_known=self.is_door_known[number],
            household=number,
        )


def found_at_door(household: str, seed: int) -> Seen:
    """Who lives where nobody is registered: the truth has no number for them."""
    draw = float(stream(seed, f"townhall/door/{household}").random())
    return Seen(draw < NEEDY_UNREGISTERED, lives_there=True, household=household)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[4:])
