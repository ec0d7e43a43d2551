"""The model card: what a model is made of, what it can do, what it is not for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from data_contracts.labels import LABEL_DEFINITIONS, LABEL_WINDOW_DAYS
from features.catalogue import FEATURES
from models.base import RankingModel, content_of, model_hash
from models.registry import spec_of
from models.training import TrainingData

Card = dict[str, Any]

LIMITS: Final = (
    "The score orders whom to contact first. It decides about no one.",
    "Outcomes exist only for households that were listed and met before: the model "
    "cannot know how it fares on others. Households not reached were left out, "
    "not counted as without need.",
    "A source that does not report, or cannot see a home (an apartment's power and "
    "water), adds nothing to the score: a low score is no proof of wellbeing.",
    "Disability and nationality are weighed by no model.",
)
SHOWN_STEPS: Final = 8
TREE_LEAVES: Final = 8
COLD_START: Final = "None: its points come from models/scorecard.toml."


def make_card(
    model: RankingModel,
    as_of: date,
    data: TrainingData | None = None,
    fitting: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> Card:
    """The card of a model; its hash ties it to the artefact."""
    spec = spec_of(model.name)
    return {
        "name": model.name,
        "title_ko": spec.title_ko,
        "content_sha256": model_hash(model) if spec.stored else None,
        "as_of": as_of.isoformat(),
        "monotone": spec.monotone,
        "data": _data(data),
        "label": "not used" if data is None else _label(spec.label),
        "fitting": dict(fitting or {}),
        "content": _content(model) if spec.stored else {},
        "metrics": dict(metrics or {}),
        "limits": list(LIMITS),
    }


def _content(model: RankingModel) -> dict[str, Any]:
    content = content_of(model)
    for part in (content, *content.get("members", [])):
        part.pop("reasons", None)
    return content


def _label(name: str) -> str:
    """What the model learnt as 1 and as 0."""
    column = "label" if name == "need" else f"label_{name}"
    ones, zeros = LABEL_DEFINITIONS[column]
    return (
        f"1: {ones}. 0: {zeros}. All else is unknown and left out, and so is every "
        f"list younger than {LABEL_WINDOW_DAYS} days."
    )


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
        f"Made as of {card['as_of']}. "
        f"Content SHA-256 `{card['content_sha256'] or 'none'}`.",
        "",
        f"- Training data: {_told(card['data'])}",
        f"- Label: {card['label']}",
        f"- Fitting: {_told(card['fitting'])}",
        "- Monotone: one more sign of hardship "
        + ("never lowers" if card["monotone"] else "may lower")
        + " the score.",
        "",
        *_content_lines(card["content"]),
        "",
        "## Bands",
        "",
        *_band_lines(card["content"].get("bands")),
        "",
        "## Calibration",
        "",
        *_calibration_lines(card["content"].get("calibration")),
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


def _content_lines(content: dict[str, Any]) -> list[str]:
    """What the model is made of, by its type."""
    if not content:
        return ["## Content", "", "Its library's own; it is compared and never stored."]
    if "terms" in content:
        return _term_lines(content)
    if "members" in content:
        return _member_lines(content)
    return _tree_lines(content)


def _term_lines(content: dict[str, Any]) -> list[str]:
    return [
        "## What each feature adds",
        "",
        f"A sum of points, beginning with {content['intercept']}. Each feature adds "
        "the points of the last value that it has reached; unknown adds nothing.",
        "",
        "| feature | meaning | points from value on |",
        "|---|---|---|",
        *(_term_line(term) for term in content["terms"]),
    ]


def _term_line(term: dict[str, Any]) -> str:
    steps = list(zip(term["at"], term["worth"], strict=True))
    if len(steps) > SHOWN_STEPS:
        # Of a ramp of sixty months a reader wants its shape; the file holds all.
        chosen = [
            round(n * (len(steps) - 1) / (SHOWN_STEPS - 1)) for n in range(SHOWN_STEPS)
        ]
        steps = [steps[n] for n in sorted(set(chosen))]
    told = ", ".join(f"{value:g}: {points:+g}" for value, points in steps)
    more = f" ({len(term['at'])} steps)" if len(steps) < len(term["at"]) else ""
    label = FEATURES[term["feature"]].label_ko
    return f"| {term['feature']} | {label} | {told}{more} |"


def _tree_lines(content: dict[str, Any]) -> list[str]:
    """The trees by what their splits are about: a table of each would be no help."""
    names = content["features"]
    splits = Counter(names[place] for place in content["split"])
    count = len(content["leaf"]) // TREE_LEAVES
    return [
        "## What its trees ask",
        "",
        f"{count} trees of depth 3 at most, beginning with {content['intercept']} "
        "points; the parts of a score are Shapley values against the household "
        "without any sign.",
        "",
        "| feature | meaning | asked in trees' splits |",
        "|---|---|---|",
        *(
            f"| {name} | {FEATURES[name].label_ko} | {asked} |"
            for name, asked in splits.most_common()
        ),
    ]


def _member_lines(content: dict[str, Any]) -> list[str]:
    lines = ["A weighted sum of models, of whole weights."]
    for member, weight in zip(content["members"], content["weights"], strict=True):
        lines += ["", f"# {weight} times {member['name']}", "", *_content_lines(member)]
    # A member's headings stand one level below the model's.
    return [f"#{line}" if line.startswith("#") else line for line in lines]


def _band_lines(bands: list[tuple[str, float]] | None) -> list[str]:
    return [f"- {name}: from {level:g}" for name, level in bands or []] or ["None."]


def _calibration_lines(calibration: dict[str, Any] | None) -> list[str]:
    if calibration is None:
        return ["None: a score is an order and says nothing of chances."]
    steps = zip(calibration["at"], calibration["probability"], strict=True)
    return [
        "Of households like those listed and met before, this share was in need, "
        "measured on rounds that the model had not learnt from. No ranking uses it.",
        "",
        "| score from | share in need |",
        "|---|---|",
        *(f"| {score:g} | {share:.1%} |" for score, share in steps),
    ]


def _metric_lines(metrics: dict[str, Any]) -> list[str]:
    if not metrics:
        return ["Not measured."]
    return [f"- {name}: {_told(value)}" for name, value in metrics.items()]
