"""`blindspot check`, `quarantine`, `ledger`: is all there, what was refused, why."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.common import (
    opened,
    progress_shown,
    say,
    show,
    show_json,
    show_table,
)
from flows.options import JsonOption, MaybeAsOfOption, OfficeOption, parse_date

_ROWS_SHOWN = 100

quarantine = typer.Typer(
    no_args_is_help=True, help="Refused files and rejected rows: see, tell, try again."
)
ledger = typer.Typer(
    no_args_is_help=True, help="On what ground each source is held, and until when."
)

SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="Only this source.")
]
FileOption = Annotated[
    str | None, typer.Option("--file", metavar="NAME", help="Only this file.")
]
CodeOption = Annotated[
    str | None,
    typer.Option("--code", metavar="CODE", help="Only this reject code."),
]


@quarantine.command(name="list")
def list_(
    office: OfficeOption = None,
    source: SourceOption = None,
    file: FileOption = None,
    code: CodeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List refused files and rejected rows: row number, code, meaning, what to do.

    Superseded is what a correction or a retry has taken the place of. No value of a row
    is kept anywhere; look at the row number in the file.

    Example: blindspot quarantine list --office cheonan --source nhis
    """
    _check(source, code)
    with opened(office) as place:
        from pipeline.office import open_warehouse
        from pipeline.quarantine_list import list_files, list_rows

        with open_warehouse(place, read_only=True) as warehouse:
            files = [] if code else list_files(warehouse, file=file, source=source)
            rows = list_rows(warehouse, file=file, source=source, code=code)
        told = [
            {**_without_form(asdict(r)), "meaning": r.meaning, "to_do": r.what_to_do}
            for r in rows
        ]
        if as_json:
            show_json({"files": [asdict(one) for one in files], "rows": told})
            return
        _table("Refused files", [asdict(one) for one in files])
        from pipeline.text_rows import told_row

        shown = [
            {**one, "row_no": told_row(one["row_no"])} for one in told[:_ROWS_SHOWN]
        ]
        _table("Rejected rows", shown)
        if len(told) > _ROWS_SHOWN:
            say(f"and {len(told) - _ROWS_SHOWN:,} more: narrow it, or use --json")
        if not files and not told:
            show("the quarantine holds nothing of this kind")


@quarantine.command()
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv")],
    office: OfficeOption = None,
    source: SourceOption = None,
    file: FileOption = None,
    code: CodeOption = None,
) -> None:
    """Write a CSV for the supplier: which rows and columns to correct, without values.

    Example: blindspot quarantine export --source nhis --out nhis_corrections.csv
    """
    _check(source, code)
    with opened(office) as place:
        from pipeline.layouts import load_layouts
        from pipeline.office import open_warehouse
        from pipeline.quarantine_list import export_rows

        layouts = load_layouts(place)
        with open_warehouse(place, read_only=True) as warehouse:
            lines = export_rows(
                warehouse, layouts, out, file=file, source=source, code=code
            )
        show(f"{lines:,} lines: {out}")


@quarantine.command()
def retry(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A file's name.")
    ] = None,
    office: OfficeOption = None,
    source: SourceOption = None,
    all_: Annotated[bool, typer.Option("--all", help="Every file.")] = False,
    known_on: Annotated[
        date | None,
        typer.Option(
            "--known-on",
            metavar="YYYY-MM-DD",
            parser=parse_date,
            help="The day from which the new attempt counts; today unless given.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read files of the quarantine again, with today's layout, contract and ledger.

    If more rows pass, the file is loaded as a new attempt that counts from --known-on
    on: rounds screened as of an earlier day stay as they are. Exit code 5 when a file
    is still refused or is gone from the inbox.

    Example: blindspot quarantine retry NHIS_ARREARS_202603.dat --office cheonan
    """
    from pipeline.errors import FileRefused, OptionError

    if sum((file is not None, source is not None, all_)) != 1:
        raise OptionError(
            "name what to read again: FILE, --source NAME or --all",
            "see what there is: blindspot quarantine list",
        )
    _check(source, None)
    with opened(office) as place:
        from flows.clock import today
        from flows.commands.data import file_row, show_files
        from flows.job import Job
        from flows.steps import retry_quarantine

        day = today()
        job = Job.of(place, known_on or day, "retry", {})
        with progress_shown():
            reports = retry_quarantine(
                job, file=file, source=source, known_on=known_on, today=day
            )
        if as_json:
            show_json([file_row(report) for report in reports])
        elif reports:
            show_files(reports)
        else:
            show("the quarantine is empty")
        if any(report.status in ("refused", "gone") for report in reports):
            raise typer.Exit(FileRefused.exit_code)


@ledger.command()
def check(
    office: OfficeOption = None,
    as_of: MaybeAsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """List each source's entry, the days left, and what is missing.

    Example: blindspot ledger check --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.clock import today
        from pipeline.ledger import load_ledger

        rows: list[dict[str, Any]] = []
        book = load_ledger(place.root)
        for one in book.standing(as_of or today()):
            entry = one.entry.model_dump() if one.entry else {}
            names = ("letter_no", "valid_from", "expires_on", "contact", "legal_basis")
            head = {"source": one.source, "state": one.state}
            left = {"days_left": one.days_left}
            rows.append(head | left | {name: entry.get(name) for name in names})
        if as_json:
            show_json(rows)
            return
        _table("Source ledger", rows)
        lacking = [r["source"] for r in rows if r["state"] in _UNUSABLE]
        if lacking:
            say(f"refused until filled in: {', '.join(lacking)}\n  → {book.file}")


@ledger.command()
def template() -> None:
    """Print an empty ledger, for an office that has none or lacks new sources.

    Example: blindspot ledger template
    """
    from pipeline.ledger import ledger_template

    show(ledger_template(synthetic=False))


def check_data(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """Check what the office holds: every row accounted for, the core tables sound.

    A rule that must hold and does not ends in exit code 8; the others are told.

    Example: blindspot check --office cheonan
    """
    with opened(office) as place:
        from pipeline.checks import check_names, require_sound, run_check
        from pipeline.errors import NotReady
        from pipeline.office import open_warehouse

        with open_warehouse(place, read_only=True) as warehouse:
            if not warehouse.has_table("core_as_of"):
                raise NotReady(
                    "no core tables were built yet",
                    "run: blindspot screen --as-of DATE",
                )
            ((as_of,),) = warehouse.rows("SELECT as_of FROM core_as_of")
            results = [run_check(warehouse, name, as_of) for name in check_names()]
        rows = [asdict(one) for one in results]
        if as_json:
            show_json(rows)
        else:
            _table(f"Checks as of {as_of}", rows)
        require_sound(results)


_UNUSABLE = ("missing", "expired", "not yet valid")


def _check(source: str | None, code: str | None) -> None:
    """Refuse names that do not exist: an empty answer would look like good news."""
    from data_contracts.rejects import Reject
    from data_contracts.sources import SOURCES
    from pipeline.errors import OptionError

    if source is not None and source not in SOURCES:
        raise OptionError(
            "--source: no source of that name", f"use one of {', '.join(SOURCES)}"
        )
    if code is not None and code not in set(Reject):
        raise OptionError("--code: no such code", f"use one of {', '.join(Reject)}")


def _without_form(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "form"}


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        show_table(title, list(rows[0]), [list(row.values()) for row in rows])


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command(name="check")(check_data)
    app.add_typer(quarantine, name="quarantine")
    app.add_typer(ledger, name="ledger")
