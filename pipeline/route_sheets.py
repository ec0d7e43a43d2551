"""The sheets of a round beside the dongs' lists: places, routes, the meeting."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from data_contracts.sheets import (
    CASE_MANAGER,
    CITY_TEAM,
    INSTITUTION,
    MEETING,
    PLACES,
    PROTECTED_OFFICER,
    Sheet,
)
from pipeline.errors import ContractBroken
from pipeline.list_formats import Rows
from pipeline.list_rows import list_cells
from pipeline.policy import load_policy
from pipeline.round_tables import ensure_round_table
from pipeline.settings import Office
from pipeline.sheet_cells import DATA_KIND_KO, sheet_rows
from pipeline.sheet_people import (
    Row,
    ask_for,
    fetched,
    forget_asked,
    mentions,
    people,
    told,
)
from pipeline.warehouse import Warehouse

NOTHING_NEW: Final = "조사 이후 새로 확인된 사실 없음"


def route_sheets(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    is_synthetic: bool,
) -> dict[str, Rows]:
    """The sheets of a round that have rows: name stem to rows of text with header.

    Raises:
        ContractBroken: A household has gone from core or is protected now.
    """
    warehouse.run_sql("sheets/_sheet_route", {"round": round_})
    officer = load_policy(office).params.protected_officer.strip()
    try:
        found: dict[Sheet, list[Row]] = {
            PLACES: _unit_rows(warehouse, round_),
            CASE_MANAGER: _case_rows(warehouse, round_, as_of),
            INSTITUTION: _routed(warehouse, "institution"),
            PROTECTED_OFFICER: _protected_rows(warehouse, officer),
            MEETING: _meeting_rows(warehouse, round_),
        }
        city = _routed(warehouse, "city_team")
    finally:
        forget_asked(warehouse)
        for table in ("_sheet_route", "_sheet_case"):
            warehouse.execute(f"DROP TABLE IF EXISTS temp.{table}")
    sheets: dict[str, Rows] = {
        f"{sheet.title_ko}_{round_}": sheet_rows(sheet, rows, is_synthetic=is_synthetic)
        for sheet, rows in found.items()
        if rows
    }
    if city:
        cells = [list_cells(_city_row(row, is_synthetic)) for row in city]
        sheets[f"{CITY_TEAM.title_ko}_{round_}"] = [list(CITY_TEAM.headers_ko), *cells]
    return sheets


def _unit_rows(warehouse: Warehouse, round_: str) -> list[Row]:
    if not warehouse.has_table("out_unit"):
        return []
    # A round screened by an earlier version lacks what was added since.
    ensure_round_table(warehouse, "out_unit")
    warehouse.run_sql("sheets/_sheet_unit", {"round": round_})
    return fetched(warehouse, "SELECT * FROM _sheet_unit ORDER BY unit")


def _meeting_rows(warehouse: Warehouse, round_: str) -> list[Row]:
    warehouse.run_sql("sheets/_sheet_meeting", {"round": round_})
    return fetched(
        warehouse,
        "SELECT * FROM _sheet_meeting "
        "ORDER BY times_met, times_listed DESC, referral_id",
    )


def _case_rows(warehouse: Warehouse, round_: str, as_of: dt.date) -> list[Row]:
    warehouse.run_sql("sheets/_sheet_case", {"round": round_, "as_of": as_of})
    cases = fetched(
        warehouse,
        "SELECT found.*, routed.dong_name FROM _sheet_case AS found "
        "JOIN _sheet_route AS routed USING (household_id) "
        "ORDER BY found.manager, found.dong_code, found.ask",
    )
    ask_for(
        warehouse,
        ((row["ask"], row["household_id"], row["surveyed_on"]) for row in cases),
    )
    known, seen = people(warehouse), mentions(warehouse, as_of)
    _require_known(cases, known)
    return [
        {
            **known[row["household_id"]],
            **row,
            "news_ko": told(seen.get((row["ask"], True), ())) or NOTHING_NEW,
        }
        for row in cases
    ]


def _routed(warehouse: Warehouse, route: str) -> list[Row]:
    """The rows of a route with names and addresses.

    Raises:
        ContractBroken: One of them is protected now: its address must not leave.
    """
    rows = _named(warehouse, route)
    if protected := sum(bool(row["is_protected"]) for row in rows):
        raise ContractBroken(
            f"{protected} households of the route {route} have a protected address now",
            "screen the round again, then export",
        )
    return rows


def _protected_rows(warehouse: Warehouse, officer: str) -> list[Row]:
    """Without a named officer nobody may see who is protected."""
    if not officer:
        return []
    rows = _named(warehouse, "protected_officer")
    return [{**row, "named_officer": officer} for row in rows]


def _named(warehouse: Warehouse, route: str) -> list[Row]:
    rows = fetched(
        warehouse,
        "SELECT * FROM _sheet_route WHERE route = $route ORDER BY visit_order",
        {"route": route},
    )
    ask_for(
        warehouse, ((row["referral_id"], row["household_id"], None) for row in rows)
    )
    known = people(warehouse)
    _require_known(rows, known)
    return [{**row, **known[row["household_id"]]} for row in rows]


def _require_known(rows: list[Row], known: Mapping[str, Row]) -> None:
    if gone := sum(row["household_id"] not in known for row in rows):
        raise ContractBroken(
            f"the register changed after the screening: {gone} routed households "
            "are gone",
            "screen the round again, then export",
        )


def _city_row(row: Row, is_synthetic: bool) -> Row:
    """A row of the list, as the city's team gets it: a must-visit without a place."""
    return {
        **row,
        "slot_kind": "must",
        "team_name": CITY_TEAM.title_ko,
        "data_kind": DATA_KIND_KO[is_synthetic],
    }
