"""What every command does around its work: open the office, log, print."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

# The command under way, without its options.
command_name: ContextVar[str] = ContextVar("command_name", default="blindspot")

_SHORT_CELL = 20
_PIPE_WIDTH = 1000

if TYPE_CHECKING:
    from flows.job import Progress
    from pipeline.settings import Office
    from pipeline.sheet_files import Published


@contextmanager
def opened(option: Path | None) -> "Iterator[Office]":
    """Load the office, record who does what; log an unexpected error's frames."""
    from flows.clock import seoul_clock
    from pipeline.access_record import purpose_of, recorded
    from pipeline.errors import UserError
    from pipeline.logs import LOGGER, log_failure, office_log
    from pipeline.settings import load_office

    office = load_office(option)
    with office_log(office.path("logs")):
        try:
            name = command_name.get()
            with recorded(office, seoul_clock, name, purpose_of(name)):
                yield office
        except UserError as error:
            LOGGER.error("%s exit=%d", type(error).__name__, error.exit_code)
            raise
        except (typer.Exit, KeyboardInterrupt):
            raise
        except Exception as error:
            log_failure(error)
            raise


def say(text: str) -> None:
    """Tell a person how the work goes; stderr, so that stdout stays for results."""
    typer.echo(text, err=True)


def show(text: str) -> None:
    """Print a result."""
    typer.echo(text)


def show_json(value: Any) -> None:
    """Print a result for a program: one JSON document, dates as ISO text."""
    show(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Print a table; a pipe gets every cell whole, a terminal folds the long ones."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", show_edge=False)
    for place, name in enumerate(columns):
        values = [row[place] for row in rows if row[place] is not None]
        is_number = bool(values) and all(isinstance(v, int | float) for v in values)
        widest = max((cell_len(_cell(v)) for v in values), default=0)
        table.add_column(
            name,
            justify="right" if is_number else "left",
            no_wrap=is_number or widest <= _SHORT_CELL,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    Console(file=sys.stdout, width=width).print(table)


def show_counts(title: str, counts: dict[str, int], *, as_json: bool) -> None:
    """Print what a step did, as a table or as JSON."""
    if as_json:
        show_json(counts)
    else:
        show_table(title, ["what", "count"], [[k, v] for k, v in counts.items()])


def show_published(
    title: str, made: "Published", *, as_json: bool, confirmed_by: str | None = None
) -> None:
    """Print which files were published, and who answers for them."""
    if as_json:
        show_json(
            {
                "folder": made.folder,
                "files": dict(made.files),
                "already_published": made.already_published,
                "confirmed_by": confirmed_by,
            }
        )
        return
    rows = [[name, count] for name, count in made.files.items()]
    show_table(title, ["file", "rows"], rows)
    if made.already_published:
        show("the same files were published before; nothing was written")
    show(f"folder: {made.folder}")
    if confirmed_by:
        show(f"confirmed by: {confirmed_by}")


@contextmanager
def progress_shown() -> "Iterator[Progress | None]":
    """A bar on stderr while long work runs, if there is a terminal to draw it on."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    from flows.job import progress_bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def advance(label: str, done: int, total: int) -> None:
            bar.update(task, description=label, completed=done, total=total)

        token = progress_bar.set(advance)
        try:
            yield advance
        finally:
            progress_bar.reset(token)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)
