"""One scenario's figures, what is asked of the champion, and both as tables."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from oracle_measures import (
    Floats,
    Interval,
    chance_of_none,
    declared,
    hits,
    listed,
    mean,
    ratio,
)
from oracle_models import rankings
from oracle_told import told
from oracle_towns import Judged

ORACLE, LATENT, CHANCE = "oracle", "latent", "chance"
TOLD = ("told_monotone", "told_free")
NULL = "null"


def _town(
    judged: Judged, chance: pd.Series, names: tuple[str, ...], others: list[Judged]
) -> dict[str, dict[str, float]]:
    """Every ranking of one town: places, recall, precision, and by the oracle's view.

    `expected` is the sum of the oracle's chances over the listed: less chance in it
    than in who was in crisis, and a view that favours the oracle.
    """
    town, slots = judged.town, judged.slots
    known = chance.to_numpy()[town["row"].to_numpy()]
    units = town["unit"].to_numpy(dtype=object)
    crisis = town["crisis"].to_numpy(dtype=np.float64)
    ranked: dict[str, Floats] = {
        ORACLE: known,
        LATENT: town["need"].to_numpy(),
        CHANCE: np.zeros(len(town)),
        **rankings(judged, names),
        **(told(judged, others) if others else {}),
    }
    out = {}
    for name, scores in ranked.items():
        got = hits(scores, crisis, units, slots)
        out[name] = {
            "places": float(got.places),
            "needs": float(got.needs),
            "found": got.found,
            "recall": got.recall,
            "precision": got.precision,
            "expected": listed(scores, known, units, slots)[1],
        }
    return out


def report(
    scenario: str,
    towns: list[Judged],
    chances: Mapping[int, pd.Series],
    names: tuple[str, ...],
    champion: str,
    rivals: tuple[str, ...],
    *,
    is_told: bool = False,
) -> dict[str, Any]:
    """All figures of a scenario over its seeds; a model that failed is left out."""
    each = []
    for judged in towns:
        others = [town for town in towns if town is not judged] if is_told else []
        each.append(_town(judged, chances[judged.seed], names, others))
    ranked = [name for name in each[0] if all(name in town for town in each)]

    def of(name: str, what: str) -> list[float]:
        return [town[name][what] for town in each]

    models = {
        name: {
            "recall": asdict(mean(of(name, "recall"))),
            "precision": asdict(mean(of(name, "precision"))),
            "of_oracle": asdict(ratio(of(name, "found"), of(ORACLE, "found"))),
            "expected_of_oracle": asdict(
                ratio(of(name, "expected"), of(ORACLE, "expected"))
            ),
            "found": of(name, "found"),
        }
        for name in ranked
    }
    differences = {
        rival: asdict(mean(_minus(of(champion, "recall"), of(rival, "recall"))))
        for rival in rivals
        if champion in ranked and rival in ranked
    }
    against = ("signs_v1", CHANCE)
    better = declared(
        {
            f"{name} > {other}": chance_of_none(
                _minus(of(name, "recall"), of(other, "recall"))
            )
            for name in ranked
            for other in against
            if name not in (ORACLE, LATENT, CHANCE, *TOLD, other) and other in ranked
        }
    )
    places, needs = of(ORACLE, "places"), of(ORACLE, "needs")
    return {
        "scenario": scenario,
        "seeds": [judged.seed for judged in towns],
        "places": places,
        "needs": needs,
        "bound": sum(places) / max(sum(needs), 1.0),
        "models": models,
        "champion_minus": differences,
        "declared_better": better,
    }


def _minus(a: list[float], b: list[float]) -> list[float]:
    return [one - other for one, other in zip(a, b, strict=True)]


def asked(
    found: Mapping[str, Any], champion: str, rivals: tuple[str, ...], enough: float
) -> dict[str, Any]:
    """What the champion must reach, and whether it does."""
    rest = {
        name: one["models"][champion]["of_oracle"]["value"]
        for name, one in found.items()
        if name != NULL and champion in one["models"]
    }
    if not rest:
        return {"met": False, "why": f"{champion} was fitted nowhere"}
    worst = min(rest, key=lambda name: rest[name])
    beats = {
        rival: found[worst]["champion_minus"].get(rival, {}).get("low", -1.0) > 0
        for rival in rivals
    }
    honest = not found[NULL]["declared_better"] if NULL in found else None
    return {
        "champion": champion,
        "worst": worst,
        "of_oracle": rest[worst],
        "enough": rest[worst] >= enough,
        "beats": beats,
        "none_better_in_null": honest,
        "met": rest[worst] >= enough and all(beats.values()) and honest is not False,
    }


def _said(one: Mapping[str, float]) -> str:
    return str(Interval(**one))


def tables(found: Mapping[str, Any], answer: Mapping[str, Any], champion: str) -> str:
    """Everything as text."""
    lines = []
    for name, one in found.items():
        places, needs = sum(one["places"]), sum(one["needs"])
        curve = one["oracle_curve"]["curve"][-1]
        more = one["oracle_curve"]["left"]
        lines += [
            f"{name}: {len(one['seeds'])} seeds, {places:.0f} places, "
            f"{needs:.0f} in crisis; at most {min(1, one['bound']):.3f} can be found",
            f"  oracle on a town of its own: AUC {curve['auc']:.3f} (twice the towns "
            f"{more['auc']:+.4f}), of the first hundredth {curve['recall_1pct']:.3f} "
            f"(expects {curve['expected_1pct']:.3f}, {more['expected_1pct']:+.4f})",
            f"  {'model':13} {'recall':22} {'precision':22} {'of the oracle':22} "
            "by its chances",
        ]
        for model, got in one["models"].items():
            star = "*" if model == champion else " "
            lines.append(
                f" {star}{model:13} {_said(got['recall']):22} "
                f"{_said(got['precision']):22} {_said(got['of_oracle']):22} "
                f"{got['expected_of_oracle']['value']:.3f}"
            )
        for rival, difference in one["champion_minus"].items():
            lines.append(f"  recall of {champion} - {rival}: {_said(difference)}")
        if name == NULL:
            said = ", ".join(one["declared_better"]) or "none"
            lines.append(f"  declared better, of all looked at (Holm): {said}")
        lines.append("")
    return "\n".join([*lines, f"asked: {dict(answer)}"])
