"""`blindspot delta`, `urgent` and `reentry`: what leaves beside a round's lists."""

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
    from pipeline.delta import Delta
    from pipeline.sheet_files import Published
    from pipeline.urgent import UrgentList


def delta(
    as_of: AsOfOption,
    office: OfficeOption = None,
    round_: RoundOption = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write a sheet per dong into the rounds folder."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare a round's lists with the round before: new, worsened, resolved.

    A sheet holds referral ids and facts, nobody's name. Who left the list is told too:
    waiting has a sign and no place, unseen has a source that fell silent.

    Example: blindspot delta --office cheonan --as-of 2026-07-01 --write
    """
    with opened(office) as place:
        from flows.job import Job, working
        from pipeline.delta import round_delta, write_delta

        job = Job.of(place, as_of, "delta", {"round": round_} if round_ else {})
        with working(job, "delta") as (warehouse, counts):
            found = round_delta(warehouse, job.round, as_of=as_of)
            counts |= found.totals
        made = write_delta(place, found) if write else None
    if as_json:
        show_json(_delta_json(found, made))
        return
    title = f"Round {found.round} against {found.former_round}"
    columns = ["dong", "name", *found.totals]
    rows = [[d.dong_code, d.dong_name, *d.counts.values()] for d in found.dongs]
    show_table(title, columns, [*rows, ["all", "", *found.totals.values()]])
    if made:
        _show_published(made)


def _delta_json(found: "Delta", made: "Published | None") -> dict[str, object]:
    return {
        "round": found.round,
        "former_round": found.former_round,
        "as_of": found.as_of,
        "totals": found.totals,
        "dongs": [
            {"dong_code": d.dong_code, "dong_name": d.dong_name, **d.counts}
            for d in found.dongs
        ],
        "folder": made and made.folder,
        "files": dict(made.files) if made else None,
        "already_published": made and made.already_published,
    }


def _show_published(made: "Published") -> None:
    if made.already_published:
        show("the same sheets were published before; nothing was written")
    show(f"sheets: {made.folder}")


def urgent(
    as_of: AsOfOption,
    office: OfficeOption = None,
    since: Annotated[
        date | None,
        typer.Option(
            "--since",
            metavar="YYYY-MM-DD",
            parser=parse_date,
            help="Stops known from this day on; the day of the last list unless given.",
        ),
    ] = None,
    confirm_by: ConfirmOption = None,
    as_json: JsonOption = False,
) -> None:
    """List supplies newly stopped where a child, a disabled or an old person lives.

    For every night between rounds: one list per dong with the columns of the round's
    list, so that results come back the same way. Nothing new writes nothing.

    Example: blindspot urgent --office cheonan --as-of 2026-07-14 --confirm-by 김담당
    """
    with opened(office) as place:
        from flows.job import Job, working
        from pipeline.identity import load_keys
        from pipeline.urgent import urgent_list

        job = Job.of(place, as_of, "urgent", {})
        with working(job, "urgent") as (warehouse, counts):
            found = urgent_list(
                place,
                warehouse,
                as_of=as_of,
                since=since,
                confirm_by=confirm_by,
                referral_key=load_keys(place).person.reveal(),
            )
            counts["households"] = found.households
    _show_night(found, as_json)


def _show_night(found: "UrgentList", as_json: bool) -> None:
    night, made = found.night, found.published
    if as_json:
        show_json(
            {
                "round": night.round,
                "as_of": night.as_of,
                "since": night.since,
                "households": found.households,
                "confirmed_by": night.confirmed_by,
                "folder": made and made.folder,
                "files": dict(made.files) if made else {},
                "already_published": made and made.already_published,
            }
        )
    elif made is None:
        show(f"no new stop since {night.since} that cannot wait; nothing was written")
    else:
        show_table(
            f"Urgent, known from {night.since} to before {night.as_of}",
            ["file", "rows"],
            [[name, rows] for name, rows in made.files.items()],
        )
        _show_published(made)
        show(f"confirmed by: {night.confirmed_by}")


def reentry(
    as_of: AsOfOption,
    office: OfficeOption = None,
    round_: RoundOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a round's results in the order in which 행복e음 asks for them.

    Only referrals with a result known before the day; a sheet is overwritten only when
    it changed.

    Example: blindspot reentry --office cheonan --round 2026-R3 --as-of 2026-07-14
    """
    with opened(office) as place:
        from flows.job import Job, working
        from pipeline.reentry import write_reentry

        job = Job.of(place, as_of, "reentry", {"round": round_} if round_ else {})
        with working(job, "reentry") as (warehouse, counts):
            made = write_reentry(place, warehouse, job.round, as_of=as_of)
            counts |= {"files": len(made.files), "written": len(made.written)}
    if as_json:
        show_json(
            {
                "round": made.round,
                "as_of": made.as_of,
                "folder": made.folder,
                "files": dict(made.files),
                "written": list(made.written),
            }
        )
    elif not made.files:
        show(f"no result of {made.round} was known before {made.as_of}")
    else:
        show_table(
            f"Results of {made.round} to type in",
            ["file", "rows", "written"],
            [[name, rows, name in made.written] for name, rows in made.files.items()],
        )
        show(f"sheets: {made.folder}")


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (delta, urgent, reentry):
        app.command()(command)
