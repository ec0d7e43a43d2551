"""How near each table model comes to the truth, beside reference pipelines.

Usage: python -m benchmarks.table_quality [--worlds 'survey 1.5 %,...'] [--seeds 1,2,3]
       [--experts]

A model learns from one draw of a table and is judged on 30,000 fresh rows by their
true probabilities, so that differences are the models' and not the test rows'.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.table_experts import EXPERTS, vote
from benchmarks.table_worlds import WORLDS, Floats
from models.table import TABLE_MODELS
from models.table.evaluate import prepared, with_inner
from models.table.figures import figures_of
from models.table.folds import inner_folds
from models.table.task import Fit, log_odds

FRESH = 30_000
ROWS = {"survey": 5_265, "register": 24_000, "tangled": 4_800, "plain": 2_400}
SHOWN = ("roc_auc", "average_precision", "precision_at_k", "log_loss")


def expected(logits: Floats, truth: Floats) -> Floats:
    """Figures in expectation over labels; k is the number of positives expected."""
    labels = np.repeat([1, 0], len(truth))
    weights = np.concatenate([truth, 1 - truth])[None]
    twice = np.concatenate([logits, logits])
    return figures_of(twice, labels, round(truth.sum()), weights)[0][[0, 1, 2, 4]]


def one_draw(name: str, seed: int, experts: bool) -> dict[str, Floats]:
    rows = ROWS[name.split()[0]]
    world = WORLDS[name](seed, rows + FRESH)
    train, fresh = world.frame.iloc[:rows], world.frame.iloc[rows:]
    truth = world.truth[rows:]
    ready = prepared(train, "y", "household", None, None, seed)
    inner = inner_folds(ready.task.labels, ready.task.groups, seed)
    task, matrix = with_inner(ready.task, inner, seed), ready.review.matrix(fresh)
    fits: dict[str, Fit] = {}
    found = {}
    for model in TABLE_MODELS.values():
        fits[model.name] = model.fit(task, fits)
        found[model.name] = expected(fits[model.name].logits(matrix), truth)
    if experts:
        found |= references(train, fresh, truth, seed)
    found["truth"] = expected(log_odds(truth), truth)
    return found


def references(
    train: pd.DataFrame, fresh: pd.DataFrame, truth: Floats, seed: int
) -> dict[str, Floats]:
    seen = train.drop(columns=["household", "y"])
    fitted = {
        name: make(seen, seed).fit(seen, train["y"])  # type: ignore[attr-defined]
        for name, make in EXPERTS.items()
    }
    guesses = {name: m.predict_proba(fresh)[:, 1] for name, m in fitted.items()}
    guesses["expert vote"] = vote(fitted, fresh)
    return {name: expected(log_odds(p), truth) for name, p in guesses.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", default=",".join(WORLDS))
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--experts", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in given.worlds.split(","):
        with threadpool_limits(limits=1):
            draws = [
                one_draw(name, int(seed), given.experts)
                for seed in given.seeds.split(",")
            ]
        print(f"\n{name:<18}" + "".join(f"{column:>19}" for column in SHOWN))
        for model in draws[0]:
            mean = np.mean([draw[model] for draw in draws], axis=0)
            print(
                f"{model:<18}" + "".join(f"{value:>19.4f}" for value in mean),
                flush=True,
            )


if __name__ == "__main__":
    main()
