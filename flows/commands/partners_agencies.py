"""`blindspot partners agencies`, `consent` and `consents`: who visits homes anyway."""

from datetime import date
from typing import Annotated

import typer

from flows.commands.common import opened, show, show_json, show_published, show_table
from flows.options import (
    AsOfOption,
    ConfirmOption,
    JsonOption,
    OfficeOption,
    RoundOption,
    parse_date,
)


def agencies(
    as_of: AsOfOption,
    office: OfficeOption = None,
    round_: RoundOption = None,
    confirm_by: ConfirmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what agencies that visit homes may know: counts, and who agreed, sealed.

    Also for the teams: households that several agencies visit in one week.

    Example: blindspot partners agencies --as-of 2026-07-01 --confirm-by 김담당
    """
    with opened(office) as place:
        from flows.job import Job, working
        from pipeline.agencies import agency_sheets
        from pipeline.team_passwords import password_file

        job = Job.of(place, as_of, "partners", {"round": round_} if round_ else {})
        with working(job, "agencies") as (warehouse, counts):
            made = agency_sheets(
                place, warehouse, job.round, as_of=as_of, confirm_by=confirm_by
            )
            counts["sealed"] = len(made.sealed)
        if made.sealed and not as_json:
            show(f"passwords, to be handed over apart: {password_file(place)}")
    show_published(
        f"Agencies {job.round}",
        made.published,
        as_json=as_json,
        confirmed_by=made.confirmed_by,
    )


def consent(
    referral: Annotated[
        str, typer.Argument(metavar="REFERRAL", help="The 의뢰번호, as on the list.")
    ],
    agency: Annotated[
        str, typer.Option("--agency", metavar="NAME", help="Who may be told of them.")
    ],
    on: Annotated[
        date,
        typer.Option(
            "--on", metavar="YYYY-MM-DD", parser=parse_date, help="The day they signed."
        ),
    ],
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who holds the signed paper.")
    ],
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="They took it back on that day.")
    ] = False,
    office: OfficeOption = None,
) -> None:
    """Keep that a household agreed that an agency is told of it, or took it back.

    Example: blindspot partners consent R20263-ABCDEFGH1 --agency 노인복지센터
    --on 2026-07-01 --by 김담당
    """
    with opened(office) as place:
        from pipeline.consents import keep_consent
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            keep_consent(
                warehouse,
                referral,
                agency=agency,
                on=on,
                kept_by=by,
                is_withdrawn=withdrawn,
            )
    if withdrawn:
        show(f"{referral}: taken back; ask {agency} to destroy what it got before")
    else:
        show(f"{referral}: kept")


def consents(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """List which referral agreed to be told to which agency, and what was taken back.

    Example: blindspot partners consents --office cheonan
    """
    with opened(office) as place:
        from pipeline.consents import consents as kept
        from pipeline.office import open_warehouse

        with open_warehouse(place) as warehouse:
            found = kept(warehouse)
    if as_json:
        show_json(found)
        return
    columns = ["referral_id", "agency", "given_on", "withdrawn_on"]
    rows = [[str(one[name]) if one[name] else "" for name in columns] for one in found]
    show_table("Consents", columns, rows)


def register(group: typer.Typer) -> None:
    """Add these commands to the group of partners."""
    for command in (agencies, consent, consents):
        group.command()(command)
