"""A copy of an office to another disk, and proof that it is whole.

The databases are copied as they are, encrypted; the published lists, which name people,
go into one sealed file under the vault's key. Keys and inbox stay behind: a copy that
holds its own keys protects nothing, and raw extracts are destroyed after a round.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.errors import DiskError, NotReady, OptionError, SecretError
from pipeline.identity import Keys, fingerprint, load_keys
from pipeline.office import open_warehouse
from pipeline.publish import write_durably
from pipeline.sealed import Archive
from pipeline.settings import CONFIG_NAME, Office
from pipeline.warehouse import Warehouse

FORMAT: Final = 1
PREFIX: Final = "blindspot-backup-"
_PART: Final = ".part-"
_MARK: Final = 6
MANIFEST, LISTS, FILES = "manifest.json", "rounds.sealed.zip", "files"
# Of the data folder what no run makes anew; not spill, lock and Prefect's own folder.
_DATA: Final = (
    *("warehouse.duckdb", "vault.duckdb", "models", "access", "destroyed"),
    "escrow.json",
)
# A zip dates its members; when they were copied stands in the manifest.
_NO_DAY: Final = dt.date(1980, 1, 1)
_SETTINGS: Final = (CONFIG_NAME, "ledger.toml", "policy.toml", "layouts")


@dataclass(frozen=True)
class BackUp:
    """A copy that is whole: its folder, how many files, how many rows in them."""

    folder: Path
    files: int
    rows: int


def back_up(office: Office, target: Path, at: str) -> BackUp:
    """Copy an office that nobody works on into a new folder of `target`.

    `at` is the moment as `YYYYMMDD-HHMMSS`. The folder appears whole, by one rename.

    Raises:
        OfficeBusy: A run is under way.
        NotReady: There is nothing to copy yet.
        DiskError: The other disk is full or not there; nothing appears.
    """
    if not office.warehouse_file.exists():
        raise NotReady(f"{office.root} holds no data yet", "run: blindspot ingest")
    if not target.is_dir():
        raise DiskError(
            f"{target} is not there", "mount the disk or make the folder, then again"
        )
    keys = load_keys(office)
    # Two offices may share a disk: what a killed copy left is ours by its name.
    name = f"{PREFIX}{fingerprint(keys)[:_MARK]}-"
    final = target / f"{name}{at}"
    # Of whichever schema: before an upgrade changes anything, a copy is taken.
    with (
        open_warehouse(office, keys, as_it_is=True) as warehouse,
        appearing(final) as folder,
    ):
        for left in set(target.glob(f"{_PART}{name}*")) - {folder}:
            shutil.rmtree(left, ignore_errors=True)
        for database in ("warehouse", "vault"):
            warehouse.execute(f"CHECKPOINT {database}")
        for path, place in _wanted(office):
            copy_file(path, folder / FILES / place)
        _seal_lists(office, keys, folder / LISTS)
        tables = rows_by_table(warehouse)
        hashes = {str(p.relative_to(folder)): _hashed(p) for p in _every(folder)}
        told = {
            "format": FORMAT,
            "made_at": at,
            "office": office.config.office.name,
            "synthetic": office.config.office.synthetic,
            "person_key": fingerprint(keys),
            "tables": tables,
            "data": _home(office),
            "files": hashes,
        }
        text = json.dumps(told, ensure_ascii=False, indent=1)
        write_durably(folder / MANIFEST, text.encode())
    return BackUp(final, len(hashes), sum(tables.values()))


def verify_backup(folder: Path, keys: Keys | None = None) -> BackUp:
    """Prove that a copy is whole; with the keys, that it opens and holds every row.

    Raises:
        OptionError: It is no backup, or a file is missing, changed or too much.
        SecretError: The keys are not those of this office.
    """
    told = read_copy(folder)
    wanted: Mapping[str, str] = told["files"]
    there = {str(p.relative_to(folder)) for p in _every(folder)} - {MANIFEST}
    if lost := sorted(set(wanted) - there):
        raise broken(folder, f"{len(lost)} files are missing, e.g. {lost[0]}")
    if more := sorted(there - set(wanted)):
        raise broken(folder, f"{len(more)} files are no part of it, e.g. {more[0]}")
    for name, digest in wanted.items():
        if _hashed(folder / name) != digest:
            raise broken(folder, f"{name} is not what was copied")
    if keys is not None:
        if fingerprint(keys) != told["person_key"]:
            raise SecretError(
                f"{folder} was made with other keys than these",
                "name the folder of that office's key files with --keys",
            )
        _compare_rows(folder, keys, told)
    return BackUp(folder, len(wanted), sum(told["tables"].values()))


def rows_by_table(warehouse: Warehouse) -> dict[str, int]:
    """Rows of every table of both databases."""
    names = warehouse.rows(
        "SELECT database_name || '.' || table_name FROM duckdb_tables() "
        "WHERE database_name IN ('warehouse', 'vault') AND NOT temporary ORDER BY ALL"
    )
    return {
        name: int(warehouse.rows(f"SELECT count(*) FROM {name}")[0][0])  # noqa: S608
        for (name,) in names
    }


def _wanted(office: Office) -> Iterator[tuple[Path, str]]:
    """Files to copy, and where they lie in the copy: relative to the office."""
    folders = [office.root / name for name in _SETTINGS]
    folders += [office.path("data") / name for name in _DATA]
    for one in folders:
        home = _home(office) if one.parent == office.path("data") else ""
        for path in sorted(one.rglob("*")) if one.is_dir() else [one]:
            if path.is_file() and not path.name.startswith("."):
                yield path, str(Path(home) / path.relative_to(one.parent))


def _home(office: Office) -> str:
    """The data folder within the office; one elsewhere is restored into the office."""
    data = office.path("data")
    return str(data.relative_to(office.root)) if _is_inside(data, office) else "data"


def _is_inside(path: Path, office: Office) -> bool:
    return path.resolve().is_relative_to(office.root.resolve())


def _seal_lists(office: Office, keys: Keys, target: Path) -> None:
    rounds = office.path("rounds")
    members = {
        str(path.relative_to(rounds)): path.read_bytes()
        for path in sorted(rounds.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    archive = Archive(members, keys.vault)
    write_durably(target, archive.sealed(_NO_DAY))


def _compare_rows(folder: Path, keys: Keys, told: Mapping[str, Any]) -> None:
    data = folder / FILES / str(told["data"])
    spill = folder.parent / f"{_PART}spill"
    try:
        with Warehouse.open(
            data / "warehouse.duckdb",
            data / "vault.duckdb",
            warehouse_key=keys.warehouse.text(),
            vault_key=keys.vault.text(),
            spill_folder=spill,
            memory="1GB",
            threads=1,
            read_only=True,
        ) as warehouse:
            same_rows(rows_by_table(warehouse), told["tables"], folder)
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def same_rows(
    found: Mapping[str, int], wanted: Mapping[str, int], folder: Path
) -> None:
    """Compare counts of rows.

    Raises:
        OptionError: A table holds other rows than when it was copied.
    """
    if wrong := [name for name in wanted if found.get(name) != wanted[name]]:
        raise broken(folder, f"{wrong[0]} holds other rows than when it was copied")


def read_copy(folder: Path) -> dict[str, Any]:
    """What a copy says of itself.

    Raises:
        OptionError: It is no copy of this version.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told["format"] == FORMAT and isinstance(told["files"], dict):
            return dict(told)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise OptionError(
        f"{folder} is no backup of this version: its {MANIFEST} cannot be read",
        f"name a folder {PREFIX}… that 'blindspot backup' made",
    )


def broken(folder: Path, what: str) -> OptionError:
    """A copy that is not what was made."""
    return OptionError(f"{folder}: {what}", "take another backup; keep this one apart")


@contextmanager
def appearing(final: Path) -> Iterator[Path]:
    """A folder that is filled beside its place and moved there with one rename."""
    part = final.parent / f"{_PART}{final.name}"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        yield part
        if final.exists():
            final.rmdir()
        part.rename(final)
    except OSError as error:
        raise DiskError(
            f"{final} cannot be written ({error.strerror}); nothing appears there",
            "free space there or mount the disk, then run this again",
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def copy_file(path: Path, target: Path) -> None:
    """Copy a file for its owner alone; it is on the disk afterwards."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(path, target)
    target.chmod(0o600)
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _every(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hashed(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
