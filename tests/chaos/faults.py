"""Other faults: a full disk, too little memory, another clock, company."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.errors import DiskError
from tests.chaos.process import CHILD, Ended, Running, run
from tests.chaos.state import look
from tests.chaos.town import Step, Town, compare, restore

_DAY, _YEAR = 86_400, 31_536_000
# Shifts of the clock within a run and, of the same step made again, after it.
CLOCKS: Final = {
    "back": ({"CHAOS_CLOCK": f"0,0,-{_DAY}"}, {"CHAOS_CLOCK": f"-{_DAY}"}),
    "forth": ({"CHAOS_CLOCK": f"0,{_YEAR}"}, {"CHAOS_CLOCK": f"-{_DAY},{_YEAR},0"}),
    "zone": ({"TZ": "America/New_York"}, {"TZ": "Asia/Kolkata"}),
}
_ADDRESSES: Final = (3_000, 1_200, 700)  # MB, falling
_LIMITS: Final = ("120MB", "30MB")


@dataclass
class Fault:
    """What became of one kind of fault on one step."""

    name: str
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def met(self, where: str, ended: Ended, allowed: tuple[int, ...]) -> None:
        """A disturbed command ends well or tells why not, in one of the ways allowed."""
        self.outcomes[_outcome(ended)] += 1
        faults = list(ended.faults)
        if ended.code not in allowed:
            faults.append(f"ends with {ended.code}: {ended.err.strip()[-300:]}")
        self.faults += [f"{where}: {fault}" for fault in faults]

    def found(self, where: str, faults: list[str] | tuple[str, ...]) -> None:
        self.faults += [f"{where}: {fault}" for fault in faults]


def _outcome(ended: Ended) -> str:
    return f"signal {-ended.code}" if ended.code < 0 else f"exit {ended.code}"


def full_disk(town: Town, step: Step, root: Path, rng: np.random.Generator) -> Fault:
    """The disk ends somewhere in the step, also at once; freed, it ends as ever."""
    fault = Fault(f"disk/{step.name}")
    most = max(step.grows, 1 << 16)
    for free in (0, *(int(rng.integers(1, most)) for _ in range(2))):
        with _small_disk(step, root, free) as (office, command, let_go):
            where = f"{free:,} bytes free"
            ended = Running(office, step.words, before=command).finish()
            fault.met(where, ended, (step.code, DiskError.exit_code))
            let_go()  # to read an office is written down, which needs room, too
            fault.found(where, look(office, town.files).faults)
            again = run(office, *step.words)
            fault.found(f"{where}, then more", compare(step, office, again))
        if fault.faults:
            break
    return fault


@contextmanager
def _small_disk(
    step: Step, root: Path, free: int
) -> Iterator[tuple[Path, tuple[str, ...], Callable[[], None]]]:
    """An office where so much can still be written, and how to end that.

    A disk of its own where we may mount one; else no file may grow beyond a size.
    """
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    if not _mounts(root):
        restore(step, root / "office")
        blocks = max(1, free // 512)
        yield root / "office", ("sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh"), _no
        return
    try:
        restore(step, root / "office")
        filler = root / "filler"
        _fill(filler, free)
        yield root / "office", (), lambda: filler.unlink()
    finally:
        subprocess.run(["umount", "--lazy", root], check=True)


def _no() -> None:
    """The next command is not limited anyway."""


def _mounts(folder: Path) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", "size=2g,mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0:
        return False
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _fill(filler: Path, free: int) -> None:
    disk = os.statvfs(filler.parent)
    page = disk.f_frsize
    size = disk.f_bavail * page - free // page * page
    with filler.open("wb") as opened:
        os.posix_fallocate(opened.fileno(), 0, max(size, 1))


def little_memory(
    town: Town, step: Step, root: Path, rng: np.random.Generator
) -> Fault:
    """Fewer and fewer addresses, then a lower limit in the office's own settings."""
    fault = Fault(f"memory/{step.name}")
    allowed = (step.code, DiskError.exit_code)
    for megabytes in _ADDRESSES:
        restore(step, root)
        command = ("sh", "-c", f'ulimit -v {megabytes * 1024}; exec "$@"', "sh")
        # OpenBLAS asks for memory again and again: somebody has to end it then.
        running = Running(root, step.words, before=command)
        ended = running.finish(patience=60 + 5 * step.seconds)
        where = f"{megabytes} MB of addresses"
        fault.found(where, look(root, town.files).faults)
        # A library that gets no memory may end the process, as the system would.
        died = (-6, -11, -9)
        fault.met(where, ended, (*allowed, *died))
        fault.found(where, compare(step, root, run(root, *step.words)))
    for limit in _LIMITS:
        restore(step, root)
        settings = root / "blindspot.toml"
        text = settings.read_text("utf-8")
        settings.write_text(text.replace('memory = "2GB"', f'memory = "{limit}"'))
        ended = run(root, *step.words)
        fault.met(f"[limits] memory {limit}", ended, allowed)
        if ended.code == step.code:  # it was enough; a screen keeps its settings
            continue
        settings.write_text(text)
        fault.found(limit, compare(step, root, run(root, *step.words)))
    return fault


def other_clock(town: Town, step: Step, root: Path, rng: np.random.Generator) -> Fault:
    """The clock jumps within a run that is killed, and again until the next one."""
    fault = Fault(f"clock/{step.name}")
    for name, (before, after) in CLOCKS.items():
        restore(step, root)
        at = rng.uniform(step.starts, step.seconds)
        running = Running(root, step.words, env=_clock(before))
        running.wait_for(lambda at=at, running=running: running.seconds() > at)
        fault.outcomes[_outcome(running.kill())] += 1
        fault.found(f"{name}, killed", look(root, town.files).faults)
        ended = run(root, *step.words, env=_clock(after))
        fault.found(name, compare(step, root, ended))
    return fault


def _clock(env: Mapping[str, str]) -> dict[str, str]:
    return {**env, "PYTHONPATH": str(CHILD)}
