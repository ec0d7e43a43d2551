"""Seconds of a night with one new extract, and what Prefect adds to a rerun.

    python benchmarks/night.py                                # 300,000 households
    python benchmarks/night.py --households 20000 --office DIR

Makes a town by the commands (blindspot init, twin, ingest, screen) with the newest
extract held back, then lets that arrive and times `blindspot run nightly` as the user
does: with a temporary server, and with one that runs already. The same for a rerun on
which nothing arrived, beside the command without Prefect. Medians; `--office DIR` keeps
the town and uses it again.
"""

import argparse
import datetime as dt
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

AS_OF = dt.date(2026, 7, 1)
RUN = "from flows.cli import main; main()"
HELD = "held"
EXTRACT = "KEPCO_LIMIT_*.txt"
NIGHT_GOAL, TEMPORARY_GOAL, RUNNING_GOAL = 60.0, 6.0, 1.5


def blindspot(*words: str) -> float:
    """Run a command as a program of its own; its seconds from start to end."""
    begun = perf_counter()
    done = subprocess.run([sys.executable, "-c", RUN, *words], stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.returncode)
    return perf_counter() - begun


def make_town(folder: Path, households: int) -> None:
    """An office that has everything but its newest power extract."""
    here = ("--office", str(folder / "town"))
    day = ("--as-of", AS_OF.isoformat())
    blindspot("init", *here, "--synthetic-seed", "7")
    blindspot("twin", *here, "--households", str(households), *day, "--seed", "7")
    newest = max((folder / "town" / "inbox").glob(EXTRACT))
    (folder / HELD).mkdir()
    for file in (newest, newest.with_name(f"{newest.name}.received")):
        shutil.move(file, folder / HELD)
    print(f"first load {blindspot('ingest', *here, *day):.0f} s")
    print(f"first screen {blindspot('screen', *here, *day):.0f} s")


@contextmanager
def served(office: Path) -> Iterator[None]:
    """An office whose Prefect server runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    words = ["serve", "--office", str(office), "--port", port]
    with subprocess.Popen(
        [sys.executable, "-c", RUN, *words],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        else:
            sys.exit("blindspot serve did not start")
        sleep(5)  # its runner has to come up, too
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=60)


def night(folder: Path, town: Path) -> float:
    """Let the extract arrive in a copy of the town; seconds of the night after it."""
    for file in (folder / HELD).iterdir():
        shutil.copy(file, town / "inbox")
    (received,) = (folder / HELD).glob("*.received")
    day = dt.date.fromisoformat(received.read_text(encoding="ascii").strip())
    after = (day + dt.timedelta(days=1)).isoformat()
    return blindspot("run", "nightly", "--office", str(town), "--as-of", after)


def copied(folder: Path) -> Path:
    """The town as before the night."""
    shutil.rmtree(folder / "tonight", ignore_errors=True)
    return Path(shutil.copytree(folder / "town", folder / "tonight"))


def overheads(town: Path, times: int) -> tuple[float, float, float]:
    """Medians of a rerun on which nothing arrived: bare, temporary, running server."""
    words = ("--office", str(town), "--as-of", AS_OF.isoformat())
    bare, temporary, running = [], [], []
    for _ in range(times):
        bare.append(blindspot("ingest", *words))
        temporary.append(blindspot("run", "ingest", *words))
    with served(town):
        blindspot("run", "ingest", *words)
        running = [blindspot("run", "ingest", *words) for _ in range(times)]
    one, two, three = map(statistics.median, (bare, temporary, running))
    return one, two, three


def main() -> None:
    """Print what a night takes, and what of it is Prefect's."""
    asked = options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.office or Path(scratch)
        if not (folder / HELD).exists():
            folder.mkdir(parents=True, exist_ok=True)
            make_town(folder, asked.households)
        nights = [night(folder, copied(folder)) for _ in range(asked.times)]
        bare, temporary, running = overheads(copied(folder), asked.times)
        shutil.rmtree(folder / "tonight")
    line = "{:52}{:8.2f} s   goal {:5.1f}"
    print(line.format("night, one new extract", statistics.median(nights), NIGHT_GOAL))
    print(f"{'rerun without Prefect':52}{bare:8.2f} s")
    added = ("Prefect adds to a rerun, temporary server", temporary - bare)
    print(line.format(*added, TEMPORARY_GOAL))
    added = ("Prefect adds to a rerun, running server", running - bare)
    print(line.format(*added, RUNNING_GOAL))


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--office", type=Path, help="keep the town here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
