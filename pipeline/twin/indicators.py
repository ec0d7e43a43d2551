"""위기정보: arrears that last and events that strike, by the codes of the catalogue."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

import numpy as np

from data_contracts.indicators import INDICATORS
from pipeline.twin import traps
from pipeline.twin.clock import Ints, month_no, stream, ym
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import (
    MoreFile,
    Texts,
    bad_value,
    damaged_numbers,
    days_text,
    first_households,
    first_of,
    living,
    numbers,
    picked,
    sheet_of,
    texts,
    weighted,
)
from pipeline.twin.owing import Habit, months_owing
from pipeline.twin.places import APARTMENT, DETACHED
from pipeline.twin.sheets import Sheet

TOLD_AGAIN = 3  # months after which an arrear that lasts is told with its new length

SLOPE_WEIGHT = 0.5  # struck are not the needy alone


@dataclass(frozen=True)
class Lasting:
    """An arrear: whose, how many at a time, since which month it is told."""

    bill: int
    habit: Habit
    homes: str = "any"  # apartment, shared (several homes, no apartments) or any
    have: float = 1.0  # share of the homes that have such a bill at all
    have_short: float = 1.0  # and of those who will ever be short of its money


@dataclass(frozen=True)
class Striking:
    """An event: how often in a year and 1,000 households, and how it goes by need."""

    yearly: float
    slope: float
    low_age: int = 19
    high_age: int = 120
    won: int = 0


# Who does not pay is put out of a rented home and cut off the telephone: most arrears
# are 3 to 9 months long, few above 24. Loans and cards are told for two years. Levels:
# our assumptions; telecom stays below the 3.5 M persons on the list of 2015, who may
# stand on it for years. Rent, loans and cards are the survey's own questions: nobody
# but the short of money leaves them.
_ONLY_SHORT = (0.0, 0.0, 0.0, 0.0)
_HOUSING = (0.60, 0.76, 0.78, 0.70)
LASTING = {
    "F01": Lasting(
        380_000, Habit(("credit",), 0.0, 3, _ONLY_SHORT, longest=24), have=0.62
    ),
    "F02": Lasting(
        420_000, Habit(("credit",), 0.0, 2, _ONLY_SHORT, longest=24), have=0.66
    ),
    "F03": Lasting(68_000, Habit(("utility",), 0.045, 3, settles=0.05)),
    "R01": Lasting(
        165_000, Habit(("rent",), 0.0, 3, _ONLY_SHORT, 0.14), "any", 0.07, 0.55
    ),
    "R02": Lasting(
        172_000,
        # Water and power of most apartments are part of the fee.
        Habit(("rent", "utility"), 0.014, 3, _HOUSING, 0.14),
        "apartment",
    ),
    "R03": Lasting(84_000, Habit(("rent",), 0.008, 3, _HOUSING, 0.14), "shared"),
    "T02": Lasting(45_000, Habit(("nhis",), 0.012, 3, longest=60)),
}
STRIKING = {
    "B05": Striking(1.2, 0.9, won=6_500_000),
    "E01": Striking(1.0, 0.8, 8, 18),
    "F04": Striking(2.0, 1.4),
    "F05": Striking(3.0, 1.3),
    "H02": Striking(16.0, 0.35, won=4_200_000),
    "H04": Striking(6.0, 0.7),
    "P02": Striking(0.8, 0.6, 60, 120, 4_000_000),
    "R04": Striking(8.0, 0.9),
    "S01": Striking(0.9, 1.2),
    "S03": Striking(1.0, 0.1),
    "S04": Striking(0.7, 0.2),
    "S05": Striking(1.5, 0.4),
    "T01": Striking(9.0, 0.6, 25, 72),
    "W01": Striking(1.6, 0.5, 25, 68),
    "W03": Striking(26.0, 0.35, 19, 64, 1_900_000),
    "W06": Striking(14.0, 0.8, 19, 64),
}


@dataclass
class Owing:
    """Those who are in one kind of arrear at some time."""

    code: str
    person: Ints
    bill: Ints
    day: Ints  # of the month
    months: np.ndarray


def _is_told(code: str, day: dt.date) -> bool:
    """Whether the national system collects it on a day already, and still."""
    it = INDICATORS[code]
    return it.valid_from <= day and (it.valid_to is None or day < it.valid_to)


def _payers(twin: Twin, rng: np.random.Generator, what: Lasting) -> Ints:
    """Households that have such a bill, by the home they are registered in."""
    pop = twin.population
    base = first_households(twin)
    kind = twin.places.arrays()[1][pop.registered_home[base, 0]]
    fits = {
        "any": np.ones(len(base), dtype=bool),
        "apartment": kind == APARTMENT,
        "shared": (kind != APARTMENT) & (kind != DETACHED),
    }[what.homes]
    have = np.full(len(base), what.have)
    if what.have_short != what.have:
        # Rent is unpaid by who rents: those short of it are more often tenants.
        for name in what.habit.short:
            have[twin.payers.spells[name][base].any(axis=1)] = what.have_short
    return np.asarray(base[fits & (rng.random(len(base)) < have)])


def owing_of(twin: Twin, code: str, what: Lasting) -> Owing:
    """Who is in one kind of arrear in the window, and for how long in which month."""
    rng = stream(twin.seed, f"indicator/{code}")
    household = _payers(twin, rng, what)
    luck = rng.normal(0, 1, len(household))
    months = months_owing(twin, rng, household, what.habit, luck)
    ever = np.flatnonzero((months >= what.habit.after).any(axis=1))
    bill = rng.lognormal(np.log(what.bill), 0.4, len(ever)).astype(int) // 10 * 10
    return Owing(
        code,
        twin.population.head[household[ever]],
        bill,
        rng.integers(0, 27, len(ever)),
        months[ever],
    )


Columns = tuple[list[str], Ints, np.ndarray, list[str], list[str]]


def _lasting(twin: Twin, owing: Owing, day: dt.date) -> Columns:
    """Who has just reached the threshold, and every third month who is still there."""
    after = LASTING[owing.code].habit.after
    now = owing.months[:, month_no(day) - twin.window.first].astype(np.int64)
    here = np.flatnonzero((now >= after) & ((now - after) % TOLD_AGAIN == 0))
    here = here[living(twin, owing.person[here], day)]
    months = now[here]
    since = np.datetime64(day, "M") - (months - after).astype("timedelta64[M]")
    date = since.astype("datetime64[D]") + owing.day[here].astype("timedelta64[D]")
    amount = months * owing.bill[here]
    if (top := INDICATORS[owing.code].threshold_max) is not None:
        amount = np.minimum(amount, top)
    if (low := INDICATORS[owing.code].threshold_min) and low > 1000:
        amount = np.maximum(amount, low)
    code = [owing.code] * len(here)
    return code, owing.person[here], date, numbers(months), numbers(amount)


def _striking(twin: Twin, code: str, day: dt.date) -> Columns:
    """Whom an event struck in the month before the file was drawn up."""
    what, people = STRIKING[code], twin.population.persons
    rng = stream(twin.seed, f"indicator/{code}/{ym(month_no(day))}")
    rate = what.yearly / 12_000 * twin.population.households
    count = int(rng.poisson(rate))
    # A sample of those whom it could strike is enough to choose from.
    some = np.unique(rng.integers(0, len(people.age), 120 * count + 200))
    age = people.age[some]
    pool = some[(age >= what.low_age) & (age <= what.high_age)]
    pool = pool[living(twin, pool, day)]
    step = twin.window.step(month_no(day))
    need = twin.payers.hardship[people.household[pool], step].astype(np.float64)
    struck = weighted(rng, pool, SLOPE_WEIGHT * what.slope * need, count)
    date = first_of(month_no(day)) + rng.integers(0, 28, len(struck)).astype(
        "timedelta64[D]"
    )
    won = (
        rng.lognormal(np.log(what.won), 0.5, len(struck))
        if what.won
        else 0 * date.astype(int)
    )
    amounts = numbers(won.astype(int) // 100 * 100) if what.won else [""] * len(struck)
    return [code] * len(struck), struck, date, ["1"] * len(struck), amounts


_NOTES = texts(["", "", "", "01", "02"])


def _sheet(twin: Twin, owing: list[Owing], n: int, day: dt.date) -> Sheet:
    parts = [_lasting(twin, o, day) for o in owing if _is_told(o.code, day)]
    parts += [_striking(twin, code, day) for code in STRIKING if _is_told(code, day)]
    code: Texts = texts([c for part in parts for c in part[0]])
    person = np.concatenate([part[1] for part in parts])
    date = np.concatenate([part[2] for part in parts])
    number = texts(picked(twin.population.persons.resident_no, person))
    order = np.lexsort((date, number.astype(str), code.astype(str)))
    columns = (
        code,
        number,
        days_text(date),
        texts([v for part in parts for v in part[3]]),
        texts([v for part in parts for v in part[4]]),
        _NOTES[person % len(_NOTES)],
    )
    sheet = sheet_of("indicator", [column[order].tolist() for column in columns])
    _plant(twin, sheet, n)
    return sheet


def _plant(twin: Twin, sheet: Sheet, n: int) -> None:
    rng = stream(twin.seed, f"traps/indicator/{n}")
    if n % 2 == 0:
        bad_value(sheet, rng, "CODE_UNKNOWN", "위기정보코드", "Z99")
    if n % 4 == 1:
        bad_value(sheet, rng, "DATE_BAD", "발생일", "20251345")
    damaged_numbers(sheet, rng, "주민번호", "RRN_MASKED RRN_SCIENTIFIC")
    traps.repeats(sheet, rng, 2)
    traps.missing_words(sheet, rng, "금액", 3)
    traps.written_dates(sheet, rng, "발생일", 2)
    traps.dressed_numbers(sheet, rng, "값", "금액", 1)


def files(twin: Twin) -> list[MoreFile]:
    """INDICATOR_YYYYMM.csv of every month."""
    owing = [owing_of(twin, code, what) for code, what in LASTING.items()]
    return [
        MoreFile(
            f"INDICATOR_{ym(month_no(day))}.csv",
            "indicator",
            day,
            partial(_sheet, twin, owing, n, day),
            "utf-8-sig",
            "\n",
        )
        for n, day in enumerate(twin.window.month_ends())
    ]
