"""What is due by a day: contacts, steps, reviews, case management, notices."""

import datetime as dt
from typing import Any, Final

from pipeline.warehouse import Warehouse

KINDS: Final = {
    "first_contact": "first contact of a referral",
    "locate_step": "next step for a household not reached",
    "review": "review of a parked household",
    "case_stage": "stage of case management",
    "notice": "notice of where a phone number came from",
}
_COLUMNS: Final = (
    "due_on",
    "days_late",
    "kind",
    "what",
    "subject",
    "dong_code",
    "dong_name",
)


def due_items(
    warehouse: Warehouse,
    day: dt.date,
    *,
    dong: str | None = None,
    is_overdue_only: bool = False,
) -> list[dict[str, Any]]:
    """Everything due on or before a day, the longest overdue first; no name in it.

    Run it inside `loop_as_of`.

    Grain: one thing to do.
    """
    warehouse.run_sql("loop/due_item")
    found = warehouse.rows(
        "SELECT due_on, date_diff('day', due_on, $day), kind, what, subject, "
        "dong_code, dong_name FROM due_item WHERE due_on <= $day "
        "AND (NOT $late OR due_on < $day) "
        "AND ($dong IS NULL OR dong_code = $dong) "
        "ORDER BY due_on, kind, subject, household_id",
        {"day": day, "late": is_overdue_only, "dong": dong},
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]
