"""Bills unpaid month by month and the stops that follow, source by source.

Two ways lead to an unpaid bill: being short of money (hardship.make_shortage), and
everything else: forgetting, absence, a dispute, an empty house. Administrative counts
hold both, the survey asks for the first; most arrears are of the second kind, short for
supplies and long for health insurance.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.twin.clock import BURN_IN, Flags, Floats, Ints, Window, stream

NEVER_FORGETS, OFTEN_FORGETS = 0.35, 0.07
OFTEN = 6.0  # times as often as others
USUAL = np.float32(0.7)  # hardship of the mean household
LONGEST = 400  # months; the readers allow 600
PROTECTED_STOP_AFTER = 6  # 사회적배려대상
GREAT_METER_ABOVE = 8.0  # the hardship of the great meter, which nobody pays for years


@dataclass(frozen=True)
class Source:
    """How one kind of bill goes unpaid and is stopped.

    `start` is a chance per month without any shortage; `stay` are the chances to remain
    unpaid after 1-2, 3-5, 6-14 and more months; `slope` is their log odds per hardship.
    """

    start: float
    stay: tuple[float, float, float, float]
    slope: float
    shop_start: float = 0.0
    stop_after: int = 0  # months overdue; 0 = this source stops nothing
    stop_chance: float = 0.0  # a month
    quick: float = 0.0  # of those stopped pay within days
    closed_months: tuple[int, ...] = ()  # calendar months without new stops


# KEPCO limits nobody in the height of summer and winter.
SOURCES = {
    "kepco": Source(
        0.085, (0.34, 0.55, 0.84, 0.937), 0.12, 0.160, 3, 0.115, 0.95,
        (7, 8, 9, 12, 1, 2),
    ),
    "water": Source(0.098, (0.34, 0.60, 0.84, 0.90), 0.12, 0.100, 4, 0.0028, 0.6),
    "gas": Source(0.0145, (0.25, 0.38, 0.55, 0.62), 0.12, 0.0, 2, 0.0112, 0.5),
    "nhis": Source(0.47, (0.275, 0.535, 0.956, 0.961), 0.25),
}  # fmt: skip


@dataclass
class Unpaid:
    """One source's months overdue and its stops.

    `months` and `pay_day` have a row per payer and a column per simulated month. A stop
    is (payer, day, restored day or NaT, kind 1 limited / 2 cut), in order of day.
    """

    months: np.ndarray  # int16
    pay_day: np.ndarray  # int8: the day of the month on which a debt is settled
    stop_payer: Ints
    stop_day: np.ndarray  # datetime64[D]
    restored_day: np.ndarray  # datetime64[D]
    stop_kind: Ints


@dataclass(frozen=True)
class Debtors:
    """What the sources need to know of all payers."""

    hardship: np.ndarray
    households: int  # the first rows; shortage is theirs
    homes: int  # households and unregistered; shops and meters behind
    moved: np.ndarray  # [payer, step]: settled because the payer moves
    patient: Flags  # a stop reaches them only after PROTECTED_STOP_AFTER months
    ease: Floats  # a factor on the chance to forget, per payer


@dataclass
class _Stops:
    """The stops so far, in order of day within a month."""

    open_stop: Ints  # number of the payer's open stop, else -1
    payer: list[int] = field(default_factory=list)
    day: list[np.datetime64] = field(default_factory=list)
    restored: list[np.datetime64] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)

    def restore(self, who: Ints, days: np.ndarray) -> None:
        for payer, day in zip(who.tolist(), days, strict=True):
            stop = self.open_stop[payer]
            self.restored[stop] = max(day, self.day[stop] + np.timedelta64(1, "D"))
        self.open_stop[who] = -1

    def add(self, who: Ints, days: np.ndarray, back: np.ndarray, kinds: Ints) -> None:
        order = np.argsort(days, kind="stable")
        for n in order.tolist():
            still = bool(np.isnat(back[n]))
            self.open_stop[who[n]] = len(self.payer) if still else -1
            self.payer.append(int(who[n]))
            self.day.append(days[n])
            self.restored.append(back[n])
            self.kind.append(int(kinds[n]))


def _chances(source: Source, who: Debtors, seed: int) -> Floats:
    """Each payer's own chance per month to leave a bill though there is money."""
    traits = stream(seed, "traits").random(len(who.hardship))
    start = np.full(len(traits), source.start)
    start[who.homes :] = source.shop_start
    start[traits < NEVER_FORGETS] *= 0.1
    start[traits > 1 - OFTEN_FORGETS] *= OFTEN
    return np.asarray(np.minimum(start * who.ease, 0.8))


def simulate(
    name: str,
    who: Debtors,
    short: np.ndarray,
    window: Window,
    seed: int,
    stops: float = 1.0,
) -> Unpaid:
    """Run one source over all months.

    Args:
        name: A key of `SOURCES`.
        who: All payers.
        short: Per household and step: unpaid for lack of money.
        window: The months to cover.
        seed: Seed of the town.
        stops: A factor on the chance of a stop: provinces differ.
    """
    source, rng = SOURCES[name], stream(seed, f"unpaid/{name}")
    source = replace(source, stop_chance=source.stop_chance * stops)
    count, steps = who.hardship.shape
    start = _chances(source, who, seed).astype(np.float32)
    stay = np.array(source.stay, dtype=np.float32)
    out = np.zeros((count, steps), dtype=np.int16, order="F")
    pay_day = np.empty((count, steps), dtype=np.int8, order="F")
    months = np.zeros(count, dtype=np.int16)
    stopped = _Stops(np.full(count, -1))
    great = who.hardship[:, 0] > GREAT_METER_ABOVE
    for step in range(steps):
        band = (months > 2) + (months > 5).astype(np.int8) + (months > 14)
        odds = np.where(months > 0, stay[band], start)
        odds /= 1 - odds
        odds *= np.exp(np.float32(source.slope) * (who.hardship[:, step] - USUAL))
        unpaid = rng.random(count, dtype=np.float32) * (1 + odds) < odds
        unpaid[: who.households] |= short[:, step]
        unpaid &= ~who.moved[:, step] & (months < LONGEST)
        unpaid |= great
        months = np.where(unpaid, months + 1, 0).astype(np.int16)
        pay_day[:, step] = rng.integers(1, 28, count, dtype=np.int8)
        if source.stop_after and step >= BURN_IN - 12:
            number = window.first + step - BURN_IN
            _stop(rng, source, who, stopped, months, pay_day[:, step], number)
        out[:, step] = months
    return Unpaid(
        months=out,
        pay_day=pay_day,
        stop_payer=np.array(stopped.payer, dtype=np.int64),
        stop_day=np.array(stopped.day, dtype="datetime64[D]"),
        restored_day=np.array(stopped.restored, dtype="datetime64[D]"),
        stop_kind=np.array(stopped.kind, dtype=np.int64),
    )


def _stop(
    rng: np.random.Generator,
    source: Source,
    who: Debtors,
    stops: _Stops,
    months: np.ndarray,
    pay_day: np.ndarray,
    number: int,
) -> None:
    """One month's restorations and new stops; who pays at once owes nothing more."""
    first = np.datetime64(number - 1 - 1970 * 12, "M").astype("datetime64[D]")
    held = np.flatnonzero(stops.open_stop >= 0)
    # A part payment brings the supply back too, and leaves one month owing.
    part = held[(months[held] > 0) & (rng.random(len(held)) < 0.30)]
    months[part] = 1
    back = held[(months[held] == 0) | np.isin(held, part)]
    stops.restore(back, first + pay_day[back].astype("timedelta64[D]"))
    if (number - 1) % 12 + 1 in source.closed_months:
        return
    limit = np.where(who.patient, PROTECTED_STOP_AFTER, source.stop_after)
    may = np.flatnonzero((stops.open_stop < 0) & (months >= limit))
    new = may[rng.random(len(may)) < source.stop_chance]
    days = first + rng.integers(2, 27, len(new)).astype("timedelta64[D]")
    wait = np.minimum(rng.geometric(0.25, len(new)), 25).astype("timedelta64[D]")
    paid = rng.random(len(new)) < source.quick
    restored = np.where(paid, days + wait, np.datetime64("NaT"))
    # Homes are limited, all others cut; a few homes are cut too.
    kinds = np.where((new >= who.homes) | (rng.random(len(new)) < 0.03), 2, 1)
    stops.add(new, days, restored, kinds)
    months[new[paid]] = 0


def months_on(unpaid: Unpaid, step: int, day_of_month: int) -> Ints:
    """Months overdue on a day: in mid-month the new bill has not come yet."""
    now = unpaid.months[:, step].astype(np.int64)
    if day_of_month > 20 or step == 0:
        return now
    before = unpaid.months[:, step - 1].astype(np.int64)
    settled = (now < before) & (unpaid.pay_day[:, step] <= day_of_month)
    return np.where(settled, now, before)


def within(unpaid: Unpaid) -> np.ndarray:
    """Months overdue in the months of the window, without the burn-in."""
    return unpaid.months[:, BURN_IN:]
