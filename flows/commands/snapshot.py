"""`blindspot snapshot`: a round as Parquet files, for the notebooks."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import opened, show, show_table
from flows.options import AsOfOption, OfficeOption, RoundOption


def snapshot(
    as_of: AsOfOption,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="A new folder for the files.")
    ],
    office: OfficeOption = None,
    round_: RoundOption = None,
) -> None:
    """Write a screened round and its past results as Parquet for the notebooks.

    Households stand by their number: no name, address, phone or birth date, and nobody
    whose address is protected. It is still data about people: keep it in the office.

    Example: blindspot snapshot --office cheonan --as-of 2026-07-01 --out notes/r4
    """
    with opened(office) as place:
        from flows.job import Job
        from flows.snapshot import snapshot_tables
        from pipeline.office import open_warehouse
        from pipeline.snapshot import write_snapshot

        job = Job.of(place, as_of, "snapshot", {"round": round_} if round_ else {})
        with open_warehouse(place) as warehouse:
            tables = snapshot_tables(warehouse, job)
        write_snapshot(out, tables)
        rows = [[f"{name}.parquet", one.num_rows] for name, one in tables.items()]
        show_table(f"Round {job.round}", ["file", "rows"], rows)
        show(f"snapshot: {out}")


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(snapshot)
