"""The steps of a run as plain functions: each glues the packages, returns counts."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flows.job import Job, confirmed_by, progress_bar, working
from flows.screening import screen
from flows.training import train
from pipeline.errors import InboxEmpty
from pipeline.run import Counts

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.exports import ExportReport
    from pipeline.file_report import FileReport
    from pipeline.list_files import ExportOptions
    from pipeline.threshold import Override
    from pipeline.warehouse import Warehouse


def load_inbox(job: Job, override: "Override | None" = None) -> "list[FileReport]":
    """Load every file of the inbox, one warehouse transaction each.

    `override` lets one file's content pass in spite of its rejected rows.

    Raises:
        InboxEmpty: There is nothing to load.
    """
    from pipeline.identity import load_keys
    from pipeline.ingest import ingest_inbox
    from pipeline.key_pairs import pair_inbox

    with working(job, "ingest") as (warehouse, counts):
        reports = ingest_inbox(
            job.office,
            warehouse,
            load_keys(job.office),
            progress=progress_bar.get(),
            day=job.as_of,
            override=override,
        )
        counts |= counts_of(reports)
        # Where a change of the person key was begun, its ids are learned from these.
        pair_inbox(job.office, warehouse)
    return reports


def retry_quarantine(
    job: Job,
    *,
    file: str | None,
    source: str | None,
    known_on: "date | None",
    today: "date",
) -> "list[FileReport]":
    """Read files of the quarantine again; what gains rows is loaded.

    Raises:
        OptionError: Nothing in the quarantine fits, or the day would change a round.
    """
    from pipeline.identity import load_keys
    from pipeline.ingest import new_intake
    from pipeline.retry import retry_files

    with working(job, "retry") as (warehouse, counts):
        intake = new_intake(
            job.office,
            warehouse,
            load_keys(job.office),
            day=job.as_of,
            progress=progress_bar.get(),
        )
        reports = retry_files(
            intake, file=file, source=source, known_on=known_on, today=today
        )
        counts |= counts_of(reports)
    return reports


def counts_of(reports: "list[FileReport]") -> Counts:
    """Files by status and the sums of their rows."""
    counts = {"files": len(reports)}
    for status in ("loaded", "replayed", "refused"):
        counts[status] = sum(report.status == status for report in reports)
    loaded = [report for report in reports if report.status == "loaded"]
    for name in ("rows", "accepted", "rejected", "repeated", "superseded", "skipped"):
        counts[name] = sum(getattr(report, name) for report in loaded)
    return counts


def ingest(job: Job) -> Counts:
    """Load the inbox; a run goes on when nothing new arrived."""
    try:
        return counts_of(load_inbox(job))
    except InboxEmpty:
        return counts_of([])


def write_lists(job: Job, options: "ExportOptions | None" = None) -> "ExportReport":
    """Write and publish the confirmed lists of the round, as one CSV per dong or more.

    Raises:
        NotConfirmed: Nobody confirmed them.
    """
    from pipeline.exports import export_round
    from pipeline.list_files import ExportOptions

    with working(job, "export") as (warehouse, counts):
        made = export_round(
            job.office,
            warehouse,
            job.round,
            as_of=job.as_of,
            confirm_by=confirmed_by.get(),
            only=job.only_dong,
            options=options or ExportOptions(),
        )
        counts |= {"files": made.files, "rows": made.rows}
        counts |= {"edition": made.edition, "new": int(not made.already_published)}
    return made


def export(job: Job) -> Counts:
    """Write and publish the confirmed lists of the round."""
    made = write_lists(job)
    return {"files": made.files, "rows": made.rows, "edition": made.edition}


def write_page(job: Job) -> "Path":
    """Write the round's page; returns where it lies.

    It lies with the round's lists once they are published, else beside the rounds.
    """
    from pipeline.report import write_report

    with working(job, "report") as (warehouse, counts):
        page = write_report(
            job.office, warehouse, job.round, _timings(warehouse), _page_folder(job)
        )
        counts["pages"] = 1
    return page


def _page_folder(job: Job) -> "Path":
    from pipeline.manifest import read_manifest
    from pipeline.publish import editions

    rounds = job.office.path("rounds")
    published = list(editions(rounds, job.round).values())
    if published and read_manifest(published[-1])["as_of"] == job.as_of.isoformat():
        return published[-1]
    return rounds


def _timings(warehouse: "Warehouse") -> dict[str, float]:
    """Seconds that each step took when it last ended well."""
    if not warehouse.has_table("log_run"):
        return {}
    found = dict(
        warehouse.rows(
            "SELECT step, CAST(max_by(seconds, started_at) AS DOUBLE) FROM log_run "
            "WHERE status = 'completed' GROUP BY step"
        )
    )
    return {step: found[step] for step in STEPS if step in found}


def report(job: Job) -> Counts:
    """Write the round's page."""
    write_page(job)
    return {"pages": 1}


def retention(job: Job) -> Counts:
    """Count what is due to be destroyed, by kind; destroys nothing."""
    from collections import Counter

    from pipeline.destroy import TABLE
    from pipeline.retention import due_on

    with working(job, "retention") as (warehouse, counts):
        warehouse.execute(TABLE)
        due = due_on(job.office, warehouse, job.as_of)
        counts |= Counter(one.kind for one in due)
    return counts


STEPS: dict[str, Callable[[Job], Counts]] = {
    "ingest": ingest,
    "train": train,
    "screen": screen,
    "export": export,
    "report": report,
    "retention": retention,
}
