"""Latent hardship by month, and the unpaid bills and stops that follow from it.

Hardship is a persistent lean plus an AR(1) part plus shocks that fade. It raises the
chance that a bill stays unpaid, differently for each source; some people never leave a
bill unpaid whatever it costs them (hardship without a sign), some forget to pay without
any hardship (a sign without hardship).

Levels follow the published counts per dong of 6,800 households (about 370 with health
insurance arrears of three months and more); stops of gas, power and water are raised
about threefold, so that a town of 20,000 households has enough of them to learn from.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import BURN_IN, Flags, Floats, Ints, Window, stream

CRISIS_ABOVE = 1.95
PERSISTENCE = 0.94
PROUD_SHARE = 0.14
FORGETFUL_SHARE = 0.05
LONGEST = 400  # months; the readers allow 600


@dataclass(frozen=True)
class Source:
    """How one kind of bill goes unpaid and is stopped.

    `start` and `stay` are (intercept, slope on hardship) of a logit per month.
    """

    start: tuple[float, float]
    stay: tuple[float, float]
    stop_after: int = 0  # months overdue; 0 = this source stops nothing
    stop_chance: float = 0.0
    closed_months: tuple[int, ...] = ()  # calendar months without new stops


# KEPCO limits nobody in the height of summer and winter.
SOURCES = {
    "kepco": Source((-6.8, 2.1), (-0.5, 1.05), 3, 0.050, (7, 8, 9, 12, 1, 2)),
    "water": Source((-6.6, 2.0), (-0.2, 0.95), 4, 0.018),
    "gas": Source((-6.1, 1.9), (-0.4, 0.95), 2, 0.016),
    "nhis": Source((-5.55, 1.3), (2.4, 0.55)),
}
PROTECTED_STOP_AFTER = 6  # 사회적배려대상


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


def make_hardship(lean: Floats, window: Window, seed: int) -> np.ndarray:
    """Hardship per payer and simulated month (float32)."""
    rng = stream(seed, "hardship")
    count, steps = len(lean), window.steps
    out = np.zeros((count, steps), dtype=np.float32)
    wave = rng.normal(0, 0.55, count)
    shock = np.zeros(count)
    scale = 0.55 * np.sqrt(1 - PERSISTENCE**2)
    for step in range(steps):
        wave = PERSISTENCE * wave + rng.normal(0, scale, count)
        hit = rng.random(count) < 0.004
        shock = 0.88 * shock + np.where(hit, rng.gamma(3.0, 0.5, count), 0.0)
        out[:, step] = lean + wave + shock
    return out


def in_crisis(hardship: np.ndarray) -> Flags:
    """The truth that the pipeline is after."""
    return np.asarray(hardship > CRISIS_ABOVE, dtype=np.bool_)


def _chance(logit: tuple[float, float], hardship: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-(logit[0] + logit[1] * hardship))))


@dataclass
class _State:
    """What the month-by-month loop carries along for every payer."""

    months: Ints
    open_stop: Ints  # number of the payer's open stop, else -1
    payer: list[int]
    day: list[np.datetime64]
    restored: list[np.datetime64]
    kind: list[int]

    def restore(self, who: Ints, days: np.ndarray) -> None:
        for payer, day in zip(who, days, strict=True):
            stop = self.open_stop[payer]
            self.restored[stop] = max(day, self.day[stop] + np.timedelta64(1, "D"))
        self.open_stop[who] = -1

    def stop(self, who: Ints, days: np.ndarray, kinds: Ints, restored: Flags) -> None:
        for payer, day, kind, back in zip(who, days, kinds, restored, strict=True):
            self.open_stop[payer] = -1 if back else len(self.payer)
            self.payer.append(int(payer))
            self.day.append(day)
            next_day = day + np.timedelta64(1, "D")
            self.restored.append(next_day if back else np.datetime64("NaT"))
            self.kind.append(int(kind))
        self.months[who[restored]] = 0


def simulate(
    name: str,
    hardship: np.ndarray,
    moved: Flags,
    patient: Flags,
    window: Window,
    seed: int,
) -> Unpaid:
    """Run one source over all months.

    Args:
        name: A key of `SOURCES`.
        hardship: Per payer and step.
        moved: Per payer and step: the account is settled because the payer moves.
        patient: Payers whom a stop reaches only after `PROTECTED_STOP_AFTER` months.
        window: The months to cover.
        seed: Seed of the town.
    """
    source, rng = SOURCES[name], stream(seed, f"unpaid/{name}")
    traits = stream(seed, "traits").random(len(hardship))
    # Beyond 4 lies only the great meter, which nobody pays for years.
    proud = (traits < PROUD_SHARE) & (hardship[:, 0] < 4)
    forgetful = (traits > 1 - FORGETFUL_SHARE) & (hardship[:, 0] < 4)
    count, steps = hardship.shape
    out = np.zeros((count, steps), dtype=np.int16)
    pay_day = rng.integers(1, 28, (count, steps), dtype=np.int8)
    state = _State(np.zeros(count, dtype=np.int64), np.full(count, -1), [], [], [], [])
    limit = np.where(patient, PROTECTED_STOP_AFTER, source.stop_after or LONGEST * 2)
    for step in range(steps):
        start = _chance(source.start, hardship[:, step])
        stay = _chance(source.stay, hardship[:, step])
        start[proud] = 0.0
        start[forgetful], stay[forgetful] = 0.03, 0.45
        stay[state.open_stop >= 0] *= 0.72
        unpaid = rng.random(count) < np.where(state.months > 0, stay, start)
        unpaid &= ~moved[:, step] & (state.months < LONGEST)
        state.months = np.where(unpaid, state.months + 1, 0)
        if source.stop_after and step >= BURN_IN - 12:
            number = window.first + step - BURN_IN
            month = np.datetime64(number - 1 - 1970 * 12, "M").astype("datetime64[D]")
            _stops(rng, source, state, month, pay_day[:, step], limit, number)
        out[:, step] = state.months
    return Unpaid(
        months=out,
        pay_day=pay_day,
        stop_payer=np.array(state.payer, dtype=np.int64),
        stop_day=np.array(state.day, dtype="datetime64[D]"),
        restored_day=np.array(state.restored, dtype="datetime64[D]"),
        stop_kind=np.array(state.kind, dtype=np.int64),
    )


def _stops(
    rng: np.random.Generator,
    source: Source,
    state: _State,
    month: np.datetime64,
    pay_day: np.ndarray,
    limit: Ints,
    number: int,
) -> None:
    """One month's restorations and new stops."""
    is_open = state.open_stop >= 0
    # A part payment brings the supply back too, and leaves one month owing.
    part = is_open & (state.months > 0) & (rng.random(len(is_open)) < 0.10)
    state.months[part] = 1
    back = np.flatnonzero(is_open & ((state.months == 0) | part))
    state.restore(back, month + pay_day[back].astype("timedelta64[D]"))
    chance = rng.random(len(is_open)) < source.stop_chance
    if (number - 1) % 12 + 1 in source.closed_months:
        return
    new = np.flatnonzero(~is_open & (state.months >= limit) & chance)
    days = month + rng.integers(2, 27, len(new)).astype("timedelta64[D]")
    kinds = np.where(rng.random(len(new)) < 0.15, 2, 1)
    state.stop(new, days, kinds, rng.random(len(new)) < 0.15)


def months_on(unpaid: Unpaid, step: int, day_of_month: int) -> Ints:
    """Months overdue on a day: in mid-month the new bill has not come yet."""
    now = unpaid.months[:, step].astype(np.int64)
    if day_of_month > 20 or step == 0:
        return now
    before = unpaid.months[:, step - 1].astype(np.int64)
    settled = (now < before) & (unpaid.pay_day[:, step] <= day_of_month)
    return np.where(settled, now, before)
