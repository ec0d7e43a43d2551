"""`blindspot dong`: where a dong code went, and which households' codes need a look."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import JsonOption, OfficeOption, parse_date

_group = typer.Typer(
    name="dong",
    no_args_is_help=True,
    help="Dong codes over time: what a code became, and what needs a person's look.",
)


@_group.command()
def trace(
    code: Annotated[str, typer.Argument(metavar="CODE", help="10-digit dong code.")],
    at: Annotated[
        date,
        typer.Option(
            "--at",
            metavar="YYYY-MM-DD",
            parser=parse_date,
            help="Which day's dong it is asked for.",
        ),
    ],
    register: Annotated[
        list[Path] | None,
        typer.Option(
            "--register",
            metavar="FILE",
            help="A KIKcd_H or KIKmix file with its date in the name; may be repeated. "
            "The office's own registers unless given.",
        ),
    ] = None,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell a code's life and its heirs, step by step.

    A dong that may have become several is told with all of them, never guessed.

    Example: blindspot dong trace 4413356500 --at 2024-08-01 --register
    KIKcd_H.20240801.csv
    """
    from pipeline.dong_trace import build_trace_tables, in_words
    from pipeline.dong_trace import trace as trace_one
    from pipeline.warehouse import Warehouse

    rows = _rows_of_files(register) if register else _rows_of_office(office)
    with Warehouse.in_memory() as warehouse:
        build_trace_tables(warehouse, rows, at)
        told = trace_one(warehouse, code, at)
    if as_json:
        show_json(told.as_json())
        return
    for line in in_words(told):
        show(line)


def _rows_of_files(files: list[Path]) -> list[dict[str, Any]]:
    from pipeline.dong_register import read_register

    return [
        row
        for number, file in enumerate(files, 1)
        for row in read_register(file, number)
    ]


def _rows_of_office(office: Path | None) -> list[dict[str, Any]]:
    from pipeline.dong_register import register_of_office
    from pipeline.office import open_warehouse

    with opened(office) as place, open_warehouse(place, read_only=True) as warehouse:
        return register_of_office(warehouse)


@_group.command()
def review(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """List the codes of households that may be several dongs, with how many they are.

    They are on no list until a register or their address tells which dong it is.

    Example: blindspot dong review --office cheonan
    """
    from pipeline.dong import codes_for_review
    from pipeline.office import open_warehouse

    with opened(office) as place, open_warehouse(place, read_only=True) as warehouse:
        rows = codes_for_review(warehouse)
    if as_json:
        show_json(rows)
    elif rows:
        show_table(
            "Codes for review", list(rows[0]), [list(row.values()) for row in rows]
        )
    else:
        show("every household stands in a dong of today")


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(_group)
