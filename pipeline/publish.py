"""A round folder appears whole, by one rename, or not at all."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pipeline.access_record import handed
from pipeline.errors import DiskError
from pipeline.manifest import MANIFEST_NAME
from pipeline.sealed import Archive

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
# Other pages are written into a round's folder after it was published.
CARD_PREFIX: Final = "사유카드_"
NO_ARCHIVES: Final[Mapping[str, Archive]] = MappingProxyType({})
_TEMP_PREFIX: Final = ".publishing-"


def editions(rounds: Path, round_: str) -> dict[int, Path]:
    """The published editions of a round: 1 is `<round>`, 2 is `<round>_v2`, …."""
    pattern = re.compile(re.escape(round_) + r"(?:_v(\d+))?")
    if not rounds.is_dir():
        return {}
    found = {
        int(match[1] or 1): folder
        for folder in rounds.iterdir()
        if folder.is_dir() and (match := pattern.fullmatch(folder.name))
    }
    return dict(sorted(found.items()))


def edition_folder(rounds: Path, round_: str, edition: int) -> Path:
    """Where an edition of a round lies."""
    return rounds / (round_ if edition == 1 else f"{round_}_v{edition}")


def holds_the_same(
    folder: Path,
    files: Mapping[str, bytes],
    archives: Mapping[str, Archive] = NO_ARCHIVES,
) -> bool:
    """Whether a published folder holds exactly these lists.

    Files are compared byte for byte, sealed ones by what is inside.
    """
    lists = {path.name: path for path in folder.iterdir() if _is_list(path)}
    if lists.keys() != files.keys() | archives.keys():
        return False
    return all(
        archives[name].holds(path.read_bytes())
        if name in archives
        else path.read_bytes() == files[name]
        for name, path in lists.items()
    )


def _is_list(path: Path) -> bool:
    """Whether it left for an office: not the manifest, nor a page written later."""
    is_page = path.suffix == ".html" and not path.name.startswith(CARD_PREFIX)
    return path.is_file() and path.name != MANIFEST_NAME and not is_page


def publish(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder beside its place and move it there with one rename.

    Raises:
        DiskError: A file cannot be written; nothing is published.
    """
    temp = target.parent / f"{_TEMP_PREFIX}{target.name}"
    handed(target.name, files)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        remove_leftovers(target.parent)
        temp.mkdir(mode=FOLDER_MODE)
        for name, content in files.items():
            write_durably(temp / name, content)
        _sync_folder(temp)
        temp.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise DiskError(
            f"{target} could not be written ({error.strerror}); nothing is published",
            "free space or mend the folder's permissions, then export again",
        ) from None
    finally:
        if temp.exists():
            shutil.rmtree(temp, ignore_errors=True)


def remove_leftovers(rounds: Path) -> None:
    """Remove what a killed export left: it was never published."""
    for leftover in rounds.glob(f"{_TEMP_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def replace_durably(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there with one rename.

    Raises:
        DiskError: It cannot be written; what was there stays.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        write_durably(part, content)
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise DiskError(
            f"{path} could not be written ({error.strerror}); nothing was changed",
            "free space or mend the folder's permissions, then run this again",
        ) from None
    finally:
        part.unlink(missing_ok=True)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads; it is on the disk afterwards."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
