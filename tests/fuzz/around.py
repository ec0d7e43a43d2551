"""What surrounds a run: files put into an inbox, odd sizes, everything that is said."""

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import delimited, load, unusual
from tests.fuzz.corpus import Case

# A chunk is megabytes, so that a small file would never cross from one to the next.
_SMALL = (
    (delimited, "CHUNK_BYTES", 8 << 10),
    (unusual, "_CHUNK_ROWS", 7),
    (load, "SEGMENT_ROWS", 25),
)
_SMALL_LINES = 500
_QUICK_SHARE = 0.3


@contextlib.contextmanager
def odd_sizes(seed: int, cases: list[Case]) -> Iterator[None]:
    """Chunks so small that files cross them, and the quick checks on small files.

    A row that is longer than a chunk refuses its file: not in small chunks then.
    """
    rng = np.random.default_rng([seed, min(case.number for case in cases), 1])
    changes: list[tuple[Any, str, int]] = []
    small = all(_is_small(case.content.splitlines()) for case in cases)
    if rng.random() < 0.5 and small:
        changes += _SMALL
    if rng.random() < _QUICK_SHARE:
        changes.append((load, "QUICK_FROM_BYTES", 0))
    kept = [(place, name, getattr(place, name)) for place, name, _ in changes]
    for place, name, value in changes:
        setattr(place, name, value)
    try:
        yield
    finally:
        for place, name, value in kept:
            setattr(place, name, value)


def _is_small(lines: list[bytes]) -> bool:
    longest = max(map(len, lines), default=0)
    return len(lines) < _SMALL_LINES and longest < _SMALL[0][2] // 2


def put(inbox: Path, case: Case) -> Path:
    path = inbox / os.fsdecode(case.name)
    if path.exists():
        path = inbox / f"{case.number}_{os.fsdecode(case.name)}"
    if len(os.fsencode(path.name)) > 240:
        path = inbox / f"{case.number}.csv"
    side_car = path.with_name(path.name + ".received")
    if case.place == "file":
        path.write_bytes(case.content)
    elif case.place == "side-car folder":
        path.write_bytes(case.content)
        side_car.mkdir()
        return path
    else:
        target = {"link loop": path, "dangling link": inbox / ".nowhere"}
        elsewhere = inbox / f".{case.number}"
        elsewhere.write_bytes(case.content)
        path.symlink_to(target.get(case.place, elsewhere))
    if case.side_car is not None:
        side_car.write_bytes(case.side_car)
    return path


def is_in(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()


@contextlib.contextmanager
def heard() -> Iterator[Callable[[], str]]:
    """Every log line, warning and printed word while the block lasts."""
    held = io.StringIO()
    handler = logging.StreamHandler(held)
    names = (None, "blindspot")
    for name in names:
        logging.getLogger(name).addHandler(handler)
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stderr(held),
        contextlib.redirect_stdout(held),
    ):
        warnings.simplefilter("always")
        try:
            yield (
                lambda: held.getvalue() + " ".join(str(each.message) for each in caught)
            )
        finally:
            for name in names:
                logging.getLogger(name).removeHandler(handler)


def peak_bytes() -> int:
    """The most memory held since this was asked last; 0 where the system cannot tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    except OSError:
        return 0
    return int(status.split("VmHWM:")[1].split()[0]) << 10
