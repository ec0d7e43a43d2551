"""Thin Prefect tasks: ids, dates and paths in, counts out; never a personal value."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from flows.job import Job, let_go
from flows.steps import STEPS
from pipeline.errors import DiskError, UserError
from pipeline.logs import log_failure, office_log
from pipeline.run import Counts
from pipeline.settings import load_office


class StepFailed(UserError):
    """A step ended in an error that is a fault of the program."""

    exit_code = 70


def _as_task(name: str, step: Callable[[Job], Counts]) -> Task[Any, Counts]:
    def run(office: str, as_of: str, run_id: str, options: dict[str, str]) -> Counts:
        place = load_office(Path(office))
        job = Job.of(place, date.fromisoformat(as_of), run_id, options)
        with office_log(place.path("logs")):
            try:
                return step(job)
            except DiskError:
                let_go()
                raise
            except UserError:
                raise
            except Exception as error:  # noqa: BLE001
                # Prefect stores an error's message as the run's state; that of an
                # unexpected one may quote a row.
                log_failure(error)
                raise StepFailed(
                    f"step {name}: unexpected {type(error).__name__}; "
                    "nothing half-written",
                    f"see {place.path('logs')} and report the last lines",
                ) from None

    run.__name__ = name
    return task(name=name, task_run_name=name, cache_policy=NO_CACHE)(run)


TASKS = {name: _as_task(name, step) for name, step in STEPS.items()}
