"""The core tables that features read, drawn small: schemas, defaults, one loader."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from features.build import build_features
from pipeline.warehouse import Warehouse
from tests.lib.tables import load

HOUSEHOLD = {
    "household_id": "VARCHAR",
    "current_dong_code": "VARCHAR",
    "kind": "VARCHAR",
    "home_kind": "VARCHAR",
    "address_grade": "INTEGER",
    "is_institution": "BOOLEAN",
}
HOUSEHOLD_DEFAULTS = {
    "kind": "registered",
    "home_kind": "other",
    "address_grade": "2",
    "is_institution": "false",
}
LISTING = {
    "household_id": "VARCHAR",
    "round": "VARCHAR",
    "subject": "VARCHAR",
    "listed_on": "DATE",
    "result_code": "VARCHAR",
    "need_confirmed": "VARCHAR",
    "crisis_level": "INTEGER",
    "returned_known_on": "DATE",
}
SURVEY = {
    "household_id": "VARCHAR",
    "found_on": "DATE",
    "crisis_level": "INTEGER",
    "known_on": "DATE",
}
DOUBT = {"household_id": "VARCHAR", "score": "INTEGER", "since": "DATE"}
NHIS = {
    "head_key": "VARCHAR",
    "ref_date": "DATE",
    "known_on": "DATE",
    "premium_krw": "BIGINT",
}
MEMBER = {
    "household_id": "VARCHAR",
    "person_key": "VARCHAR",
    "relation": "VARCHAR",
    "birth_month_no": "INTEGER",
    "is_foreigner": "BOOLEAN",
    "disability_level": "INTEGER",
    "moved_in_on": "DATE",
    "is_residence_unknown": "BOOLEAN",
    "is_dead": "BOOLEAN",
}
MEMBER_DEFAULTS = {
    "relation": "head",
    "birth_month_no": str(1980 * 12 + 6),
    "is_foreigner": "false",
    "disability_level": "0",
    "moved_in_on": "2015-05-01",
    "is_residence_unknown": "false",
    "is_dead": "false",
}
EVENT = pa.schema(
    [
        ("household_id", pa.string()),
        ("source", pa.string()),
        ("event_type", pa.string()),
        ("subject", pa.string()),
        ("occurred_on", pa.date32()),
        ("known_on", pa.date32()),
        ("months_overdue", pa.int32()),
        ("amount_krw", pa.int64()),
        ("restored_on", pa.date32()),
        ("is_current", pa.bool_()),
    ]
)
CLOCK = """
    source    | files INT | is_stale BOOL
    kepco     | 18        | false
    water     | 18        | false
    gas       | 18        | false
    nhis      | 18        | false
    nps       | 18        | false
    kcomwel   | 18        | false
    indicator | 18        | false
"""


@dataclass(frozen=True)
class Event:
    """One row of core_event; what is not said is nothing."""

    household_id: str
    event_type: str
    occurred_on: date
    known_on: date
    months_overdue: int | None = None
    amount_krw: int | None = None
    restored_on: date | None = None
    is_current: bool = False
    subject: str = "a"

    def but(self, **changes: Any) -> "Event":
        return replace(self, **changes)


def town(
    warehouse: Warehouse,
    *,
    households: str,
    members: str = "household_id | person_key",
    clock: str = CLOCK,
    coverage: str = "source | dong_code | is_observed BOOL",
    listings: str = "household_id",
    surveys: str = "household_id",
    doubts: str = "household_id",
    nhis: str = "head_key",
    events: Iterable[Event] = (),
) -> None:
    """Put drawn core tables (and events) into the warehouse."""
    load(warehouse, "core_household", households, HOUSEHOLD, HOUSEHOLD_DEFAULTS)
    load(warehouse, "core_listing", listings, LISTING)
    load(warehouse, "core_survey", surveys, SURVEY)
    load(warehouse, "core_address_doubt", doubts, DOUBT)
    load(warehouse, "stg_nhis", nhis, NHIS)
    load(warehouse, "core_household_member", members, MEMBER, MEMBER_DEFAULTS)
    warehouse.execute(
        "CREATE OR REPLACE TABLE core_person_key AS SELECT person_key, "
        "person_key AS member_key, household_id, is_dead FROM core_household_member"
    )
    load(warehouse, "core_source_clock", clock)
    load(warehouse, "core_coverage_now", coverage)
    put_events(warehouse, events)


def put_events(warehouse: Warehouse, events: Iterable[Event]) -> None:
    """(Re)create core_event from these, in this order."""
    rows = [asdict(e) | {"source": e.event_type.partition("_")[0]} for e in events]
    warehouse.put("core_event", pa.Table.from_pylist(rows, schema=EVENT))


def features_of(
    warehouse: Warehouse, as_of: date, household_id: str = "h1"
) -> Mapping[str, Any]:
    """The features of one household."""
    (row,) = build_features(warehouse, as_of, [household_id]).to_pylist()
    return dict(row)
