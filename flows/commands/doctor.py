"""`blindspot doctor`: what is wrong with this office, and the command that mends it."""

import typer

from flows.commands.common import opened, show_json, show_table
from flows.options import JsonOption, OfficeOption

ALL_GOOD, NOT_SAFE = 0, 8


def doctor(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """Examine keys, folders, disk, clock, log, ledger, versions, runs and sources.

    Each finding comes with what mends it; ends with 8 if anything is bad.

    Example: blindspot doctor --office cheonan
    """
    with opened(office) as place:
        from flows.clock import seoul_clock
        from flows.doctor import examine
        from pipeline.health import BAD

        told = examine(place, seoul_clock())
        if as_json:
            show_json(told)
        else:
            columns = ["check", "level", "what", "mend"]
            show_table("Doctor", columns, [[one[c] for c in columns] for one in told])
        if any(one["level"] == BAD for one in told):
            raise typer.Exit(NOT_SAFE)


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(doctor)
