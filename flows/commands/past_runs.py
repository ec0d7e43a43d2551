"""`blindspot runs`: what ran, what it was made of, and how two runs differ."""

import json
from typing import Annotated, Any

import typer

from flows.commands.common import opened, show, show_json, show_table
from flows.options import JsonOption, OfficeOption

app = typer.Typer(no_args_is_help=True, help="What ran, and how two runs differ.")

RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="Its name, or how that begins.")
]


@app.command("list")
def list_runs(
    office: OfficeOption = None,
    last: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the newest runs with their steps and what they listed.

    Example: blindspot runs list --last 5
    """
    with opened(office) as place:
        from pipeline.office import open_warehouse
        from pipeline.run_history import runs

        with open_warehouse(place, read_only=True) as warehouse:
            found = runs(warehouse, last)
        if as_json:
            show_json(found)
        elif found:
            rows = [list(row.values()) for row in found]
            show_table("Runs", list(found[0]), rows)
        else:
            show("nothing ran yet: blindspot ingest")


@app.command("show")
def show_run(
    run: RunArgument, office: OfficeOption = None, as_json: JsonOption = False
) -> None:
    """Show a run's steps, counts, model, settings and files.

    Example: blindspot runs show nightly-20260702
    """
    with opened(office) as place:
        from pipeline.errors import OptionError
        from pipeline.office import open_warehouse
        from pipeline.run_history import run_of, screen_of, steps_of

        with open_warehouse(place, read_only=True) as warehouse:
            name = run_of(warehouse, run)
            steps = steps_of(warehouse, name)
            try:
                screen: dict[str, Any] = screen_of(warehouse, name)
            except OptionError:
                screen = {}  # a run without a screen has steps alone
        told = {"run_id": name, "steps": steps, "screen": screen}
        if as_json:
            show_json(told)
            return
        _steps(name, steps)
        for what, value in screen.items():
            known = f"{len(value):,} files" if what == "file_ids" else value
            show(f"{what:12} {known}")


def _steps(name: str, steps: list[dict[str, Any]]) -> None:
    columns = ["step", "started_at", "seconds", "peak_rss_mb", "status"]
    show_table(name, columns, [[one[c] for c in columns] for one in steps])
    for one in steps:
        counts = json.loads(one["counts"])
        rows = [[what, count] for what, count in counts.items()]
        if rows:
            show_table(one["step"], ["what", "count"], rows)


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="The earlier run.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The later run.")],
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how two runs differ: files, settings, model, and whom they listed and why.

    Example: blindspot runs diff nightly-20260701 nightly-20260702
    """
    with opened(office) as place:
        from pipeline.access_record import touched
        from pipeline.office import open_warehouse
        from pipeline.run_diff import difference
        from pipeline.run_history import run_of

        with open_warehouse(place, read_only=True) as warehouse:
            told = difference(warehouse, run_of(warehouse, a), run_of(warehouse, b))
        moves = ("entered", "left", "moved")
        touched(row["household_id"] for name in moves for row in told[name])
        if as_json:
            show_json(told)
            return
        _tell(told)


def _tell(told: dict[str, Any]) -> None:
    changed = [[name, *pair] for name, pair in told["changed"].items()]
    if changed:
        show_table("Made of", ["what", *told["runs"]], changed)
    for name, files in told["files"].items():
        if files:
            show_table(f"Files {name}", list(files[0]), [[*f.values()] for f in files])
    for line in told["settings"]:
        show(line)
    columns = ["referral_id", "dong_code", "rank_in_dong", "slot_kind", "reason_1"]
    for name in ("entered", "left"):
        rows = [[row[c] for c in columns] for row in told[name]]
        if rows:
            show_table(name.capitalize(), columns, rows)
    rows = [
        [row["household_id"], what, *pair]
        for row in told["moved"]
        for what, pair in row.items()
        if what not in ("household_id", "referral_id", "score")
    ]
    if rows:
        show_table("Moved", ["household_id", "what", *told["runs"]], rows)
    counts = ", ".join(f"{len(told[n]):,} {n}" for n in ("entered", "left", "moved"))
    show(f"{counts}, {told['same']:,} stand as they stood")


@app.command()
def replay(
    run: RunArgument,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a screen of the past again and compare its whole list, letter by letter.

    Out of the files, settings, letters out and model that it was made of; nothing
    changes. Ends with 8 if anything is not as it was kept.

    Example: blindspot runs replay round-20260702-021500
    """
    with opened(office) as place:
        from flows.clock import today
        from flows.job import Job
        from flows.replaying import replayed
        from pipeline.access_record import touched

        with replayed(Job.of(place, today(), "replay", {}), run) as made:
            told = {
                "run_id": made.screen["run_id"],
                "round": made.screen["round"],
                "as_of": made.screen["as_of"],
                "version": made.screen["version"],
                "listed": made.screen["referrals"],
                "differences": made.differences,
            }
        touched(one["household_id"] for one in made.differences)
        if as_json:
            show_json(told)
        else:
            _tell_replay(told)
        if made.differences:
            raise typer.Exit(8)


def _tell_replay(told: dict[str, Any]) -> None:
    where = f"{told['run_id']}: {told['round']} as of {told['as_of']}"
    if not told["differences"]:
        show(f"{where}: all {told['listed']:,} entries are the same to the letter")
        return
    rows = [list(row.values()) for row in told["differences"]]
    show_table("Not as it was", list(told["differences"][0]), rows)
    show(f"{where}: {len(rows):,} differences; screened by version {told['version']}")


def backfill(
    first: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM", help="From the rounds of.")
    ],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Up to.")],
    office: OfficeOption = None,
    model: Annotated[
        str | None, typer.Option(help="Instead of the office's model.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Screen the rounds of past months from what was known then; publishes nothing.

    Today's settings and model on the data of each day, out of what is loaded, not the
    inbox. The lists are kept beside the others: compare them with 'runs diff'.

    Example: blindspot backfill --from 2025-01 --to 2026-03
    """
    from pipeline.rounds import first_days

    days = first_days(first, last)
    with opened(office) as place:
        from flows.job import Job, office_held
        from flows.screening import backfill as backfill_one

        found = []
        with office_held(place):
            for day in days:
                options = {"model": model} if model else {}
                job = Job.of(place, day, f"backfill-{day:%Y%m%d}", options)
                counts = backfill_one(job)
                found.append(
                    {
                        "run_id": job.run.run_id,
                        "round": job.round,
                        "as_of": day,
                        "listed": counts["listed"],
                    }
                )
        if as_json:
            show_json(found)
            return
        rows = [list(row.values()) for row in found]
        show_table("Backfilled", list(found[0]), rows)


def register(root: typer.Typer) -> None:
    """Add the group to the application."""
    root.add_typer(app, name="runs")
    root.command()(backfill)
