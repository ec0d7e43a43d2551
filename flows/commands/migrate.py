"""`blindspot migrate`: an office that an older version made gets today's tables."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import opened, say, show, show_json
from flows.options import JsonOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.settings import Office


def migrate(
    office: OfficeOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell the steps, change nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring an office of an older version to this one, step by step.

    Take a backup first. Every command that writes does the same by itself; a step that
    was killed has changed nothing, and the next opening goes on from there.

    Example: blindspot migrate --office cheonan --dry-run
    """
    with opened(office) as place:
        before, after, steps = _taken(place, dry_run=dry_run)
        if as_json:
            told = [{"number": number, "step": title} for number, title in steps]
            show_json({"before": before, "after": after, "steps": told})
            return
        for number, title in steps:
            show(f"{number}  {title}")
        if steps and dry_run:
            say("nothing was changed; take a backup (blindspot backup), then: migrate")
        show(f"schema {before} → {after}" if steps else f"schema {after}: current")


def _taken(
    office: "Office", *, dry_run: bool
) -> tuple[int, int, list[tuple[int, str]]]:
    """The number before and after, and the steps between them."""
    from pipeline.office import open_warehouse
    from pipeline.schema import newest_number, pending, schema_number

    with open_warehouse(office, read_only=True, as_it_is=True) as warehouse:
        before, steps = schema_number(warehouse) or 0, pending(warehouse)
    if not dry_run:
        open_warehouse(office).close()
    return before, newest_number(), steps


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(migrate)
