"""Rounds drawn small: who was listed when, what came back, and the loop's core tables."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.round_tables import LOOP_TABLES, ensure_round_table
from pipeline.staging import LOCATE_TABLES
from pipeline.warehouse import Warehouse
from tests.lib.tables import load

SINBANG, BULDANG = "4413158000", "4413368000"


@dataclass(frozen=True)
class Result:
    """What an officer wrote, and the day on which the list came back."""

    known_on: dt.date
    code: str | None = None
    attempts: tuple[dt.date, ...] = ()
    contact: dt.date | None = None


@dataclass(frozen=True)
class Listing:
    """A referral that left."""

    round: str
    listed_on: dt.date
    result: Result | None = None
    route: str = "team"
    step: str | None = None


@dataclass(frozen=True)
class Handover:
    """A transfer of the listing of a round."""

    round: str
    status: str
    decided_on: dt.date
    to_dong: str | None = None
    to_city: str | None = None


@dataclass(frozen=True)
class House:
    """A household with everything that the loop looks at."""

    id: str
    listings: tuple[Listing, ...] = ()
    handovers: tuple[Handover, ...] = ()
    members: int = 1
    has_unit: bool = False
    has_newer: bool = False
    signs: tuple[tuple[str, dt.date], ...] = ()

    def referral(self, round_: str) -> str:
        return f"{round_}/{self.id}"


_TABLES = {
    "core_household": {
        "household_id": "VARCHAR",
        "kind": "VARCHAR",
        "current_dong_code": "VARCHAR",
        "members_alive": "INTEGER",
        "is_protected": "BOOLEAN",
    },
    "core_household_alias": {"household_no": "VARCHAR", "household_id": "VARCHAR"},
    "core_person_key": {"person_key": "VARCHAR", "household_id": "VARCHAR"},
    "core_address": {"household_id": "VARCHAR", "unit_from_source": "VARCHAR"},
    "core_processing_stop": {"household_id": "VARCHAR"},
    "core_address_doubt": {
        "household_id": "VARCHAR",
        "newer_address_source": "VARCHAR",
    },
    "core_dong": {"dong_code": "VARCHAR", "dong_name": "VARCHAR", "is_live": "BOOLEAN"},
    "core_team": {
        "dong_code": "VARCHAR",
        "hub_code": "VARCHAR",
        "fte": "DECIMAL(6,2)",
        "weekly_cases": "INTEGER",
    },
    "core_file": {
        "file_id": "INTEGER",
        "source": "VARCHAR",
        "ref_date": "DATE",
        "known_on": "DATE",
        "version": "INTEGER",
    },
    "acc_team": {
        "file_id": "INTEGER",
        "dong_code": "VARCHAR",
        "hub_code": "VARCHAR",
        "fte": "DECIMAL(6,2)",
        "weekly_cases": "INTEGER",
        "starts_on": "DATE",
        "ends_on": "DATE",
    },
    "core_event": {
        "household_id": "VARCHAR",
        "source": "VARCHAR",
        "event_type": "VARCHAR",
        "subject": "VARCHAR",
        "known_on": "DATE",
        "is_current": "BOOLEAN",
    },
    "stg_history": {
        "round": "VARCHAR",
        "person_key": "VARCHAR",
        "selected_on": "DATE",
        "contacted_on": "DATE",
        "attempts": "INTEGER",
        "result_code": "VARCHAR",
        "need_confirmed": "VARCHAR",
        "crisis_level": "INTEGER",
        "known_on": "DATE",
    },
    "stg_result": {
        "referral_id": "VARCHAR",
        "attempt1_on": "DATE",
        "attempt2_on": "DATE",
        "attempt3_on": "DATE",
        "contacted_on": "DATE",
        "result_code": "VARCHAR",
        "need_confirmed": "VARCHAR",
        "crisis_level": "INTEGER",
        "field_flag": "VARCHAR",
        "known_on": "DATE",
    },
    "stg_case_management": {
        "person_key": "VARCHAR",
        "case_no": "VARCHAR",
        "stage": "VARCHAR",
        "ref_date": "DATE",
        "opened_on": "DATE",
        "surveyed_on": "DATE",
        "closed_on": "DATE",
    },
}


def put_houses(warehouse: Warehouse, houses: Sequence[House], as_of: dt.date) -> None:
    """The tables that the loop reads, as they are on a day: results by their day."""
    for name, schema in _TABLES.items():
        load(warehouse, name, " | ".join(schema), schema)
    for name in ("out_referral", *LOOP_TABLES):
        ensure_round_table(warehouse, name)
    tables: dict[str, list[dict[str, Any]]] = {
        "core_household": [
            {
                "household_id": h.id,
                "kind": "registered",
                "current_dong_code": SINBANG,
                "members_alive": h.members,
            }
            for h in houses
        ],
        "core_address": [
            {"household_id": h.id, "unit_from_source": "gas"}
            for h in houses
            if h.has_unit
        ],
        "core_address_doubt": [
            {"household_id": h.id, "newer_address_source": "kepco"}
            for h in houses
            if h.has_newer
        ],
        "core_event": [
            {
                "household_id": h.id,
                "source": kind.partition("_")[0],
                "event_type": kind,
                "subject": "s",
                "known_on": known_on,
                "is_current": True,
            }
            for h in houses
            for kind, known_on in h.signs
            if known_on < as_of
        ],
        "out_issued": [
            {
                "round": one.round,
                "edition": 1,
                "as_of": one.listed_on,
                "referral_id": h.referral(one.round),
                "household_id": h.id,
                "route": one.route,
                "locate_step": one.step,
            }
            for h in houses
            for one in h.listings
        ],
        "out_transfer": [
            {
                **vars(one),
                "referral_id": h.referral(one.round),
                "household_id": h.id,
            }
            for h in houses
            for one in h.handovers
        ],
        "stg_result": [
            _result_row(h.referral(one.round), one.result)
            for h in houses
            for one in h.listings
            if one.result is not None and one.result.known_on < as_of
        ],
    }
    for name, rows in tables.items():
        _append(warehouse, name, rows)


def build_loop(warehouse: Warehouse, as_of: dt.date, round_: str | None = None) -> None:
    """The ledger and the queue, by the SQL files that a screening runs."""
    for name in ("core/core_listing", "core/core_repeat", *LOCATE_TABLES):
        warehouse.run_sql(name, {"as_of": as_of, "round": round_})


def loop_of(houses: Iterable[House], as_of: dt.date) -> Warehouse:
    """A warehouse in memory with the loop of these households as of a day."""
    warehouse = Warehouse.in_memory()
    put_houses(warehouse, list(houses), as_of)
    build_loop(warehouse, as_of)
    return warehouse


def _result_row(referral_id: str, result: Result) -> dict[str, Any]:
    days = [*result.attempts, None, None, None]
    return {
        "referral_id": referral_id,
        "attempt1_on": days[0],
        "attempt2_on": days[1],
        "attempt3_on": days[2],
        "contacted_on": result.contact,
        "result_code": result.code,
        "known_on": result.known_on,
    }


def _append(warehouse: Warehouse, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    days = {"as_of", "known_on", "decided_on", "contacted_on", "attempt1_on"}
    days |= {"attempt2_on", "attempt3_on"}
    columns = {
        name: pa.array(
            [row[name] for row in rows], pa.date32() if name in days else None
        )
        for name in rows[0]
    }
    warehouse.append(table, pa.table(columns))
