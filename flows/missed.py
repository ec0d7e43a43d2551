"""Nights on which the machine was off: the newest is made up for, once, not each.

What came meanwhile is in the inbox, whatever the night: one run loads it all.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from flows.clock import SEOUL

# A run that is being created this moment is none that was missed.
_SLACK = timedelta(minutes=1)


def last_due(cron: str, now: datetime) -> datetime:
    """When a schedule fired last, in Seoul."""
    # The one that Prefect's own schedules are computed with; it is not typed.
    croniter: Any = import_module("prefect._vendor.croniter").croniter
    due: datetime = croniter(cron, now.astimezone(SEOUL)).get_prev(datetime)
    return due


def make_up(flow: str, cron: str, now: datetime, tell: Callable[[str], None]) -> bool:
    """Schedule the newest night that never began; whether there was one.

    Of an office that was never served before nothing was missed. A night is never made
    up for twice: the run is keyed by its moment.
    """
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.states import Scheduled

    due = last_due(cron, now)
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(f"{flow}/{flow}").id
        except ObjectNotFound:
            return False
        newest = _newest(client, deployment, now)
        if not newest or _scheduled(newest[0]) >= due - _SLACK:
            return False
        client.create_flow_run_from_deployment(
            deployment,
            state=Scheduled(scheduled_time=due, message="the machine was off"),
            idempotency_key=f"{flow}-{due:%Y%m%d-%H%M}",
            tags=["missed"],
        )
    tell(f"{flow} of {due:%Y-%m-%d %H:%M} was missed: it runs now")
    return True


def is_overtaken(moment: datetime) -> bool:
    """Is this a run of the schedule that a newer one of it, due by now, stands for?

    So several that waited (the machine slept) do their work once. A run that a person
    started for a past night is never overtaken.
    """
    from prefect.client.orchestration import get_client
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or run.deployment_id is None or not run.auto_scheduled:
        return False
    from flows.clock import seoul_clock

    with get_client(sync_client=True) as client:
        newest = _newest(client, run.deployment_id, seoul_clock())
    return bool(newest) and _scheduled(newest[0]) > moment


def _newest(client: Any, deployment: Any, before: datetime) -> list[Any]:
    """The newest run of a deployment that was due before a moment, if any."""
    from prefect.client.schemas import filters
    from prefect.client.schemas.sorting import FlowRunSort

    found: list[Any] = client.read_flow_runs(
        deployment_filter=filters.DeploymentFilter(
            id=filters.DeploymentFilterId(any_=[deployment])
        ),
        flow_run_filter=filters.FlowRunFilter.model_validate(
            {"expected_start_time": {"before_": before}}
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=1,
    )
    return found


def _scheduled(run: Any) -> datetime:
    moment: datetime = run.expected_start_time
    return moment
