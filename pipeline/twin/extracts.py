"""Clean rows of each extract at a reference date, in ascending order of their key."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from pipeline.twin.accounts import Accounts
from pipeline.twin.clock import Flags, Ints, Texts, Window, month_no, texts, ym, ymd
from pipeline.twin.facts import Town
from pipeline.twin.payers import GREAT_METER, Payers
from pipeline.twin.places import Places
from pipeline.twin.population import Population
from pipeline.twin.scenarios import Scenario
from pipeline.twin.sheets import Sheet, Table
from pipeline.twin.unpaid import Unpaid, months_on
from pipeline.twin.written import (
    COLUMNS,
    Addresses,
    addresses_on,
    day_texts,
    joined,
    luck,
    numbers,
    registered_units,
    supply_units,
)

__all__ = ["COLUMNS", "Twin", "clean_sheet", "listed"]

LEAST_MONTHS = {"kepco": 2, "water": 2, "gas": 1, "nhis": 1}
MEMORY_DAYS = 62  # an ended stop stays in the extract that long
RESTRICTED_SHARE = 8  # of a hundred who owe six months and more


@dataclass
class Twin:
    """The whole invented town.

    The modules of the further files (`more_files.MORE_FILES`) read from it: `seed`,
    `window`, `town`, `places` (lists per building and home), `population` (`home`,
    `registered_home`, `head`, `number`, `split_*`, `lean`, `kinds` and `persons`, row
    by person), `payers.hardship` (a row per payer, households first; a column per
    `window.step`), `payers.need`, `payers.shortage.late` (what is unpaid for lack of
    money) and `payers.premium` (a row per household, a column per month of the window),
    and `addresses(day)`, whose codes and texts are those of the time.
    """

    seed: int
    window: Window
    town: Town
    places: Places
    population: Population
    payers: Payers
    accounts: dict[str, Accounts]
    scenario: Scenario = field(default_factory=Scenario)
    _eras: dict[tuple[str, ...], Addresses] = field(default_factory=dict)
    _units: dict[str, Texts] = field(default_factory=dict)

    def column(self, day: dt.date) -> int:
        """Month column of a day; 0 is before the first month."""
        return month_no(day) - self.window.first + 1

    def addresses(self, day: dt.date) -> Addresses:
        """Addresses and dong codes per building as they are on a day."""
        era = tuple(dong.code_on(day) for dong in self.town.dongs)
        if era not in self._eras:
            self._eras[era] = addresses_on(self.town, self.places, day)
        return self._eras[era]

    def units(self, source: str) -> Texts:
        """The unit of each home as the register, or of each account as a supplier."""
        if source not in self._units:
            self._units[source] = (
                registered_units(self.places)
                if source == "register"
                else supply_units(self.places, self.accounts[source].home)
            )
        return self._units[source]


@dataclass
class _Listed:
    """The accounts that stand in one extract, and what is said of each."""

    account: Ints
    payer: Ints
    months: Ints
    stop: Ints  # number of the stop, -1 when none is shown


def _last_stop(unpaid: Unpaid, day: np.datetime64, payers: int) -> Ints:
    last = np.full(payers, -1, dtype=np.int64)
    seen = np.flatnonzero(unpaid.stop_day <= day)
    last[unpaid.stop_payer[seen]] = seen  # stops come in order: the latest stays
    return last


def _shown(unpaid: Unpaid, last: Ints, day: np.datetime64) -> Flags:
    """Stops open on the day, or ended not long before."""
    shown = last >= 0
    ended = unpaid.restored_day[last[shown]]
    old = ended + np.timedelta64(MEMORY_DAYS, "D") < day  # NaT compares false
    shown[shown] = ~old
    return shown


def listed(twin: Twin, source: str, day: dt.date) -> _Listed:
    """Who stands in the extract of a reference date."""
    unpaid, accounts = twin.payers.unpaid[source], twin.accounts[source]
    column = twin.column(day) - 1
    step = twin.window.step(month_no(day))
    months = months_on(unpaid, step, day.day)
    last = _last_stop(unpaid, np.datetime64(day), len(months))
    account = accounts.current[:, column].astype(np.int64)
    # A stop of an earlier home was that account's, not this one's.
    stops = np.flatnonzero(last >= 0)
    if len(stops):
        stop_month = unpaid.stop_day[last[stops]].astype("datetime64[M]").astype(int)
        then = np.maximum(stop_month + 1970 * 12 + 1 - twin.window.first, 0)
        same = accounts.current[stops, then] == account[stops]
        last[stops[~same]] = -1
    shown = _shown(unpaid, last, np.datetime64(day))
    here = np.flatnonzero((account >= 0) & ((months >= LEAST_MONTHS[source]) | shown))
    here = here[np.argsort(accounts.rank[account[here]], kind="stable")]
    return _Listed(account[here], here, months[here], np.where(shown, last, -1)[here])


def _stop_dates(unpaid: Unpaid, stop: Ints, day: dt.date) -> list[list[str]]:
    never = np.datetime64("NaT")
    began = np.append(unpaid.stop_day, never)[stop]
    ended = np.append(unpaid.restored_day, never)[stop]
    ended[~(ended <= np.datetime64(day))] = np.datetime64("NaT")
    return [day_texts(began).tolist(), day_texts(ended).tolist()]


def _kind_words(twin: Twin, payer: Ints, *, with_industry: bool) -> list[str]:
    homes, shops = twin.payers.homes, len(twin.payers.shops)
    word = np.where(payer % 13 == 0, "기타", "일반용")
    if with_industry:
        word = np.where(payer % 9 == 0, "산업용", word)
    word = np.where(payer >= homes + shops, "가정용", word)
    home = "주택용" if with_industry else "가정용"
    words: list[str] = np.where(payer < homes, home, word).tolist()
    return words


def _kepco(twin: Twin, day: dt.date) -> Table:
    acc, unpaid = twin.accounts["kepco"], twin.payers.unpaid["kepco"]
    who = listed(twin, "kepco", day)
    a = who.account
    # The last of the kinds is nobody's: -1 finds it when there is no stop.
    kind = np.append(unpaid.stop_kind, 0)[who.stop]
    return Table(
        [
            [ymd(day)] * len(a),
            acc.number[a].tolist(),
            _kind_words(twin, who.payer, with_industry=True),
            acc.name[a].tolist(),
            acc.birth[a].tolist(),
            twin.addresses(day).road[acc.building[a]].tolist(),
            twin.units("kepco")[a].tolist(),
            numbers(who.months),
            numbers(who.months * acc.bill[a]),
            numbers(kind),
            *_stop_dates(unpaid, who.stop, day),
            np.where(twin.payers.is_protected_customer[who.payer], "Y", "N").tolist(),
        ]
    )


def _meter_sizes(twin: Twin, who: _Listed, building: Ints) -> Ints:
    """Homes behind each account: one, but for the shared meters."""
    meters = twin.payers.meters
    sizes = np.bincount(np.array(twin.places.building), minlength=len(twin.places.dong))
    if len(meters):
        sizes[meters[int(np.argmax(sizes[meters]))]] = GREAT_METER
    shared = who.payer >= twin.payers.homes + len(twin.payers.shops)
    return np.where(shared, sizes[building], 1)


def _water(twin: Twin, day: dt.date) -> Table:
    acc, unpaid = twin.accounts["water"], twin.payers.unpaid["water"]
    who = listed(twin, "water", day)
    a = who.account
    building = acc.building[a]
    size = _meter_sizes(twin, who, building)
    own = texts(dong.waterworks for dong in twin.town.dongs)
    return Table(
        [
            [ym(month_no(day))] * len(a),
            acc.number[a].tolist(),
            _kind_words(twin, who.payer, with_industry=False),
            numbers(size),
            acc.name[a].tolist(),
            joined(twin.addresses(day).lot[building], twin.units("water")[a]).tolist(),
            own[np.array(twin.places.dong)[building]].tolist(),
            numbers(who.months),
            [f"{won:,}" for won in (who.months * acc.bill[a] * size).tolist()],
            *_stop_dates(unpaid, who.stop, day),
        ]
    )


def _gas(twin: Twin, day: dt.date) -> Table:
    acc, unpaid = twin.accounts["gas"], twin.payers.unpaid["gas"]
    who, address = listed(twin, "gas", day), twin.addresses(day)
    a = who.account
    head, tail = address.head[acc.building[a]], address.tail[acc.building[a]]
    unit = twin.units("gas")[a]
    with_unit = np.where(
        luck(a, 3) < 75, head + ", " + unit + tail, head + tail + " " + unit
    )
    return Table(
        [
            [ymd(day)] * len(a),
            acc.number[a].tolist(),
            acc.name[a].tolist(),
            acc.phone[a].tolist(),
            np.where(unit == "", head + tail, with_unit).tolist(),
            numbers(who.months),
            numbers(who.months * acc.bill[a]),
            *_stop_dates(unpaid, who.stop, day),
        ]
    )


def _nhis(twin: Twin, day: dt.date) -> Table:
    acc, pop = twin.accounts["nhis"], twin.population
    who, address = listed(twin, "nhis", day), twin.addresses(day)
    a, head = who.account, pop.head[who.payer]
    home = pop.registered_home[who.payer, twin.column(day)]
    building = np.array(twin.places.building)[home]
    text = np.where(luck(a, 4) < 20, address.lot[building], address.road[building])
    longest = int(who.months.max(initial=0))
    since = texts(ym(month_no(day) - n + 1) for n in range(longest + 1))
    restricted = (who.months >= 6) & (luck(a, 5) < RESTRICTED_SHARE)
    return Table(
        [
            acc.number[a].tolist(),
            np.where(twin.payers.is_regional[who.payer], "1", "5").tolist(),
            texts(pop.persons.resident_no)[head].tolist(),
            acc.name[a].tolist(),
            numbers(acc.bill[a]),
            numbers(who.months),
            numbers(who.months * acc.bill[a]),
            since[who.months].tolist(),
            np.where(restricted, "Y", "N").tolist(),
            address.code[building].tolist(),
            joined(text, twin.units("register")[home]).tolist(),
        ]
    )


def shown_unit(twin: Twin, home: int) -> str:
    """The unit of one home as the register has it."""
    return str(twin.units("register")[home])


_ROWS = {
    "kepco": _kepco,
    "water": _water,
    "gas": _gas,
    "nhis": _nhis,
}


def clean_sheet(twin: Twin, source: str, day: dt.date) -> Sheet:
    """One extract as it would be if nothing ever went wrong."""
    return Sheet(COLUMNS[source], _ROWS[source](twin, day))
