"""Wall and CPU seconds to score a big town with reasons, by every model.

    python benchmarks/score_speed.py --households 300000 --quiet-share 0.7

Features are made up over the whole catalogue: --quiet-share of the households have no
sign and only their context, the others a few signs each. Fitted models learn from 2,000
made-up listings first; that is not counted.
"""

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.catalogue import FEATURES, NEVER_DAYS, Feature
from models.base import RankingModel, matrix_of
from models.errors import ModelError
from models.predict import score
from models.registry import MODELS, make
from models.training import training_data

SEED = 2026
HIGHEST = {"개월": 48, "원": 3_000_000, "회": 12, "명": 5, "곳": 6, "세": 99, "점": 6}


def column(feature: Feature, rows: int, quiet: int, seed: int) -> np.ndarray:
    """One feature of a town whose first households are quiet."""
    generator = np.random.default_rng([SEED, seed])
    if feature.unit == "여부":
        values = (generator.random(rows) < 0.1).astype(np.float64)
    else:
        top = HIGHEST.get(feature.unit, NEVER_DAYS)
        values = np.floor(generator.random(rows) ** 2 * (top + 1))
        values[generator.random(rows) < 0.85] = 0.0
    if feature.direction:
        values[:quiet] = 0.0
    if feature.name == "days_since_contact":
        values[:] = NEVER_DAYS
    if feature.missing == "null":
        values[generator.random(rows) < 0.1] = np.nan
    return values


def town(households: int, quiet: int) -> pd.DataFrame:
    """Every feature of every household."""
    columns = {
        name: column(feature, households, quiet, seed)
        for seed, (name, feature) in enumerate(FEATURES.items())
    }
    index = pd.Index([f"H{row:015x}" for row in range(households)])
    return pd.DataFrame(columns, index=index.rename("household_id"))


def fitted(name: str, listings: pd.DataFrame) -> RankingModel:
    """A model that learnt from made-up outcomes."""
    pull = listings["sign_kinds_now"] + 0.1 * listings["nhis_months_overdue_now"]
    chance = 1.0 / (1.0 + np.exp(2.0 - pull.fillna(0.0)))
    drawn = np.random.default_rng(SEED).random(len(listings)) < chance
    rounds = pd.Series([f"2025-R{row % 3 + 1}" for row in range(len(listings))])
    labels = pd.Series(drawn.astype(float))
    return make(name, training_data(listings, labels, rounds)).model


@dataclass(frozen=True)
class Spent:
    """Seconds of one task."""

    wall: float
    cpu: float

    @classmethod
    def on(cls, frame: pd.DataFrame, model: RankingModel, *, reasons: bool) -> "Spent":
        """What scoring takes, with or without reasons."""
        wall, cpu = time.perf_counter(), time.process_time()
        if reasons:
            score(frame, model)
        else:
            model.scores(matrix_of(frame, model.features))
        return cls(time.perf_counter() - wall, time.process_time() - cpu)


def main() -> int:
    """Print a line per model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--quiet-share", type=float, default=0.7)
    able = [name for name, spec in MODELS.items() if spec.stored]
    parser.add_argument("--models", nargs="*", default=able)
    options = parser.parse_args()
    homes = town(options.households, int(options.quiet_share * options.households))
    listings = homes.tail(2_000)
    print(f"{options.households} households, {len(FEATURES)} features")
    print(f"{'model':14} {'reads':>5} {'scores: wall':>12} {'cpu':>6} "
          f"{'and reasons: wall':>18} {'cpu':>6}")  # fmt: skip
    for name in options.models:
        try:
            model = fitted(name, listings)
        except ModelError as error:
            print(f"{name:14} cannot be fitted: {error.what}")
            continue
        plain = Spent.on(homes, model, reasons=False)
        told = Spent.on(homes, model, reasons=True)
        print(f"{name:14} {len(model.features):5} {plain.wall:12.2f} {plain.cpu:6.2f} "
              f"{told.wall:18.2f} {told.cpu:6.2f}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
