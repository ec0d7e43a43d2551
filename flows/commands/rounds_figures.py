"""`blindspot rounds`: what became of each round's listings, beside national figures."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.loop_figures import RoundFigures

_COUNTS = ("round", "listed", "met", "locate", "carried", "routed")
_SHARES = (
    "returned_share",
    "met_share",
    "support_share",
    "repeat_share",
    "blind_repeat_share",
)


def rounds(
    as_of: AsOfOption, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Tell of every round: listed = met + locate + carried + routed, and the shares.

    `blind repeat`: listings after two or more without a meeting, and no step to locate
    the household among them. `load spread`: how unevenly a hub's officers are loaded.

    Example: blindspot rounds --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from pipeline.loop import loop_as_of
        from pipeline.loop_figures import NATIONAL, round_figures
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse, loop_as_of(warehouse, as_of):
            told = round_figures(warehouse)
    if as_json:
        show_json(
            {
                "as_of": as_of,
                "law": "listed = met + locate + carried + routed",
                "goals": _goals(),
                "rounds": [one.as_json() for one in told],
                "national": [asdict(one) for one in NATIONAL],
            }
        )
        return
    if not told:
        show("no list has left, and no history of earlier rounds was ingested")
    else:
        show_table(*_table(as_of.isoformat(), told))
    rows = [[one.figure, one.value, one.beside, one.source] for one in NATIONAL]
    show_table("Beside", ["figure", "value", "stands beside", "source"], rows)


def _goals() -> dict[str, float]:
    from pipeline.loop_figures import BLIND_REPEAT_GOAL, LOAD_SPREAD_GOAL

    return {"blind_repeat_share": BLIND_REPEAT_GOAL, "load_spread": LOAD_SPREAD_GOAL}


def _table(
    as_of: str, told: "list[RoundFigures]"
) -> tuple[str, list[str], list[list[Any]]]:
    columns = [*_COUNTS, *(name.removesuffix("_share") for name in _SHARES)]
    columns += ["load_spread", "days_to_contact"]
    rows = []
    for one in told:
        shares = one.shares()
        rows.append(
            [
                *(getattr(one, name) for name in _COUNTS),
                *(_percent(shares[name]) for name in _SHARES),
                _percent(one.load_spread),
                one.days_to_contact,
            ]
        )
    goals = _goals()
    title = (
        f"Rounds as of {as_of} (goals: blind repeat under "
        f"{goals['blind_repeat_share']:.0%}, load spread under "
        f"{goals['load_spread']:.0%})"
    )
    return title, columns, rows


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(rounds)
