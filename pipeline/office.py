"""Opens an office's two databases: one run at a time, with the right keys."""

import fcntl
import os
import sys
import time
from pathlib import Path
from typing import IO

from pipeline import vault
from pipeline.access_record import current_head
from pipeline.access_verify import keep_head
from pipeline.errors import DiskError, NotReady, OfficeBusy, SecretError
from pipeline.identity import Keys, fingerprint, load_keys
from pipeline.schema import migrate, require_current
from pipeline.settings import Office
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse

LOCK_NAME = ".run.lock"
SPILL_NAME = "spill"
# A reader is gone in a second or two.
_ATTEMPTS, _PAUSE_SECONDS = 600, 0.05


class OfficeWarehouse(Warehouse):
    """An office's open warehouse; closing it lets the next run in."""

    lock: IO[str] | None = None

    def close(self) -> None:
        try:
            super().close()
        finally:
            if self.lock is not None:
                _let_go(self.lock)
                self.lock = None


def open_warehouse(
    office: Office,
    keys: Keys | None = None,
    read_only: bool = False,
    *,
    as_it_is: bool = False,
) -> OfficeWarehouse:
    """Open an office's warehouse and vault and hold its run lock until closed.

    Writable: tables are created and brought to today's schema, and what a broken run
    left in the vault is swept. Read-only: several may read at once, but not beside a
    writer. As it is: of whichever schema, and nothing is made or mended (a copy must be
    possible before an upgrade, and its proof after one).

    Raises:
        OfficeBusy: Another run holds the office; the message names it.
        SecretError: Keys are missing, damaged, or not those of the data.
        NotReady: Read-only, and nothing was ingested yet.
        OfficeError: A newer version made it; or an older one, and it is only read.
    """
    keys = keys or load_keys(office)
    if read_only and not (
        office.warehouse_file.exists() and office.vault_file.exists()
    ):
        raise _no_data(office)
    lock = take_lock(office, shared=read_only)
    try:
        warehouse = _open(office, keys, read_only, as_it_is)
    except BaseException:
        _let_go(lock)
        raise
    warehouse.lock = lock
    return warehouse


def take_lock(office: Office, *, shared: bool = False) -> IO[str]:
    """Hold the office's run lock; it is let go when the file closes or we die.

    Who writes waits a little for those who read; nobody waits for who writes.

    Raises:
        OfficeBusy: Somebody holds it; says who.
        DiskError: The data folder cannot be written.
    """
    folder = office.path("data")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / LOCK_NAME
        file.touch(mode=0o600)
        lock = file.open("a+", encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from None
    if not _is_ours(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX):
        lock.seek(0)
        holder = lock.read().strip() or "another run"
        lock.close()
        raise OfficeBusy(
            f"this office is in use by {holder}",
            "wait for it to end, then run this again",
        ) from None
    try:
        os.ftruncate(lock.fileno(), 0)
        # Past the file's buffer: what does not fit must not be tried again at the end.
        os.write(lock.fileno(), _who().encode())
    except OSError as error:
        lock.close()
        raise _unwritable(folder, error) from None
    return lock


def _unwritable(folder: Path, error: OSError) -> DiskError:
    return DiskError(
        f"{folder} cannot be written ({error.strerror})",
        "free space or give this user the folder, then run again",
    )


def _is_ours(lock: IO[str], kind: int) -> bool:
    """Take the lock; a night must not fail because somebody looks at the status."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE_SECONDS)
        if _takes(lock, kind):
            return True
        # Where a reader gets in only readers are in; the engine has one writer.
        if kind == fcntl.LOCK_SH or not _takes(lock, fcntl.LOCK_SH):
            return False
        fcntl.flock(lock, fcntl.LOCK_UN)
    return False


def _takes(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _who() -> str:
    """Process and command, without options: they may name people."""
    words = [Path(sys.argv[0]).name if sys.argv else "python", *sys.argv[1:2]]
    command = " ".join(word for word in words if not word.startswith("-"))
    return f"process {os.getpid()} ({command})"


def _let_go(lock: IO[str]) -> None:
    try:
        lock.truncate(0)
    finally:
        lock.close()


def _open(
    office: Office, keys: Keys, read_only: bool, as_it_is: bool
) -> OfficeWarehouse:
    limits = office.config.limits
    if not read_only:
        _remove_spill(office.path("data") / SPILL_NAME)
    warehouse = OfficeWarehouse.open(
        office.warehouse_file,
        office.vault_file,
        warehouse_key=keys.warehouse.text(),
        vault_key=keys.vault.text(),
        spill_folder=office.path("data") / SPILL_NAME,
        memory=limits.memory,
        threads=limits.threads,
        read_only=read_only,
    )
    try:
        if read_only and not as_it_is:
            require_current(warehouse)
        if not (read_only or as_it_is):
            office.warehouse_file.chmod(0o600)
            office.vault_file.chmod(0o600)
            migrate(warehouse)
            ensure_tables(warehouse)
            vault.sweep(warehouse)
            if kept := current_head():
                keep_head(warehouse, *kept)
        elif not warehouse.has_table("core_key_check"):
            # The first run was killed before it had made its tables.
            raise _no_data(office)
        _check_person_key(warehouse, keys, read_only or as_it_is)
    except BaseException:
        warehouse.close()
        raise
    return warehouse


def _remove_spill(folder: Path) -> None:
    """What killed runs spilled: the engine leaves it, and nobody else is in now."""
    for left in folder.glob("duckdb_temp_*"):
        left.unlink(missing_ok=True)


def _no_data(office: Office) -> NotReady:
    return NotReady(
        f"{office.root} holds no data yet",
        "put extracts into its inbox and run: blindspot ingest",
    )


def _check_person_key(warehouse: Warehouse, keys: Keys, read_only: bool) -> None:
    """Ids made with another person key would silently link to nobody."""
    stored = warehouse.rows("SELECT fingerprint FROM core_key_check")
    mine = fingerprint(keys)
    if not stored and not read_only:
        warehouse.execute("INSERT INTO core_key_check VALUES ($mine)", {"mine": mine})
    elif stored and stored[0][0] != mine:
        raise SecretError(
            "person.key is not the one that this office's data was keyed with",
            "put back the key files that belong to this office; "
            "with another key nobody in the data would be found again",
        )
