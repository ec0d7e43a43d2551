"""`blindspot ingest`, `train` and `screen`: files in, models fitted, lists ranked."""

from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    from pipeline.settings import Office
    from pipeline.threshold import Override

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
    as_of: AsOfOption,
    office: OfficeOption = None,
    accept_rejects: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Load this file of the inbox although too many rows are rejected.",
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why it is accepted; logged and shown. No names in it.")
    ] = "",
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Who accepts it; else the login name.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Load the inbox: check every row, key every person, quarantine what is wrong.

    What a file is known from (its received date) comes from the file; --as-of dates
    this run in the log. A file is refused whole when its source has no valid entry in
    ledger.toml, or when too many of its rows are rejected (5 %, or what
    blindspot.toml sets under thresholds). Exit code 5 when a file was refused (the
    others are loaded), 6 when the inbox is empty.

    Example: blindspot ingest --office cheonan --as-of 2026-07-01 --json
    """
    from pipeline.errors import FileRefused

    with opened(office) as place:
        from flows.job import Job
        from flows.steps import load_inbox

        job = Job.of(place, as_of, "ingest", {})
        override = _override(place, accept_rejects, reason, by)
        with progress_shown():
            reports = load_inbox(job, override)
        if as_json:
            show_json([file_row(report) for report in reports])
        else:
            show_files(reports)
        if any(report.status == "refused" for report in reports):
            raise typer.Exit(FileRefused.exit_code)


def _override(
    office: "Office", file: str | None, reason: str, by: str
) -> "Override | None":
    """The override that the options ask for, checked before anything is loaded."""
    from flows.clock import seoul_clock
    from pipeline.errors import OptionError
    from pipeline.filenames import shown_name
    from pipeline.ingest import inbox_files, sha256_of
    from pipeline.threshold import new_override

    if file is None:
        if reason or by:
            raise OptionError(
                "--reason and --by belong to --accept-rejects",
                "name the file too: --accept-rejects FILE",
            )
        return None
    wanted = file.replace("\\", "/").rpartition("/")[2]
    named = {shown_name(path): path for path in inbox_files(office)}
    named |= {path.name: path for path in named.values()}
    if wanted not in named:
        raise OptionError(
            "--accept-rejects: the inbox holds no file of that name",
            "copy the name from the refusal: blindspot quarantine list",
        )
    by = by or _login_name()
    return new_override(sha256_of(named[wanted]), reason, by, seoul_clock())


def _login_name() -> str:
    """Who runs this, as the system knows it."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def file_row(report: Any) -> dict[str, Any]:
    """A file's report as JSON; the message only where there is one."""
    row = {name: getattr(report, name) for name in _FIELDS}
    if report.is_overridden:
        row["overridden"] = True
    return {**row, "message": report.message} if report.message else row


def show_files(reports: list[Any]) -> None:
    """The files as a table, and what to do about the refused ones."""
    columns = ["file", "status", "rows", "accepted", "rejected"]
    columns += ["repeated", "superseded", "skipped", "adds_up"]
    rows = [[getattr(r, name) for name in columns] for r in reports]
    for row, report in zip(rows, reports, strict=True):
        if report.is_overridden:
            row[1] = f"{report.status} (override)"
    show_table("Files", columns, rows)
    for report in reports:
        if report.status == "refused":
            say(f"refused {report.message}")
        elif report.message and report.status != "replayed":
            say(f"{report.status} {report.file}: {report.message}")


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
