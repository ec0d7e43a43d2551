"""`blindspot access`: who did what with whose data, and whether that log is whole."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import opened, say, show, show_json, show_table
from flows.options import JsonOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.access_verify import Verdict

app = typer.Typer(no_args_is_help=True, help="Who did what with whose data.")

MonthOption = Annotated[
    str, typer.Option("--month", metavar="YYYY-MM", help="Which month.")
]


@app.command("show")
def show_entries(
    office: OfficeOption = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Only this month.")
    ] = None,
    whose: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only a household's or a referral's."),
    ] = None,
    last: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show the newest entries; with --whose, everybody who touched a household.

    Example: blindspot access show --whose R20264-7Q2M8K3CW
    """
    with opened(office) as place:
        from flows.access import household_of
        from pipeline.accesslog import AccessLog

        ids = household_of(place, whose) if whose else set()
        found = [
            entry
            for entry in AccessLog(place.path("data")).entries()
            if (month is None or entry["at"].startswith(month))
            and (whose is None or not ids.isdisjoint(entry["whose"]))
        ][-last:]
        if as_json:
            show_json(found)
            return
        columns = ["n", "at", "operator", "command", "phase", "whose", "outcome"]
        rows = [
            [len(entry[name]) if name == "whose" else entry[name] for name in columns]
            for entry in found
        ]
        show_table("Access log", columns, rows)


@app.command("verify")
def verify_log(
    office: OfficeOption = None,
    anchor: Annotated[
        list[Path] | None,
        typer.Option(help="An anchor file kept elsewhere; may be given again."),
    ] = None,
    sealed: Annotated[
        list[Path] | None,
        typer.Option(help="A sealed list that left; may be given again."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check that no entry was edited, taken out, moved or cut off; exit code 8 if so.

    Compares with the heads in the warehouse, in the anchors of the settings and in
    those that are named.

    Example: blindspot access verify --anchor /mnt/audit/blindspot-access-anchor.txt
    """
    with opened(office) as place:
        from flows.access import verify_office

        verdict = verify_office(place, anchor or [], sealed or [])
        _tell(verdict, as_json=as_json)
        if verdict.findings:
            raise typer.Exit(8)


def _tell(verdict: "Verdict", *, as_json: bool) -> None:
    if as_json:
        show_json(
            {
                "entries": verdict.entries,
                "head": str(verdict.head),
                "heads_compared": verdict.kept,
                "findings": [vars(one) for one in verdict.findings],
            }
        )
        return
    rows: list[list[Any]] = [[one.where, one.what] for one in verdict.findings]
    if rows:
        show_table("The access log is not whole", ["where", "what"], rows)
        say("keep the folder as it is and tell the data protection officer")
        return
    show(f"whole: {verdict.entries:,} entries, {verdict.kept:,} heads compared")
    if not verdict.kept:
        say("nothing outside of the log was compared: a cut end would not be seen")


@app.command()
def anchor(
    office: OfficeOption = None,
    to: Annotated[
        list[Path] | None,
        typer.Option(help="A folder, best off this machine; may be given again."),
    ] = None,
) -> None:
    """Write the log's head where who can write the log cannot reach.

    Without --to the folders of [access] anchors; the line is printed too, to be written
    down. A night does the same by itself.

    Example: blindspot access anchor --to /mnt/audit
    """
    with opened(office) as place:
        from flows.access import anchor_to

        line, files = anchor_to(place, to or place.config.access.anchors)
        show(line)
        for file in files:
            say(f"kept in {file}")


@app.command()
def review(
    month: MonthOption,
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who reviews; is logged.")
    ],
    office: OfficeOption = None,
    to: Annotated[
        Path | None, typer.Option(help="The sheet; else into the office's logs.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sum up a month and write the sheet on which the reasons of downloads are checked.

    Example: blindspot access review --month 2026-10 --by 김감사
    """
    with opened(office) as place:
        from pipeline.access_record import touched
        from pipeline.access_review import review as review_of
        from pipeline.access_review import write_sheet
        from pipeline.accesslog import AccessLog

        found = review_of(AccessLog(place.path("data")).entries(), month)
        touched((), reviewed=month, reviewed_by=by)
        name = f"access_review_{month}.csv"
        file = write_sheet(found, to or place.path("logs") / name)
        columns = ["operator", "command", "times", "failed", "off_hours", "handed"]
        tallies = [
            {name: getattr(one, name) for name in (*columns, "households")}
            for one in found.tallies
        ]
        if as_json:
            show_json({"month": month, "entries": found.entries, "by": tallies})
            return
        rows = [list(one.values()) for one in tallies]
        show_table(f"Access in {month}", [*columns, "households"], rows)
        show(f"{len(found.downloads):,} downloads to look at: {file}")


def register(root: typer.Typer) -> None:
    """Add the group to the application."""
    root.add_typer(app, name="access")
