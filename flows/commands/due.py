"""`blindspot due`: everything that is due by a day, in one list."""

from typing import Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption


def due(
    as_of: AsOfOption,
    office: OfficeOption = None,
    dong: Annotated[
        str | None,
        typer.Option("--dong", metavar="CODE", help="Only this dong (10 digits)."),
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what was due before that day.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List what is due on or before a day, the longest overdue first.

    First contacts, steps to locate, reviews of the parked, the days of case management
    (10, 5, 15; 30 in all) and notices of where a phone number came from.

    Example: blindspot due --office cheonan --as-of 2026-07-01 --overdue
    """
    with opened(office) as place:
        from pipeline.due import due_items
        from pipeline.loop import loop_as_of
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse, loop_as_of(warehouse, as_of):
            rows = due_items(warehouse, as_of, dong=dong, is_overdue_only=overdue)
    if as_json:
        show_json(rows)
    elif rows:
        show_table(
            f"Due by {as_of}", list(rows[0]), [list(row.values()) for row in rows]
        )
    else:
        show("nothing is due")


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(due)
