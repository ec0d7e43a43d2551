"""The figures of a round's report: counts and dates, nobody's row."""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.eligibility import eligibility_counts
from pipeline.errors import NotReady
from pipeline.linkage import link_report
from pipeline.loop_figures import RoundFigures as PastRound
from pipeline.loop_figures import round_figures as past_rounds
from pipeline.report_charts import Column
from pipeline.report_coverage import CoverageFigures, coverage_figures
from pipeline.report_loop import LoopFigures, loop_figures
from pipeline.round_tables import require_table
from pipeline.warehouse import Warehouse

MAX_BINS: Final = 20


@dataclass(frozen=True)
class SourceRows:
    """Where the rows of a source went; `balances` when none is lost."""

    source: str
    files: int
    rows: int
    accepted: int
    rejected: int
    superseded: int
    repeated: int
    skipped: int
    rejected_by_code: Mapping[str, int] = field(default_factory=dict)

    @property
    def balances(self) -> bool:
        went = self.accepted + self.rejected + self.superseded
        return self.rows == went + self.repeated + self.skipped


@dataclass(frozen=True)
class Freshness:
    """How old the last word of a source is."""

    source: str
    last_ref_date: dt.date | None
    last_known_on: dt.date | None
    days_old: int | None
    files: int
    is_stale: bool


@dataclass(frozen=True)
class UnitLoad:
    """A unit's list against its places."""

    unit: str
    dongs: str
    fte: float
    places: int
    eligible: int
    listed: int


@dataclass(frozen=True)
class DongLoad:
    """A dong's list."""

    dong_name: str
    team_name: str
    eligible: int
    listed: int
    very_high: int


@dataclass(frozen=True)
class RoundFigures:
    """Everything that the page shows."""

    round: str
    as_of: dt.date
    models: Sequence[str]
    sources: Sequence[SourceRows]
    freshness: Sequence[Freshness]
    scores: Sequence[Column]
    units: Sequence[UnitLoad]
    dongs: Sequence[DongLoad]
    eligibility: Mapping[str, int]
    links: Sequence[tuple[str, str, int]]
    coverage: CoverageFigures | None
    loop: LoopFigures | None
    rounds: Sequence[PastRound]


def round_figures(warehouse: Warehouse, round_: str, weeks: int) -> RoundFigures:
    """Gather the figures of a screened round.

    Raises:
        NotReady: The round was not screened.
    """
    step = f"screen it first: blindspot screen --as-of YYYY-MM-DD --round {round_}"
    for table in ("out_score", "out_eligibility", "out_referral"):
        require_table(warehouse, table, step)
    scored = warehouse.rows(
        "SELECT max(as_of), list_sort(list(DISTINCT model)) FROM out_score "
        "WHERE round = $round",
        {"round": round_},
    )
    as_of, models = scored[0]
    if as_of is None:
        raise NotReady(f"round {round_} was not screened yet", step)
    warehouse.run_sql("referral/_unit", {"weeks": weeks})
    warehouse.run_sql("referral/_export_dong")
    return RoundFigures(
        round=round_,
        as_of=as_of,
        models=models,
        sources=_sources(warehouse, as_of),
        freshness=_freshness(warehouse, as_of),
        scores=_scores(warehouse, round_),
        units=_units(warehouse, round_),
        dongs=_dongs(warehouse, round_),
        eligibility=eligibility_counts(warehouse, round_),
        links=link_report(warehouse),
        coverage=coverage_figures(warehouse, as_of),
        loop=loop_figures(warehouse, round_),
        rounds=_rounds(warehouse, as_of),
    )


def _rounds(warehouse: Warehouse, as_of: dt.date) -> list[PastRound]:
    """Rounds up to this one, as the last screening knew them."""
    if not all(map(warehouse.has_table, ("core_listing", "acc_team"))):
        return []
    return [one for one in past_rounds(warehouse) if one.listed_on <= as_of]


def _sources(warehouse: Warehouse, as_of: dt.date) -> list[SourceRows]:
    codes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source, text in warehouse.rows(
        "SELECT source, rejected_by_code FROM core_file "
        "WHERE known_on < $as_of AND rejected > 0",
        {"as_of": as_of},
    ):
        codes[source].update(json.loads(text or "{}"))
    found = warehouse.rows(
        "SELECT source, count(*), CAST(sum(rows) AS BIGINT), "
        "CAST(sum(accepted) AS BIGINT), CAST(sum(rejected) AS BIGINT), "
        "CAST(sum(superseded) AS BIGINT), CAST(sum(repeated) AS BIGINT), "
        "CAST(sum(skipped) AS BIGINT) "
        "FROM core_file WHERE known_on < $as_of GROUP BY source ORDER BY source",
        {"as_of": as_of},
    )
    return [
        replace(SourceRows(*row), rejected_by_code=dict(sorted(codes[row[0]].items())))
        for row in found
    ]


def _freshness(warehouse: Warehouse, as_of: dt.date) -> list[Freshness]:
    found = warehouse.rows(
        "SELECT source, last_ref_date, last_known_on, "
        "CAST($as_of AS DATE) - last_ref_date, files, is_stale "
        "FROM core_source_clock ORDER BY source",
        {"as_of": as_of},
    )
    return [Freshness(*row) for row in found]


def _scores(warehouse: Warehouse, round_: str) -> list[Column]:
    found = warehouse.rows(
        "SELECT scored.score, count(*), count(referral.household_id) "
        "FROM out_score AS scored "
        "JOIN out_eligibility AS eligible USING (round, household_id) "
        "LEFT JOIN (SELECT round, household_id FROM out_referral "
        "WHERE route = 'team') AS referral USING (round, household_id) "
        "WHERE round = $round AND eligible.is_eligible "
        "GROUP BY scored.score ORDER BY scored.score",
        {"round": round_},
    )
    if len(found) <= MAX_BINS:
        return [Column(f"{score:g}", count, listed) for score, count, listed in found]
    low, high = found[0][0], found[-1][0]
    width = (high - low) / MAX_BINS
    counts, marked = [0] * MAX_BINS, [0] * MAX_BINS
    for score, count, listed in found:
        at = min(int((score - low) / width), MAX_BINS - 1)
        counts[at] += count
        marked[at] += listed
    return [
        Column(f"{low + at * width:.3g}", counts[at], marked[at])
        for at in range(MAX_BINS)
    ]


def _units(warehouse: Warehouse, round_: str) -> list[UnitLoad]:
    warehouse.run_sql("referral/_unit_load", {"round": round_})
    found = warehouse.rows(
        "SELECT unit, dongs, fte, places, eligible, listed FROM _unit_load "
        "ORDER BY places DESC, unit"
    )
    return [UnitLoad(*row) for row in found]


def _dongs(warehouse: Warehouse, round_: str) -> list[DongLoad]:
    warehouse.run_sql("referral/_dong_load", {"round": round_})
    found = warehouse.rows(
        "SELECT dong_name, team_name, eligible, listed, very_high "
        "FROM _dong_load ORDER BY dong_code"
    )
    return [DongLoad(*row) for row in found]
