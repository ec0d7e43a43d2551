"""The way back: an office out of a copy and its key files, proved before it appears."""

import io
import re
import shutil
from pathlib import Path
from typing import Final

from pipeline.backup import (
    FILES,
    LISTS,
    appearing,
    broken,
    copy_file,
    read_copy,
    rows_by_table,
    same_rows,
    verify_backup,
)
from pipeline.errors import OfficeError, SecretError
from pipeline.identity import KEY_NAMES, Keys, load_keys
from pipeline.office import open_warehouse
from pipeline.publish import write_durably
from pipeline.settings import CONFIG_NAME, Office, load_office

_PATHS: Final = re.compile(r"^\[paths\][^\[]*", re.MULTILINE)


def restore(folder: Path, root: Path, key_folder: Path) -> Office:
    """Make an office out of a copy and its key files; it appears whole or not at all.

    Raises:
        OptionError: The copy is not whole.
        OfficeError: There is an office already.
        SecretError: The keys are missing, or not those of the copy.
    """
    if root.exists() and any(root.iterdir()):
        raise OfficeError(
            f"{root} is there already and is not empty",
            "name a new folder with --office; nothing is restored over an office",
        )
    told = read_copy(folder)
    with appearing(root) as new:
        shutil.copytree(folder / FILES, new, dirs_exist_ok=True)
        _live_in_own_folder(new / CONFIG_NAME)
        office = load_office(new)
        _put_keys(key_folder, office)
        verify_backup(folder, load_keys(office))
        _unseal_lists(folder / LISTS, load_keys(office), office.path("rounds"))
        for name in ("inbox", "logs"):
            office.path(name).mkdir(exist_ok=True, mode=0o700)
        _close_to_others(new)
        with open_warehouse(office, read_only=True, as_it_is=True) as warehouse:
            same_rows(rows_by_table(warehouse), told["tables"], folder)
    return load_office(root)


def _live_in_own_folder(settings: Path) -> None:
    """Folders that were elsewhere are here now: the old ones may still be in use."""
    text = settings.read_text(encoding="utf-8")
    office = load_office(settings.parent)
    names = ("inbox", "layouts", "keys", "data", "rounds", "logs")
    places = (office.path(name).resolve() for name in names)
    if not all(one.is_relative_to(office.root.resolve()) for one in places):
        settings.write_text(_PATHS.sub("", text), encoding="utf-8")


def _unseal_lists(file: Path, keys: Keys, rounds: Path) -> None:
    import pyzipper  # type: ignore[import-untyped]  # it ships no types

    rounds.mkdir(parents=True, exist_ok=True, mode=0o700)
    with pyzipper.AESZipFile(io.BytesIO(file.read_bytes())) as container:
        container.setpassword(keys.vault.reveal())
        for name in container.namelist():
            path = (rounds / name).resolve()
            if not path.is_relative_to(rounds.resolve()):
                raise broken(file.parent, "a list would lie outside of its folder")
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_durably(path, container.read(name))


def _put_keys(source: Path, office: Office) -> None:
    target = office.path("keys")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(source.glob("*")) if source.is_dir() else ():
        if path.is_file():
            copy_file(path, target / path.name)
    if lost := [name for name in KEY_NAMES if not (target / f"{name}.key").exists()]:
        raise SecretError(
            f"{source} lacks {', '.join(f'{name}.key' for name in lost)}",
            "name the folder with the office's key files with --keys",
        )


def _close_to_others(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
