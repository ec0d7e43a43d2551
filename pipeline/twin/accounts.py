"""Accounts: one per source and stay in a home, with the name that stands on it."""

from dataclasses import dataclass, field

import numpy as np

from pipeline.twin.clock import Ints, Window, stream
from pipeline.twin.facts import Town
from pipeline.twin.names import draw_given, draw_surnames
from pipeline.twin.payers import Payers
from pipeline.twin.persons import SPOUSE, draw_phones
from pipeline.twin.places import APARTMENT, Places
from pipeline.twin.population import Population

WIDTH = {"kepco": 10, "water": 9, "gas": 12, "nhis": 11}
STALE_SHARE = 0.08  # the landlord's or an earlier tenant's name stands on the account
BILL = {"kepco": 31_000, "water": 14_000, "gas": 36_000, "nhis": 34_000}


@dataclass
class Accounts:
    """The accounts of one source, column by column."""

    number: list[str] = field(default_factory=list)
    payer: list[int] = field(default_factory=list)
    home: list[int] = field(default_factory=list)  # -1: a whole building
    building: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    birth: list[str] = field(default_factory=list)  # YYMMDD
    phone: list[str] = field(default_factory=list)
    bill: list[int] = field(default_factory=list)
    # [payer, month] -> account of that payer in that month, -1 when there is none
    current: np.ndarray = field(
        default_factory=lambda: np.zeros((0, 0), dtype=np.int32)
    )


@dataclass
class _Strangers:
    """Invented people outside the register: names, birth dates, phones."""

    name: list[str]
    birth: list[str]
    phone: list[str]


def _strangers(seed: int, source: str, count: int, as_of_year: int) -> _Strangers:
    rng = stream(seed, f"strangers/{source}")
    ages = rng.integers(28, 82, count)
    years = as_of_year - ages
    names = draw_given(rng, years, rng.random(count) < 0.45)
    days = rng.integers(1, 29, count)
    months = rng.integers(1, 13, count)
    return _Strangers(
        [a + b for a, b in zip(draw_surnames(rng, count), names, strict=True)],
        [
            f"{y % 100:02d}{m:02d}{d:02d}"
            for y, m, d in zip(years, months, days, strict=True)
        ],
        draw_phones(rng, count),
    )


class _Maker:
    """Opens accounts of one source for payers in homes or buildings."""

    def __init__(
        self, source: str, pop: Population, payers: Payers, seed: int, window: Window
    ) -> None:
        self.source, self.pop, self.payers = source, pop, payers
        self.rng = stream(seed, f"accounts/{source}")
        self.out = Accounts(
            current=np.full((len(payers.hardship), window.months), -1, dtype=np.int32)
        )
        self.others = _strangers(seed, source, len(payers.hardship), window.as_of.year)
        people = pop.persons
        adult = people.age >= 30
        self.adults = np.flatnonzero(adult)
        spouse = np.flatnonzero(people.relation == SPOUSE)
        self.spouse = dict(
            zip(people.household[spouse].tolist(), spouse.tolist(), strict=True)
        )
        self.births = [
            d[2:4] + d[5:7] + d[8:10] for d in people.birth.astype(str).tolist()
        ]

    def _holder(self, payer: int) -> tuple[str, str, str]:
        """Name, birth date and phone that stand on the payer's account."""
        draw, people = self.rng.random(), self.pop.persons
        person = -1
        if payer < self.payers.households:
            person = int(self.pop.head[payer])
            if 0.72 < draw <= 1 - STALE_SHARE:
                person = self.spouse.get(payer, person)
            elif draw > 1 - STALE_SHARE:
                pick = self.adults[int(self.rng.integers(0, len(self.adults)))]
                person = int(pick) if draw > 1 - STALE_SHARE / 2 else -1
        if person < 0:
            o = self.others
            return o.name[payer], o.birth[payer], o.phone[payer]
        phone = people.phone[person] or self.others.phone[payer]
        if self.rng.random() < 0.1:
            phone = self.others.phone[payer]  # an old number
        return people.name[person], self.births[person], phone

    def open(self, payer: int, home: int, building: int, columns: slice) -> None:
        """Open an account that is the payer's in the given months."""
        out = self.out
        name, birth, phone = self._holder(payer)
        out.current[payer, columns] = len(out.payer)
        out.payer.append(payer)
        out.home.append(home)
        out.building.append(building)
        out.name.append(name)
        out.birth.append(birth)
        out.phone.append(phone)
        typical = BILL[self.source]
        out.bill.append(int(self.rng.lognormal(np.log(typical), 0.35)) // 10 * 10)

    def finish(self) -> Accounts:
        """Number the accounts at random; about one in ten begins with a zero."""
        width, count = WIDTH[self.source], len(self.out.payer)
        step = 10 ** (width - 7)
        base = self.rng.choice(9_999_999, size=count, replace=False).astype(np.int64)
        self.out.number = [f"{n:0{width}d}" for n in base * step + base % step]
        return self.out


def _stays(homes: np.ndarray) -> list[tuple[int, int, int]]:
    """(first month, month after the last, home) of every stay of one payer."""
    edges = [0, *(np.flatnonzero(np.diff(homes)) + 1).tolist(), len(homes)]
    return [(a, b, int(homes[a])) for a, b in zip(edges[:-1], edges[1:], strict=True)]


def _has_account(
    source: str, town: Town, places: Places, seed: int
) -> tuple[Ints, np.ndarray]:
    """Per home: its building, and whether this source bills it directly."""
    building, kind, dong = places.arrays()
    if source == "kepco":  # apartments pay power and water inside 관리비
        return building, kind != APARTMENT
    if source == "water":
        covered = np.array([bool(d.waterworks) for d in town.dongs])[dong]
        own = ~np.array(places.has_master_meter)[building]
        return building, (kind != APARTMENT) & covered & own
    rural = np.array([d.is_rural for d in town.dongs])[dong]
    chance = np.where(kind == APARTMENT, 0.85, np.where(rural, 0.15, 0.66))
    return building, stream(seed, "gas pipes").random(len(kind)) < chance


def make_accounts(
    source: str,
    town: Town,
    places: Places,
    pop: Population,
    payers: Payers,
    window: Window,
    seed: int,
) -> Accounts:
    """Open the accounts of KEPCO, the waterworks or the gas company."""
    building, billed = _has_account(source, town, places, seed)
    maker = _Maker(source, pop, payers, seed, window)
    for payer in range(payers.homes):
        if payer < pop.households and pop.split_month[payer]:
            continue  # split off on paper only: the flat's account stays the parent's
        for first, end, home in _stays(pop.home[payer, 1:]):
            if home >= 0 and billed[home]:
                maker.open(payer, home, int(building[home]), slice(first, end))
    if source != "gas":
        keep = 1.0 if source == "kepco" else 0.5
        for i, b in enumerate(payers.shops):
            if maker.rng.random() < keep:
                maker.open(payers.homes + i, -1, int(b), slice(None))
    if source == "water":
        for i, b in enumerate(payers.meters):
            payer = payers.homes + len(payers.shops) + i
            maker.open(payer, -1, int(b), slice(None))
    return maker.finish()


def make_certificates(
    pop: Population, payers: Payers, window: Window, seed: int
) -> Accounts:
    """Open the health-insurance certificates (증번호) of households that pay alone."""
    maker = _Maker("nhis", pop, payers, seed, window)
    # A few who pay through a workplace are in arrears too (가입자구분 5).
    workplace = maker.rng.random(payers.households) < 0.012
    for payer in range(payers.households):
        if payers.is_regional[payer] or workplace[payer]:
            first = max(int(pop.split_month[payer]) - 1, 0)
            maker.open(payer, -1, -1, slice(first, None))
    out = maker.finish()
    for i, payer in enumerate(out.payer):
        person = int(pop.head[payer])
        out.name[i] = pop.persons.name[person]
        poor = bool(payers.hardship[payer, -1] > 0.6)
        low, high = (9_000, 48_000) if poor else (18_000, 210_000)
        out.bill[i] = int(maker.rng.integers(low, high)) // 10 * 10
    return out
