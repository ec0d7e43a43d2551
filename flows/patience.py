"""When trying again can help: somebody is at work, or a disk that can be freed.

A file that is bad, a key that is missing or a setting that is wrong stays so: such a
run fails at once and a person is told. Hiccups of Prefect's server are tried again by
Prefect's client itself. A command by hand never waits: its person sees the message.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import deployment

from pipeline.errors import DiskError, OfficeBusy
from pipeline.office import take_lock
from pipeline.settings import load_office

MAY_PASS: Final = (OfficeBusy, DiskError)


def may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Prefect's condition of a retry: may this error be gone after a while?"""
    return isinstance(state.result(raise_on_failure=False), MAY_PASS)


def patient(step: Any, waits: Sequence[int]) -> Any:
    """The task, tried again after each of the waits (seconds) if that can help."""
    if not waits:
        return step
    return step.with_options(
        retries=len(waits),
        retry_delay_seconds=list(waits),
        retry_condition_fn=may_pass,
    )


def waits_of(office: str) -> tuple[int, ...]:
    """How long a run waits before each further try; one by hand does not."""
    if not deployment.id:
        return ()
    return load_office(Path(office)).config.schedule.retry_seconds


@task(name="wait for the office", task_run_name="wait for the office",
      cache_policy=NO_CACHE)  # fmt: skip
def wait_for_office(office: str) -> None:
    """See that nobody else is at work; the run then takes the office for itself.

    Raises:
        OfficeBusy: Another run holds the office.
    """
    take_lock(load_office(Path(office))).close()
