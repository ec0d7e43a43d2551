"""Pairs of households, one with a fact worse, through feature building and the models.

python -m benchmarks.features_pairs --pairs 1000000

Anything may have happened to the first of a pair; to the second one fact more, longer,
dearer, newer or still in force. Printed: pairs that moved a feature against its
direction, and pairs whose score fell; 1 when there are any.
"""

import argparse
from collections import Counter
from datetime import date
from time import perf_counter
from typing import Any

import pandas as pd

from models.fit import fit
from models.predict import score
from models.registry import MODELS
from tests.lib.feature_towns import fallen_features, pairs
from tests.lib.frames import a_frame, planted_labels, rounds_of

# A town of its own for so many: the features of both halves stay below 1 GB.
_A_TOWN = 50_000


def main() -> int:
    """Build, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20260801)
    parser.add_argument("--models", nargs="*", default=["scorecard_v1", "logistic_v1"])
    given = parser.parse_args()
    start = perf_counter()
    fitted = {name: _fitted(name) for name in given.models}
    fallen: Counter[str] = Counter()
    rose: Counter[str] = Counter()
    done = moved = 0
    while done < given.pairs:
        count = min(_A_TOWN, given.pairs - done)
        before, after = pairs(count, given.seed + done)
        fallen.update(fallen_features(before, after))
        moved += int((before.fillna(0) != after.fillna(0)).any(axis=1).sum())
        for name, model in fitted.items():
            change = _scores(model, after) - _scores(model, before)
            fallen[name] += int((change < 0).sum())
            rose[name] += int((change > 0).sum())
        done += count
        print(
            f"{done:,} pairs, {moved:,} moved a feature; scores rose: {dict(rose)}; "
            f"violated: {dict(+fallen)}; {perf_counter() - start:.0f} s",
            flush=True,
        )
    return int(fallen.total() > 0)


def _fitted(name: str) -> Any:
    if not MODELS[name].monotone:
        raise SystemExit(f"{name} does not claim to be monotone")
    frame = a_frame(1_200, seed=11)
    labels, rounds = planted_labels(frame, seed=12), rounds_of(len(frame))
    return fit(name, frame, labels, rounds, as_of=date(2026, 1, 15)).model


def _scores(model: Any, frame: pd.DataFrame) -> Any:
    return score(frame, model)["score"].to_numpy()


if __name__ == "__main__":
    raise SystemExit(main())
