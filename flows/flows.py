"""The Prefect flows: one flow run per night or round, its steps as tasks.

Only what changed is done: a file of the inbox whose content is known is not read again,
and no model is fitted by night. The ranking is made anew each night, also when nothing
came: it is as of that night, so windows move on, cooling-off ends, letters run out, and
decisions of the day (recalls, links, results) count. A ranking of yesterday under
today's date would be wrong and nobody would see it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import deployment, flow_run
from prefect.states import Completed

from flows import night
from flows.access import anchor_night
from flows.clock import SEOUL, seoul_clock
from flows.deadline import deadline
from flows.job import at_hand, confirmed_by, office_held
from flows.missed import is_overtaken
from flows.notify import on_end, on_trouble
from flows.patience import patient, wait_for_office, waits_of
from flows.plans import steps_of
from flows.tasks import TASKS
from pipeline.access_record import recorded
from pipeline.errors import UserError
from pipeline.logs import LOGGER, office_log
from pipeline.run import Counts
from pipeline.settings import Office, load_office

Results = dict[str, Counts]


def name_of_run() -> str:
    """A run's name on Prefect's page: the flow and the day that it is as of."""
    day = flow_run.parameters.get("as_of") or _day()
    return f"{flow_run.flow_name} {day}"


TELL: dict[str, Any] = {
    "flow_run_name": name_of_run,
    "on_failure": [on_trouble],
    "on_crashed": [on_trouble],
    "on_completion": [on_end],
}


def _run(
    name: str,
    office: str,
    as_of: str | None,
    first_step: str | None,
    options: Mapping[str, str] | None,
) -> State[Results]:
    # A scheduled run works as on its own date, also when it starts late.
    moment = flow_run.scheduled_start_time
    if is_overtaken(moment):
        return Completed(
            name=night.SKIPPED, message="a newer run does its work", data={}
        )
    day = as_of or _day()
    run_id = f"{name}-{moment.astimezone(SEOUL):%Y%m%d-%H%M%S}"
    place, waits = load_office(Path(office)), waits_of(office)
    steps, left_out = _steps(name, first_step)
    # By night there is no command around it that records.
    with (
        _logged(place),
        deadline(place.config.schedule.timeout_seconds),
        recorded(place, seoul_clock, name, "discovery"),
    ):
        if waits:
            patient(wait_for_office, waits)(office)
        with office_held(place):
            results, ended = _work(place, steps, day, run_id, waits, options)
    if place.config.access.anchors:
        results["anchor"] = anchor_night(place)
    if left_out:
        next_step = "blindspot export --confirm-by NAME, after looking at the lists"
        ended = (night.UNCONFIRMED, " · ".join(filter(None, (next_step, ended[1]))))
    return Completed(name=ended[0], message=ended[1] or None, data=results)


@contextmanager
def _logged(place: Office) -> Iterator[None]:
    """Log what a run by schedule failed of; a command by hand does so itself."""
    with office_log(place.path("logs")):
        try:
            yield
        except UserError as error:
            if deployment.id:
                kind = type(error).__name__
                LOGGER.error("%s exit=%d: %s", kind, error.exit_code, error.what)
            raise


def _day() -> str:
    return str(flow_run.scheduled_start_time.astimezone(SEOUL).date())


def _steps(name: str, first_step: str | None) -> tuple[tuple[str, ...], bool]:
    """The steps to take, and whether a list waits for its person."""
    steps = steps_of(name, first_step)
    if "export" not in steps or confirmed_by.get():
        return steps, False
    return tuple(step for step in steps if step != "export"), True


def _work(
    place: Office,
    steps: tuple[str, ...],
    day: str,
    run_id: str,
    waits: tuple[int, ...],
    options: Mapping[str, str] | None,
) -> tuple[Results, tuple[str, str]]:
    """Every step in turn; what it did is on Prefect's page before the next begins."""
    results: Results = {}
    refused: list[night.Refusal] = []
    late: list[str] = []
    as_of = date.fromisoformat(day)
    with at_hand(place) as warehouse:
        before = night.Before.of(warehouse)
    for step in steps:
        task = patient(TASKS[step], waits)
        results[step] = task(str(place.root), day, run_id, dict(options or {}))
        with at_hand(place) as warehouse:
            if step == "ingest":
                night.tell_reconciliation(warehouse, place, before)
                refused = night.refused_since(warehouse, before)
            elif step == "screen":
                night.tell_coverage(warehouse, place, as_of)
                late = night.late_files(warehouse, place, as_of)
    if "retention" in results:
        night.tell_due(results["retention"], place, as_of)
        if results["retention"]:
            kinds = ", ".join(f"{kind} {n}" for kind, n in results["retention"].items())
            return results, (night.DUE, f"due: {kinds}")
    return results, night.verdict(refused, late)


@flow(name="nightly", **TELL)
def nightly(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> State[Results]:
    """Load what arrived and rank anew; lets nothing leave: a person must confirm."""
    return _run("nightly", office, as_of, first_step, options)


@flow(name="round", **TELL)
def round_(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> State[Results]:
    """A whole round: load, fit, rank, write the confirmed lists, report.

    Started from Prefect's page nobody confirmed the lists yet: they stay here.
    """
    return _run("round", office, as_of, first_step, options)


@flow(name="ingest", **TELL)
def ingest(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> State[Results]:
    """Load the inbox."""
    return _run("ingest", office, as_of, first_step, options)


@flow(name="train", **TELL)
def train(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> State[Results]:
    """Fit the models on the rounds known."""
    return _run("train", office, as_of, first_step, options)


@flow(name="screen", **TELL)
def screen(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> State[Results]:
    """Rank as on a date."""
    return _run("screen", office, as_of, first_step, options)


@flow(name="retention", **TELL)
def retention(
    office: str,
    as_of: str | None = None,
    first_step: str | None = None,
    options: dict[str, str] | None = None,
) -> State[Results]:
    """Tell what is due to be destroyed; only a person who confirms it destroys."""
    return _run("retention", office, as_of, first_step, options)


PREFECT_FLOWS: dict[str, Any] = {
    "nightly": nightly,
    "round": round_,
    "ingest": ingest,
    "train": train,
    "screen": screen,
    "retention": retention,
}
