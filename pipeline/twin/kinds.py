"""Kinds of households as the survey tells them apart, premium bands included."""

from dataclasses import dataclass

import numpy as np

from pipeline.twin.clock import Flags, Floats
from pipeline.twin.persons import CHILD, HEAD, Persons

ZERO, LOW, FULL = range(3)  # no premium of its own, under ₩50,000 a month, more


@dataclass
class Kinds:
    """Which households are of which kind; the names are the survey's."""

    count: int
    flags: dict[str, Flags]

    def total(self, weights: dict[str, float]) -> Floats:
        """The sum of the weights of all kinds a household is of."""
        out = np.zeros(self.count)
        for name, weight in weights.items():
            if weight:
                out += weight * self.flags[name]
        return out

    def take(self, rows: np.ndarray) -> "Kinds":
        """The kinds of some households, in their order."""
        return Kinds(len(rows), {k: flags[rows] for k, flags in self.flags.items()})


def make_kinds(rng: np.random.Generator, people: Persons, households: int) -> Kinds:
    """Tell the households apart; their premium band is drawn, by age and size."""
    size = np.bincount(people.household, minlength=households)
    head = people.relation == HEAD
    age = people.age[head]
    disabled = people.disability[head] > 0
    child = np.zeros(households, dtype=bool)
    child[people.household[(people.relation == CHILD) & (people.age < 18)]] = True
    zero = np.select([age >= 75, age >= 65, size == 1], [0.62, 0.45, 0.20], 0.13)
    draw = rng.random(households)
    none = draw < zero + 0.08 * disabled
    low = ~none & (rng.random(households) < np.where(size == 1, 0.34, 0.18))
    return Kinds(
        households,
        {
            "alone": size == 1,
            "two": size == 2,
            "female_head": people.is_female[head],
            "disabled_head": disabled,
            "child_under_18": child,
            "head_under_40": age < 40,
            "head_65_79": (age >= 65) & (age < 80),
            "head_80_plus": age >= 80,
            "nhi_premium_zero": none,
            "nhi_premium_under_5": low,
        },
    )
