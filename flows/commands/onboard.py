"""`blindspot sniff` and `layout check`: a file nobody has seen, and a layout for it."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.common import say, show, show_json, show_table
from flows.options import JsonOption, OfficeOption, parse_date

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A delimited, fixed-width or .xlsx file.")
]
layout_commands = typer.Typer(
    name="layout",
    no_args_is_help=True,
    help="Try a layout on a file before an office uses it.",
)


def sniff(
    file: FileArgument,
    as_json: JsonOption = False,
    write: Annotated[
        Path | None,
        typer.Option(metavar="LAYOUT.toml", help="Write a layout to edit here."),
    ] = None,
) -> None:
    """Tell what an unknown file is and which extract it may be; shows no value of it.

    Example: blindspot sniff from-the-waterworks.csv --write office/layouts/water.toml
    """
    from pipeline.sniff.told import summary, tell

    told, proposal = tell(file)
    if write is not None:
        _write(write, proposal.text)
    if as_json:
        show_json(told)
        return
    show_table(told["file"], ["what", "found"], summary(told))
    _show_columns(told)
    for question in told["to_decide"]:
        say(f"to decide: {question}")
    if write is not None:
        state = "complete" if proposal.is_complete else "not complete yet: edit it"
        say(f"layout written to {write} ({state})")


def _write(path: Path, text: str) -> None:
    from pipeline.errors import DiskError, OptionError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OptionError(
            f"--write: {path} exists already", "name another file, or move that one"
        ) from None
    except OSError as error:
        raise DiskError(
            f"--write: {path} cannot be written: {error.strerror}",
            "name a folder that exists and is yours",
        ) from None


def _show_columns(told: dict[str, Any]) -> None:
    fields = (told["contract"] or {"fields": {}})["fields"]
    taken = {match["column"]: (name, match["by"]) for name, match in fields.items()}
    rows = [
        [
            column["name"],
            column["type"],
            column["style"],
            column["shapes"][:2],
            *taken.get(column["name"], ("", "")),
        ]
        for column in told["columns"]
    ]
    show_table("Columns", ["name", "type", "style", "shapes", "field", "by"], rows)


@layout_commands.command("check")
def check(
    layout: Annotated[
        str,
        typer.Argument(
            metavar="LAYOUT", help="A layout file, or the name of a layout in use."
        ),
    ],
    file: FileArgument,
    rows: Annotated[
        int, typer.Option(min=0, max=1000, help="How many rows to show, masked.")
    ] = 20,
    office: OfficeOption = None,
    ref_date: Annotated[
        date | None,
        typer.Option(
            "--ref-date",
            metavar="YYYY-MM-DD",
            parser=parse_date,
            help="The day the file speaks of; from its name, else its arrival.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read a file by a layout: what would be taken, what refused and why.

    Nothing is stored; values are shown as their shapes (9 a digit, 가 a letter).

    Example: blindspot layout check office/layouts/water.toml from-the-waterworks.csv
    """
    from dataclasses import asdict

    from pipeline.layout_check import check_layout

    checked = check_layout(
        _existing(file), _layout(layout, office), rows=rows, ref_date=ref_date
    )
    if as_json:
        show_json(asdict(checked))
    else:
        _show_checked(checked)


def _existing(file: Path) -> Path:
    from pipeline.errors import FileRefused

    if not file.is_file():
        raise FileRefused("there is no such file", "check the path that was given")
    return file


def _layout(name: str, office: Path | None) -> Any:
    from pipeline.errors import OptionError
    from pipeline.layouts import load_layouts, read_layout
    from pipeline.settings import load_office

    if Path(name).is_file():
        return read_layout(Path(name))
    layouts = load_layouts(load_office(office) if office is not None else None)
    if name not in layouts:
        raise OptionError(
            "LAYOUT is neither a file nor the name of a layout",
            f"give a layout file, or one of {', '.join(sorted(layouts))}",
        )
    return layouts[name]


def _show_checked(checked: Any) -> None:
    told = [
        ["source", checked.source],
        ["reference date", checked.ref_date.isoformat()],
        ["name fits the pattern", checked.takes_name],
        ["rows", checked.rows],
        ["accepted", checked.accepted],
        ["rejected", checked.rejected],
        *[[f"  {code}", n] for code, n in checked.rejected_by_code.items()],
        *[[f"skipped: {kind}", n] for kind, n in checked.skipped.items()],
        ["columns no field takes", checked.unknown_columns],
        ["fields without a column", checked.fields_without_column],
    ]
    show_table("Layout check", ["what", "found"], told)
    names = list(dict.fromkeys(n for row in checked.sample for n in row["fields"]))
    body = [
        [str(row["row"]), *(row["fields"].get(n, "") for n in names), row["refused"]]
        for row in checked.sample
    ]
    if body:
        show_table("Rows as read, masked", ["row", *names, "refused"], body)
    if not checked.accepted and checked.rows:
        show("no row would be accepted: compare the shapes with the columns' names")


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(sniff)
    app.add_typer(layout_commands)
