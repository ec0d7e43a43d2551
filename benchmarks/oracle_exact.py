"""The learned oracle beside a posterior that is known: particles on the generator.

    python benchmarks/oracle_exact.py --households 4000 --particles 1000

The chain hardship → spells → bills unpaid, with the generator's own constants, is
followed by particles per household: given each month's bills (power, water, gas, health
insurance; all years since the chain began) and the kind of household, the weighted
share of the particles in crisis is P(crisis | those bills), but for the number of
particles. The same boostings as in oracle_learned.py learn from the last 24 months of
the same bills on other towns. Both rank the same households.
"""

import argparse
import datetime as dt
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from oracle_learned import LearnedOracle, Seen, figures

from pipeline.twin import hardship as hard
from pipeline.twin.clock import BURN_IN
from pipeline.twin.extracts import Twin
from pipeline.twin.generate import Wanted, make_twin
from pipeline.twin.payers import BILLED, BILLED_POWER, NHIS_EASE
from pipeline.twin.unpaid import (
    NEVER_FORGETS,
    OFTEN,
    OFTEN_FORGETS,
    SOURCES,
    USUAL,
)

Floats = NDArray[np.float64]
Single = NDArray[np.float32]
NAMES = ("kepco", "water", "gas", "nhis")
MONTHS = 24
AS_OF = dt.date(2026, 7, 1)
CHUNK = 250  # households whose particles are followed at a time


@dataclass
class Bills:
    """What both are told: months overdue by source, and the kind of household."""

    months: dict[str, NDArray[np.int64]]  # [household, step]
    moved: NDArray[np.bool_]
    lean: Floats  # the mean of the persistent part
    poor: Floats  # heights of the two kinds of spells
    failing: Floats
    ease: dict[str, Floats]


def bills_of(twin: Twin, rows: NDArray[np.int64]) -> Bills:
    """The bills of some households, as if every home got all four."""
    kinds, payers = twin.population.kinds.take(rows), twin.payers
    moved = np.zeros((len(rows), twin.window.steps), dtype=bool)
    homes = twin.population.home[rows]
    moved[:, BURN_IN:] = homes[:, 1:] != homes[:, :-1]
    ease = {
        name: np.full(
            len(rows), (BILLED[name] / twin.town.billed(name)) ** BILLED_POWER
        )
        for name in BILLED
    }
    ease["nhis"] = np.take(NHIS_EASE, payers.premium[rows])
    return Bills(
        {name: payers.unpaid[name].months[rows].astype(np.int64) for name in NAMES},
        moved,
        kinds.total(hard.LEAN),
        hard.POOR_HEIGHT - kinds.total(hard.POOR),
        hard.FAILING_HEIGHT - kinds.total(hard.FAILING),
        ease,
    )


class Particles:
    """Guesses of what stands behind the bills, [household, particle]."""

    def __init__(
        self, bills: Bills, part: slice, count: int, rng: np.random.Generator
    ) -> None:
        """Drawn as the generator draws, before any bill."""
        self.bills, self.part, self.rng = bills, part, rng
        lean = bills.lean[part][:, None]
        self.shape = (len(lean), count)
        self.lean = (lean + 0.75 * self._normal()).astype(np.float32)
        self.wave = np.float32(hard.WAVE) * self._normal()
        before = rng.random(self.shape) < hard.HIT / (1 - hard.FADES)
        fade = hard.FADES ** rng.exponential(1 / (1 - hard.FADES), self.shape)
        gone = rng.gamma(3.0, 0.5, self.shape) * fade
        self.shock = np.where(before, gone, 0.0).astype(np.float32)
        self.poor, self.failing = self._normal(), self._normal()
        self.deep = rng.random(self.shape) < hard.DEEP_SHARE
        draws = rng.random(self.shape)
        shallow, fallen, business = hard.ANY_UTILITY
        self.any_poor = draws < np.where(self.deep, fallen, shallow)
        self.any_failing = draws < business
        picks = rng.random((3, *self.shape)) < hard.EACH_UTILITY
        sure = rng.integers(0, 3, self.shape)
        self.picks = picks | (np.arange(3)[:, None, None] == sure)
        trait = rng.random(self.shape)
        self.trait = np.where(
            trait < NEVER_FORGETS, 0.1, np.where(trait > 1 - OFTEN_FORGETS, OFTEN, 1.0)
        ).astype(np.float32)
        self.weight = np.zeros(self.shape, dtype=np.float32)

    def _normal(self) -> Single:
        return self.rng.standard_normal(self.shape, dtype=np.float32)

    def follow(self, steps: int) -> Floats:
        """P(crisis in the last month | all bills)."""
        hardship = self.lean
        for step in range(steps):
            hardship = self._next()
            self._weigh(hardship, step)
            if step < steps - 1:
                self._resample()
        need = hardship + hard.DEEP_PUSH * (self.is_poor & self.deep)
        weight = np.exp(self.weight - self.weight.max(axis=1, keepdims=True))
        share = (weight * (need > hard.CRISIS_ABOVE)).sum(axis=1) / weight.sum(axis=1)
        # No guess in crisis means few, not none.
        count = self.shape[1]
        return np.asarray((share * count + 0.01) / (count + 1), dtype=np.float64)

    def _next(self) -> Single:
        """One month on: the wave, the shocks, and who is short of money by it."""
        scale = np.float32(hard.WAVE * np.sqrt(1 - hard.PERSISTENCE**2))
        self.wave *= np.float32(hard.PERSISTENCE)
        self.wave += scale * self._normal()
        self.shock *= np.float32(hard.FADES)
        hit = self.rng.random(self.shape, dtype=np.float32) < hard.HIT
        self.shock[hit] += self.rng.gamma(3.0, 0.5, int(hit.sum())).astype(np.float32)
        hardship = self.lean + self.wave + self.shock
        heights = (self.bills.poor[self.part], self.bills.failing[self.part])
        poor, failing = (height.astype(np.float32)[:, None] for height in heights)
        self.is_poor = np.float32(hard.POOR_SLOPE) * hardship + self.poor > poor
        slope = np.float32(hard.FAILING_SLOPE)
        self.is_failing = slope * hardship + self.failing > failing
        fresh = np.float32(np.sqrt(1 - hard.NOISE_PERSISTENCE**2))
        for noise in (self.poor, self.failing):
            noise *= np.float32(hard.NOISE_PERSISTENCE)
            noise += fresh * self._normal()
        return np.asarray(hardship, dtype=np.float32)

    def _weigh(self, hardship: Single, step: int) -> None:
        """How likely each guess makes this month's bills."""
        utility = (self.is_poor & self.any_poor) | (self.is_failing & self.any_failing)
        together = np.ones(self.shape, dtype=np.float32)
        for place, name in enumerate(NAMES):
            short = self.is_failing if name == "nhis" else utility & self.picks[place]
            likely = self._one_bill(name, hardship, short, step)
            together *= likely
        self.weight += np.log(np.maximum(together, 1e-12))

    def _one_bill(
        self, name: str, hardship: Single, short: NDArray[np.bool_], step: int
    ) -> Single:
        source, months = SOURCES[name], self.bills.months[name][self.part]
        before = months[:, step - 1] if step else np.zeros(len(months), dtype=np.int64)
        band = (before > 2) + (before > 5).astype(int) + (before > 14)
        start = source.start * self.trait * self.bills.ease[name][self.part][:, None]
        start = np.minimum(start, 0.8).astype(np.float32)
        stay = np.array(source.stay, dtype=np.float32)[band][:, None]
        odds = np.where(before[:, None] > 0, stay, start)
        odds = odds / (1 - odds)
        odds *= np.exp(np.float32(source.slope) * (hardship - USUAL))
        chance = np.where(short, np.float32(1.0), odds / (1 + odds))
        now = months[:, step] > 0
        # Whose supply is stopped mostly pays within days, and owes nothing again.
        may_stop = source.stop_after > 0 and step >= BURN_IN - 12
        stops = may_stop & (before + 1 >= source.stop_after)
        number = AS_OF.month - 1 + step - self.bills.months[name].shape[1]
        stops &= number % 12 + 1 not in source.closed_months
        quick = stops * source.stop_chance * source.quick
        chance *= (1 - quick[:, None]).astype(np.float32)
        likely = np.where(now[:, None], chance, 1 - chance)
        if name != "nhis":
            likely[self.bills.moved[self.part, step]] = 1.0
        return np.asarray(likely, dtype=np.float32)

    def _resample(self) -> None:
        """Where few guesses carry the weight, draw them anew by it."""
        weight = np.exp(self.weight - self.weight.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        poor = np.flatnonzero(1 / (weight**2).sum(axis=1) < self.shape[1] / 2)
        if not len(poor):
            return
        edges = np.cumsum(weight[poor], axis=1)
        at = (np.arange(self.shape[1]) + self.rng.random((len(poor), 1))) / self.shape[
            1
        ]
        pick = np.stack(
            [np.searchsorted(e, a) for e, a in zip(edges, at, strict=True)]
        ).clip(max=self.shape[1] - 1)
        for name in ("lean", "wave", "shock", "poor", "failing", "deep", "any_poor",
                     "any_failing", "trait"):  # fmt: skip
            values = getattr(self, name)
            values[poor] = np.take_along_axis(values[poor], pick, axis=1)
        for values in self.picks:
            values[poor] = np.take_along_axis(values[poor], pick, axis=1)
        self.weight[poor] = 0.0


def exact(bills: Bills, particles: int, seed: int) -> Floats:
    """The posterior of every household, chunk by chunk."""
    rng = np.random.default_rng(seed)
    count, steps = bills.months["nhis"].shape
    parts = [slice(at, min(at + CHUNK, count)) for at in range(0, count, CHUNK)]
    return np.concatenate(
        [Particles(bills, part, particles, rng).follow(steps) for part in parts]
    )


def learnable(twin: Twin, back: int = 0) -> Seen:
    """The last months of the same bills, the kind, and the true need."""
    rows = np.flatnonzero(twin.population.split_month == 0)
    bills = bills_of(twin, rows)
    last = twin.window.steps - back
    series = [bills.months[name][:, last - MONTHS : last] for name in NAMES]
    late = sum((one > 0) * 1 for one in series[:3])
    more = [
        np.column_stack([one.mean(axis=1), one.max(axis=1), (one > 0).sum(axis=1)])
        for one in (*series, late)
    ]
    kind = [bills.lean, bills.poor, bills.failing, bills.ease["nhis"]]
    inputs = np.column_stack([*series, *more, late, *kind]).astype(np.float32)
    need = twin.payers.need[rows, twin.window.months - 1 - back]
    return Seen(inputs, need.astype(np.float64))


def main() -> int:
    """Learn on other towns, follow particles on one, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--households", type=int, default=4_000)
    parser.add_argument("--particles", type=int, default=1_000)
    parser.add_argument("--learn-from", type=int, default=120_000)
    options = parser.parse_args()

    def town(seed: int, households: int) -> Twin:
        return make_twin(Wanted("cheonan", households, 25, seed, AS_OF))

    judged = town(7, options.households)
    rows = np.flatnonzero(judged.population.split_month == 0)
    truth = judged.payers.need[rows, -1] > hard.CRISIS_ABOVE
    bills = bills_of(judged, rows)
    # Two runs: what one ranks the other judges, so that its luck wins nothing.
    ranks, known = (exact(bills, options.particles, seed) for seed in (7, 8))
    weigh = learnable(town(800_000, options.learn_from // 3))
    for share in (4, 2, 1):
        data = learnable(town(800_001, options.learn_from // share))
        model = LearnedOracle(data, 1).put_together(weigh)
        learned = model.probability(learnable(judged).inputs)
        print(f"learned from {len(data.need):,}: {figures(learned, truth)}")
    print(f"particles: {figures((ranks + known) / 2, truth)}")
    for share in (200, 100, 50):
        places = len(rows) // share
        best = [
            known[np.argsort(-chance, kind="stable")[:places]].sum()
            for chance in (learned, ranks)
        ]
        print(
            f"{places} places: the learned oracle's list holds {best[0]:.1f} in crisis "
            f"by the particles, their own {best[1]:.1f}: {best[0] / best[1]:.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
