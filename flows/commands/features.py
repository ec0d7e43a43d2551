"""`blindspot features`: windowed features of any table of events, without an office."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import show_counts, show_json
from flows.options import JsonOption, parse_date

app = typer.Typer(
    no_args_is_help=True, help="Features of any table of events; needs no office."
)

EventsOption = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="Parquet: household_id, event_type, event_date, amount, months_overdue; "
        "known_date where news come late.",
    ),
]
SpineOption = Annotated[
    Path, typer.Option(metavar="FILE", help="Parquet: household_id, a row for each.")
]
DatesOption = Annotated[
    str,
    typer.Option(
        "--as-of", metavar="D[,D…]", help="Only what was known before counts."
    ),
]
WindowsOption = Annotated[
    str, typer.Option(metavar="M[,M…]", help="Windows in months that end on the date.")
]
OutOption = Annotated[Path, typer.Option(metavar="FILE", help="Parquet, lz4.")]


@app.command("build")
def build_features(
    events: EventsOption,
    spine: SpineOption,
    as_of: DatesOption,
    out: OutOption,
    windows: WindowsOption = "1,3,6,12,24",
    as_json: JsonOption = False,
) -> None:
    """Count, sum and compare the events of each household over several windows.

    Per window: n, amt_sum, amt_max, amt_mean, mo_max, mo_mean, and n and amt_sum by
    event type; days_since the last event, at all and by type. A household without an
    event has a row. The same engine makes the catalogue's features.

    Example: blindspot features build --events E.parquet --spine S.parquet
    --as-of 2025-01-01,2025-02-01 --windows 1,12 --out F.parquet --json
    """
    dates = [parse_date(word.strip()) for word in as_of.split(",")]
    months = [_months(word.strip()) for word in windows.split(",")]
    from flows.feature_file import build

    told = build(events, spine, _once(dates), months, out)
    if as_json:
        show_json(told)
    else:
        show_counts(str(out), told, as_json=False)


def _months(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and 0 < int(word) <= 1200):
        raise typer.BadParameter("--windows: whole months from 1 to 1200, e.g. 1,3,12")
    return int(word)


def _once(dates: list[date]) -> list[date]:
    if len(set(dates)) < len(dates):
        raise typer.BadParameter("--as-of: a date is named twice")
    return dates


def register(root: typer.Typer) -> None:
    """Add these commands to the application."""
    root.add_typer(app, name="features")
