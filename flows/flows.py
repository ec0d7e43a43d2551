"""The Prefect flows: one flow run per night or round, its steps as tasks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from flows.access import anchor_night
from flows.clock import SEOUL, seoul_clock
from flows.job import office_held
from flows.notify import on_trouble
from flows.plans import steps_of
from flows.tasks import TASKS
from pipeline.access_record import recorded
from pipeline.run import Counts
from pipeline.settings import load_office

Results = dict[str, Counts]
TELL: dict[str, Any] = {"on_failure": [on_trouble], "on_crashed": [on_trouble]}


def _run(
    name: str,
    office: str,
    as_of: str | None,
    first_step: str | None,
    options: Mapping[str, str] | None,
) -> Results:
    # A scheduled run works as on its own date, also when it starts late.
    moment = flow_run.scheduled_start_time
    in_seoul = moment.astimezone(SEOUL)
    date_of_run = as_of or in_seoul.date().isoformat()
    run_id = f"{name}-{in_seoul:%Y%m%d-%H%M%S}"
    results: Results = {}
    place = load_office(Path(office))
    # By night there is no command around it that records.
    with recorded(place, seoul_clock, name, "discovery"), office_held(place):
        for step in steps_of(name, first_step):
            results[step] = TASKS[step](
                office, date_of_run, run_id, dict(options or {})
            )
    if place.config.access.anchors:
        results["anchor"] = anchor_night(place)
    return results


@flow(name="nightly", **TELL)
def nightly(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> Results:
    """Load what arrived and rank anew; lets nothing leave: a person must confirm."""
    return _run("nightly", office, as_of, first_step, options)


@flow(name="round", **TELL)
def round_(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> Results:
    """A whole round: load, fit, rank, write the confirmed lists, report."""
    return _run("round", office, as_of, first_step, options)


@flow(name="ingest", **TELL)
def ingest(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> Results:
    """Load the inbox."""
    return _run("ingest", office, as_of, first_step, options)


@flow(name="train", **TELL)
def train(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> Results:
    """Fit the models on the rounds known."""
    return _run("train", office, as_of, first_step, options)


@flow(name="screen", **TELL)
def screen(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> Results:
    """Rank as on a date."""
    return _run("screen", office, as_of, first_step, options)


PREFECT_FLOWS: dict[str, Any] = {
    "nightly": nightly,
    "round": round_,
    "ingest": ingest,
    "train": train,
    "screen": screen,
}
