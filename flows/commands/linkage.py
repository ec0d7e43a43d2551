"""`blindspot linkage`: whose accounts are in doubt, and what officers decide."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import opened, say, show, show_counts, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption

group = typer.Typer(
    name="linkage",
    no_args_is_help=True,
    help="Accounts and households: who is in doubt, and what officers decide.",
)


@group.command()
def report(
    as_of: AsOfOption, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Count the accounts by source and ground, and those an officer should look at.

    Example: blindspot linkage report --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from pipeline.linkage_review import grey_zone
        from pipeline.office import open_warehouse
        from pipeline.report_words import LINK_KO

        with open_warehouse(place) as warehouse:
            links, asked, doubts = grey_zone(warehouse, place, as_of)
        if as_json:
            names = ("source", "reason", "accounts")
            rows = [dict(zip(names, row, strict=True)) for row in links]
            show_json(
                {
                    "links": rows,
                    "to_review": dict(asked),
                    "address_doubts": dict(doubts),
                }
            )
            return
        table = [[source, reason, LINK_KO[reason], n] for source, reason, n in links]
        show_table("Links", ["source", "reason", "근거", "accounts"], table)
        show_table("To review", ["source", "accounts"], [list(row) for row in asked])
        doubted = [list(row) for row in doubts]
        show_table("Live elsewhere, probably", ["sign", "households"], doubted)


@group.command()
def review(
    as_of: AsOfOption,
    office: OfficeOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Its name in the rounds folder."),
    ] = None,
) -> None:
    """Write the accounts in doubt beside their two likeliest households.

    The file holds names and addresses: it is written into the rounds folder only.
    Households whose address is protected are never shown.

    Example: blindspot linkage review --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from pipeline.linkage_review import write_review
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            file, asked, hidden = write_review(warehouse, place, as_of, out)
        show(f"{asked:,} accounts to review: {file}")
        if hidden:
            say(f"{hidden:,} more touch a protected address and are not shown")
        say(
            "personal data: fill in 판정, 판정자, 판정일, then blindspot linkage decide"
        )


@group.command()
def decide(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The filled file.")],
    as_of: AsOfOption,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep an officer's decisions; screenings as of later days follow them.

    Rows that cannot be used are told by number; exit code 5 when there are any.

    Example: blindspot linkage decide FILE.csv --office cheonan --as-of 2026-07-03
    """
    with opened(office) as place:
        from pipeline.errors import FileRefused
        from pipeline.linkage_decisions import decide as keep
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            told = keep(warehouse, file, as_of)
        counts = {
            "kept": told.kept,
            "unanswered": told.unanswered,
            "repeated": told.repeated,
            "contradicted": len(told.contradicted),
            "refused": len(told.refused),
        }
        show_counts("Decisions", counts, as_json=as_json)
        for number in told.contradicted:
            say(f"row {number}: contradicts an earlier decision; the later word counts")
        for number, why in told.refused.items():
            say(f"row {number}: not used: {why}")
        if told.refused:
            raise typer.Exit(FileRefused.exit_code)


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(group)
