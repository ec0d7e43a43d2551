"""The weights and thresholds of the probabilistic step, from linkage_weights.toml."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from pipeline.errors import ContractBroken


@cache
def linkage_params() -> dict[str, Any]:
    """What the linkage's SQL files ask for: weights, and when to link or to ask.

    Raises:
        ContractBroken: A weight is no share, or the thresholds are out of order.
    """
    file = resources.files("pipeline") / "linkage_weights.toml"
    text = tomllib.loads(file.read_text(encoding="utf-8"))
    threshold = text.pop("threshold")
    weights = [
        {
            "field": field,
            "level": level,
            "m": float(w["m"]),
            "u": float(w.get("u", 1)),
        }
        for field, levels in text.items()
        for level, w in levels.items()
    ]
    if not all(0 < w["m"] <= 1 and 0 < w["u"] <= 1 for w in weights) or not (
        0 < threshold["review"] < threshold["link"] < 1 and threshold["link"] > 0.5
    ):
        raise ContractBroken(
            "pipeline/linkage_weights.toml holds a weight outside 0 to 1, or a review "
            "threshold not below the one to link, or one to link that two may reach",
            "mend the file",
        )
    return {
        "weights": weights,
        "link_from": threshold["link"],
        "review_from": threshold["review"],
    }
