"""`blindspot ingest`, `train` and `screen`: files in, models fitted, lists ranked."""

from typing import Annotated, Any

import typer

from flows.commands.common import (
    opened,
    progress_shown,
    say,
    show,
    show_counts,
    show_json,
    show_table,
)
from flows.options import AsOfOption, JsonOption, OfficeOption, RoundOption

_FIELDS = (
    "file",
    "source",
    "status",
    "rows",
    "accepted",
    "rejected",
    "rejected_by_code",
    "repeated",
    "superseded",
    "skipped",
)


def ingest(
    as_of: AsOfOption, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Load the inbox: check every row, key every person, quarantine what is wrong.

    What a file is known from (its received date) comes from the file; --as-of dates
    this run in the log. Exit code 5 when a file was refused (the others are loaded),
    6 when the inbox is empty.

    Example: blindspot ingest --office cheonan --as-of 2026-07-01 --json
    """
    from pipeline.errors import FileRefused

    with opened(office) as place:
        from flows.job import Job
        from flows.steps import load_inbox

        job = Job.of(place, as_of, "ingest", {})
        with progress_shown():
            reports = load_inbox(job)
        if as_json:
            show_json([file_row(report) for report in reports])
        else:
            show_files(reports)
        if any(report.status == "refused" for report in reports):
            raise typer.Exit(FileRefused.exit_code)


def file_row(report: Any) -> dict[str, Any]:
    """A file's report as JSON; the message only where there is one."""
    row = {name: getattr(report, name) for name in _FIELDS}
    return {**row, "message": report.message} if report.message else row


def show_files(reports: list[Any]) -> None:
    """The files as a table, and what to do about the refused ones."""
    columns = ["file", "status", "rows", "accepted", "rejected"]
    columns += ["repeated", "superseded", "skipped"]
    show_table(
        "Files", columns, [[getattr(r, name) for name in columns] for r in reports]
    )
    for report in reports:
        if report.status == "refused":
            say(f"refused {report.message}")


def train(
    as_of: AsOfOption, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Fit the models on the rounds whose results were known by a date.

    Example: blindspot train --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.job import Job
        from flows.training import train as fit_models

        counts = fit_models(Job.of(place, as_of, "train", {}))
        show_counts("Training", counts, as_json=as_json)
        if not as_json:
            show(f"models and their cards: {place.models_folder}")


def screen(
    as_of: AsOfOption,
    office: OfficeOption = None,
    round_: RoundOption = None,
    model: Annotated[
        str | None,
        typer.Option(help="The ranking model; the office's own unless given."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Rank the households as on a date, from what was known before it.

    Example: blindspot screen --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.job import Job
        from flows.screening import screen as rank_households

        options = {"round": round_, "model": model}
        given = {name: value for name, value in options.items() if value}
        job = Job.of(place, as_of, "screen", given)
        counts = rank_households(job)
        show_counts(f"Round {job.round} as of {as_of}", counts, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (ingest, train, screen):
        app.command()(command)
