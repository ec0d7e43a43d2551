"""Feature tables made up from the catalogue, for tests of the models."""

import numpy as np
import pandas as pd

from features.catalogue import FEATURES, NEVER_DAYS, Feature

HIGHEST = {
    "개월": 60,
    "원": 3_000_000,
    "회": 24,
    "일": NEVER_DAYS,
    "명": 5,
    "곳": 9,
    "세": 99,
    "점": 9,
    "‰": 1_000,
}


def a_column(
    feature: Feature, rows: int, generator: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Plausible values: mostly nothing, sometimes much, unknown where that may be."""
    if feature.unit == "여부":
        values = (generator.random(rows) < 0.2).astype(np.float64)
    else:
        top = HIGHEST[feature.unit]
        values = np.floor(generator.random(rows) ** 3 * (top + 1))
        values[generator.random(rows) < 0.5] = 0.0
    if feature.missing == "null":
        values[generator.random(rows) < 0.15] = np.nan
    return values


def a_frame(rows: int, seed: int) -> pd.DataFrame:
    """A table of every feature; the index is the household."""
    generator = np.random.default_rng(seed)
    columns = {
        name: a_column(feature, rows, generator) for name, feature in FEATURES.items()
    }
    index = pd.Index([f"H{row:015x}" for row in range(rows)], name="household_id")
    return pd.DataFrame(columns, index=index)


def a_household(**facts: float) -> pd.DataFrame:
    """One household without any sign but the facts given."""
    unknown = facts.keys() - FEATURES.keys()
    assert not unknown, unknown
    row = {name: facts.get(name, 0.0) for name in FEATURES}
    return pd.DataFrame([row], index=pd.Index(["H1"], name="household_id"))


def rounds_of(rows: int, rounds: int = 3) -> pd.Series:
    """The listings dealt out over rounds of one year."""
    return pd.Series([f"2025-R{row % rounds + 1}" for row in range(rows)])


def planted_labels(frame: pd.DataFrame, seed: int) -> pd.Series:
    """Need that rises with months, stops, breadth and what people tell; much noise."""
    known = frame.fillna(0.0)
    pull = (
        0.06 * known["nhis_months_overdue_now"]
        + 0.06 * known["kepco_months_overdue_now"]
        + 1.0 * known["gas_stop_in_force"]
        + 0.3 * known["sources_in_arrears_now"]
        + 0.7 * known["housing_in_arrears_now"]
        + 0.7 * known["exempt_and_arrears_now"]
        + 0.7 * (known["tips_12m"] > 0)
        + 0.7 * (known["benefit_ended_24m"] > 0)
    )
    chance = 1.0 / (1.0 + np.exp(2.8 - pull))
    drawn = np.random.default_rng([seed, 1]).random(len(frame)) < chance
    return pd.Series(drawn.astype(np.float64))
