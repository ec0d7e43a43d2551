"""What one feature declares about itself; a mistake in it stops the import."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Family = Literal[
    "arrears",
    "stops",
    "indicators",
    "breadth",
    "welfare",
    "household",
    "coverage",
    "listing",
]
Unit = Literal["개월", "원", "회", "일", "명", "곳", "여부"]
Direction = Literal[-1, 0, 1]
Missing = Literal["zero", "null"]
Sensitivity = Literal["ordinary", "sensitive"]
Source = Literal["kepco", "water", "gas", "nhis", "nps", "kcomwel", "indicator"]
State = Literal["any", "current", "restored"]
Aggregate = Literal[
    "count", "exists", "sum", "max", "freshness", "elapsed", "types", "together"
]
Value = Literal["months_overdue", "amount_krw"]

NEEDS_VALUE: Final = frozenset({"sum", "max"})
# 24 calendar months are at most 731 days, so a stop inside them is worth at least 1.
FRESHNESS_DAYS: Final = 732
# "Never" and "longer than three years ago" are the same to an officer.
NEVER_DAYS: Final = 1096


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One column of the feature matrix.

    An `aggregate` makes it a windowed feature, computed from core_event by the slot
    engine; without one it is a column of `features/sql/feat_<family>.sql`.

    Attributes:
        direction: +1 more is never less risk, -1 more is never more risk, 0 context
            that no arrears or stop can move (so a free weight cannot break a
            monotone model).
        missing: `zero` no row means none; `null` empty where the source could not
            have seen the household, or shows none and is stale. A model must take
            null for the least value.
        is_model_input: False for what officers are shown but no model may weigh.
    """

    name: str
    label_ko: str
    family: Family
    unit: Unit
    direction: Direction
    missing: Missing
    description: str
    sensitivity: Sensitivity = "ordinary"
    is_model_input: bool = True
    source: Source | None = None
    events: tuple[str, ...] = ()
    state: State = "any"
    aggregate: Aggregate | None = None
    value: Value | None = None
    window_months: int | None = None

    def __post_init__(self) -> None:
        if bool(self.events) != (self.aggregate is not None):
            raise ValueError(f"{self.name}: an aggregate needs events, and they it")
        if (self.value is not None) != (self.aggregate in NEEDS_VALUE):
            raise ValueError(f"{self.name}: sum and max need a value, others none")
        if self.window_months is not None and self.window_months < 1:
            raise ValueError(f"{self.name}: a window is one month or longer")
        if self.missing == "null" and self.aggregate and self.source is None:
            raise ValueError(f"{self.name}: null needs the source that is not seen")

    @property
    def is_windowed(self) -> bool:
        """Whether the slot engine computes it."""
        return self.aggregate is not None


def by_name(features: Iterable[Feature]) -> dict[str, Feature]:
    """The features under their names, in the order of the catalogue.

    Raises:
        ValueError: A name is declared twice.
    """
    named: dict[str, Feature] = {}
    for feature in features:
        if feature.name in named:
            raise ValueError(f"feature {feature.name} is declared twice")
        named[feature.name] = feature
    return named
