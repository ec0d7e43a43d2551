"""A made-up office at the beginning of each step, and what an undisturbed run makes of it."""

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos.process import Ended, Running, run
from tests.chaos.state import Digest, LoadedFile, differences, digest, loaded_files

AS_OF: Final = "2026-07-01"
BY: Final = ("--confirm-by", "김시험")
STEPS: Final = {
    "ingest": ("ingest", "--as-of", AS_OF),
    "train": ("train", "--as-of", AS_OF),
    "screen": ("screen", "--as-of", AS_OF),
    "export": ("export", "--as-of", AS_OF, *BY),
}
# What an office has behind it before a step: models to replace, a round that stays.
_EARLIER: Final = {
    "train": (
        ("train", "--as-of", "2026-03-01"),
        ("screen", "--as-of", "2026-05-01"),
        ("export", "--as-of", "2026-05-01", *BY),
    )
}
JUDGES: Final = (("check",), ("access", "verify"))
_NOBODYS_FILE: Final = "NOBODY_KNOWS_THIS.txt"


@dataclass
class Step:
    """One step of an office: where it begins and how it ends undisturbed.

    `starts`: seconds until it has the office. `changes`: how often its data folder is
    seen to change. `grows`: bytes by which it grows at most.
    """

    name: str
    before: Path
    was: Digest
    wanted: Digest
    code: int
    judged: dict[tuple[str, ...], int]
    starts: float
    seconds: float
    changes: int
    grows: int

    @property
    def words(self) -> tuple[str, ...]:
        return STEPS[self.name]

    def took(self, seconds: float) -> None:
        """A machine is now busier, now idler: the instants follow."""
        self.seconds = 0.5 * self.seconds + 0.5 * seconds


@dataclass
class Town:
    """An office before each of its steps."""

    steps: dict[str, Step]
    files: dict[int, LoadedFile]

    @property
    def after(self) -> Digest:
        """All that an undisturbed office holds at its end."""
        return list(self.steps.values())[-1].wanted


def make_town(
    folder: Path,
    households: int,
    seed: int,
    tell: Callable[[str], None],
    *,
    months: int = 18,
    steps: tuple[str, ...] = tuple(STEPS),
    judges: tuple[tuple[str, ...], ...] = JUDGES,
) -> Town:
    """Make up a town and run it once without disturbance, a copy before each step."""
    root = folder / "undisturbed"
    _must(run(root, "init", "--synthetic-seed", str(seed)))
    size = ("--households", str(households), "--months", str(months))
    _must(run(root, "twin", *size, "--seed", str(seed), "--as-of", AS_OF))
    (root / "inbox" / _NOBODYS_FILE).write_text("이것은 추출이 아니다\n", "utf-8")
    made: dict[str, Step] = {}
    held: dict[int, LoadedFile] = {}
    for name in steps:
        for words in _EARLIER.get(name, ()):
            _must(run(root, *words))
        before = folder / f"before-{name}"
        shutil.copytree(root, before)
        made[name] = _undisturbed(name, root, before, judges)
        held = held or loaded_files(root)
        tell(f"{name}: {made[name].seconds:.1f} s, {len(made[name].wanted)} compared")
    return Town(made, held)


def _undisturbed(
    name: str, root: Path, before: Path, judges: tuple[tuple[str, ...], ...]
) -> Step:
    was = digest(root) if name != "ingest" else {}
    running = Running(root, STEPS[name])
    running.wait_for(running.holds)
    starts, eyes = running.seconds(), Eyes(root)
    running.wait_for(lambda: eyes.seen() < 0)
    ended = running.finish()
    if ended.code not in (0, 5) or (faults := ended.faults):
        raise SystemExit(f"undisturbed {name} fails: {ended.err}{faults}")
    return Step(
        *(name, before, was, digest(root), ended.code, judged(root, judges)),
        *(starts, ended.seconds, max(eyes.changes, 1), eyes.most - eyes.first),
    )


def compare(step: Step, root: Path, ended: Ended) -> list[str]:
    """What is other than after an undisturbed run, once this one has ended."""
    if ended.faults:
        return ended.faults
    if ended.code != step.code:
        return [f"ends with {ended.code}: {ended.err.strip()}"]
    faults = differences(step.wanted, digest(root))
    faults += [
        f"{' '.join(words)} ends with {code}"
        for words, code in judged(root, step.judged).items()
        if code != step.judged[words]
    ]
    return faults


def restore(step: Step, root: Path) -> None:
    """The office as it was before the step."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(step.before, root)


def judged(root: Path, judges: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """The exit codes of the commands that judge an office."""
    return {words: run(root, *words).code for words in judges}


def _must(ended: Ended) -> None:
    if ended.code:
        raise SystemExit(f"the town cannot be made: {ended.err}")


class Eyes:
    """Counts how often an office's data folder and rounds are seen to change."""

    def __init__(self, root: Path) -> None:
        self.folders = [root / "data", root / "rounds"]
        self.changes = 0
        self.last = self._look()
        self.first = self.most = _bytes(self.last)

    def seen(self) -> int:
        """The changes so far, this moment's included."""
        now = self._look()
        self.changes += now != self.last
        self.last = now
        self.most = max(self.most, _bytes(now))
        return self.changes

    def _look(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for folder in self.folders:
            _add(found, folder, depth=2)
        return sorted(found)


def _bytes(found: list[tuple[str, int]]) -> int:
    return sum(size for _, size in found if size > 0)


def _add(found: list[tuple[str, int]], folder: Path, depth: int) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in ("access", "prefect", ".run.lock"):
                    continue
                if entry.is_dir():
                    found.append((entry.path, -1))
                    if depth:
                        _add(found, Path(entry.path), depth - 1)
                else:
                    found.append((entry.path, entry.stat().st_size))
    except OSError:  # it was there a moment ago
        return
