"""The monotone scorecard: integer points per feature, no outcomes needed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from features.catalogue import FEATURES
from models.additive import AdditiveModel, Term
from models.base import LOWEST_BAND, Reason
from models.errors import ModelError
from models.korean import PARTICLES, Fact, Word

SCORECARD_FILE: Final = Path(__file__).with_name("scorecard.toml")
SECTIONS: Final = {"bands", "signs", "sign_bands", "words", "silent", "features"}
FEATURE_KEYS: Final = {"topic", "ramp", "points", "reason"}
FACT_FORMS: Final = frozenset({"", "won", "days_ago", *PARTICLES})
BAND_NAMES: Final = ("매우 높음", "높음")
# An officer talks about facts; a score in a sentence would sound like a verdict.
_NEVER_SAID = re.compile("점수|확률|가능성|위험|예측|모델|순위|등급")
_HOW = "correct it; the head of models/scorecard.toml tells the form"

Knots = list[tuple[float, int]]


@dataclass(frozen=True)
class Scorecard:
    """The checked content of a scorecard file."""

    terms: tuple[Term, ...]
    signs: tuple[Term, ...]
    reasons: tuple[Reason, ...]
    bands: tuple[tuple[str, float], ...]
    sign_bands: tuple[tuple[str, float], ...]


def scorecard_v1() -> AdditiveModel:
    """The cold-start model: it ranks from the first day on."""
    card = load_scorecard()
    return AdditiveModel("scorecard_v1", 0, card.terms, card.reasons, card.bands)


def signs_v1() -> AdditiveModel:
    """A count of signs: the simple ranking that the others must beat."""
    card = load_scorecard()
    return AdditiveModel("signs_v1", 0, card.signs, card.reasons, card.sign_bands)


@cache
def load_scorecard(path: Path = SCORECARD_FILE) -> Scorecard:
    """Read and check a scorecard; all its mistakes are told at once.

    Raises:
        ModelError: the file is unreadable or breaks a rule.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        kind = type(error).__name__
        raise ModelError(f"{path.name} cannot be read ({kind})", _HOW) from None
    mistakes = _mistakes(raw)
    if mistakes:
        raise ModelError(f"{path.name}: " + "; ".join(mistakes), _HOW)
    features: dict[str, dict[str, Any]] = raw["features"]
    words = {word: Word(noun) for word, noun in raw["words"].items()}
    return Scorecard(
        terms=tuple(
            _term(name, _knots(entry))
            for name, entry in features.items()
            if "points" in entry
        ),
        signs=tuple(_term(name, [(at, 1)]) for name, at in raw["signs"].items()),
        reasons=tuple(
            Reason(name, entry["topic"], _with_words(entry["reason"], words))
            for name, entry in features.items()
        ),
        bands=_bands(raw["bands"]),
        sign_bands=_bands(raw["sign_bands"]),
    )


def _term(name: str, knots: Knots) -> Term:
    at = tuple(float(value) for value, _ in knots)
    worth = tuple(float(points) for _, points in knots)
    return Term(name, FEATURES[name].direction, at, worth)


def _bands(raw: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((name, float(raw[name])) for name in BAND_NAMES)


def _knots(entry: Mapping[str, Any]) -> Knots:
    """The steps of a feature; a ramp becomes one step per whole unit."""
    knots: Knots = [(float(value), points) for value, points in entry["points"]]
    if not entry.get("ramp", False):
        return knots
    steps = knots[:1]
    for (low, start), (high, end) in zip(knots, knots[1:], strict=False):
        width = int(high - low)
        steps += [
            (low + unit, start + (end - start) * unit // width)
            for unit in range(1, width + 1)
        ]
    return steps


def _with_words(sentence: str, words: Mapping[str, Word]) -> str:
    """The sentence with its nouns put in; the facts stay open."""
    text = ""
    for literal, field, form, _ in Formatter().parse(sentence):
        text += literal
        if field == "value":
            text += f"{{value:{form}}}" if form else "{value}"
        elif field is not None:
            text += format(words[field], form or "")
    return text


def say(sentence: str, value: float) -> str:
    """A reason as the officer reads it, with the household's own fact in it."""
    return sentence.format(value=Fact(value))


def _mistakes(raw: Mapping[str, Any]) -> list[str]:
    missing, unknown = SECTIONS - raw.keys(), raw.keys() - SECTIONS
    if missing or unknown:
        return [f"missing sections {sorted(missing)}, unknown {sorted(unknown)}"]
    mistakes: list[str] = []
    for name, entry in raw["features"].items():
        mistakes += _feature_mistakes(name, entry, raw["words"])
    mistakes += [
        f"signs.{name} is no feature of the catalogue with a direction of +1"
        for name in raw["signs"]
        if name not in FEATURES or FEATURES[name].direction != 1
    ]
    for section in ("bands", "sign_bands"):
        mistakes += _band_mistakes(section, raw[section])
    mistakes += _unsaid(raw)
    return mistakes


def _band_mistakes(section: str, bands: Mapping[str, float]) -> list[str]:
    if set(bands) != set(BAND_NAMES):
        return [
            f"{section} must name {' and '.join(BAND_NAMES)} ({LOWEST_BAND} is left)"
        ]
    top, middle = (bands[name] for name in BAND_NAMES)
    return [] if top > middle > 0 else [f"{section} must fall and stay above 0"]


def _unsaid(raw: Mapping[str, Any]) -> list[str]:
    silent = raw["silent"].get("features", [])
    told = {*raw["features"], *silent}
    return [
        f"{name} has no reason"
        for name, feature in FEATURES.items()
        if feature.direction and feature.is_model_input and name not in told
    ] + [f"silent.{name} is no feature" for name in silent if name not in FEATURES]


def _feature_mistakes(
    name: str, entry: Mapping[str, Any], words: Mapping[str, str]
) -> list[str]:
    feature = FEATURES.get(name)
    if feature is None:
        return [f"features.{name} is no feature of the catalogue"]
    if not feature.is_model_input or feature.sensitivity == "sensitive":
        return [f"features.{name} is for no model to weigh"]
    if unknown := entry.keys() - FEATURE_KEYS:
        return [f"features.{name} has unknown keys {sorted(unknown)}"]
    if not entry.get("topic") or not entry.get("reason"):
        return [f"features.{name} lacks a topic or a reason"]
    mistakes = _sentence_mistakes(name, entry["reason"], words)
    if "points" in entry:
        mistakes += _point_mistakes(name, entry, feature.direction)
    return mistakes


def _sentence_mistakes(name: str, sentence: str, words: Mapping[str, str]) -> list[str]:
    mistakes = []
    if said := _NEVER_SAID.search(sentence):
        mistakes.append(f"the reason of {name} must not say {said.group()}")
    try:
        fields = [
            part[1:3] for part in Formatter().parse(sentence) if part[1] is not None
        ]
    except ValueError:
        return [*mistakes, f"the reason of {name} has an unclosed brace"]
    for field, form in fields:
        known = FACT_FORMS if field == "value" else frozenset({"", *PARTICLES})
        if field not in {"value", *words} or (form or "") not in known:
            mistakes.append(f"the reason of {name} has an unknown field {field}:{form}")
    return mistakes


def _point_mistakes(name: str, entry: Mapping[str, Any], direction: int) -> list[str]:
    points = entry["points"]
    if direction == 0:
        return [f"{name} is context without a direction and can carry no points"]
    if not points or any(len(knot) != 2 for knot in points):
        return [f"the points of {name} must be pairs of value and points"]
    values, worth = zip(*points, strict=True)
    if not all(isinstance(number, int) and number >= 0 for number in worth):
        return [f"the points of {name} must be whole numbers from 0 up"]
    if list(values) != sorted(set(values)):
        return [f"the values of {name} must rise"]
    if direction > 0 and values[0] <= 0:
        return [f"the points of {name} must begin above 0, where there is no sign"]
    if list(worth) != sorted(worth, reverse=direction < 0):
        return [
            f"the points of {name} must never {'fall' if direction > 0 else 'rise'}"
        ]
    if entry.get("ramp") and not all(isinstance(value, int) for value in values):
        return [f"the ramp of {name} needs whole values"]
    return []
