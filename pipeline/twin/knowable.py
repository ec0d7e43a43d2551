"""Which accounts an exact look-up in the registers can tell the household of.

A look-up is one whole number made of name and birth date, phone, building, unit or
area; a pair of look-up and household is known when some person of a register gives it.
"""

import datetime as dt

import numpy as np

from pipeline.twin.accounts import Accounts, six_digits
from pipeline.twin.clock import Ints, Texts
from pipeline.twin.extracts import Twin
from pipeline.twin.registers import households_at

_KINDS = 6
BIRTH, PHONE, BUILDING, UNIT, AREA, AREA_UNIT = range(_KINDS)


class Words:
    """A number for every different text."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def of(self, values: Texts) -> Ints:
        """The numbers of these texts; new ones are given on the way."""
        numbers = self._numbers
        found = (numbers.setdefault(v, len(numbers)) for v in values.tolist())
        return np.fromiter(found, dtype=np.int64, count=len(values))


def _last_units(units: Texts) -> Texts:
    out = units.copy()
    for i in np.flatnonzero([" " in u for u in units.tolist()]).tolist():
        if "층" in out[i]:
            out[i] = out[i].split()[-1]
    return out


Pairs = tuple[Ints, Ints]


def _pairs(keys: Ints, households: Ints) -> Pairs:
    """Different look-ups, and the one household that each finds, -1 for several."""
    order = np.lexsort((households, keys))
    key, household = keys[order], households[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    ends = np.r_[first[1:], len(key)] - 1
    only = household[first] == household[ends]
    return key[first], np.where(only, household[first], -1)


class Look:
    """What the registers let a reader look up: all of them, and the latest alone."""

    def __init__(self, twin: Twin, days: list[dt.date]) -> None:
        self.names, self.units, self.texts = Words(), Words(), Words()
        places = twin.places
        self.building = np.array(places.building)
        area = [f"{d}/{a}" for d, a in zip(places.dong, places.legal_area, strict=True)]
        self.area = self.texts.of(np.array(area, dtype=object))
        self.unit = self.units.of(_last_units(twin.units("register")))
        self.supply = _last_units(np.array([*places.unit, ""], dtype=object))
        people = twin.population.persons
        self._person = np.flatnonzero(people.age >= 15)
        self._name = self.names.of(np.array(people.name, dtype=object)[self._person])
        births = six_digits(people.birth)
        self._birth = births.astype(np.int64)[self._person]
        phones = [int(n or 0) for n in people.phone]
        self._phone = np.array(phones, dtype=np.int64)[self._person]
        keys, whose = [], []
        self.latest: Pairs = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        known = np.zeros(0, dtype=np.int64)
        for n, day in enumerate(reversed(days)):
            key, household, known = self._of_register(twin, twin.column(day), known)
            keys.append(key)
            whose.append(household)
            if n == 0:
                self.latest = _pairs(key, household)
        self.ever = (
            _pairs(np.concatenate(keys), np.concatenate(whose)) if days else self.latest
        )

    def key(self, kind: int, name: Ints, where: Ints, more: Ints) -> Ints:
        """The number of a look-up."""
        mixed = (name * 1_000_003 + where) * 100_000_007 + more
        return np.asarray(mixed * _KINDS + kind)

    def _of_register(
        self, twin: Twin, column: int, known: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """Look-ups, households, and who lived where: what a later register has too."""
        household = households_at(twin, column)[0][self._person]
        home = twin.population.registered_home[household, column]
        now = household * len(self.building) + home
        new = now != known if len(known) else np.ones(len(now), dtype=bool)
        household, home = household[new], home[new]
        b, unit, name = self.building[home], self.unit[home], self._name[new]
        none = np.zeros_like(name)
        keys = [
            self.key(BIRTH, name, b, self._birth[new]),
            self.key(PHONE, name, none, self._phone[new]),
            self.key(BUILDING, name, b, none),
            self.key(UNIT, name, b, unit),
            self.key(AREA, name, self.area[b], none),
            self.key(AREA_UNIT, name, self.area[b], unit),
        ]
        return np.concatenate(keys), np.tile(household, _KINDS), now


def looks_of(look: Look, source: str, acc: Accounts, rows: Ints) -> list[Ints]:
    """The exact ways to look accounts of a source up in a register, best first."""
    name = look.names.of(acc.name[rows])
    b, none = acc.building[rows], np.zeros(len(rows), dtype=np.int64)
    if source == "kepco":
        return [look.key(BIRTH, name, b, acc.birth[rows].astype(np.int64))]
    unit = look.units.of(look.supply[acc.home[rows]])
    if source == "gas":
        phone = acc.phone[rows].astype(np.int64)
        return [
            look.key(PHONE, name, none, phone),
            look.key(UNIT, name, b, unit),
            look.key(BUILDING, name, b, none),
        ]
    area = look.area[b]
    return [look.key(AREA_UNIT, name, area, unit), look.key(AREA, name, area, none)]


def told_apart(ways: list[Ints], known: Pairs, household: Ints) -> np.ndarray:
    """Whether the first way that finds anybody finds this household alone."""
    keys, only = known
    right = np.zeros(len(household), dtype=bool)
    open_ = np.ones(len(household), dtype=bool)
    if not len(keys):
        return right
    for way in ways:
        at = np.minimum(np.searchsorted(keys, way), len(keys) - 1)
        found = open_ & (keys[at] == way)
        right |= found & (only[at] == household) & (household >= 0)
        open_ &= ~found
    return right
