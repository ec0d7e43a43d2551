"""What a step works on: an office, a date, a round; ids and paths only."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Self

from flows.clock import Clock, seoul_clock
from pipeline.errors import DiskError, UserError
from pipeline.office import open_warehouse
from pipeline.rounds import default_round, parse_round
from pipeline.run import Counts, RunContext
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

# Who confirmed the lists. Not part of a job's options: those are flow parameters,
# which Prefect stores as plain text, and this is a person's name.
confirmed_by: ContextVar[str | None] = ContextVar("confirmed_by", default=None)

Progress = Callable[[str, int, int], None]
# Likewise not an option: a bar is drawn by the command that has a terminal.
progress_bar: ContextVar[Progress | None] = ContextVar("progress_bar", default=None)


@dataclass(frozen=True)
class Job:
    """One run's work order.

    Args:
        office: The office.
        as_of: Only what was known before this date counts.
        round: The round's name, `YYYY-Rn`.
        model: The ranking model's name.
        only_dong: Export this dong's list only.
        run: Where the steps are timed and counted.
    """

    office: Office
    as_of: date
    round: str
    model: str
    only_dong: str | None
    run: RunContext

    @classmethod
    def of(
        cls,
        office: Office,
        as_of: date,
        run_id: str,
        options: Mapping[str, str],
        clock: Clock = seoul_clock,
    ) -> Self:
        """A work order out of plain values, as a command or a Prefect task has them."""
        flow, _, rest = run_id.partition("-")
        return cls(
            office=office,
            as_of=as_of,
            round=parse_round(options.get("round") or default_round(as_of)),
            model=options.get("model") or office.config.model.name,
            only_dong=options.get("only"),
            run=RunContext(flow, clock, run_id=run_id if rest else ""),
        )


# A run of several steps opens the databases once and holds the office's lock from
# its first step to its last; a single command opens them for its own step.
_held: ContextVar[list[Warehouse] | None] = ContextVar("held_warehouse", default=None)


@contextmanager
def office_held(office: Office) -> Iterator[None]:
    """Keep the office's databases open and its lock taken over several steps.

    Raises:
        OfficeBusy: Another run holds the office.
    """
    with open_warehouse(office) as warehouse:
        token = _held.set([warehouse])
        try:
            yield
        finally:
            _held.reset(token)


def let_go() -> None:
    """Close what is held; each later step opens the office for itself.

    After a full disk the engine answers no more until its files are opened anew.
    """
    if held := _held.get():
        held.pop().close()


@contextmanager
def at_hand(office: Office) -> Iterator[Warehouse]:
    """The office's warehouse: the one that is held, else opened for the block."""
    if held := _held.get():
        yield held[0]
        return
    with open_warehouse(office) as warehouse:
        yield warehouse


@contextmanager
def working(job: Job, step: str) -> Iterator[tuple[Warehouse, Counts]]:
    """Open the warehouse, time the step and keep its record, also when it fails."""
    with at_hand(job.office) as warehouse:
        try:
            with job.run.step(step) as counts:
                yield warehouse, counts
        except DiskError:
            # The engine may refuse this record, too, and that would tell less.
            with suppress(UserError):
                job.run.save(warehouse)
            job.run.records.clear()
            raise
        finally:
            job.run.save(warehouse)
