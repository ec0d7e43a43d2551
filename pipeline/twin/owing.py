"""Bills beyond the first four sources: who leaves them unpaid, and for how long.

As with the first four, two ways lead to an unpaid bill: being short of money, by the
very spells that the survey's answers are read from (`payers.spells`), and everything
else. So what a file tells of need follows the survey's odds and has no process of
its own.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import BURN_IN, Floats, Ints
from pipeline.twin.extracts import Twin

USUAL = np.float32(0.7)  # hardship of the mean household
SLOPE = np.float32(0.12)  # log odds per hardship to leave a bill though there is money
SPREAD = 1.2  # of the payers' own ease, as a standard deviation of its logarithm


@dataclass(frozen=True)
class Habit:
    """How one kind of bill goes unpaid.

    `stay` are the chances to remain unpaid after 1-2, 3-5, 6-14 and more months when
    there is money; `level` is the share of payers who are in arrears of `after` months
    and more, for either reason: nobody forgets where the short of money are enough.
    """

    short: tuple[str, ...]  # spells of which any leaves the bill
    level: float
    after: int
    stay: tuple[float, float, float, float] = (0.55, 0.75, 0.82, 0.80)
    settles: float = 0.0  # a month: most of it is paid, even by who is short of money
    longest: int = 36  # months
    lapses: bool = False  # older months are owed no more; else the arrear ends there


def _short(twin: Twin, households: Ints, habit: Habit, step: int) -> np.ndarray:
    spells = [twin.payers.spells[name] for name in habit.short]
    out = spells[0][households, step]
    for other in spells[1:]:
        out = out | other[households, step]
    return np.asarray(out)


def _limited(
    rng: np.random.Generator, habit: Habit, months: np.ndarray, ended: np.ndarray
) -> np.ndarray:
    """Part payments, and what happens to an arrear that has become too long."""
    if habit.settles:
        paid = rng.random(len(months), dtype=np.float32) < habit.settles
        months[paid] //= 4
    if habit.lapses:
        return np.asarray(np.minimum(months, habit.longest))
    ended |= months > habit.longest
    months[ended] = 0
    return months


def _start(twin: Twin, households: Ints, habit: Habit) -> float:
    """The chance to forget a bill that brings the share of payers to its level."""
    step, since = BURN_IN + twin.window.months // 2, habit.after
    here = np.ones(len(households), dtype=bool)
    for back in range(since):
        here &= _short(twin, households, habit, step - back)
    level = habit.level - float(here.mean() if len(here) else 0.0)
    if level <= 0:
        return 0.0
    bands = np.array([1, 2, *range(3, habit.longest)])
    stay = np.array(habit.stay)[
        (bands > 2) + (bands > 5).astype(int) + (bands > 14)
    ] * (1 - habit.settles)
    still = np.concatenate([[1.0], np.cumprod(stay)])  # after 1, 2, … months
    return level / float(still[since - 1 :].sum())


def months_owing(
    twin: Twin, rng: np.random.Generator, households: Ints, habit: Habit, luck: Floats
) -> np.ndarray:
    """Months overdue by month of the window, for one payer of each household.

    Args:
        twin: The town.
        rng: For what is drawn.
        households: The household of each payer.
        habit: How this kind of bill goes unpaid.
        luck: Standard normal per payer: how easily it forgets.

    Returns:
        int16 [payer, month of the window].
    """
    window, hardship = twin.window, twin.payers.hardship
    stay = np.array(habit.stay, dtype=np.float32)
    ease = np.exp(SPREAD * luck - SPREAD**2 / 2) * _start(twin, households, habit)
    ease = np.minimum(ease, 0.8).astype(np.float32)
    months = np.zeros(len(households), dtype=np.int16)
    ended = np.zeros(len(households), dtype=bool)
    out = np.zeros((len(households), window.months), dtype=np.int16, order="F")
    for step in range(window.steps):
        band = (months > 2) + (months > 5).astype(np.int8) + (months > 14)
        odds = np.where(months > 0, stay[band], ease)
        odds /= 1 - odds
        odds *= np.exp(SLOPE * (hardship[households, step] - USUAL))
        unpaid = rng.random(len(months), dtype=np.float32) * (1 + odds) < odds
        unpaid |= _short(twin, households, habit, step)
        ended &= unpaid
        months = np.where(unpaid & ~ended, months + 1, 0).astype(np.int16)
        months = _limited(rng, habit, months, ended)
        if step >= BURN_IN:
            out[:, step - BURN_IN] = months
    return out
