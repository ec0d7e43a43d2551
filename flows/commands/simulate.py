"""`blindspot simulate`: rounds of a made-up town, with made-up officers."""

from datetime import date
from typing import Annotated, Any

import typer

from flows.commands.common import opened, say, show_json, show_table
from flows.options import JsonOption, OfficeOption, parse_date

FirstOption = Annotated[
    date,
    typer.Option(
        "--first-as-of",
        metavar="YYYY-MM-DD",
        parser=parse_date,
        help="The day of the first round; the next ones follow two months apart.",
    ),
]


def simulate(
    first_as_of: FirstOption,
    office: OfficeOption = None,
    rounds: Annotated[int, typer.Option(min=1, max=60, help="How many rounds.")] = 6,
    reach: Annotated[
        str,
        typer.Option(
            help="published: as Korean closures tell; low: one in five, as in Dutch "
            "towns."
        ),
    ] = "published",
    reach_by_need: Annotated[
        bool,
        typer.Option(
            "--reach-by-need", help="Who is in need is reached a third as often."
        ),
    ] = False,
    late_share: Annotated[
        float, typer.Option(help="Of the lists: back only in the next round.")
    ] = 0.1,
    as_json: JsonOption = False,
) -> None:
    """Let made-up officers work round after round of a made-up town.

    For a synthetic office whose inbox blindspot twin has filled; a real office is
    refused. Officers find what is true on the day, reach whom the published figures
    let them reach, make slips, and send lists back late, in parts or never.

    Example: blindspot simulate --office demo --rounds 12 --first-as-of 2024-07-01
    """
    with opened(office) as place:
        from flows.simulate import Plan
        from flows.simulate import simulate as work_rounds
        from pipeline.twin.townhall import Habits

        habits = Habits.named(reach, by_need=reach_by_need, late_share=late_share)
        told = []
        for one in work_rounds(Plan(place, rounds, first_as_of, habits)):
            told.append(one)
            say(f"{one['round']}: {one['left']:,} left, {one['told_met']:,} met")
        if as_json:
            show_json(told)
            return
        _show(told)


def _show(told: list[dict[str, Any]]) -> None:
    columns = [name for name in told[0] if name not in ("as_of", "seconds")]
    rows = [
        [*(one[name] for name in columns), round(sum(one["seconds"].values()), 1)]
        for one in told
    ]
    show_table("Simulated rounds", [*columns, "seconds"], rows)


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(simulate)
