"""The number of an office's tables: which version they fit, and the way to today's.

Each step is one transaction with its number: killed at any moment, an office stands at
one of the numbers, and the next opening goes on from there.
"""

from typing import Final

from pipeline.errors import OfficeError
from pipeline.logs import LOGGER
from pipeline.migrations import STEPS
from pipeline.warehouse import Warehouse

# grain: one number that the office's tables have reached
SCHEMA_DDL: Final = """CREATE TABLE IF NOT EXISTS warehouse.main.core_schema (
    number INTEGER, step VARCHAR)"""
NEW_OFFICE: Final = "made by this version"


def newest_number() -> int:
    """The number that this version writes."""
    return len(STEPS)


def schema_number(warehouse: Warehouse) -> int | None:
    """The number of an office; 0 before there were numbers, None while it is empty."""
    if warehouse.has_table("warehouse.core_schema"):
        ((number,),) = warehouse.rows("SELECT max(number) FROM core_schema")
        return int(number or 0)
    return 0 if warehouse.has_table("warehouse.core_file") else None


def pending(warehouse: Warehouse) -> list[tuple[int, str]]:
    """The numbers and titles of the steps that an office still has to take.

    Raises:
        OfficeError: A newer version made this office.
    """
    number = schema_number(warehouse)
    if number is None:
        return []
    if number > newest_number():
        raise OfficeError(
            f"this office's data have schema {number}; this version knows schemas up "
            f"to {newest_number()}: a newer blindspot wrote them",
            "install the newer version again, or restore a backup that was made "
            "before it (blindspot restore); nothing was changed",
        )
    return [
        (place, step.TITLE) for place, step in enumerate(STEPS, 1) if place > number
    ]


def migrate(warehouse: Warehouse) -> list[tuple[int, str]]:
    """Take every step that is left; returns them.

    Raises:
        OfficeError: A newer version made this office.
    """
    steps = pending(warehouse)
    for number, title in steps:
        with warehouse.transaction():
            STEPS[number - 1].apply(warehouse)
            _reached(warehouse, number, title)
        LOGGER.info("schema %d: %s", number, title)
    return steps


def mark_new(warehouse: Warehouse) -> None:
    """Give an office that has just got its tables today's number."""
    if not warehouse.has_table("warehouse.core_schema"):
        _reached(warehouse, newest_number(), NEW_OFFICE)


def require_current(warehouse: Warehouse) -> None:
    """Stop a reader of an office that an older or newer version made.

    Raises:
        OfficeError: It has another number.
    """
    if steps := pending(warehouse):
        raise OfficeError(
            f"this office's data have schema {steps[0][0] - 1}, this version reads "
            f"{newest_number()}: an older blindspot wrote them",
            "take a backup (blindspot backup), then run: blindspot migrate",
        )


def _reached(warehouse: Warehouse, number: int, title: str) -> None:
    warehouse.execute(SCHEMA_DDL)
    warehouse.execute(
        "INSERT INTO core_schema VALUES ($number, $title)",
        {"number": number, "title": title},
    )
