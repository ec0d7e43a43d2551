"""Towns for places: teams and households as values, put into the engine whole."""

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from pipeline.places import Shares, fill_places
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import AS_OF, ROUND

WEEKS = 2
KEY = b"k" * 32
_POLICY = (
    "household_id VARCHAR, rule VARCHAR, kind VARCHAR, place INTEGER, "
    "label_ko VARCHAR, detail_ko VARCHAR"
)


@dataclass(frozen=True)
class Household:
    """One household; `must` is the place of its first must rule, `unmet` opens locate."""

    household_id: str
    dong: str
    score: float
    contacted_days_ago: int | None = None
    must: int | None = None
    unmet: int | None = None
    has_sign: bool = True

    @property
    def contacted_on(self) -> dt.date | None:
        ago = self.contacted_days_ago
        return None if ago is None else AS_OF - dt.timedelta(days=ago)

    @property
    def queue(self) -> str:
        if self.must is not None:
            return "must"
        return "rank" if self.unmet is None else "locate"

    def order(self) -> tuple[float, float, float, float, str]:
        """The written order of its queue, said once more in Python."""
        ago = self.contacted_days_ago
        return (
            self.must or 0,
            -(self.unmet or 0) if self.queue == "locate" else 0,
            -round(self.score, 6),
            -(math.inf if ago is None else ago),
            self.household_id,
        )


@dataclass(frozen=True)
class Team:
    """A dong's team; without FTE its hub works for it."""

    dong: str
    hub: str | None
    fte: Decimal
    weekly_cases: int

    @property
    def unit(self) -> str:
        return self.hub or self.dong

    @property
    def slots(self) -> int:
        return math.floor(self.fte * self.weekly_cases * WEEKS)


@dataclass(frozen=True)
class Town:
    """Teams and households."""

    teams: tuple[Team, ...]
    households: tuple[Household, ...]

    def unit_of(self, household: Household) -> str:
        return next(t.unit for t in self.teams if t.dong == household.dong)

    def slots(self) -> dict[str, int]:
        slots = {team.unit: 0 for team in self.teams}
        for team in self.teams:
            slots[team.unit] += team.slots
        return slots


def part(share: float, slots: int) -> int:
    """The whole places of a share, without a machine's rounding."""
    return math.floor(Fraction(str(share)) * slots)


def empty_policy(warehouse: Warehouse) -> None:
    """A policy of which nothing fired."""
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE _policy ({_POLICY})")


def fill(
    warehouse: Warehouse,
    *,
    shares: Shares | None = None,
    weeks: int = WEEKS,
    key: bytes = KEY,
    round_: str = ROUND,
) -> int:
    """Give the places of the round."""
    return fill_places(
        warehouse,
        round_,
        as_of=AS_OF,
        weeks=weeks,
        cooling_off_days=60,
        shares=shares or Shares(),
        key=key,
    )


def put_town(warehouse: Warehouse, town: Town) -> None:
    """Replace the tables that places are given from by those of a town."""
    people = town.households
    ids = pa.array([h.household_id for h in people], pa.string())
    n = len(people)
    warehouse.put(
        "core_household",
        pa.table(
            {
                "household_id": ids,
                "current_dong_code": pa.array([h.dong for h in people], pa.string()),
            }
        ),
    )
    warehouse.put(
        "out_eligibility",
        pa.table(
            {
                "round": pa.array([ROUND] * n, pa.string()),
                "household_id": ids,
                "is_eligible": pa.array([h.has_sign for h in people], pa.bool_()),
                "reason": pa.array(
                    ["ELIGIBLE" if h.has_sign else "NO_SIGNAL" for h in people],
                    pa.string(),
                ),
            }
        ),
    )
    warehouse.put(
        "out_score",
        pa.table(
            {
                "round": pa.array([ROUND] * n, pa.string()),
                "as_of": pa.array([AS_OF] * n, pa.date32()),
                "household_id": ids,
                "score": pa.array([h.score for h in people], pa.float64()),
            }
        ),
    )
    _put_teams(warehouse, town.teams)
    _put_history(warehouse, people)


def _put_teams(warehouse: Warehouse, teams: tuple[Team, ...]) -> None:
    warehouse.put(
        "core_team",
        pa.table(
            {
                "dong_code": [t.dong for t in teams],
                "hub_code": pa.array([t.hub for t in teams], pa.string()),
                "fte": pa.array([t.fte for t in teams], pa.decimal128(6, 2)),
                "weekly_cases": pa.array([t.weekly_cases for t in teams], pa.int32()),
            }
        ),
    )


def _put_history(warehouse: Warehouse, people: tuple[Household, ...]) -> None:
    met = [h for h in people if h.contacted_days_ago is not None]
    on = pa.array([h.contacted_on for h in met], pa.date32())
    warehouse.put(
        "core_event",
        pa.table(
            {
                "household_id": pa.array([h.household_id for h in met], pa.string()),
                "event_type": pa.array(["contact"] * len(met), pa.string()),
                "occurred_on": on,
                "known_on": on,
            }
        ),
    )
    unmet = [h for h in people if h.unmet is not None]
    warehouse.put(
        "core_locate",
        pa.table(
            {
                "household_id": pa.array([h.household_id for h in unmet], pa.string()),
                "state": pa.array(["open"] * len(unmet), pa.string()),
                "unmet": pa.array([h.unmet for h in unmet], pa.int32()),
            }
        ),
    )
    must = [h for h in people if h.must is not None]
    warehouse.put(
        "_policy",
        pa.table(
            {
                "household_id": pa.array([h.household_id for h in must], pa.string()),
                "rule": pa.array([f"M{h.must}" for h in must], pa.string()),
                "kind": pa.array(["must"] * len(must), pa.string()),
                "place": pa.array([h.must for h in must], pa.int32()),
                "label_ko": pa.array([""] * len(must), pa.string()),
                "detail_ko": pa.nulls(len(must), pa.string()),
            }
        ),
        home="temp",
    )
