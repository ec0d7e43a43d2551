"""Whom a sheet asks for: names out of the vault, and what was seen, in memory only."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from pipeline.access_record import touched
from pipeline.borrowed_unit import add_borrowed_units
from pipeline.mention import Mention
from pipeline.warehouse import Warehouse

Row = dict[str, Any]
# What is asked for (several lines may ask for one household), whom, and since when
# something is news.
Asked = tuple[str, str, dt.date | None]
_ASKED: Final = pa.schema(
    [("ask", pa.string()), ("household_id", pa.string()), ("since", pa.date32())]
)
_TABLES: Final = ("_sheet_person", "_sheet_mention", "_sheet_asked")


def fetched(
    warehouse: Warehouse, sql: str, params: Mapping[str, Any] | None = None
) -> list[Row]:
    """The rows of one SELECT by column name."""
    rows: list[Row] = warehouse.fetch(sql, params).to_pylist()
    return rows


def ask_for(warehouse: Warehouse, asked: Iterable[Asked]) -> None:
    """Say whom the next sheet is about."""
    rows = [dict(zip(_ASKED.names, line, strict=True)) for line in asked]
    frame = pa.Table.from_pylist(rows, schema=_ASKED)
    warehouse.put("_sheet_asked", frame, home="temp")


def forget_asked(warehouse: Warehouse) -> None:
    """Drop what was asked for and the names that came of it."""
    for table in _TABLES:
        warehouse.execute(f"DROP TABLE IF EXISTS temp.{table}")


def people(warehouse: Warehouse) -> dict[str, Row]:
    """Name, birth year, address and phone by household, doors borrowed from bills.

    Where a protected household lives is not among them.
    """
    warehouse.run_sql("sheets/_sheet_person")
    found = fetched(warehouse, "SELECT * FROM _sheet_person ORDER BY household_id")
    add_borrowed_units(warehouse, found)
    touched(row["household_id"] for row in found)
    return {row["household_id"]: row for row in found}


def mentions(
    warehouse: Warehouse, as_of: dt.date
) -> dict[tuple[str, bool], list[Mention]]:
    """What was seen by (line that asked, whether it is news), in a list's order."""
    warehouse.run_sql("sheets/_sheet_mention", {"as_of": as_of})
    found: dict[tuple[str, bool], list[Mention]] = {}
    for ask, is_news, *facts in warehouse.rows(
        "SELECT ask, is_news, source, event_type, is_current, months_overdue, "
        "occurred_on, restored_on, times, last_ref_date FROM _sheet_mention"
    ):
        found.setdefault((ask, is_news), []).append(Mention(*facts))
    return {key: sorted(told, key=Mention.order) for key, told in found.items()}


def told(found: Iterable[Mention]) -> str:
    """What was seen as one sentence, signs only."""
    return " · ".join(one.sentence() for one in found if not one.is_context)
