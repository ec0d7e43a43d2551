"""`blindspot partners`: numbers without names for meetings, councils and agencies."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import (
    AsOfOption,
    ConfirmOption,
    JsonOption,
    OfficeOption,
    RoundOption,
    parse_date,
)

if TYPE_CHECKING:
    from pipeline.sheet_files import Published

_group = typer.Typer(
    name="partners",
    no_args_is_help=True,
    help="Numbers and case sheets for meetings, councils and agencies; no names, and "
    "counts of 1 to 4 withheld.",
)


@_group.command(name="case-sheet")
def case_sheet(
    as_of: AsOfOption,
    referral: Annotated[
        str | None,
        typer.Argument(metavar="[REFERRAL]", help="The 의뢰번호 of one case."),
    ] = None,
    escalated: Annotated[
        bool,
        typer.Option("--escalated", help="All cases that a rule brings before it."),
    ] = False,
    office: OfficeOption = None,
    round_: RoundOption = None,
    meeting: Annotated[
        str | None,
        typer.Option(
            "--meeting",
            metavar="NAME",
            help="Which meeting; each has its own pseudonyms. Unless given, --as-of.",
        ),
    ] = None,
    confirm_by: ConfirmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a page per case for the 솔루션회의, under a pseudonym of that meeting.

    Which referral is behind which pseudonym is shown here and in no file.

    Example: blindspot partners case-sheet --escalated --as-of 2026-07-02
    --confirm-by 김담당
    """
    if (referral is None) is not escalated:
        raise typer.BadParameter("give a REFERRAL, or --escalated for all of them")
    with opened(office) as place:
        from functools import partial

        from pipeline.case_sheet import case_sheets
        from pipeline.identity import keyed, load_keys
        from pipeline.loop import loop_as_of
        from pipeline.office import open_warehouse
        from pipeline.rounds import default_round

        with open_warehouse(place) as warehouse, loop_as_of(warehouse, as_of):
            made = case_sheets(
                place,
                warehouse,
                as_of=as_of,
                round_=round_ or default_round(as_of),
                meeting=meeting or as_of.isoformat(),
                referral=referral,
                confirm_by=confirm_by,
                keyed=partial(keyed, load_keys(place)),
            )
    if as_json:
        show_json(
            {
                "folder": made.published.folder,
                "files": dict(made.published.files),
                "already_published": made.published.already_published,
                "confirmed_by": made.confirmed_by,
                "behind": dict(made.behind),
            }
        )
        return
    _show("Case sheets", made.published, as_json, made.confirmed_by)
    rows = [[name, referral_id] for name, referral_id in made.behind.items()]
    show_table("Who is behind them", ["case", "referral"], rows)


@_group.command(name="council-brief")
def council_brief(
    as_of: AsOfOption,
    office: OfficeOption = None,
    round_: RoundOption = None,
    confirm_by: ConfirmOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write how many households have signs in force, by 통, for the dong's council.

    Example: blindspot partners council-brief --as-of 2026-07-01 --confirm-by 김담당
    """
    with opened(office) as place:
        from flows.job import Job, working
        from pipeline.council import council_brief as write

        job = Job.of(place, as_of, "partners", {"round": round_} if round_ else {})
        with working(job, "council") as (warehouse, counts):
            made, confirmed_by = write(
                place, warehouse, job.round, as_of=as_of, confirm_by=confirm_by
            )
            counts["rows"] = sum(made.files.values())
    _show(f"Council brief {job.round}", made, as_json, confirmed_by)


@_group.command(name="dong-profile")
def dong_profile(
    as_of: AsOfOption,
    office: OfficeOption = None,
    quarters: Annotated[
        int,
        typer.Option(
            "--quarters", metavar="N", help="How many quarters that ended, up to 20."
        ),
    ] = 8,
    as_json: JsonOption = False,
) -> None:
    """Write households by dong, kind of sign and quarter, and how they move.

    Example: blindspot partners dong-profile --office cheonan --as-of 2026-07-01
    """
    with opened(office) as place:
        from flows.job import Job, working
        from pipeline.dong_profile import dong_profile as write

        job = Job.of(place, as_of, "partners", {})
        with working(job, "profile") as (warehouse, counts):
            made = write(place, warehouse, as_of=as_of, quarters=quarters)
            counts["rows"] = sum(made.files.values())
    _show("Dong profile", made, as_json)


@_group.command(name="support-team")
def support_team(
    as_of: AsOfOption,
    office: OfficeOption = None,
    round_: RoundOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the 희망복지지원단 its report: load, contacts, support, what is overdue.

    Results count that came back before --as-of, also after the round.

    Example: blindspot partners support-team --round 2026-R4 --as-of 2026-08-31
    """
    with opened(office) as place:
        from pipeline.loop import loop_as_of
        from pipeline.office import open_warehouse
        from pipeline.rounds import default_round
        from pipeline.support_team import team_round, write_team_round

        name = round_ or default_round(as_of)
        with open_warehouse(place) as warehouse, loop_as_of(warehouse, as_of):
            found = team_round(warehouse, name, as_of=as_of)
        made = write_team_round(place, found)
    _show(f"Support team {found.round}", made, as_json)


@_group.command()
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
    _show(f"Agencies {job.round}", made.published, as_json, made.confirmed_by)


@_group.command()
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


@_group.command()
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


def _show(
    title: str, made: "Published", as_json: bool, confirmed_by: str | None = None
) -> None:
    if as_json:
        show_json(
            {
                "folder": made.folder,
                "files": dict(made.files),
                "already_published": made.already_published,
                "confirmed_by": confirmed_by,
            }
        )
        return
    rows = [[name, count] for name, count in made.files.items()]
    show_table(title, ["file", "rows"], rows)
    if made.already_published:
        show("the same files were published before; nothing was written")
    show(f"folder: {made.folder}")
    if confirmed_by:
        show(f"confirmed by: {confirmed_by}")


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(_group)
