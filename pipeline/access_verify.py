"""Whether the access log is whole: its chain, and heads of it that were kept elsewhere.

The chain alone finds edits, gaps and another order. Who can write the file can also cut
its end off or chain it anew; that is found by heads that lie where they cannot reach:
in the encrypted warehouse, in anchor files off the machine, in every sealed list.
"""

import io
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.accesslog import NOTHING_BEFORE, AccessLog, Head, hash_of
from pipeline.errors import DiskError, OptionError
from pipeline.warehouse import Warehouse

NO_HEAD: Final = Head(0, NOTHING_BEFORE)
ANCHOR_NAME: Final = "blindspot-access-anchor.txt"
_ANCHOR: Final = re.compile(r"(\S+) (\d+) ([0-9a-f]{64})")
_SEAL: Final = re.compile(r"blindspot access log (\d+) ([0-9a-f]{64})")

# grain: one writing open of the warehouse, which is encrypted and not cut like a text.
HEAD_TABLE: Final = """
CREATE TABLE IF NOT EXISTS log_access_head (
    seen_at TIMESTAMP, n BIGINT, hash VARCHAR
)
"""


@dataclass(frozen=True)
class Known:
    """A head that was kept elsewhere."""

    where: str
    head: Head


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    where: str
    what: str


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole log found; `kept` heads were compared."""

    entries: int
    head: Head
    kept: int
    findings: tuple[Finding, ...]


def verify(log: AccessLog, known: Iterable[Known], begins: Head = NO_HEAD) -> Verdict:
    """Check every entry against the one before it, and every head kept elsewhere.

    `begins` is the last entry that was lawfully destroyed.
    """
    found: list[Finding] = []
    hashes: dict[int, str] = {}
    last = begins
    for line in log.lines():
        where = f"{line.file} line {line.place}"
        if line.entry is None:
            found.append(Finding(where, "is no entry: it was overwritten"))
            continue
        found += [Finding(where, what) for what in _broken(line.entry, last)]
        last = Head(int(line.entry["n"]), str(line.entry["hash"]))
        hashes[last.number] = last.hash
    heads = [one for one in known if one.head.number > begins.number]
    found += _against(heads, hashes, last)
    return Verdict(len(hashes), last, len(heads), tuple(found))


def _broken(entry: Mapping[str, Any], last: Head) -> Iterator[str]:
    if hash_of(entry) != entry["hash"]:
        yield f"entry {entry['n']} was edited: its hash does not fit"
    wanted = last.number + 1
    if entry["n"] > wanted:
        yield f"entries {wanted} to {entry['n'] - 1} are missing before it"
    elif entry["n"] < wanted:
        yield f"entry {entry['n']} is out of order: entry {wanted} was expected"
    elif entry["before"] != last.hash:
        yield f"entry {entry['n']} does not follow the entry before it"


def _against(
    heads: list[Known], hashes: Mapping[int, str], last: Head
) -> Iterator[Finding]:
    for one in heads:
        if one.head.number > last.number:
            yield Finding(
                one.where,
                f"knows entry {one.head.number}; the log ends at {last.number}: its "
                "end was cut off",
            )
        elif hashes.get(one.head.number) != one.head.hash:
            yield Finding(
                one.where,
                f"knows another entry {one.head.number}: the log was written anew",
            )


def keep_head(warehouse: Warehouse, at: str, head: Head) -> None:
    """Remember the head inside the encrypted warehouse."""
    warehouse.execute(HEAD_TABLE)
    warehouse.execute(
        "INSERT INTO log_access_head VALUES (CAST($at AS TIMESTAMP), $n, $hash)",
        {"at": at[:19], "n": head.number, "hash": head.hash},
    )


def heads_of_warehouse(warehouse: Warehouse) -> list[Known]:
    """The heads that runs left in the warehouse."""
    if not warehouse.has_table("log_access_head"):
        return []
    rows = warehouse.rows("SELECT seen_at, n, hash FROM log_access_head ORDER BY n")
    return [Known(f"warehouse, {at}", Head(n, digest)) for at, n, digest in rows]


def beginning(warehouse: Warehouse) -> Head:
    """The last entry of the months that were lawfully destroyed."""
    if warehouse.has_table("log_access_begin"):
        rows = warehouse.rows("SELECT n, hash FROM log_access_begin ORDER BY n DESC")
        if rows:
            return Head(int(rows[0][0]), str(rows[0][1]))
    return NO_HEAD


def write_anchor(folder: Path, at: str, head: Head) -> Path:
    """Append the head to the anchor file of a folder, best one off the machine.

    Raises:
        DiskError: The folder is not there or cannot be written.
    """
    file = folder / ANCHOR_NAME
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"{at} {head}\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise DiskError(
            f"the anchor {file} cannot be written ({error.strerror})",
            "mount the folder that [access] anchors names, or take it out of there",
        ) from None
    return file


def heads_of_anchor(file: Path) -> list[Known]:
    """The heads of an anchor file.

    Raises:
        OptionError: It cannot be read, or holds a line that is no anchor.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise OptionError(
            f"the anchor file {file} cannot be read",
            f"name a file {ANCHOR_NAME} that 'blindspot access anchor' wrote",
        ) from None
    known = []
    for place, line in enumerate(filter(None, lines), start=1):
        if (match := _ANCHOR.fullmatch(line.strip())) is None:
            raise OptionError(
                f"{file} line {place} is no anchor",
                "an anchor is a moment, a number and 64 hexadecimal digits",
            )
        head = Head(int(match.group(2)), match.group(3))
        known.append(Known(f"{file.name} line {place} ({match.group(1)})", head))
    if not known:
        raise OptionError(
            f"the anchor file {file} holds no line: somebody emptied it",
            "compare with another anchor or a sealed list, then take the file away",
        )
    return known


def seal_comment(head: Head) -> bytes:
    """The head as the open comment of a sealed list; it tells of nobody."""
    return f"blindspot access log {head}".encode()


def heads_of_sealed(file: Path) -> list[Known]:
    """The head in a sealed list; no password is needed for it.

    Raises:
        OptionError: It is no sealed list of ours.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as container:
            match = _SEAL.fullmatch(container.comment.decode("ascii", "replace"))
    except (OSError, zipfile.BadZipFile):
        match = None
    if match is None:
        raise OptionError(
            f"{file} is no sealed list with a head of the access log",
            "name a .zip of a round's folder that was written with --seal",
        )
    return [Known(file.name, Head(int(match.group(1)), match.group(2)))]
