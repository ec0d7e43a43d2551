"""Latent hardship by month, crisis as the survey asks for it, and being short of money.

Hardship is a persistent lean plus an AR(1) part plus shocks that fade. Crisis and broad
hardship are its upper ends, at the survey's shares. Two kinds of spells make bills go
unpaid for lack of money: `poor` ones grow with hardship, `failing` ones strike
the self-employed and hardly do. Old people in hardship rarely fall into either: they go
without, and pay. Offsets by kind of household are fitted to the survey's odds
(benchmarks/twin_calibration.py prints both).
"""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Flags, Floats, Window, stream
from pipeline.twin.kinds import Kinds

CRISIS_ABOVE = 3.57  # hungry, unheated or no doctor for lack of money: 1.5 %
BROAD_ABOVE = 2.69  # the wider question: 6.4 %
PERSISTENCE = 0.94
WAVE = 0.55
HIT, FADES = 0.004, 0.88
# A spell begins when slope × hardship + offset + a noise of its own passes a height.
NOISE_PERSISTENCE = 0.86
POOR_SLOPE, POOR_HEIGHT = 0.333, 2.646
FAILING_SLOPE, FAILING_HEIGHT = 0.421, 2.603
CREDIT_SLOPE, CREDIT_HEIGHT = 0.338, 2.331
CREDIT_POOR, CREDIT_FAILING = 4.84, 2.68  # as if so much more hardship
# For half of the households a `poor` spell is a fall that adds to what they need.
DEEP_SHARE, DEEP_PUSH = 0.5, 2.0
# Who of those in a spell leaves any utility bill unpaid (shallow, deep, failing),
# how likely each of the three is then, and who leaves the rent.
ANY_UTILITY = (0.66, 0.80, 0.78)
EACH_UTILITY = 0.62
RENT = (0.17, 0.45, 0.04)
# Offsets by kind of household, fitted to the survey's odds.
LEAN = {
    "alone": 0.93, "two": 0.66, "female_head": 0.49, "disabled_head": 0.22,
    "child_under_18": 0.28, "head_under_40": -1.18, "head_65_79": -0.53,
    "head_80_plus": -0.41, "nhi_premium_zero": 0.99, "nhi_premium_under_5": 0.67,
}  # fmt: skip
POOR = {
    "alone": 0.05, "two": -0.13, "female_head": -0.05, "disabled_head": -0.15,
    "child_under_18": 0.37, "head_under_40": -0.19, "head_65_79": -0.15,
    "head_80_plus": -0.43, "nhi_premium_zero": 0.04, "nhi_premium_under_5": 0.25,
}  # fmt: skip
FAILING = {
    "alone": -0.36, "two": -0.18, "female_head": -0.31, "disabled_head": -0.16,
    "child_under_18": 0.01, "head_under_40": 0.44, "head_65_79": -0.20,
    "head_80_plus": -0.09, "nhi_premium_zero": -1.25, "nhi_premium_under_5": 0.0,
}  # fmt: skip
CREDIT = {
    "alone": -0.39, "two": -0.35, "female_head": -0.28, "disabled_head": 0.36,
    "child_under_18": -0.36, "head_under_40": -0.19, "head_65_79": -0.26,
    "head_80_plus": -0.58, "nhi_premium_zero": -0.10, "nhi_premium_under_5": 0.23,
}  # fmt: skip
UTILITIES = ("kepco", "water", "gas")


@dataclass
class Shortage:
    """What is unpaid for lack of money; [household, step] each.

    `late` holds a bill's or debt's name: kepco, water, gas, nhis, rent, credit, and
    utility for any of the first three, whether or not an account of it is in a file.
    """

    late: dict[str, np.ndarray]
    fallen: np.ndarray  # in a spell that adds to need


def make_lean(kinds: Kinds, rng: np.random.Generator) -> Floats:
    """The persistent part of hardship, by the kind of household."""
    return np.asarray(rng.normal(0, 0.75, kinds.count) + kinds.total(LEAN))


def make_hardship(lean: Floats, window: Window, seed: int) -> np.ndarray:
    """Hardship per payer and simulated month (float32, a month contiguous)."""
    rng = stream(seed, "hardship")
    count, steps = len(lean), window.steps
    out = np.zeros((count, steps), dtype=np.float32, order="F")
    wave = rng.normal(0, WAVE, count).astype(np.float32)
    # Shocks that came before the first step have faded in part.
    before = rng.random(count) < HIT / (1 - FADES)
    fade = FADES ** rng.exponential(1 / (1 - FADES), count)
    shock = np.where(before, rng.gamma(3.0, 0.5, count) * fade, 0.0).astype(np.float32)
    scale = float(WAVE * np.sqrt(1 - PERSISTENCE**2))
    lean = lean.astype(np.float32)
    for step in range(steps):
        wave *= PERSISTENCE
        wave += scale * rng.standard_normal(count, dtype=np.float32)
        shock *= FADES
        hit = np.flatnonzero(rng.random(count, dtype=np.float32) < HIT)
        shock[hit] += rng.gamma(3.0, 0.5, len(hit))
        out[:, step] = lean + wave + shock
    return out


def in_crisis(need: np.ndarray) -> Flags:
    """The truth that the pipeline is after."""
    return np.asarray(need > CRISIS_ABOVE, dtype=np.bool_)


def in_broad_hardship(need: np.ndarray) -> Flags:
    """The wider state that officers call need."""
    return np.asarray(need > BROAD_ABOVE, dtype=np.bool_)


def _spells(
    rng: np.random.Generator, hardship: np.ndarray, slope: float, above: Floats
) -> np.ndarray:
    """[household, step]: slope × hardship + noise of its own > above."""
    count, steps = hardship.shape
    out = np.zeros((count, steps), dtype=np.bool_, order="F")
    noise = rng.standard_normal(count, dtype=np.float32)
    scale = float(np.sqrt(1 - NOISE_PERSISTENCE**2))
    level = above.astype(np.float32)
    for step in range(steps):
        out[:, step] = slope * hardship[:, step] + noise > level
        noise *= NOISE_PERSISTENCE
        noise += scale * rng.standard_normal(count, dtype=np.float32)
    return out


def make_shortage(kinds: Kinds, hardship: np.ndarray, seed: int) -> Shortage:
    """Who is short of money in which month, and what stays unpaid for it.

    Args:
        kinds: The kinds of the households.
        hardship: Per household and step.
        seed: Seed of the town.
    """
    rng = stream(seed, "shortage")
    count = kinds.count
    poor = _spells(rng, hardship, POOR_SLOPE, POOR_HEIGHT - kinds.total(POOR))
    failing = _spells(
        rng, hardship, FAILING_SLOPE, FAILING_HEIGHT - kinds.total(FAILING)
    )
    deep = rng.random(count) < DEEP_SHARE
    draws = rng.random(count)
    shallow, fallen, business = ANY_UTILITY
    utility = poor & (draws < np.where(deep, fallen, shallow))[:, None]
    utility |= failing & (draws < business)[:, None]
    picks = rng.random((count, 3)) < EACH_UTILITY
    picks[np.arange(count), rng.integers(0, 3, count)] = True  # one at least
    late = {name: utility & picks[:, n, None] for n, name in enumerate(UTILITIES)} | {
        "utility": utility,
        "nhis": failing,
    }
    draws = rng.random(count)
    late["rent"] = poor & (draws < np.take(RENT, deep * 1))[:, None]
    late["rent"] |= failing & (draws < RENT[2])[:, None]
    slow = CREDIT_HEIGHT - rng.normal(0, 0.6, count) - kinds.total(CREDIT)
    short = np.clip(poor * CREDIT_POOR + failing * CREDIT_FAILING, 0, 9)
    push = hardship + short.astype(np.float32)
    late["credit"] = _spells(rng, push, CREDIT_SLOPE, slow)
    return Shortage(late, fallen=poor & deep[:, None])
