"""`blindspot locate`: whom nobody reached, the next step, and who takes them over."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import AsOfOption, JsonOption, OfficeOption

if TYPE_CHECKING:
    from pipeline.locate import Transfer

_group = typer.Typer(
    name="locate",
    no_args_is_help=True,
    help="Households that nobody reached: the next step, and who takes them over.",
)
_Referral = Annotated[
    str, typer.Argument(metavar="REFERRAL", help="The 의뢰번호, as on the list.")
]
_By = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who decides; kept, never printed.")
]


@_group.command(name="list")
def list_(
    as_of: AsOfOption,
    office: OfficeOption = None,
    dong: Annotated[
        str | None,
        typer.Option("--dong", metavar="CODE", help="Only this dong (10 digits)."),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", help="open, parked or transfer_offered."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List whom to look for and what to do next, the oldest unmet first.

    Where transfer_why is filled, they seem to live elsewhere: see locate transfer.

    Example: blindspot locate list --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from pipeline.errors import OptionError
        from pipeline.locate import STATES, locate_queue
        from pipeline.loop import loop_as_of
        from pipeline.office import open_warehouse

        if state is not None and state not in STATES:
            raise OptionError(
                "--state: there is no such state", f"use one of {', '.join(STATES)}"
            )
        with open_warehouse(place) as warehouse, loop_as_of(warehouse, as_of):
            rows = locate_queue(warehouse, dong, state)
    if as_json:
        show_json(rows)
    elif rows:
        show_table(
            f"To locate as of {as_of}",
            list(rows[0]),
            [list(row.values()) for row in rows],
        )
    else:
        show("nobody is to be located")


@_group.command()
def transfer(
    referral: _Referral,
    by: _By,
    as_of: AsOfOption,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="DONG", help="A dong of the town (10 digits)."),
    ] = None,
    to_city: Annotated[
        str | None,
        typer.Option("--to-city", metavar="NAME", help="Another city; an offer."),
    ] = None,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand a household over to where it lives by now.

    A dong of the town takes it at once; another city is asked, and until it accepts
    the household stays with us.

    Example: blindspot locate transfer R20263-ABCDEFGH1 --to 4413125000 --by 김담당
    --as-of 2026-07-01
    """
    with opened(office) as place:
        from pipeline.locate import transfer as hand_over
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            made = hand_over(
                warehouse,
                referral,
                to_dong=to,
                to_city=to_city,
                by=by,
                as_of=as_of,
                dong_prefixes=place.config.office.dong_prefixes,
            )
    _show(made, as_json)


@_group.command()
def decide(
    referral: _Referral,
    by: _By,
    as_of: AsOfOption,
    accepted: Annotated[
        bool | None,
        typer.Option("--accepted/--refused", help="What the other city answered."),
    ] = None,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep another city's answer to an offer.

    Example: blindspot locate decide R20263-ABCDEFGH1 --accepted --by 김담당
    --as-of 2026-07-09
    """
    with opened(office) as place:
        from pipeline.errors import OptionError
        from pipeline.locate import decide as keep
        from pipeline.office import open_warehouse

        if accepted is None:
            raise OptionError(
                "the other city's answer is missing", "give --accepted or --refused"
            )
        with open_warehouse(place) as warehouse:
            made = keep(warehouse, referral, accepted=accepted, by=by, as_of=as_of)
    _show(made, as_json)


def _show(made: "Transfer", as_json: bool) -> None:
    if as_json:
        show_json(vars(made))
        return
    where = f"dong {made.to_dong}" if made.to_dong else "another city"
    show(
        f"{made.referral_id}: {made.status} on {made.decided_on} ({where}); "
        "screenings as of later days follow it"
    )


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(_group)
