"""What would have put a household on the list: the least change of one single fact."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import pandas as pd

from features.catalogue import FEATURES, FRESHNESS_DAYS, STOPS, Feature
from models.base import Floats, matrix_of
from models.korean import final_consonant, with_particle

# Beyond these a change is another household's life, no answer to "why not this one".
MONTHS_MORE: Final = 36
TIMES_MORE: Final = 3
CHANGES: Final = 3
# What is told today may have happened a month ago.
_FRESH: Final = FRESHNESS_DAYS - 31
# Facts that are no events: each stands for itself.
_LONE: Final = ("is_residence_unknown", "listed_unmet_24m")
# Nobody says on the phone what would be if a life were in danger.
_UNSAID: Final = ("indicator_crisis",)
NONE_WOULD: Final = "어느 한 가지 사실만 달라져서는 이번 명단에 들지 않았습니다"


class Scorer(Protocol):
    """What is asked of a model here."""

    @property
    def features(self) -> tuple[str, ...]:
        """What is read."""

    def scores(self, matrix: Floats) -> Floats:
        """One number per household."""


@dataclass(frozen=True)
class Change:
    """One fact that would have had to be otherwise, and by how little."""

    feature: str
    label_ko: str
    before: float
    after: float
    sentence: str


def nearest_changes(
    model: Scorer, household: pd.DataFrame, line: float, *, most: int = CHANGES
) -> list[Change]:
    """Single facts that alone would put a household before the last one listed.

    The score must pass the line: at the line itself the longest time without contact
    decides. Each change is the least of its fact, one step less does not do. Changes
    of what is there come before news, small ones before large. None may be enough.

    Raises:
        ModelError: a feature that the model reads is not in the frame.
    """
    values = _values(household)
    found: list[tuple[bool, float, int, Change]] = []
    told: set[tuple[str, ...]] = set()
    for order, fact in enumerate(_facts()):
        before = values.get(fact.name, float("nan"))
        # Where nothing can be known of a fact it can be no reason either.
        steps = [] if np.isnan(before) else list(_steps(fact, before))
        if not steps or fact.events in told:
            continue
        homes = pd.DataFrame([_otherwise(fact, values, to) for to in steps])
        passes = model.scores(matrix_of(homes, model.features)) > line
        if passes.any():
            after = steps[int(passes.argmax())]
            change = Change(
                fact.name, fact.label_ko, before, after, _said(fact, before, after)
            )
            told |= {fact.events} if fact.events else set()
            found.append((before == 0, after - before, order, change))
    return [change for *_, change in sorted(found, key=lambda one: one[:3])[:most]]


def as_if(household: pd.DataFrame, fact: str, to: float) -> pd.DataFrame:
    """The household with one fact otherwise, and what surely follows from it."""
    return pd.DataFrame([_otherwise(FEATURES[fact], _values(household), to)])


def _values(household: pd.DataFrame) -> dict[str, float]:
    row = household.iloc[0]
    return {
        name: float(row[name]) if pd.notna(row[name]) else float("nan")
        for name in FEATURES
        if name in household.columns
    }


def _facts() -> Iterator[Feature]:
    """The facts that can be otherwise, each by the feature that shows it."""
    counted: set[str] = set()
    for name, feature in FEATURES.items():
        if feature.direction <= 0 or not feature.is_model_input:
            continue
        is_single = len(feature.events) == 1
        if name in _LONE or (is_single and _is_level(feature)):
            yield feature
        elif (
            feature.aggregate == "count"
            and feature.family in ("indicators", "welfare")
            and feature.window_months in (12, 24)
            and not counted & set(feature.events)
            and not any(event in _UNSAID for event in feature.events)
            and not any("arrears" in event for event in feature.events)
        ):
            counted |= set(feature.events)
            yield feature


def _is_level(feature: Feature) -> bool:
    if feature.aggregate == "exists":
        return True
    is_months = feature.aggregate == "max" and feature.value == "months_overdue"
    return is_months and feature.state == "current"


def _steps(fact: Feature, before: float) -> Iterator[float]:
    """The values that a fact could have had instead, nearest first."""
    if fact.unit == "여부":
        if before < 1:
            yield 1.0
        return
    more = MONTHS_MORE if fact.unit == "개월" else TIMES_MORE
    yield from (np.floor(before) + step for step in range(1, more + 1))


def _otherwise(fact: Feature, values: dict[str, float], to: float) -> dict[str, float]:
    """The features once a fact is otherwise: itself, and what surely follows.

    A longest debt of a year cannot be shorter than today's. What only might follow
    (how much is owed, how often it was told) stays, so that no change is shown as
    enough that might not be.
    """
    changed = values | {fact.name: to}
    is_news = fact.aggregate == "count" or not _is_there(fact, values)
    for name, feature in FEATURES.items():
        own = values.get(name, float("nan"))
        if name == fact.name or not set(fact.events) & set(feature.events):
            continue
        if feature.state == "restored" or feature.direction <= 0:
            continue
        known = 0.0 if np.isnan(own) else own
        after = _raised(feature, fact, known, to - values[fact.name], to)
        if after is None and is_news:
            after = _begun(feature, fact, known)
        if after is not None and not own >= after:
            changed[name] = after
    return changed


def _is_there(fact: Feature, values: dict[str, float]) -> bool:
    """Whether the event is known already, if without its months."""
    return any(
        values.get(name, 0.0) > 0
        for name, feature in FEATURES.items()
        if feature.events == fact.events and feature.state == "current"
    )


def _raised(
    feature: Feature, fact: Feature, own: float, more: float, to: float
) -> float | None:
    """A feature of the same events that must rise as its fact does, or None."""
    if feature.aggregate == fact.aggregate == "count":
        return own + more if _is_wider(feature, fact) else None
    if fact.aggregate != "max" or feature.value != "months_overdue":
        return None
    return own + more if feature.aggregate == "sum" else to


def _begun(feature: Feature, fact: Feature, own: float) -> float | None:
    """What a feature is at least once an event is there that was not, or None."""
    is_now = fact.state == "current"
    if feature.season or not (is_now or _is_wider(feature, fact)):
        return None
    if feature.aggregate == "types" and feature.state == "current" and is_now:
        return own + 1.0  # its kind was not among those there
    if feature.aggregate == "freshness":
        return float(_FRESH)
    is_at_least_one = feature.aggregate in ("count", "exists", "types", "run", "months")
    return 1.0 if is_at_least_one else None


def _is_wider(feature: Feature, fact: Feature) -> bool:
    return (feature.window_months or 0) >= (fact.window_months or 0)


def _said(fact: Feature, before: float, after: float) -> str:
    """The change as it can be said: no score, and nobody else's facts."""
    if fact.unit == "여부":
        noun = fact.label_ko
        if fact.events and fact.events[0] in STOPS:
            noun = f"지금 {noun}"
        return f"{noun}{_were(noun)} 이번 명단에 들었습니다"
    noun = fact.label_ko.replace("현재 체납개월", "체납").removesuffix(" 개월")
    subject = with_particle(noun, "이/가")
    now, then = f"{before:g}{fact.unit}", f"{after:g}{fact.unit}"
    if before == 0:
        return f"{subject} {then}{_were(then)} 이번 명단에 들었습니다"
    return (
        f"{subject} {with_particle(now, '이/가')} 아니라 {then}{_were(then)} "
        "이번 명단에 들었습니다"
    )


def _were(noun: str) -> str:
    return "이었다면" if final_consonant(noun) else "였다면"
