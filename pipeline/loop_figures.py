"""Every round in figures, beside what is known of the country and abroad."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Final

from pipeline.errors import ContractBroken
from pipeline.warehouse import Warehouse

# At most so much of a round may be repeated blindly, or differ within a hub.
BLIND_REPEAT_GOAL: Final = 0.05
LOAD_SPREAD_GOAL: Final = 0.20


@dataclass(frozen=True)
class National:
    """A figure to stand beside ours, with where it was told."""

    figure: str
    value: str
    beside: str
    source: str


NATIONAL: Final = (
    National(
        "listed at least twice (persons, 2015 to 2023-07)",
        "60 % (3,582,499 of 5,953,182), up to 19 times",
        "repeat_share",
        "National Assembly data, in Sisa & People no. 4563",
    ),
    National(
        "closed as empty, moved, away, not reached or refusing (2016 to 2022-07)",
        "36.9 % of closures (303,426 of 822,292)",
        "locate_share",
        "National Assembly data, in Kukmin Ilbo and Dong-A Ilbo, 2022-10-05",
    ),
    National(
        "supported by public or private means (2022)",
        "50.2 % (606,101 of 1,208,086); public 13.2 %",
        "support_share",
        "Nam In-soon, National Assembly, 2023-10-11",
    ),
    National(
        "closed after a visit (2022)",
        "27.0 % of all (326,242)",
        "met_share",
        "Nam In-soon, National Assembly, 2023-10-11",
    ),
    National(
        "notices that reach the resident (Netherlands, 2023)",
        "1 in 5; of those reached 35 % accept help",
        "met_share",
        "Divosa Monitor Vroegsignalering 2023, ch. 8",
    ),
)


@dataclass(frozen=True)
class RoundFigures:
    """A round's listings and what became of them; shares are of what they name.

    Units: shares from 0 to 1, days to contact as the median of those met.
    """

    round: str
    listed_on: dt.date
    listed: int
    met: int
    locate: int
    carried: int
    routed: int
    returned: int
    supported: int
    repeated: int
    by_team: int
    repeated_blindly: int
    days_to_contact: int | None
    load_spread: float | None

    def __post_init__(self) -> None:
        told = self.met + self.locate + self.carried + self.routed
        if told != self.listed:
            raise ContractBroken(
                f"{self.round}: listed {self.listed}, but met + locate + carried + "
                f"routed = {told}",
                "do not use these figures; report the command and this line",
            )

    def shares(self) -> dict[str, float | None]:
        """What is told of the round beside its counts."""
        return {
            "returned_share": _share(self.returned, self.listed),
            "met_share": _share(self.met, self.listed),
            "locate_share": _share(self.locate, self.listed),
            "support_share": _share(self.supported, self.listed),
            "repeat_share": _share(self.repeated, self.listed),
            "blind_repeat_share": _share(self.repeated_blindly, self.by_team),
        }

    def as_json(self) -> dict[str, Any]:
        """Counts and shares."""
        return {**asdict(self), **self.shares()}


def round_figures(warehouse: Warehouse) -> list[RoundFigures]:
    """The figures of every round, the oldest first. Run it inside `loop_as_of`.

    Raises:
        ContractBroken: Some round's dispositions do not add up to what was listed.
    """
    for name in ("loop/_listing_before", "loop/_team_load"):
        warehouse.run_sql(name)
    found = warehouse.fetch_sql("loop/round_figure").to_pylist()
    return [RoundFigures(**row) for row in found]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
