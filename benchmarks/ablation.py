"""What each family of features adds: signals, context, both, and all but one family.

    python benchmarks/ablation.py --work DIR [--scenarios plain] [--models logistic_v1]

Reads the towns that `oracle.py make` kept. A family is taken out by emptying its
columns, in what the model learns from and in the town it ranks: exactly what a source
that never came leaves. Intervals: over towns, paired with the same model on everything.
"""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from oracle_measures import Hits, hits, mean
from oracle_models import learnt, scores_of
from oracle_towns import Judged, Plan, load, missing

from features.catalogue import FEATURES
from models.metrics import roc_auc

# What happened to a household, by what somebody wrote to the office about it.
SIGNALS = ("arrears", "stops", "indicators", "breadth", "season", "burden", "trend")
FAMILIES = tuple(dict.fromkeys(feature.family for feature in FEATURES.values()))
CONTEXT = tuple(family for family in FAMILIES if family not in SIGNALS)


def parts() -> dict[str, tuple[str, ...]]:
    """Name of each run → the families it is left."""
    whole = {"both": FAMILIES, "signals only": SIGNALS, "context only": CONTEXT}
    return whole | {
        f"without {family}": tuple(other for other in FAMILIES if other != family)
        for family in FAMILIES
    }


def emptied(frame: pd.DataFrame, families: Iterable[str]) -> pd.DataFrame:
    """The frame with nothing in the columns of all other families."""
    left = set(families)
    gone = [
        name
        for name, feature in FEATURES.items()
        if feature.family not in left and name in frame.columns
    ]
    return frame.assign(**dict.fromkeys(gone, np.nan))


def one_run(
    judged: Judged, model: str, families: tuple[str, ...]
) -> tuple[Hits, float] | None:
    """A model on what is left: whom it finds, and its ROC-AUC."""
    past, town = (emptied(f, families) for f in (judged.past, judged.town))
    left = replace(judged, past=past, town=town)
    made = learnt(model, left)
    if made is None:
        return None
    scores = scores_of(made, town)
    crisis = town["crisis"].to_numpy(dtype=np.float64)
    units = town["unit"].to_numpy(dtype=object)
    found = hits(scores, crisis, units, judged.slots)
    return found, roc_auc(scores, crisis.astype(np.int8))


def ablation(towns: list[Judged], model: str) -> dict[str, Any]:
    """Every run of a model over all towns, beside the run with everything."""
    out: dict[str, Any] = {}
    whole: list[tuple[Hits, float]] = []
    for name, families in parts().items():
        runs = [one_run(judged, model, families) for judged in towns]
        got = [run for run in runs if run is not None]
        if len(got) < len(towns):
            out[name] = None
            continue
        whole = whole or got
        pairs = list(zip(got, whole, strict=True))
        features = sum(f.family in families for f in FEATURES.values())
        out[name] = {
            "features": features,
            "precision": asdict(mean([hit.precision for hit, _ in got])),
            "recall": asdict(mean([hit.recall for hit, _ in got])),
            "auc": asdict(mean([auc for _, auc in got])),
            "recall_lost": asdict(mean([w[0].recall - g[0].recall for g, w in pairs])),
            "auc_lost": asdict(mean([w[1] - g[1] for g, w in pairs])),
        }
    return out


def table(found: dict[str, Any], model: str) -> str:
    """One model's runs as text."""
    lines = [
        f"{model:24} {'features':>8} {'precision':>9} {'recall':>7} {'AUC':>6} "
        f"{'recall lost [95 %]':26} AUC lost [95 %]"
    ]
    for name, got in found.items():
        if got is None:
            lines.append(f"{name:24} cannot be fitted")
            continue
        lost, auc = got["recall_lost"], got["auc_lost"]
        lines.append(
            f"{name:24} {got['features']:>8} {got['precision']['value']:>9.3f} "
            f"{got['recall']['value']:>7.3f} {got['auc']['value']:>6.3f} "
            f"{lost['value']:+.4f} [{lost['low']:+.4f}, {lost['high']:+.4f}] "
            f"{auc['value']:+.4f} [{auc['low']:+.4f}, {auc['high']:+.4f}]"
        )
    return "\n".join(lines)


def main() -> int:
    """Run the models on parts of the features."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--town", default="cheonan")
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument(
        "--as-of", type=dt.date.fromisoformat, default=dt.date(2026, 7, 1)
    )
    parser.add_argument("--scenarios", default="plain")
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--models", default="blend_v1,logistic_v1")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    plan = Plan(
        options.work.resolve(), options.town, options.households, options.months,
        options.as_of, tuple(options.scenarios.split(",")),
        tuple(int(seed) for seed in options.seeds.split(",")),
    )  # fmt: skip
    if todo := missing(plan):
        print(f"not made yet: {todo}; run benchmarks/oracle.py make", file=sys.stderr)
        return 2
    towns = [load(plan, one, seed) for one in plan.scenarios for seed in plan.seeds]
    found = {name: ablation(towns, name) for name in options.models.split(",")}
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        print("\n\n".join(table(one, name) for name, one in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
