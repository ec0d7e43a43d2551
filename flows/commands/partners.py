"""`blindspot partners`: numbers without names for meetings, councils and agencies."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import partners_agencies
from flows.commands.common import opened, show_json, show_published, show_table
from flows.options import (
    AsOfOption,
    ConfirmOption,
    JsonOption,
    OfficeOption,
    RoundOption,
)

if TYPE_CHECKING:
    from pipeline.case_sheet import CaseSheets

_group = typer.Typer(
    name="partners",
    no_args_is_help=True,
    help="Numbers and case sheets for meetings, councils and agencies; no names, and "
    "counts of 1 to 4 withheld.",
)

_Meeting = Annotated[
    str | None,
    typer.Option(
        "--meeting",
        metavar="NAME",
        help="Which meeting; each has its own pseudonyms. Unless given, --as-of.",
    ),
]


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
    meeting: _Meeting = None,
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
    _show_cases(made, as_json)


def _show_cases(made: "CaseSheets", as_json: bool) -> None:
    published, kept = made.published, made.confirmed_by
    if as_json:
        told = {"folder": published.folder, "files": dict(published.files)}
        show_json({**told, "confirmed_by": kept, "behind": dict(made.behind)})
        return
    show_published("Case sheets", published, as_json=False, confirmed_by=kept)
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
    show_published(
        f"Council brief {job.round}", made, as_json=as_json, confirmed_by=confirmed_by
    )


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
    show_published("Dong profile", made, as_json=as_json)


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
    show_published(f"Support team {found.round}", made, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    partners_agencies.register(_group)
    app.add_typer(_group)
