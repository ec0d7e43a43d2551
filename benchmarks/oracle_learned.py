"""P(crisis | rows received), learnt from the generator itself: the learned oracle.

Other towns of the same scenario, every household's true state, every row that was
received. Three boostings (in crisis, in the wider hardship, how deep) share what a
household tells, since one in 66 in crisis tells little by itself; a logistic regression
on towns that none of them saw puts them together. What it lacks is told by a learning
curve. It is a lower bound of the true oracle.
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from oracle_inputs import inputs_of
from oracle_received import Received
from oracle_towns import Plan
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import LogisticRegression

from pipeline.twin.clock import month_no
from pipeline.twin.hardship import BROAD_ABOVE, CRISIS_ABOVE

Floats = NDArray[np.float64]
FIRST_SEED = 900_001  # of towns to learn from; none is judged
APART = 3  # months between the days learnt from: the same rows tell less twice
DEEP = 3.1  # between the wider hardship and crisis: as many again to learn from


@dataclass(frozen=True)
class Size:
    """How much the oracle learns from."""

    towns: int = 3
    households: int = 30_000
    days: int = 2

    @property
    def name(self) -> str:
        """For the folder of what was learnt."""
        return f"{self.towns}x{self.households}x{self.days}"


@dataclass(frozen=True)
class Seen:
    """Households of some towns and days, their inputs and their true need."""

    inputs: NDArray[np.float32]
    need: Floats


def seen_on(received: Received, as_of: dt.date) -> Seen:
    """One town on one day: inputs, and need in the month before."""
    twin = received.twin
    columns = inputs_of(received, as_of)
    month = month_no(as_of) - 1 - twin.window.first
    here = twin.population.split_month <= month + 1
    matrix = np.column_stack([column[here] for column in columns.values()])
    return Seen(matrix, twin.payers.need[here, month].astype(np.float64))


def days_of(as_of: dt.date, count: int) -> list[dt.date]:
    """The day of judgement and some before it."""
    numbers = [month_no(as_of) - 1 - APART * back for back in range(count)]
    return [as_of.replace(year=n // 12, month=n % 12 + 1) for n in numbers]


def joined(parts: list[Seen]) -> Seen:
    """Several towns and days as one."""
    return Seen(
        np.concatenate([part.inputs for part in parts]),
        np.concatenate([part.need for part in parts]),
    )


class LearnedOracle:
    """Boostings on three targets and the sum of them."""

    def __init__(self, data: Seen, seed: int) -> None:
        """Learn from households whose state is known."""
        shape: dict[str, Any] = {
            "learning_rate": 0.1,
            "max_bins": 63,
            "max_leaf_nodes": 15,
            "min_samples_leaf": 60,
            "l2_regularization": 20.0,
            "max_features": 0.3,
            "random_state": seed,
            "early_stopping": False,
        }
        self.levels = [
            HistGradientBoostingClassifier(max_iter=rounds, **shape).fit(
                data.inputs, data.need > above
            )
            for above, rounds in ((CRISIS_ABOVE, 90), (DEEP, 110), (BROAD_ABOVE, 130))
        ]
        self.depth = HistGradientBoostingRegressor(max_iter=180, **shape).fit(
            data.inputs, data.need
        )
        self.sum: Any = None

    def parts(self, inputs: NDArray[np.float32]) -> Floats:
        """What each part says of every household."""
        said = [level.decision_function(inputs) for level in self.levels]
        return np.column_stack([*said, self.depth.predict(inputs)])

    def put_together(self, data: Seen) -> "LearnedOracle":
        """Weigh the parts by towns that none of them saw."""
        rows = self.parts(data.inputs)
        self.middle, self.spread = rows.mean(axis=0), rows.std(axis=0)
        self.sum = LogisticRegression(C=1.0, max_iter=1000).fit(
            (rows - self.middle) / self.spread, data.need > CRISIS_ABOVE
        )
        return self

    def probability(self, inputs: NDArray[np.float32]) -> Floats:
        """P(crisis | rows received)."""
        rows = (self.parts(inputs) - self.middle) / self.spread
        return np.asarray(self.sum.predict_proba(rows)[:, 1], dtype=np.float64)


def town_of(plan: Plan, scenario: str, seed: int, size: Size) -> Seen:
    """A town to learn from, on several days."""
    twin = plan.twin(scenario, seed, size.households)
    received = Received(twin)
    return joined([seen_on(received, day) for day in days_of(plan.as_of, size.days)])


def learn(
    plan: Plan, scenario: str, size: Size
) -> tuple[LearnedOracle, dict[str, Any]]:
    """The oracle of a scenario, and how near its learning curve is to its end."""
    towns = [
        town_of(plan, scenario, FIRST_SEED + number, size)
        for number in range(size.towns + 2)
    ]
    weigh, test = towns[-2], towns[-1]
    truth = test.need > CRISIS_ABOVE
    curve = []
    for used in (size.towns // 2, size.towns):
        model = LearnedOracle(joined(towns[:used]), used).put_together(weigh)
        curve.append(figures(model.probability(test.inputs), truth) | {"towns": used})
    return model, {"curve": curve, "left": left(curve)}


def figures(chance: Floats, truth: NDArray[np.bool_]) -> dict[str, float]:
    """How well chances tell who is in crisis."""
    order = np.argsort(-chance, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(len(order), 0, -1)
    needs = int(truth.sum())
    auc = (ranks[truth].sum() - needs * (needs + 1) / 2) / (
        needs * (len(truth) - needs)
    )
    hundredth = order[: len(order) // 100]
    clipped = np.clip(chance, 1e-9, 1 - 1e-9)
    loss = -np.where(truth, np.log(clipped), np.log(1 - clipped)).mean()
    return {
        "auc": round(float(auc), 4),
        "log_loss": round(float(loss), 5),
        "recall_1pct": round(float(truth[hundredth].sum() / needs), 4),
        "expected_1pct": round(float(chance[hundredth].sum() / needs), 4),
    }


def left(curve: list[dict[str, float]]) -> dict[str, float]:
    """What more towns would still add, if what is missing halves with twice the data.

    The step from half the towns to all of them is then as long as what is left. The
    recall is too noisy for that on one town; the oracle's own expectation is less so.
    """
    half, full = curve
    return {
        name: round(full[name] - half[name], 5)
        for name in ("auc", "log_loss", "recall_1pct", "expected_1pct")
    }


def oracle_of(
    plan: Plan, scenario: str, size: Size, folder: Path
) -> tuple[dict[int, pd.Series], dict[str, Any]]:
    """Chances per judged town, by the row of the household; kept in the work folder."""
    folder = folder / f"oracle-{size.name}"
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / f"{scenario}.json"
    paths = {seed: folder / f"{scenario}-{seed}.parquet" for seed in plan.seeds}
    if not (told.is_file() and all(path.is_file() for path in paths.values())):
        model, about = learn(plan, scenario, size)
        for seed, path in paths.items():
            received = Received(plan.twin(scenario, seed))
            columns = inputs_of(received, plan.as_of)
            chance = model.probability(np.column_stack(list(columns.values())))
            pd.DataFrame({"chance": chance}).to_parquet(path)
        told.write_text(json.dumps(about), encoding="utf-8")
    about = json.loads(told.read_text(encoding="utf-8"))
    return {s: pd.read_parquet(p)["chance"] for s, p in paths.items()}, about
