"""`blindspot models`: what was fitted, how it compares, and who may rank."""

from typing import Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption

_group = typer.Typer(
    name="models",
    no_args_is_help=True,
    help="The ranking models: fitted ones, their cards, and which one ranks.",
)
_Name = Annotated[str, typer.Argument(metavar="NAME", help="A model of the registry.")]


@_group.command(name="list")
def list_(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """List every model: fitted as of when, how precise, and which one ranks.

    Example: blindspot models list --office cheonan
    """
    with opened(office) as place:
        from flows.selection import models_told

        rows = models_told(place)
    if as_json:
        show_json(rows)
    else:
        show_table("Models", list(rows[0]), [list(row.values()) for row in rows])


@_group.command(name="show")
def show_(
    name: _Name, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Print a model's card: data, label, points, figures, limits, decisions.

    Example: blindspot models show logistic_v1 --office cheonan
    """
    with opened(office) as place:
        from flows.selection import card_of
        from models.card import as_markdown

        card = card_of(place, name)
    if as_json:
        show_json(card)
    else:
        show(as_markdown(card))


@_group.command()
def compare(
    as_of: AsOfOption,
    office: OfficeOption = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="NAME",
            help="Compare with this model; with the one that ranks unless given.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge every model on the rounds after those it learnt from.

    Among households that were listed and whose need is known, at each dong's places:
    who found more, the interval, the regret, how alike the lists are.

    Example: blindspot models compare --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.job import Job
        from flows.selection import compared

        found = compared(Job.of(place, as_of, "compare", {}), against)
    if as_json:
        show_json(found)
        return
    rows = found["standings"]
    show_table(
        f"Models beside {found['champion']} on {len(found['rounds'])} later rounds, "
        f"{found['listings']} listings of known need",
        list(rows[0]),
        [list(row.values()) for row in rows],
    )
    show("a model is better only where its interval lies above 0; a person promotes")


@_group.command()
def drift(
    as_of: AsOfOption, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Tell whether the last round is still what the ranking model learnt from.

    Advice: keep, retrain (scores or results moved), or investigate (a source sees more
    or fewer homes than before).

    Example: blindspot models drift --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.job import Job
        from flows.selection import drifted

        found = drifted(Job.of(place, as_of, "drift", {}))
    if as_json:
        show_json(found)
        return
    show_table(
        f"Drift of {found['model']}",
        ["what", "value"],
        [[key, value] for key, value in found.items() if key != "features"],
    )
    if found["features"]:
        rows = [list(one.values()) for one in found["features"]]
        show_table("Features that moved", list(found["features"][0]), rows)


@_group.command()
def promote(
    name: _Name,
    as_of: AsOfOption,
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="The person who decides.")
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason.")],
    office: OfficeOption = None,
) -> None:
    """Make the newest fit of a model the champion; training alone never does.

    It ranks where [model] name in blindspot.toml is "champion".

    Example: blindspot models promote logistic_v1 --as-of 2026-07-01 --by 김담당
    --why "네 회차에서 점수표보다 정밀도가 높음"
    """
    with opened(office) as place:
        from models.promotion import CHAMPION, promote

        decision = promote(place.models_folder, name, by=by, why=why, on=as_of)
        show(
            f"champion: {decision.model}, fitted as of {decision.fitted_as_of} "
            f"({decision.content_sha256[:12]})"
        )
        if place.config.model.name != CHAMPION:
            show(
                f"this office ranks by {place.config.model.name}; set [model] "
                f'name = "{CHAMPION}" in blindspot.toml to rank by the champion'
            )


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(_group)
