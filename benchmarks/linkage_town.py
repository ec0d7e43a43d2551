"""Accounts of a known town, damaged at stated rates; synthetic people only."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.linkage_register import Home, Person, Register, readable_date

APARTMENT = re.compile(r"\d+동 \d+호")
# Initial, vowel, final: each letter beside the one that is heard or hit instead of it.
SLIPS = {0: 19, 1: 21, 2: 28}


@dataclass(frozen=True)
class Damage:
    """Shares of accounts whose writing is wrong in one way."""

    typos: float = 0.05  # of names, and of the birth dates and phones given
    old_addresses: float = 0.10
    unregistered: float = 0.30  # of those: the register is old, not the account
    missing_units: float = 0.08
    landlords: float = 0.08  # another name: half registered elsewhere, half nowhere
    missing_births: float = 0.15
    missing_phones: float = 0.15
    other_phones: float = 0.10
    lots_known: float = 0.06  # of households: the insurer writes their lot
    # What no weight was set from; 0 unless asked for.
    unrelated_homes: float = 0.0  # another household's home, never the holder's
    departed: float = 0.0  # of households somebody has left or died in: that name
    common_names: float = 0.0  # of strangers: one of the town's thirty commonest


UNPLANTED = {"unrelated_homes": 0.01, "departed": 0.5, "common_names": 0.3}


@dataclass
class Account:
    """One account with its truth."""

    source: str
    number: str
    name: str
    birth: dt.date | None
    phone: str | None
    home: Home
    detail: str
    household: str
    holder: Person | None
    is_old: bool  # not the registered home
    is_seen_before: bool
    knowable: bool = False


class Maker:
    """Opens accounts and damages what is written on them."""

    def __init__(self, register: Register, damage: Damage, seed: int) -> None:
        self.register, self.damage = register, damage
        self.rng = np.random.default_rng(seed)
        self.households = list(register.home)
        since = register.ref_date - dt.timedelta(days=720)
        self.first_seen = since
        self.movers = [h for h in self.households if register.moved_in[h] > since]
        self.stayers = sorted(set(self.households) - set(self.movers))
        # Homes that somebody has left: empty by now, or another household's.
        self.left = register.left + [register.home[h] for h in self.movers]
        names = Counter(p.name for p in register.people)
        self.common = [name for name, _ in names.most_common(30)]
        self.serial = 0

    def hit(self, share: float) -> bool:
        """Whether something with this probability happens."""
        return bool(self.rng.random() < share)

    def pick(self, items: list[str] | str) -> str:
        """One of them."""
        return items[int(self.rng.integers(len(items)))]

    def name_slip(self, name: str) -> str:
        """A name with one jamo wrong, two syllables swapped, or one left out."""
        way = self.rng.random()
        at = int(self.rng.integers(len(name)))
        if way < 0.2 and len(name) >= 3:
            return name[0] + name[2] + name[1] + name[3:]
        if way < 0.3 and len(name) >= 3:
            return name[:at] + name[at + 1 :]
        code = ord(name[at]) - 0xAC00
        if not 0 <= code < 11172:
            return name[:at] + "A" + name[at + 1 :]
        part = int(self.rng.integers(3))
        jamo = [code // 588, code // 28 % 21, code % 28]
        jamo[part] = (jamo[part] + 1 + int(self.rng.integers(3))) % SLIPS[part]
        wrong = chr(0xAC00 + jamo[0] * 588 + jamo[1] * 28 + jamo[2])
        return name[:at] + wrong + name[at + 1 :]

    def digit_slip(self, digits: str, first: int) -> str:
        """Two neighbours swapped or one digit wrong, from a place on."""
        at = int(self.rng.integers(first, len(digits) - 1))
        if self.hit(0.5) and digits[at] != digits[at + 1]:
            return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        return digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]

    def birth_slip(self, birth: dt.date) -> dt.date:
        """A birth date with a slip that is still a date."""
        for _ in range(20):
            wrong = readable_date(self.digit_slip(birth.strftime("%Y%m%d"), 2))
            if wrong:
                return wrong
        return birth + dt.timedelta(days=1)

    def holder(self, household: str) -> Person | None:
        """Whose name stands on it: mostly the head; None: somebody from elsewhere."""
        members = self.register.of_household[household]
        if self.hit(self.damage.landlords):
            return None
        head = next((p for p in members if p.is_head), members[0])
        adults = [p for p in members if p.is_adult]
        if adults and self.hit(0.22):
            return adults[int(self.rng.integers(len(adults)))]
        return head

    def strange_name(self) -> str:
        """A name of two people's halves, or one that many bear."""
        people = self.register.people
        a, b = (people[int(i)] for i in self.rng.integers(len(people), size=2))
        if self.hit(self.damage.common_names):
            return self.common[int(self.rng.integers(len(self.common)))]
        return a.name[:1] + b.name[1:]

    def former_home(self, household: str) -> Home:
        """Where it lived before: known from the earlier register, else drawn."""
        known = self.register.former.get(household)
        return known or self.left[int(self.rng.integers(len(self.left)))]

    def account(self, source: str, household: str, home: Home) -> Account:
        """One account of a household at a home, damaged."""
        d, people = self.damage, self.register.people
        is_old = home is not self.register.home[household]
        moved_since = self.register.moved_in[household] > self.first_seen
        holder = self.holder(household)
        person = holder or people[int(self.rng.integers(len(people)))]
        is_stranger = holder is None and self.hit(0.5)
        gone = self.register.departed.get(household)
        if gone and holder and self.hit(d.departed):
            holder, person = None, gone[0]
        name = person.name
        if is_stranger:
            name = self.strange_name()
        birth: dt.date | None = person.birth
        phone: str | None = person.phone or None
        if is_stranger:
            birth = person.birth + dt.timedelta(days=int(self.rng.integers(1, 3000)))
        if is_stranger or phone is None or self.hit(d.other_phones):
            phone = f"010{int(self.rng.integers(10**8)):08d}"
        if self.hit(d.typos):
            name = self.name_slip(name)
        if birth and self.hit(d.typos):
            birth = self.birth_slip(birth)
        if self.hit(d.typos):
            phone = self.digit_slip(phone, 3)
        if source != "kepco" or self.hit(d.missing_births):
            birth = None
        if source != "gas" or self.hit(d.missing_phones):
            phone = None
        detail = "" if self.hit(d.missing_units) else home.detail
        self.serial += 1
        seen = moved_since if is_old else not moved_since and self.hit(0.3)
        number = f"{self.serial:010d}"
        return Account(
            source, number, name, birth, phone, home, detail, household, holder,
            is_old, seen,
        )  # fmt: skip

    def accounts(self, source: str, count: int) -> Iterable[Account]:
        """The accounts of one source; the old addresses are of those who moved."""
        old = round(count * self.damage.old_addresses)
        strayed = round(old * self.damage.unregistered)
        movers, left = self.movers or self.households, self.register.left
        for i in self.rng.choice(len(movers), size=old - strayed):
            household = movers[int(i)]
            yield self.account(source, household, self.former_home(household))
        for i in self.rng.choice(len(self.stayers), size=strayed):
            home = left[int(self.rng.integers(len(left)))]
            yield self.account(source, self.stayers[int(i)], home)
        pool = self.households
        if source == "water":  # flats pay water inside 관리비
            pool = [
                h for h in pool if not APARTMENT.search(self.register.home[h].detail)
            ]
        rest = count - old
        for i in self.rng.choice(len(pool), size=rest, replace=rest > len(pool)):
            household = pool[int(i)]
            home = self.register.home[household]
            if self.hit(self.damage.unrelated_homes):
                other = pool[int(self.rng.integers(len(pool)))]
                home = self.register.home[other]
            yield self.account(source, household, home)


Keys = list[tuple[object, ...]]


def mark_knowable(register: Register, accounts: list[Account], lots: set[str]) -> None:
    """Knowable: with every slip mended, what stands on it is one household's alone."""
    who: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for p in register.people:
        h = register.home[p.household]
        for part in (p.birth, p.phone, h.road, ("area", h.area)):
            if part:
                who[p.name, part].add(p.household)
        who[p.name, h.area, h.detail].add(p.household)
        who[p.name, h.road, h.detail].add(p.household)
    for a in accounts:
        if a.holder:
            keys = _told(a, a.holder) + _place_told(a, a.holder, lots)
            a.knowable = any(who[key] == {a.household} for key in keys)


def _told(a: Account, p: Person) -> Keys:
    """What birth date and phone would find."""
    keys: Keys = [(p.name, p.birth)] if a.birth else []
    if a.phone and p.phone and sum(map(str.__ne__, a.phone, p.phone)) <= 2:
        keys.append((p.name, p.phone))
    return keys


def _place_told(a: Account, p: Person, lots: set[str]) -> Keys:
    """What the place would find: a lot only where the insurer tells its road number."""
    if a.is_old:
        return []
    h = a.home
    keys: Keys = []
    if a.source != "water" or h.lot in lots:
        keys += [(p.name, h.road), (p.name, h.road, a.detail or h.road)]
    if a.source == "water":
        keys += [(p.name, ("area", h.area)), (p.name, h.area, a.detail or None)]
    return keys
