"""`blindspot run` and `serve`: whole flows through Prefect, by hand or by night."""

from typing import Annotated, Any

import typer

from flows.commands.common import (
    command_name,
    opened,
    progress_shown,
    say,
    show,
    show_json,
    show_table,
)
from flows.options import (
    ConfirmOption,
    JsonOption,
    MaybeAsOfOption,
    OfficeOption,
    OnlyOption,
)


def run(
    flow: Annotated[
        str, typer.Argument(help="nightly, round, ingest, train, screen or retention.")
    ],
    office: OfficeOption = None,
    as_of: MaybeAsOfOption = None,
    first_step: Annotated[
        str | None,
        typer.Option("--from", metavar="STEP", help="Skip the steps before this one."),
    ] = None,
    only: OnlyOption = None,
    confirm_by: ConfirmOption = None,
    dry_run: Annotated[
        bool, typer.Option(help="Say what each step would do; change nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run a flow through Prefect: a configured server, else a temporary one.

    nightly: ingest, screen, report. round: ingest, train, screen, export, report
    (the export needs --confirm-by). Says what it did; a refused file does not stop it.

    Example: blindspot run round --office cheonan --as-of 2026-07-01 --confirm-by 김담당
    """
    from flows.plans import steps_of

    steps = steps_of(flow, first_step)
    # Which flow it is decides whose role it is for; it was checked to be one.
    command_name.set(f"run {flow}")
    with opened(office) as place:
        from flows.clock import today
        from flows.commands.checks import check_run

        day = as_of or today()
        if dry_run:
            from flows.preview import preview

            told = preview(place, day, steps, only=only)
            if as_json:
                show_json(told)
            else:
                for step, lines in told.items():
                    show("\n  ".join([step, *lines]))
            return
        check_run(place, steps, confirm_by=confirm_by)
        from flows.runner import run_flow

        with progress_shown():
            results = run_flow(
                place, flow, day, first_step, only=only, confirm_by=confirm_by
            )
        _tell(results, as_json=as_json)


def _tell(results: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(results)
        return
    rows = [
        [step, what, count]
        for step, counts in results.items()
        for what, count in counts.items()
    ]
    show_table("Run", ["step", "what", "count"], rows)
    if refused := results.get("ingest", {}).get("refused"):
        say(f"{refused} files were refused; see why: blindspot ingest")


def serve(
    office: OfficeOption = None,
    port: Annotated[int, typer.Option(min=1024, max=65535)] = 4200,
    cron: Annotated[
        str | None,
        typer.Option(help="When to run, instead of the office's nightly_cron."),
    ] = None,
) -> None:
    """Serve Prefect's page and run the flows on their schedule (Asia/Seoul).

    nightly, train and retention by [schedule]; the others are started on the page. A
    night that was missed is made up for, once. Listens on 127.0.0.1 only. Ends with
    Ctrl-C.

    Example: blindspot serve --office cheonan --port 4200
    """
    with opened(office) as place:
        from flows.deploy import serve_nightly

        serve_nightly(place, port=port, cron=cron, tell=show)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(run)
    app.command()(serve)
