"""Accounts: one per source and stay in a home, with the name that stands on it."""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Flags, Ints, Texts, Window, stream, texts
from pipeline.twin.facts import GAS_PIPES, Town
from pipeline.twin.kinds import LOW
from pipeline.twin.names import draw_given, draw_surnames
from pipeline.twin.payers import Payers
from pipeline.twin.persons import SPOUSE, Persons, draw_phones
from pipeline.twin.places import APARTMENT, Places
from pipeline.twin.population import Population

WIDTH = {"kepco": 10, "water": 9, "gas": 12, "nhis": 11}
STALE_SHARE = 0.08  # the landlord's or an earlier tenant's name stands on the account
BILL = {"kepco": 26_800, "water": 14_700, "gas": 35_000, "nhis": 34_000}
SHOP_BILL = 2.6  # times a home's
WORKPLACE_SHARE = 0.105  # insured through a workplace that does not pay


@dataclass
class Accounts:
    """The accounts of one source, column by column."""

    number: Texts
    payer: Ints
    home: Ints  # -1: a whole building
    building: Ints
    name: Texts
    birth: Texts  # YYMMDD
    phone: Texts
    bill: Ints
    # [payer, month] -> account of that payer in that month, -1 when there is none
    current: np.ndarray

    def __post_init__(self) -> None:
        """Rank the accounts by number: the files' order."""
        self.rank = np.empty(len(self.number), dtype=np.int64)
        order = np.argsort(self.number.astype("U12"), kind="stable")
        self.rank[order] = np.arange(len(order))


@dataclass
class _Open:
    """Accounts to be opened: whose, where, from which month until before which."""

    payer: Ints
    home: Ints
    building: Ints
    first: Ints
    end: Ints


def six_digits(days: np.ndarray) -> Texts:
    """Days as YYMMDD."""
    first = days.min()
    span = np.arange(first, days.max() + 1).astype(str).tolist()
    words = texts(d[2:4] + d[5:7] + d[8:10] for d in span)
    return np.asarray(words[(days - first).astype(np.int64)])


def _strangers(seed: int, source: str, count: int, year: int) -> tuple[Texts, ...]:
    """Invented people outside the register: names, birth dates, phones."""
    rng = stream(seed, f"strangers/{source}")
    years = year - rng.integers(28, 82, count)
    names = draw_given(rng, years, rng.random(count) < 0.45)
    days = rng.integers(1, 29, count)
    months = rng.integers(1, 13, count)
    six = (years % 100 * 10_000 + months * 100 + days).tolist()
    surnames = draw_surnames(rng, count)
    births = texts(f"{n:06d}" for n in six)
    return surnames + names, births, texts(draw_phones(rng, count))


def _holders(
    rng: np.random.Generator, people: Persons, head: Ints, is_home: Flags
) -> Ints:
    """The person who stands on each account; -1 is a stranger."""
    draw = rng.random(len(head))
    spouses = np.flatnonzero(people.relation == SPOUSE)
    spouse = np.full(len(people.household), -1)
    spouse[spouses - 1] = spouses  # the spouse follows the head
    adults = np.flatnonzero(people.age >= 30)
    other = adults[rng.integers(0, len(adults), len(head))]
    married = spouse[np.maximum(head, 0)]
    person = np.where((draw > 0.72) & (married >= 0), married, head)
    person = np.where(draw > 1 - STALE_SHARE, -1, person)
    person = np.where(draw > 1 - STALE_SHARE / 2, other, person)
    return np.asarray(np.where(is_home, person, -1))


def _make(
    source: str,
    pop: Population,
    payers: Payers,
    opened: _Open,
    seed: int,
    window: Window,
) -> Accounts:
    """Open accounts of one source; about one number in ten begins with a zero."""
    rng, people = stream(seed, f"accounts/{source}"), pop.persons
    payer, count = opened.payer, len(opened.payer)
    total = len(payers.hardship)
    names, births, phones = _strangers(seed, source, total, window.as_of.year)
    is_home = payer < payers.households
    head = np.where(is_home, pop.head[np.minimum(payer, len(pop.head) - 1)], -1)
    person = _holders(rng, people, head, is_home)
    known, who = person >= 0, np.maximum(person, 0)
    phone = texts(people.phone)[who]
    # No number of their own, or an old one.
    stale = ~known | (phone == "") | (rng.random(count) < 0.1)
    bill = rng.lognormal(np.log(BILL[source]), 0.35, count)
    bill[payer >= payers.homes] *= SHOP_BILL
    width = WIDTH[source]
    step = 10 ** (width - 7)
    base = rng.choice(9_999_999, size=count, replace=False).astype(np.int64)
    current = np.full((total, window.months), -1, dtype=np.int32)
    whole = (opened.first == 0) & (opened.end == window.months)
    current[payer[whole]] = np.flatnonzero(whole)[:, None]
    for a in np.flatnonzero(~whole).tolist():
        current[payer[a], opened.first[a] : opened.end[a]] = a
    return Accounts(
        number=texts(f"{n:0{width}d}" for n in (base * step + base % step).tolist()),
        payer=payer,
        home=opened.home,
        building=opened.building,
        name=np.where(known, texts(people.name)[who], names[payer]),
        birth=np.where(known, six_digits(people.birth)[who], births[payer]),
        phone=np.where(stale, phones[payer], phone),
        bill=bill.astype(np.int64) // 10 * 10,
        current=current,
    )


def _stays(pop: Population, payers: Payers) -> tuple[Ints, Ints, Ints, Ints]:
    """(payer, first month, month after the last, home) of every stay, in order."""
    homes = pop.home[:, 1:]
    # Split off on paper only: the flat's account stays the parent's.
    mine = np.ones(len(homes), dtype=bool)
    mine[: pop.households] = pop.split_month == 0
    moves = (homes != homes[:, :1]).any(axis=1)
    still = np.flatnonzero(mine & ~moves)
    rows = [
        np.column_stack(
            [still, still * 0, still * 0 + homes.shape[1], homes[still, 0]]
        ).astype(np.int64)
    ]
    for payer in np.flatnonzero(mine & moves).tolist():
        at = homes[payer]
        edges = [0, *(np.flatnonzero(np.diff(at)) + 1).tolist(), len(at)]
        pairs = zip(edges[:-1], edges[1:], strict=True)
        rows.append(np.array([(payer, a, b, at[a]) for a, b in pairs], dtype=np.int64))
    table = np.concatenate(rows)
    table = table[(table[:, 3] >= 0)]
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


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
    apartment, village, town_home = GAS_PIPES
    chance = np.where(kind == APARTMENT, apartment, np.where(rural, village, town_home))
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
    payer, first, end, home = (x for x in _stays(pop, payers))
    here = billed[home]
    shops = np.arange(len(payers.shops))
    if source == "water":
        shops = shops[stream(seed, "water shops").random(len(shops)) < 0.5]
    meters = np.arange(len(payers.meters)) if source == "water" else shops[:0]
    if source == "gas":
        shops = shops[:0]
    more = np.concatenate([payers.shops[shops], payers.meters[meters]]).astype(np.int64)
    whose = np.concatenate([shops, len(payers.shops) + meters]) + payers.homes
    opened = _Open(
        np.concatenate([payer[here], whose]).astype(np.int64),
        np.concatenate([home[here], more * 0 - 1]),
        np.concatenate([building[home[here]], more]),
        np.concatenate([first[here], more * 0]),
        np.concatenate([end[here], more * 0 + window.months]),
    )
    return _make(source, pop, payers, opened, seed, window)


def make_certificates(
    pop: Population, payers: Payers, window: Window, seed: int
) -> Accounts:
    """Open the health-insurance certificates (증번호) of households that pay alone."""
    rng = stream(seed, "certificates")
    # A few who pay through a workplace are in arrears too (가입자구분 5).
    workplace = rng.random(payers.households) < WORKPLACE_SHARE
    payer = np.flatnonzero(payers.is_regional | workplace)
    first = np.maximum(pop.split_month[payer] - 1, 0)
    nowhere = np.full(len(payer), -1)
    opened = _Open(payer, nowhere, nowhere, first, nowhere * 0 + window.months)
    out = _make("nhis", pop, payers, opened, seed, window)
    out.name = texts(pop.persons.name)[pop.head[payer]]
    low = payers.premium[payer] <= LOW
    small = rng.integers(9_000, 48_000, len(payer))
    large = np.minimum(50_500 + rng.gamma(1.3, 45_000, len(payer)), 400_000)
    out.bill = np.where(low, small, large).astype(np.int64) // 10 * 10
    return out
