"""The keys in two parts: either alone tells nothing, both give back the key folder.

A one-time pad: the first part is drawn from the operating system, the second is the
folder XOR the first. The office keeps only a fingerprint and a date, so that it can
tell when the keys have changed since.
"""

import datetime as dt
import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.backup import appearing
from pipeline.errors import DiskError, OptionError
from pipeline.escrow_text import PARTS, Part, digest, encode, read_part
from pipeline.identity import keys_in, load_keys
from pipeline.publish import write_durably
from pipeline.settings import Office

STATE: Final = "escrow.json"
_SET_BYTES: Final = 5
_FINGERPRINT: Final = 16


@dataclass(frozen=True)
class Escrow:
    """What the office remembers of its newest escrow: nothing that opens anything."""

    made_on: str
    set_id: str
    keys: str
    folder: str


def key_files(folder: Path) -> dict[str, bytes]:
    """Every file of a key folder; those that begin with a dot are unfinished work."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def key_fingerprint(files: Mapping[str, bytes]) -> str:
    """A fingerprint of some key files: tells whether they changed, not what they are.

    They hold 256 drawn bits each; nobody finds them by trying.
    """
    return hashlib.sha256(b"blindspot key folder" + _packed(files)).hexdigest()[
        :_FINGERPRINT
    ]


def escrow(office: Office, targets: Sequence[Path], day: dt.date) -> list[Path]:
    """Write the two parts, each into a folder of its own, and prove that they fit.

    Raises:
        OptionError: Not two folders.
        SecretError: The keys themselves are missing or damaged.
        DiskError: A part cannot be written; neither stays.
    """
    if len({one.resolve() for one in targets}) != PARTS or len(targets) != PARTS:
        raise OptionError(
            "an escrow has two parts in two different places",
            "name two folders, best on two media: --to DIR1 --to DIR2",
        )
    for target in targets:
        if not target.is_dir():
            raise DiskError(
                f"{target} is not there", "mount the medium or make the folder"
            )
    load_keys(office)
    files = key_files(office.path("keys"))
    parts = split(files, office.config.office.name, day)
    written: list[Path] = []
    try:
        for part, target in zip(parts, targets, strict=True):
            file = target / f"blindspot-escrow-{part.set_id}-part{part.number}.txt"
            written.append(file)
            write_durably(file, part.text().encode())
        # What was written is read again: a medium that lies is found today.
        if joined(read_parts(written)) != files:
            raise OSError(0, "what was written reads differently")
        _remember(office, parts[0], files)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise DiskError(
            f"the escrow cannot be written ({error.strerror}); neither part stays",
            "free space or give this user the folder, then run this again",
        ) from None
    return written


def split(files: Mapping[str, bytes], office: str, day: dt.date) -> tuple[Part, Part]:
    """Two parts of some key files; the pad is drawn anew each time."""
    packed = zlib.compress(_packed(files), 9)
    pad = secrets.token_bytes(len(packed))
    bodies = (pad, _xor(packed, pad))
    set_id = encode(secrets.token_bytes(_SET_BYTES))
    mark = key_fingerprint(files)
    one, two = (
        Part(number, office, str(day), set_id, mark, digest(bodies[2 - number]), body)
        for number, body in enumerate(bodies, start=1)
    )
    return one, two


def read_parts(paths: Sequence[Path]) -> tuple[Part, Part]:
    """Both parts of one escrow, in their order.

    Raises:
        OptionError: One is mistyped (says which line), or they are not two of one set.
    """
    if len(paths) != PARTS:
        raise OptionError(
            f"{len(paths)} parts were named; an escrow has two",
            "name both: --part FILE1 --part FILE2",
        )
    read: list[Part] = []
    for path in paths:
        try:
            read.append(read_part(path.read_text(encoding="utf-8-sig"), path.name))
        except (OSError, UnicodeDecodeError):
            raise OptionError(
                f"{path} cannot be read as text", "name the file of a part"
            ) from None
    if read[0].set_id != read[1].set_id:
        raise OptionError(
            f"{paths[0].name} is of the escrow {read[0].set_id} ({read[0].made_on}), "
            f"{paths[1].name} of {read[1].set_id} ({read[1].made_on})",
            "take two parts of one set; it stands in the name of their files",
        )
    if read[0].number == read[1].number:
        raise OptionError(
            f"both files are part {read[0].number} of the same escrow",
            f"the other part, {PARTS + 1 - read[0].number}, is missing",
        )
    for path, part, other in zip(paths, read, reversed(read), strict=True):
        if digest(part.body) != other.other:
            raise OptionError(
                f"{path.name} is not what the other part was made with: "
                "it was changed after it was written",
                "take another copy of this part",
            )
    one, two = sorted(read, key=lambda part: part.number)
    return one, two


def joined(parts: tuple[Part, Part]) -> dict[str, bytes]:
    """The key files of two parts.

    Raises:
        OptionError: They do not give what they say.
    """
    try:
        packed = zlib.decompress(_xor(parts[0].body, parts[1].body))
        told = json.loads(packed)
        files = {
            name: text.encode("utf-8", "surrogateescape") for name, text in told.items()
        }
        if key_fingerprint(files) == parts[0].fingerprint == parts[1].fingerprint:
            return files
    except (ValueError, zlib.error, AttributeError):
        pass
    raise OptionError(
        f"the parts of {parts[0].set_id} do not give the keys that they name: "
        "both were changed after they were written",
        "take other copies of both",
    )


def recover(paths: Sequence[Path], target: Path) -> dict[str, bytes]:
    """Write the key folder anew out of its two parts; it appears whole or not at all.

    Raises:
        OptionError: The parts do not fit, or the folder is not empty.
        DiskError: It cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OptionError(
            f"{target} is there already and is not empty",
            "name a new folder with --to; no key is ever overwritten",
        )
    files = joined(read_parts(paths))
    if odd := [name for name in files if Path(name).name != name]:
        raise OptionError(
            f"a part names a file outside of the folder ({len(odd)})",
            "these parts were not written by 'blindspot keys escrow'",
        )
    with appearing(target) as folder:
        for name, content in files.items():
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        keys_in(folder)
    return files


def last_escrow(office: Office) -> Escrow | None:
    """What is remembered of the newest escrow."""
    try:
        text = (office.path("data") / STATE).read_text(encoding="utf-8")
        return Escrow(**json.loads(text))
    except (OSError, ValueError, TypeError):
        return None


def changed_since(office: Office, known: Escrow) -> str:
    """What has changed in the key folder since: keys, passwords or "" for nothing."""
    files = key_files(office.path("keys"))
    if key_fingerprint(_only_keys(files)) != known.keys:
        return "keys"
    return "passwords" if key_fingerprint(files) != known.folder else ""


def _remember(office: Office, part: Part, files: Mapping[str, bytes]) -> None:
    kept = {
        "made_on": part.made_on,
        "set_id": part.set_id,
        "keys": key_fingerprint(_only_keys(files)),
        "folder": part.fingerprint,
    }
    folder = office.path("data")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = folder / f".{STATE}.new"
    new.unlink(missing_ok=True)
    write_durably(new, json.dumps(kept).encode())
    new.replace(folder / STATE)


def _only_keys(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: files[name] for name in files if name.endswith(".key")}


def _packed(files: Mapping[str, bytes]) -> bytes:
    told = {
        name: content.decode("utf-8", "surrogateescape")
        for name, content in files.items()
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")


def _xor(one: bytes, other: bytes) -> bytes:
    if len(one) != len(other):
        raise ValueError("parts of different length")
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
