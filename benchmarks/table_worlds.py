"""Tables whose true probabilities are known, in the spirit of surveys and registers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A table, its label and the probability that made the label."""

    name: str
    frame: pd.DataFrame
    truth: Floats


def at_rate(risk: Floats, rate: float) -> Floats:
    """Log-odds shifted until the mean probability is the rate."""
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        if np.mean(1 / (1 + np.exp(-(risk + middle)))) < rate:
            low = middle
        else:
            high = middle
    return 1 / (1 + np.exp(-(risk + low)))


def finish(
    name: str, columns: dict[str, object], truth: Floats, rng: np.random.Generator
) -> World:
    labels = (rng.random(len(truth)) < truth).astype(int)
    frame = pd.DataFrame({"household": np.arange(len(truth)), **columns, "y": labels})
    return World(name, frame, truth)


def survey(name: str, rate: float, seed: int, rows: int = 6_581) -> World:
    """A welfare panel: rates as published for household types, arrears rare."""
    rng = np.random.default_rng(seed)
    size = rng.choice([1, 2, 3, 4, 5], rows, p=[0.31, 0.32, 0.18, 0.14, 0.05])
    age = np.clip(rng.normal(64 - 5 * (size - 1.5), 14), 20, 97).round()
    female = rng.random(rows) < np.where(size == 1, 0.65, 0.15)
    disabled = rng.random(rows) < 0.135
    poor = (
        -0.5 * (size - 2) + 0.03 * (age - 60) + 0.5 * disabled + rng.normal(0, 1, rows)
    )
    income = np.exp(7.9 - 0.45 * poor + rng.normal(0, 0.4, rows)).round()
    tenure = np.where(
        rng.random(rows) < 1 / (1 + np.exp(poor - 0.5)),
        1,
        rng.choice([2, 3, 4, 5], rows, p=[0.3, 0.5, 0.06, 0.14]),
    )
    basic = rng.random(rows) < 1 / (1 + np.exp(3.2 - 1.1 * poor))
    trouble = rng.normal(0, 1, rows) + 0.5 * poor
    utility = rng.random(rows) < 1 / (1 + np.exp(5.3 - 1.1 * trouble))
    rent_late = (
        (rng.random(rows) < 0.12 + 0.2 * utility) & (tenure >= 3) & (trouble > 1)
    )
    default = rng.random(rows) < 1 / (1 + np.exp(4.8 - 1.2 * trouble))
    nhi = rng.random(rows) < 1 / (1 + np.exp(6.0 - 1.0 * trouble - 1.5 * utility))
    health = np.clip(
        (3 + 0.03 * (age - 60) + 0.4 * disabled + rng.normal(0, 1, rows)).round(), 1, 5
    )
    depression = np.clip(rng.gamma(1.5 + 0.5 * (poor > 1), 4, rows), 0, 60).round()
    education = np.clip(
        (7 - 0.06 * (age - 40) - 0.3 * poor + rng.normal(0, 1.2, rows)).round(), 2, 9
    )
    job = rng.choice(
        list("ABCDEFGHI"), rows, p=[0.2, 0.05, 0.12, 0.03, 0.15, 0.02, 0.13, 0.05, 0.25]
    )
    assets = np.where(
        rng.random(rows) < 0.25, 0, np.exp(rng.normal(8.5 - 0.8 * poor, 1.3))
    ).round()
    debt = np.where(
        rng.random(rows) < 0.55, 0, np.exp(rng.normal(7.5, 1.4, rows))
    ).round()
    risk = (
        0.75 * (size == 1)
        + 0.45 * female
        + 0.35 * disabled
        + np.select(
            [tenure == 3, tenure == 4, tenure == 2, tenure == 5],
            [1.2, 2.2, 0.7, 0.5],
            0.0,
        )
        + 0.6 * basic
        + 2.0 * utility
        + 1.6 * rent_late
        + 1.3 * default
        + 0.2 * nhi
        - 0.55 * np.log(income / 2000)
        + 0.03 * np.minimum(depression, 30)
        + 0.15 * (health - 3)
        + 0.25 * np.log1p(debt / 500) * (income < 1500)
        + 0.3 * (job == "E")
        - 0.4 * ((age < 40) & (size > 1))
    )
    columns: dict[str, object] = {
        "size": size,
        "age": age,
        "sex": np.where(female, 2, 1),
        "disabled": disabled.astype(int),
        "income": income,
        "tenure": tenure,
        "basic": basic.astype(int),
        "utility_late": utility.astype(int),
        "rent_late": rent_late.astype(int),
        "credit_default": default.astype(int),
        "nhi_arrears": nhi.astype(int),
        "health": np.where(rng.random(rows) < 0.05, np.nan, health),
        "depression": np.where(rng.random(rows) < 0.12, np.nan, depression),
        "education": education,
        "job": np.where(rng.random(rows) < 0.1, None, job),
        "assets": np.where(rng.random(rows) < 0.08, np.nan, assets),
        "debt": debt,
        "region": rng.choice([f"r{i:02d}" for i in range(16)], rows),
        "premium": np.where(
            basic, 0, (income * rng.lognormal(-3.3, 0.5, rows)).round()
        ),
        "rooms": np.clip((size + rng.normal(1.2, 0.8, rows)).round(), 1, 7),
        "satisfaction": np.clip(
            (3.2 - 0.3 * poor + rng.normal(0, 0.8, rows)).round(), 1, 5
        ),
        "children": np.where(size >= 3, rng.poisson(0.8, rows), 0),
    }
    for place in range(8):
        noise = rng.choice([1, 2, 3, 4, 5], rows)
        columns[f"item_{place}"] = np.where(
            rng.random(rows) < 0.1 * place, np.nan, noise
        )
    return finish(name, columns, at_rate(risk, rate), rng)


def register(name: str, rate: float, seed: int, rows: int = 30_000) -> World:
    """An administrative table: counts mostly zero, amounts, months, heavy ties."""
    rng = np.random.default_rng(seed)
    hard = rng.normal(0, 1, rows)
    columns: dict[str, object] = {}
    risk = np.zeros(rows)
    for place in range(9):
        count = rng.poisson(np.exp(-2.2 - 0.15 * place + 0.9 * hard))
        columns[f"count_{place}"] = count
        risk += (0.5 - 0.05 * place) * np.log1p(count)
    for place in range(6):
        months = np.where(rng.random(rows) < 0.8, 0, rng.geometric(0.15, rows))
        amount = months * np.exp(rng.normal(10 + 0.3 * hard, 0.8)).round(-1)
        columns[f"months_{place}"], columns[f"amount_{place}"] = months, amount
        risk += (0.3 if place < 3 else 0.0) * np.log1p(months)
        risk += 0.15 * (amount > 300_000) * (place % 2)
    age = np.clip(rng.normal(55, 16, rows), 19, 98).round()
    alone = rng.random(rows) < 0.35
    dong = rng.integers(0, 25, rows)
    columns |= {"age": age, "alone": alone.astype(int)}
    columns["dong"] = 4_111_000_000 + dong * 100_000
    columns["recency"] = np.where(
        rng.random(rows) < 0.6, np.nan, rng.integers(0, 365, rows)
    )
    risk += 0.6 * alone * (age > 60) + 0.4 * ((age > 45) & (age < 64))
    both = (columns["count_0"] > 0) & (columns["months_0"] > 0)  # type: ignore[operator]
    risk += 0.9 * both + 0.25 * rng.normal(0, 1, 25)[dong]
    recent = np.nan_to_num(columns["recency"], nan=365.0)  # type: ignore[call-overload]
    risk += 0.7 * np.exp(-recent / 60)
    return finish(name, columns, at_rate(1.3 * risk, rate), rng)


def tangled(name: str, rate: float, seed: int, rows: int = 6_000) -> World:
    """Interactions and thresholds: what a forest finds and a sum does not."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, (rows, 12))
    x[:, :6] = x[:, :6] @ np.linalg.cholesky(0.4 * np.ones((6, 6)) + 0.6 * np.eye(6)).T
    risk = (
        1.6 * (x[:, 0] > 0.5) * (x[:, 1] > 0)
        + 1.0 * np.abs(x[:, 2])
        + 0.9 * x[:, 3] * (x[:, 4] > 0)
        + 0.5 * x[:, 5]
        + 0.4 * x[:, 6]
    )
    shown = {f"x{i}": x[:, i].round(2) for i in range(12)}
    shown["x6"] = np.exp(shown["x6"]).round(1)
    return finish(name, dict(shown), at_rate(1.3 * risk, rate), rng)


def plain(name: str, rate: float, seed: int, rows: int = 3_000) -> World:
    """Weak straight effects among much noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, (rows, 30))
    weights = np.concatenate([rng.normal(0, 0.5, 8), np.zeros(22)])
    return finish(
        name, {f"x{i}": x[:, i] for i in range(30)}, at_rate(x @ weights, rate), rng
    )


WORLDS: dict[str, Callable[..., World]] = {
    "survey 1.5 %": partial(survey, "survey 1.5 %", 0.015),
    "survey 6.4 %": partial(survey, "survey 6.4 %", 0.064),
    "register 3 %": partial(register, "register 3 %", 0.03),
    "register 10 %": partial(register, "register 10 %", 0.10),
    "tangled 5 %": partial(tangled, "tangled 5 %", 0.05),
    "tangled 15 %": partial(tangled, "tangled 15 %", 0.15),
    "plain 4 %": partial(plain, "plain 4 %", 0.04),
}
