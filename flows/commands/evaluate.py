"""`blindspot evaluate`: how well the models find those in need."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import show, show_json
from flows.options import JsonOption


def evaluate(
    table: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Any feature table: .parquet or .csv."),
    ],
    label: Annotated[
        str, typer.Option(metavar="COLUMN", help="1 for those to be found, else 0.")
    ],
    id_column: Annotated[
        str | None,
        typer.Option("--id", metavar="COLUMN", help="Names the household of a row."),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Periods: later ones judge earlier ones."),
    ] = None,
    capacity: Annotated[
        float | None,
        typer.Option(metavar="K", help="Rows that are listed; a share if below 1."),
    ] = None,
    directions: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="column = 1 (more is more risk) or -1."),
    ] = None,
    models: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Models between commas; all unless given."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Another draw of the folds.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge every model on a table, each row by a fit that had not seen it.

    Example: blindspot evaluate --table X.parquet --label crisis --id household --json
    """
    from models.table import SEED, evaluate_table, read_table

    result = evaluate_table(
        read_table(table),
        label,
        id_column,
        time=time,
        capacity=capacity,
        directions=directions,
        models=[name.strip() for name in models.split(",")] if models else None,
        seed=SEED if seed is None else seed,
    )
    if as_json:
        show_json(result.as_json())
    else:
        show(result.as_text())


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(evaluate)
