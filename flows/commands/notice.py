"""`blindspot notice`: telling people who gave us their phone number."""

from datetime import date
from typing import Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import JsonOption, OfficeOption, parse_date

_group = typer.Typer(
    name="notice",
    no_args_is_help=True,
    help="Whoever's phone number a third party gave is told of it within 30 days.",
)
_Referral = Annotated[
    str, typer.Argument(metavar="REFERRAL", help="The 의뢰번호, as on the list.")
]
_On = Annotated[
    date,
    typer.Option("--on", metavar="YYYY-MM-DD", parser=parse_date, help="Which day."),
]


@_group.command()
def add(
    referral: _Referral,
    given_by: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="WHO",
            help="telecom, agency, landlord, village_head, neighbour, family or other.",
        ),
    ],
    on: _On,
    office: OfficeOption = None,
) -> None:
    """Keep that a third party gave a phone number; the number itself stays with you.

    Example: blindspot notice add R20263-ABCDEFGH1 --from telecom --on 2026-07-01
    """
    with opened(office) as place:
        from pipeline.notices import add_notice
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            due_on = add_notice(
                warehouse, referral, obtained_from=given_by, obtained_on=on
            )
    show(f"{referral}: to be told by {due_on}")


@_group.command(name="list")
def list_(
    office: OfficeOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those who were told.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List who is still to be told, the first due first.

    Example: blindspot notice list --office cheonan
    """
    with opened(office) as place:
        from pipeline.notices import notices
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            rows = notices(warehouse, is_open_only=not everything)
    if as_json:
        show_json(rows)
    elif rows:
        show_table("Notices", list(rows[0]), [list(row.values()) for row in rows])
    else:
        show("nobody is to be told")


@_group.command()
def done(
    referral: _Referral,
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who told them; never printed.")
    ],
    on: _On,
    office: OfficeOption = None,
) -> None:
    """Keep that the person was told.

    Example: blindspot notice done R20263-ABCDEFGH1 --by 김담당 --on 2026-07-09
    """
    with opened(office) as place:
        from pipeline.notices import close_notices
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            closed = close_notices(warehouse, referral, told_on=on, told_by=by)
    show(f"{referral}: {closed} told on {on}")


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(_group)
