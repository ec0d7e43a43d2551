"""`blindspot evaluate`: how well the models find those in need."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import JsonOption, MaybeAsOfOption, OfficeOption

TableOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Any feature table: .parquet or .csv."),
]
LabelOption = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="1 for those to be found, else 0."),
]
IdOption = Annotated[
    str | None,
    typer.Option("--id", metavar="COLUMN", help="Names the household of a row."),
]
TimeOption = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="Periods: later ones judge earlier ones."),
]
CapacityOption = Annotated[
    float | None,
    typer.Option(metavar="K", help="Rows that are listed; a share if below 1."),
]
DirectionsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE.toml", help="column = 1 (more is more risk) or -1."),
]
ModelsOption = Annotated[
    str | None,
    typer.Option(metavar="NAMES", help="Models between commas; all unless given."),
]
SeedOption = Annotated[
    int | None, typer.Option(metavar="N", min=0, help="Another draw of the folds.")
]


def evaluate(
    office: OfficeOption = None,
    as_of: MaybeAsOfOption = None,
    table: TableOption = None,
    label: LabelOption = None,
    id_column: IdOption = None,
    time: TimeOption = None,
    capacity: CapacityOption = None,
    directions: DirectionsOption = None,
    models: ModelsOption = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge our own lists by what came back; with --table, every model on any table.

    Own lists: precision and reach per round, the share of the city's need that they
    found (from the random slice), AUC among listed, signalled and all, dongs, groups.
    A table: each row is judged by a fit that had not seen it.

    Example: blindspot evaluate --office cheonan --as-of 2026-09-01
    or: blindspot evaluate --table X.parquet --label crisis --id household --json
    """
    if table is None:
        _own_rounds(office, as_of, as_json=as_json)
        return
    if label is None:
        raise typer.BadParameter("--table needs --label: the column to be found")
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


def _own_rounds(office: Path | None, as_of: date | None, *, as_json: bool) -> None:
    if as_of is None:
        raise typer.BadParameter("--as-of is needed to judge our own lists")
    with opened(office) as place:
        from flows.evaluation import evaluated
        from flows.job import Job

        found = evaluated(Job.of(place, as_of, "evaluate", {}))
    if as_json:
        show_json(found)
        return
    for title, name in (
        ("Rounds", "rounds"),
        ("AUC, by whom it is about", "auc"),
        ("Dongs, drawn to the city's by how little is known", "dongs"),
        ("Groups; fewer than five are not told", "groups"),
    ):
        if rows := found[name]:
            show_table(title, list(rows[0]), [list(row.values()) for row in rows])
    show(f"city: {found['city']['told']}")
    for line in found["apart"]:
        show(f"apart from the rest: {line}")
    for line in found["cannot_see"]:
        show(f"cannot be seen: {line}")


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(evaluate)
