"""`blindspot status`, `explain` and `demo`: how things stand, why, and a first look."""

from typing import Annotated, Any

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import JsonOption, MaybeAsOfOption, OfficeOption


def status(
    office: OfficeOption = None,
    as_of: MaybeAsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the last runs, how fresh each source is, the rounds and the model.

    Answers while another run is under way too.

    Example: blindspot status --office cheonan
    """
    with opened(office) as place:
        from flows.clock import today
        from flows.looking import status as status_of

        told = status_of(place, as_of or today())
        if as_json:
            show_json(told)
            return
        kind = " (synthetic)" if told["synthetic"] else ""
        show(f"{told['office']}{kind}: {place.root}")
        fitted = ", ".join(told["fitted_models"]) or "none"
        show(f"model: {told['model']}; with a card: {fitted}")
        show(f"inbox: {told['inbox_files']} files")
        for name, edition in told["rounds_published"].items():
            show(f"published: {name}, edition {edition}")
        if told["busy"]:
            show(f"now: {told['busy']}; sources and runs are told when it has ended")
            return
        _table("Sources", told["sources"], "nothing loaded yet: blindspot ingest")
        if any(told["quarantine"].values()):
            counts = ", ".join(f"{n:,} {k}" for k, n in told["quarantine"].items())
            show(f"quarantine: {counts.replace('_', ' ')} (blindspot quarantine list)")
        if any(told["doubts"].values()):
            counts = ", ".join(f"{n:,} {k}" for k, n in told["doubts"].items())
            show(f"doubts of the last screening: {counts.replace('_', ' ')}")
        if (waiting := told["notices"]).get("waiting"):
            late = f"{waiting['overdue']:,} overdue"
            if waiting["overdue"]:
                late += f" since {waiting['overdue_since']}"
            show(f"notices: {waiting['waiting']:,} to tell, {late} "
                 "(blindspot notice list)")  # fmt: skip
        for one in told["overrides"]:
            show(
                f"override: {one['file_name']}, {one['rejected']:,} of "
                f"{one['data_rows']:,} rows rejected, accepted by "
                f"{one['accepted_by']} on {one['accepted_at']:%Y-%m-%d}: "
                f"{one['reason']}"
            )
        runs = [{**run, "counts": len(run["counts"])} for run in told["runs"]]
        _table("Last steps", [_without(run, "counts") for run in runs], "no runs yet")


def explain(
    referral_id: Annotated[
        str | None,
        typer.Argument(metavar="REF", help="의뢰번호 of a listed household."),
    ] = None,
    office: OfficeOption = None,
    household: Annotated[
        str | None, typer.Option(metavar="ID", help="A household, listed or not.")
    ] = None,
    round_: Annotated[
        str | None,
        typer.Option(
            "--round",
            metavar="YYYY-Rn",
            help="In which round; the one that --as-of falls in unless given.",
        ),
    ] = None,
    as_of: MaybeAsOfOption = None,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN", help="In which screen; the round's newest unless given."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell why a household stands where it stands: score, parts, events, files, rows.

    A screen of the past is made again out of the files, settings and model that it was
    made of; nothing changes. Without names and addresses; those are in the list alone.

    Example: blindspot explain R20264-7Q2M8K3CW
    """
    with opened(office) as place:
        from flows.clock import today
        from flows.explaining import Question
        from flows.explaining import explain as explain_one
        from flows.job import Job
        from pipeline.rounds import default_round

        if household is not None and round_ is None and as_of is not None:
            round_ = default_round(as_of)
        asked = Question(referral_id, household, round_, run)
        told = explain_one(Job.of(place, as_of or today(), "explain", {}), asked)
        if as_json:
            show_json(told)
            return
        _tell(told)


def _tell(told: dict[str, Any]) -> None:
    for name, value in told.items():
        if isinstance(value, dict):
            for part, one in value.items():
                show(f"{name + ' ' + part:24} {one}")
        elif not isinstance(value, list) and value is not None:
            show(f"{name:24} {value}")
    _table("Not as it was", told.get("differences", []), "")
    _table("Rules of the round", told["rules"], "")
    _table("What adds to the score", told.get("contributions", []), "")
    would = told.get("would_have_listed", [])
    _table("What alone would have listed it", would, "")
    _table("Disputed by the person", told.get("disputes", []), "")
    _table("Events", told.get("events", []), "")
    _table("Newest files", told.get("files", []), "")
    _table("Rows of files it comes from", told["rows"], "")


def _table(title: str, rows: list[dict[str, Any]], otherwise: str) -> None:
    if rows:
        show_table(title, list(rows[0]), [list(row.values()) for row in rows])
    elif otherwise:
        show(otherwise)


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def demo(
    context: typer.Context,
    office: OfficeOption = None,
    households: Annotated[int, typer.Option(help="How many to make up.")] = 20_000,
    months: Annotated[int, typer.Option(help="Months of extracts.")] = 18,
    seed: Annotated[int, typer.Option(help="Same seed, same lists.")] = 2026,
) -> None:
    """Make up a town, run a round over it and show what comes out.

    Runs the commands that it prints, on an ordinary office folder. A demo office
    made before is made anew; any other office is left alone.

    Example: blindspot demo --office demo-office
    """
    from flows.demo import show_demo

    commands = context.find_root().command

    def run(words: list[str]) -> int | None:
        code: int | None = commands.main(
            words, prog_name="blindspot", standalone_mode=False
        )
        return code

    show_demo(office, run, households=households, months=months, seed=seed)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (status, explain, demo):
        app.command()(command)
