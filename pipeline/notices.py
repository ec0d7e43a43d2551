"""Telling people, within 30 days, who gave us their phone number (영 §7의2)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import OptionError
from pipeline.loop import issued_household
from pipeline.round_tables import ensure_round_table
from pipeline.warehouse import Warehouse

NOTICE_DAYS: Final = 30
# Who may have given it; codes, for free text may name a person.
GIVERS: Final = (
    "telecom",
    "agency",
    "landlord",
    "village_head",
    "neighbour",
    "family",
    "other",
)
_COLUMNS: Final = (
    "referral_id",
    "obtained_from",
    "obtained_on",
    "due_on",
    "told_on",
)
_NAME_LIMIT: Final = 60


def add_notice(
    warehouse: Warehouse, referral_id: str, *, obtained_from: str, obtained_on: dt.date
) -> dt.date:
    """Keep that a third party gave a phone number; returns until when to tell them.

    Raises:
        OptionError: Unknown referral or giver, or it is kept already.
    """
    household_id, _ = issued_household(warehouse, referral_id)
    if obtained_from not in GIVERS:
        raise OptionError(
            "--from: that is none of those who may give a number",
            f"use one of {', '.join(GIVERS)}",
        )
    given = (referral_id, obtained_from, obtained_on)
    kept = [(n["referral_id"], n["obtained_from"], n["obtained_on"])
            for n in notices(warehouse, is_open_only=False)]  # fmt: skip
    if given in kept:
        raise OptionError(
            "this number is in the queue already",
            "see blindspot notice list; close it with blindspot notice done",
        )
    due_on = obtained_on + dt.timedelta(days=NOTICE_DAYS)
    _append(warehouse, household_id, (*given, due_on), None, None)
    return due_on


def notices(warehouse: Warehouse, *, is_open_only: bool = True) -> list[dict[str, Any]]:
    """The queue of notices, the first due first; who told them is not shown.

    Grain: referral_id, obtained_from, obtained_on.
    """
    ensure_round_table(warehouse, "out_notice")
    found = warehouse.rows(
        "SELECT referral_id, obtained_from, obtained_on, max(due_on), max(told_on) "
        "FROM out_notice GROUP BY referral_id, obtained_from, obtained_on "
        "HAVING NOT $open OR count(told_on) = 0 "
        "ORDER BY max(due_on), referral_id, obtained_from",
        {"open": is_open_only},
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


@dataclass(frozen=True)
class Waiting:
    """How many people are still to be told, and of whom it is late."""

    waiting: int
    overdue: int
    overdue_since: dt.date | None


def notices_waiting(warehouse: Warehouse, as_of: dt.date) -> Waiting:
    """How the queue stood as of a day: what was obtained and told before it."""
    if not warehouse.has_table("out_notice"):
        return Waiting(0, 0, None)
    ((waiting, overdue, since),) = warehouse.rows(
        "SELECT count(*), count(*) FILTER (due_on < $as_of), "
        "min(due_on) FILTER (due_on < $as_of) FROM (SELECT max(due_on) AS due_on "
        "FROM out_notice WHERE obtained_on < $as_of "
        "GROUP BY referral_id, obtained_from, obtained_on "
        "HAVING count(told_on) FILTER (told_on < $as_of) = 0)",
        {"as_of": as_of},
    )
    return Waiting(waiting, overdue, since)


def close_notices(
    warehouse: Warehouse, referral_id: str, *, told_on: dt.date, told_by: str
) -> int:
    """Keep that the person was told; returns how many notices that closes.

    Raises:
        OptionError: Unknown referral, nothing to tell, or told before it was obtained.
    """
    household_id, _ = issued_household(warehouse, referral_id)
    name = " ".join(told_by.split())
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise OptionError(
            "--by: the name of who told them was expected", "write --by 김담당"
        )
    waiting = [n for n in notices(warehouse) if n["referral_id"] == referral_id]
    if not waiting:
        raise OptionError(
            "no notice of this referral waits",
            "see blindspot notice list; add one with blindspot notice add",
        )
    if told_on < max(n["obtained_on"] for n in waiting):
        raise OptionError(
            "--on: they cannot have been told before the number was obtained",
            "give the day of the notice",
        )
    with warehouse.transaction():
        for one in waiting:
            key = tuple(one[c] for c in _COLUMNS[:4])
            _append(warehouse, household_id, key, told_on, name)
    return len(waiting)


def _append(
    warehouse: Warehouse,
    household_id: str,
    key: tuple[Any, ...],
    told_on: dt.date | None,
    told_by: str | None,
) -> None:
    """Rows are only added: what was told beside what was obtained."""
    values = dict(zip(_COLUMNS[:4], key, strict=True))
    warehouse.execute(
        "INSERT INTO out_notice BY NAME SELECT $household_id AS household_id, "
        "$referral_id AS referral_id, $obtained_from AS obtained_from, "
        "CAST($obtained_on AS DATE) AS obtained_on, CAST($due_on AS DATE) AS due_on, "
        "CAST($told_on AS DATE) AS told_on, CAST($told_by AS VARCHAR) AS told_by",
        {
            **values,
            "household_id": household_id,
            "told_on": told_on,
            "told_by": told_by,
        },
    )
