"""Thousands of files through workers that are watched; a table of what became of them."""

import multiprocessing as mp
import os
import resource
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tests.fuzz.worker import Bench, Verdict

BATCH = 10
MAX_ADDRESSES = 6 << 30
_START_SECONDS = 120.0
_COMMAND_SECONDS = 400.0
# A busy machine lets a worker wait: its own seconds count, the clock's only far later.
_PATIENCE = 10
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Result:
    """All verdicts and how long it took."""

    verdicts: list[Verdict]
    seconds: float

    @property
    def failures(self) -> list[Verdict]:
        return [each for each in self.verdicts if each.faults]


def run_here(numbers: list[int], seed: int, folder: Path) -> Result:
    """In this process, without a watch: for a small share in the tests."""
    start = time.perf_counter()
    bench = Bench(folder, seed, lambda *_: None, own_process=False)
    verdicts = []
    for batch in _batches(numbers):
        verdicts += _alone_if_wrong(bench, batch)
    verdicts += _closing(bench)
    return Result(verdicts, time.perf_counter() - start)


def _batches(numbers: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(numbers), BATCH):
        yield numbers[at : at + BATCH]


def _alone_if_wrong(bench: Bench, batch: list[int]) -> list[Verdict]:
    """What is wrong with several files is looked for in each by itself."""
    verdicts = bench.run(batch)
    if len(batch) == 1 or not any(each.faults for each in verdicts):
        return verdicts
    found = [verdict for number in batch for verdict in bench.run([number])]
    if not any(verdict.faults for verdict in found):  # only together
        return verdicts
    return found


def _closing(bench: Bench) -> list[Verdict]:
    faults = bench.close()
    return [Verdict(-1, "all", "all", faults=faults)] if faults else []


def _work(pipe: Connection, folder: Path, seed: int) -> None:
    """A worker: batches of numbers in, verdicts out, and a word before every step."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESSES, MAX_ADDRESSES))
    bench = Bench(folder, seed, lambda number, step: pipe.send(("at", number, step)))
    pipe.send(("ready",))
    while (batch := pipe.recv()) is not None:
        pipe.send(("done", _alone_if_wrong(bench, batch)))
    pipe.send(("done", _closing(bench)))


@dataclass
class _Worker:
    """A process, what it was given, and when it last said a word."""

    folder: Path
    seed: int
    batch: list[int] = field(default_factory=list)
    at: tuple[int, str] = (-1, "start")
    heard: float = 0.0
    spent: float = 0.0
    ready: bool = False

    def __post_init__(self) -> None:
        context: Any = mp.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_work, args=(theirs, self.folder, self.seed), daemon=True
        )
        self.process.start()
        theirs.close()
        self.hear()

    def hear(self) -> None:
        self.heard, self.spent = time.monotonic(), _spent(self.process.pid)

    def is_over(self, limit: float) -> bool:
        """Has it worked longer than that since its last word, or slept far longer?"""
        return (
            _spent(self.process.pid) - self.spent > limit
            or time.monotonic() - self.heard > _PATIENCE * limit
        )

    def give(self, batch: list[int]) -> None:
        self.batch = batch
        self.hear()
        self.pipe.send(batch)

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _spent(process: int | None) -> float:
    """Seconds of work of a process so far; 0 where the system cannot tell."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    user, system = told.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


Told = Callable[[list[Verdict], int], None]


def _silent(_: list[Verdict], __: int) -> None:
    """Tell nobody."""


class Pool:
    """Workers that are killed and replaced when a file takes too long."""

    def __init__(
        self, folder: Path, seed: int, jobs: int, limit: float, told: Told = _silent
    ) -> None:
        self.folder, self.seed, self.limit = folder, seed, limit
        self.made = 0
        self.verdicts: list[Verdict] = []
        self.queue: list[list[int]] = []
        self.told = told
        self.workers = [self._new() for _ in range(jobs)]

    def _new(self) -> _Worker:
        self.made += 1
        folder = self.folder / f"worker{self.made}"
        return _Worker(folder, self.seed)

    def run(self, numbers: list[int]) -> list[Verdict]:
        """All files through the workers."""
        self.queue = list(_batches(numbers))
        while self.workers:
            wait([each.pipe for each in self.workers], timeout=0.5)
            for worker in list(self.workers):
                self._hear(worker)
        return self.verdicts

    def _hear(self, worker: _Worker) -> None:
        try:
            while worker.pipe.poll():
                self._take(worker, worker.pipe.recv())
                if worker not in self.workers:
                    return None
        except (EOFError, ConnectionError):
            return self._lost(worker, "the process died")
        limit = self.limit if worker.ready else _START_SECONDS
        if worker.at[1] == "command line":  # has a limit of its own
            limit = _COMMAND_SECONDS
        if worker.is_over(limit):
            self._lost(worker, f"no end after {limit:.0f} s")
        return None

    def _take(self, worker: _Worker, word: tuple[Any, ...]) -> None:
        worker.hear()
        if word[0] == "at":
            worker.at = (word[1], word[2])
            return
        worker.ready = True
        if word[0] == "done":
            self.verdicts += word[1]
            self.told(word[1], len(self.verdicts))
            if not worker.batch:  # it was told to end, and has
                worker.kill()
                self.workers.remove(worker)
                return
        if self.queue:
            worker.give(self.queue.pop(0))
        else:
            worker.batch = []
            worker.pipe.send(None)

    def _lost(self, worker: _Worker, why: str) -> None:
        """The file in hand is a failure; the others of its batch go to another."""
        number, step = worker.at
        worker.kill()
        self.workers.remove(worker)
        fault = Verdict(number, "?", "?", "lost", faults=[f"{why} in {step}"])
        self.verdicts.append(fault)
        self.told([fault], len(self.verdicts))
        rest = [each for each in worker.batch if each != number]
        self.queue = [[each] for each in rest] + self.queue
        if self.made > 200:
            raise SystemExit("too many workers were lost")
        if self.queue:
            self.workers.append(self._new())


def run_watched(
    numbers: list[int], seed: int, jobs: int, limit: float, told: Told = _silent
) -> Result:
    """In worker processes with a limit of seconds for every step of a file."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        verdicts = Pool(Path(folder), seed, jobs, limit, told).run(numbers)
    return Result(verdicts, time.perf_counter() - start)


def failure(verdict: Verdict) -> str:
    """One line of what is wrong with a file; its number makes it again (--only)."""
    what = f"{verdict.mutator}, {verdict.form}"
    return f"  FAILED {verdict.number} ({what}): {'; '.join(verdict.faults)}"


def table(result: Result) -> str:
    """Files per mutator and outcome, rows, the slowest file, and what failed."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in result.verdicts:
        counts[each.mutator, each.outcome or "no file"] += 1
        counts["all", each.outcome or "no file"] += 1
    outcomes = ("loaded", "refused", "replayed", "no file", "lost")
    lines = [f"{'mutator':<18}" + "".join(f"{name:>10}" for name in outcomes)]
    mutators = sorted({each.mutator for each in result.verdicts} - {"all"})
    for mutator in [*mutators, "all"]:
        numbers = "".join(f"{counts[mutator, name]:>10,}" for name in outcomes)
        lines.append(f"{mutator:<18}{numbers}")
    rows = sum(each.rows for each in result.verdicts)
    lines.append(f"rows accounted for in loaded files: {rows:,}")
    if result.verdicts:
        slow = max(result.verdicts, key=lambda each: each.seconds)
        lines.append(
            f"slowest file: {slow.number} ({slow.mutator}, {slow.form}) {slow.seconds:.2f} s"
        )
    lines.append(
        f"{len(result.verdicts):,} files in {result.seconds:.0f} s; "
        f"{len(result.failures)} failures"
    )
    lines += map(failure, sorted(result.failures, key=lambda each: each.number)[:200])
    return "\n".join(lines) + "\n"
