"""What one feature declares about itself; a mistake in it stops the import."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Family = Literal[
    "arrears",
    "stops",
    "indicators",
    "breadth",
    "season",
    "burden",
    "welfare",
    "household",
    "housing",
    "neighbourhood",
    "coverage",
    "listing",
    "trend",
]
Unit = Literal["개월", "원", "회", "일", "명", "곳", "여부", "세", "점", "‰"]
Direction = Literal[-1, 0, 1]
Missing = Literal["zero", "null"]
Sensitivity = Literal["ordinary", "sensitive"]
Source = Literal["kepco", "water", "gas", "nhis", "nps", "kcomwel", "indicator"]
State = Literal["any", "current", "restored"]
Season = Literal["winter", "summer"]
Aggregate = Literal[
    "count",
    "exists",
    "sum",
    "max",
    "freshness",
    "elapsed",
    "types",
    "together",
    "domains",
    "across",
    "months",
    "run",
    "overlap",
    "overlap_months",
]
Value = Literal["months_overdue", "amount_krw"]

NEEDS_VALUE: Final = frozenset({"sum", "max"})
# 24 calendar months are at most 731 days, so a stop inside them is worth at least 1.
FRESHNESS_DAYS: Final = 732
# "Never" and "longer than three years ago" are the same to an officer.
NEVER_DAYS: Final = 1096
# Heating months, in which the state looks for people by itself, and hot ones.
SEASONS: Final[dict[Season, frozenset[int]]] = {
    "winter": frozenset({11, 12, 1, 2, 3}),
    "summer": frozenset({6, 7, 8, 9}),
}
# Families of which a feature without a direction may get a free weight: no bill, stop
# or notice of the household itself can move them.
FREE_CONTEXT: Final = frozenset({"household", "neighbourhood"})


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
        family: What an ablation takes out together. "trend" compares times, so one
            more fact can move it either way: no monotone model weighs it.
        season: Only months of this season count (of the aggregate "months").
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
    season: Season | None = None

    def __post_init__(self) -> None:
        if bool(self.events) != (self.aggregate is not None):
            raise ValueError(f"{self.name}: an aggregate needs events, and they it")
        if (self.value is not None) != (self.aggregate in NEEDS_VALUE):
            raise ValueError(f"{self.name}: sum and max need a value, others none")
        if self.window_months is not None and self.window_months < 1:
            raise ValueError(f"{self.name}: a window is one month or longer")
        if self.season and self.aggregate != "months":
            raise ValueError(f"{self.name}: only months are of a season")
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
