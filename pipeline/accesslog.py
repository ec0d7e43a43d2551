"""The access log: who did what with whose data, each entry chained to the one before.

One line of JSON per entry, one file per month, only ever appended to. An entry has the
hash of the entry before it, so that an edit, a gap or another order breaks the chain;
that the end was not cut off is told by heads kept elsewhere (access_verify.py).
Household ids tell whose data it was; no name of theirs, no value of a row.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.errors import DiskError

FOLDER: Final = "access"
LOCK_NAME: Final = ".lock"
_FILE: Final = re.compile(r"\d{4}-\d{2}\.jsonl")
NOTHING_BEFORE: Final = "0" * 64
_BLOCK: Final = 8_192


@dataclass(frozen=True)
class Actor:
    """Who works from where: who logged in, and as which account they work."""

    operator: str
    host: str
    process: int


@dataclass(frozen=True)
class Event:
    """What is put down.

    Attributes:
        command: The command as it is called, without its options: they may name people.
        phase: `begun`, `handed` (something left), `ended`; or `refused` alone.
        purpose: Why at all, a name of `PURPOSES`.
        whose: Household ids; empty where a command touched none or all.
        about: Plain facts: round, date, counts, files with their hash, who confirmed.
        outcome: Of `ended`: done, exit and the code it found, or the kind of error.
    """

    command: str
    phase: str
    purpose: str
    whose: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = ""


@dataclass(frozen=True)
class Head:
    """The last entry: its number and hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


@dataclass(frozen=True)
class Line:
    """One line as it lies in a file; `entry` is None where it is none."""

    file: str
    place: int
    text: str
    entry: Mapping[str, Any] | None


class AccessLog:
    """An office's access log: append and read, nothing else."""

    def __init__(self, data_folder: Path) -> None:
        self.folder = data_folder / FOLDER

    def append(self, at: str, actor: Actor, event: Event) -> Head:
        """Put an entry down for good; `at` is a moment with its offset, ISO 8601.

        Raises:
            DiskError: It could not be written: the work must not go on.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._locked():
                return self._append(at, actor, event)
        except OSError as error:
            raise DiskError(
                f"the access log in {self.folder} cannot be written ({error.strerror})",
                "free space or give this user the folder; nothing is done without it",
            ) from None

    def _append(self, at: str, actor: Actor, event: Event) -> Head:
        head = self.head()
        body = {"n": head.number + 1, "at": at, **asdict(actor), **asdict(event)}
        body["before"] = head.hash
        digest = hash_of(body)
        file = self.folder / f"{at[:7]}.jsonl"
        # A clock set back must not put an entry into a file before the last one.
        file = max([file, *self.files()[-1:]])
        text = json.dumps(body | {"hash": digest}, ensure_ascii=False)
        is_new = not file.exists()
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _drop_torn_end(file, descriptor)
            _write_whole(descriptor, (text + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            _sync_folder(self.folder)
        return Head(head.number + 1, digest)

    def head(self) -> Head:
        """The last whole entry; number 0 where there is none."""
        for file in reversed(self.files()):
            if (entry := _last_entry(file)) is not None:
                return Head(int(entry["n"]), str(entry["hash"]))
        return Head(0, NOTHING_BEFORE)

    def files(self) -> list[Path]:
        """The months, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(f for f in self.folder.iterdir() if _FILE.fullmatch(f.name))

    def lines(self) -> Iterator[Line]:
        """Every line of every month, in order."""
        for file in self.files():
            for place, text in enumerate(_whole_lines(file.read_bytes()), start=1):
                yield Line(file.name, place, text, _parsed(text))

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """What can be read as an entry, in order."""
        return (line.entry for line in self.lines() if line.entry is not None)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time: readers of the data write here side by side."""
        lock = os.open(self.folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def hash_of(body: Mapping[str, Any]) -> str:
    """SHA-256 of an entry without its own hash, in one spelling."""
    kept = {name: value for name, value in body.items() if name != "hash"}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def ids_of(whose: Sequence[str]) -> tuple[str, ...]:
    """Ids once each, in order."""
    return tuple(sorted(set(whose)))


def _parsed(text: str) -> Mapping[str, Any] | None:
    try:
        entry = json.loads(text)
    except ValueError:
        return None
    if not isinstance(entry, dict) or not {"n", "before", "hash"} <= entry.keys():
        return None
    return entry


def _whole_lines(content: bytes) -> list[str]:
    """A last line without an end was being written when the machine stopped."""
    return content.decode("utf-8", "replace").split("\n")[:-1]


def _last_entry(file: Path) -> Mapping[str, Any] | None:
    """Read from the end, further back until an entry is whole."""
    size, block = file.stat().st_size, _BLOCK
    while True:
        with file.open("rb") as opened:
            opened.seek(max(0, size - block))
            part = opened.read()
        # What stands before the first end of line may be the rest of an entry.
        lines = _whole_lines(part)[0 if block >= size else 1 :]
        for text in reversed(lines):
            if (entry := _parsed(text)) is not None:
                return entry
        if block >= size:
            return None
        block *= 8


def _write_whole(descriptor: int, line: bytes) -> None:
    """All of a line: a disk that is almost full takes a part of it without a word."""
    if (written := os.write(descriptor, line)) != len(line):
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - written)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _drop_torn_end(file: Path, descriptor: int) -> None:
    """Cut what a stopped machine left of an entry: its work had not begun."""
    size, block = file.stat().st_size, _BLOCK
    while size:
        start = max(0, size - block)
        with file.open("rb") as opened:
            opened.seek(start)
            whole = opened.read().rfind(b"\n") + 1
        if whole or not start:
            if start + whole < size:
                os.ftruncate(descriptor, start + whole)
            return
        block *= 8


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
