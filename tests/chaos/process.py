"""A command of the product as a process of its own, which may be killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CHILD: Final = Path(__file__).parent / "child"
ROOT: Final = Path(__file__).parents[2]
_PROGRAM: Final = "from flows.cli import main; main()"
_LONGEST: Final = 900.0
_PAUSE: Final = 0.005
SHORT: Final = 0.0005


@dataclass
class Ended:
    """How a command ended."""

    code: int
    seconds: float
    out: str = ""
    err: str = ""
    held: bool = False

    @property
    def is_killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def faults(self) -> list[str]:
        """What no user may see, however a command ends."""
        told = self.out + self.err
        faults = ["a traceback"] if "Traceback (most" in told else []
        if self.code == 70 or "unexpected" in self.err:
            faults.append("an unexpected error")
        if self.code > 0 and "→" not in self.err:
            faults.append(f"exit code {self.code} without a next step")
        return faults


@dataclass(eq=False)
class Running:
    """A command under way, in a session of its own."""

    root: Path
    words: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chaos-said-"))
        env = {**os.environ, **self.env}
        path = [*self.env.get("PYTHONPATH", "").split(os.pathsep), str(ROOT)]
        env["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        command = [*self.before, sys.executable, "-c", _PROGRAM, *self.words]
        self.began = time.perf_counter()
        with (
            (self.folder / "out").open("wb") as out,
            (self.folder / "err").open("wb") as err,
        ):
            self.process = subprocess.Popen(
                [*command, "--office", str(self.root)],
                env=env,
                stdout=out,
                stderr=err,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def seconds(self) -> float:
        return time.perf_counter() - self.began

    def holds(self) -> bool:
        """Whether this command has the office; what a dead one wrote there stays."""
        try:
            told = (self.root / "data" / ".run.lock").read_text("utf-8")
        except FileNotFoundError:
            return False
        return told.startswith(f"process {self.process.pid} ")

    def wait_for(self, is_time: Callable[[], bool], pause: float = _PAUSE) -> bool:
        """Wait until a moment has come; False when the command ended before.

        `pause`: seconds between two looks; a kill at sight needs short ones.
        """
        while self.is_alive():
            if is_time():
                return True
            if self.seconds() > _LONGEST:
                raise AssertionError(f"{self.words[0]} never ends")
            time.sleep(pause)
        return False

    def kill(self) -> Ended:
        """kill -9 to everything that the command started."""
        held = self.holds()
        os.killpg(self.process.pid, signal.SIGKILL)
        return self._ended(held)

    def finish(self, patience: float | None = None) -> Ended:
        """Let it end by itself; kill it when it takes longer than so many seconds."""
        if patience and self.wait_for(lambda: self.seconds() > patience, 0.1):
            return self.kill()
        return self._ended(held=False)

    def _ended(self, held: bool) -> Ended:
        code = self.process.wait(_LONGEST)
        seconds = self.seconds()
        out, err = (
            (self.folder / name).read_text("utf-8", "replace")
            for name in ("out", "err")
        )
        for name in ("out", "err"):
            (self.folder / name).unlink()
        self.folder.rmdir()
        return Ended(code, seconds, out, err, held)


def run(root: Path, *words: str, env: Mapping[str, str] | None = None) -> Ended:
    """A command from its beginning to its end."""
    return Running(root, words, env or {}).finish()
