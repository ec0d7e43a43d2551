"""The model card: what a model is made of, what it can do, what it is not for."""

from dataclasses import asdict
from datetime import date
from typing import Any, Final

from features.catalogue import FEATURES
from models.additive import AdditiveModel, content_of, model_hash
from models.registry import spec_of
from models.training import TrainingData

Card = dict[str, Any]

LABEL: Final = (
    "Need: 필요확인 = Y, else 위기도 ≥ 3, else result S1-S4 or C1. "
    "No need: 필요확인 = N, else 위기도 ≤ 2, else N2. "
    "All others, and above all those not reached, are unknown."
)
LIMITS: Final = (
    "The score orders whom to contact first. It decides about no one.",
    "Outcomes exist only for households that were listed and met before: the model "
    "cannot know how it fares on others. Households not reached were left out, "
    "not counted as without need.",
    "A source that does not report, or cannot see a home (an apartment's power and "
    "water), adds nothing to the score: a low score is no proof of wellbeing.",
    "Disability and nationality are weighed by no model.",
)
COLD_START: Final = "None: its points come from models/scorecard.toml."


def make_card(
    model: AdditiveModel,
    as_of: date,
    data: TrainingData | None = None,
    fitting: dict[str, Any] | None = None,
    metrics: dict[str, Any] | None = None,
) -> Card:
    """The card of a model; its hash ties it to the artefact."""
    spec = spec_of(model.name)
    return {
        "name": model.name,
        "title_ko": spec.title_ko,
        "content_sha256": model_hash(model),
        "as_of": as_of.isoformat(),
        "monotone": spec.monotone,
        "data": _data(data),
        "label": LABEL if data is not None else "not used",
        "fitting": fitting or {},
        "content": {
            key: value for key, value in content_of(model).items() if key != "reasons"
        },
        "metrics": metrics or {},
        "limits": list(LIMITS),
    }


def _data(data: TrainingData | None) -> Any:
    if data is None:
        return COLD_START
    return {
        "listings": len(data.labels) + data.unknown,
        "need": data.needs,
        "no_need": len(data.labels) - data.needs,
        "unknown_left_out": data.unknown,
        "rounds": data.round_names,
    }


def plain_metrics(metrics: dict[str, Any]) -> dict[str, Any]:
    """Metrics as JSON values."""
    return {
        key: asdict(value) if hasattr(value, "__dataclass_fields__") else value
        for key, value in metrics.items()
    }


def as_markdown(card: Card) -> str:
    """The card for reading."""
    lines = [
        f"# {card['name']} ({card['title_ko']})",
        "",
        f"Made as of {card['as_of']}. Content SHA-256 `{card['content_sha256']}`.",
        "",
        f"- Training data: {_told(card['data'])}",
        f"- Label: {card['label']}",
        f"- Fitting: {_told(card['fitting'])}",
        "- Monotone: one more sign of hardship "
        + ("never lowers" if card["monotone"] else "may lower")
        + " the score.",
        "",
        "## What each feature adds",
        "",
        f"Link `{card['content']['link']}`, intercept {card['content']['intercept']}. "
        "`log` and `linear` add up to the worth at the cap.",
        "",
        "| feature | meaning | kind | from / cap | worth |",
        "|---|---|---|---|---|",
        *(_term_line(term) for term in card["content"]["terms"]),
        "",
        "## Bands",
        "",
        *(f"- {name}: from {level}" for name, level in card["content"]["bands"]),
        "",
        "## Figures on a later round",
        "",
        *_metric_lines(card["metrics"]),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in card["limits"]),
    ]
    return "\n".join(lines) + "\n"


def _told(part: Any) -> str:
    if isinstance(part, dict):
        return (
            "; ".join(f"{key} {_told(value)}" for key, value in part.items()) or "none"
        )
    if isinstance(part, list):
        return ", ".join(str(one) for one in part)
    return str(part)


def _term_line(term: dict[str, Any]) -> str:
    at = ", ".join(f"{value:g}" for value in term["at"])
    worth = ", ".join(f"{value:g}" for value in term["worth"])
    label = FEATURES[term["feature"]].label_ko
    return f"| {term['feature']} | {label} | {term['kind']} | {at} | {worth} |"


def _metric_lines(metrics: dict[str, Any]) -> list[str]:
    if not metrics:
        return ["Not measured."]
    return [f"- {name}: {_told(value)}" for name, value in metrics.items()]
