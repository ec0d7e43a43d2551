"""One run of a flow: its steps with seconds, peak memory, status and counts."""

import json
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from pipeline.logs import LOGGER
from pipeline.warehouse import Warehouse

Counts = dict[str, int]

# grain: one step of one run. Kept in the warehouse, read by the report and status.
LOG_TABLE = """
CREATE TABLE IF NOT EXISTS log_run (
    run_id VARCHAR, flow VARCHAR, step VARCHAR, started_at TIMESTAMP,
    seconds DECIMAL(10,2), peak_rss_mb INTEGER, status VARCHAR, counts VARCHAR
)
"""


@dataclass(frozen=True)
class StepRecord:
    """What one step of a run took and did; counts only, never a value of a row."""

    run_id: str
    flow: str
    step: str
    started_at: datetime
    seconds: float
    peak_rss_mb: int
    status: str
    counts: Mapping[str, int]


@dataclass
class RunContext:
    """A run in progress; `step` times each part, `save` keeps the records.

    Args:
        flow: The flow's name, e.g. `nightly`.
        clock: Tells the time of the log; injected, so that no module here has one.
        run_id: Ties the steps of one run together.
    """

    flow: str
    clock: Callable[[], datetime]
    run_id: str = ""
    records: list[StepRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run_id = self.run_id or f"{self.flow}-{self.clock():%Y%m%d-%H%M%S}"

    @contextmanager
    def step(self, name: str) -> Iterator[Counts]:
        """Time a step; the caller fills in its counts."""
        counts: Counts = {}
        started_at, started = self.clock(), perf_counter()
        status = "failed"
        try:
            yield counts
            status = "completed"
        except KeyboardInterrupt:
            status = "interrupted"
            raise
        finally:
            seconds = perf_counter() - started
            record = StepRecord(
                run_id=self.run_id,
                flow=self.flow,
                step=name,
                started_at=started_at.replace(tzinfo=None, microsecond=0),
                seconds=round(seconds, 2),
                peak_rss_mb=peak_rss_mb(),
                status=status,
                counts=dict(counts),
            )
            self.records.append(record)
            LOGGER.info(
                "%s %s %s %.2fs %d MB %s",
                *(self.run_id, name, status, seconds, record.peak_rss_mb),
                json.dumps(record.counts),
            )

    def save(self, warehouse: Warehouse) -> None:
        """Append the records to `log_run`, outside the work's own transaction.

        A failed step is kept too: that is when the log is read.
        """
        warehouse.execute(LOG_TABLE)
        for record in self.records:
            warehouse.execute(
                "INSERT INTO log_run VALUES ($run_id, $flow, $step, $started_at, "
                "$seconds, $peak_rss_mb, $status, $counts)",
                {**vars(record), "counts": json.dumps(record.counts)},
            )
        self.records.clear()


def peak_rss_mb() -> int:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bytes_per_unit = 1 if sys.platform == "darwin" else 1024
    return int(peak * bytes_per_unit / 1_000_000)
