"""New keys for old: both databases written anew beside the old ones, then one rename.

The rename of the folder that holds the new keys is the moment of the switch. A run
that is killed before leaves the office as it was; one that is killed after is finished
by the next command that loads the keys. Old databases and keys are overwritten then.
"""

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import duckdb

from pipeline.destroy import overwrite
from pipeline.engine import bare_connection, engine_errors, quoted
from pipeline.errors import ContractBroken, DiskError
from pipeline.identity import (
    KEY_BYTES,
    SWITCH_NAME,
    Keys,
    Secret,
    keys_in,
    load_keys,
    write_key,
)
from pipeline.office import SPILL_NAME, open_warehouse
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

NEW_NAME: Final = ".new"
NEXT_PERSON: Final = "person.next.key"
DATABASES: Final = ("warehouse", "vault")
# grain: one rotation of keys
LOG: Final = """
CREATE TABLE IF NOT EXISTS {database}.main.log_key_rotation (
    rotated_on DATE, which VARCHAR, seen BIGINT, unseen BIGINT, closed_rounds VARCHAR[]
)
"""
# Copies one database, attached as old_<name>, into the empty new_<name>.
Copy = Callable[[duckdb.DuckDBPyConnection, str], None]


@dataclass(frozen=True)
class Rotation:
    """What a rotation did, as it is kept in the warehouse."""

    rotated_on: dt.date
    which: str
    seen: int = 0
    unseen: int = 0
    closed_rounds: tuple[str, ...] = ()


def rotate_databases(office: Office, day: dt.date) -> Rotation:
    """Give both databases new keys from the operating system; ids stay what they are.

    Raises:
        OfficeBusy: Another run holds the office.
        NotReady: There is no data yet.
        DiskError: There is no room for both databases a second time.
    """
    return rewrite_with(office, {}, lambda _: Rotation(day, "databases"), _copy_whole)


def rewrite_with(
    office: Office,
    person: Mapping[str, Secret],
    look: Callable[[Warehouse], Rotation],
    copy: Copy,
    prove: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None,
) -> Rotation:
    """Write both databases anew under new keys and switch to them.

    `person` holds the person key where that changes too. `look` says what is to be
    kept of the change, or raises where it may not be; nobody else writes from there on.
    `prove` raises where the new databases are not what they should be; nothing has
    changed then.
    """
    lock, done = _checkpointed(office, look)
    try:
        old = load_keys(office)
        fresh = _prepared(office, person)
        try:
            _write_anew(office, old, fresh, copy, done, prove)
        except OSError as error:
            raise DiskError(
                f"the databases cannot be written anew ({error.strerror})",
                "free space on the disk of the data folder; nothing has changed",
            ) from None
        (office.path("keys") / NEW_NAME).rename(office.path("keys") / SWITCH_NAME)
        _sync(office.path("keys"))
        switch(office)
    finally:
        lock.truncate(0)
        lock.close()
    return done


def _checkpointed(
    office: Office, look: Callable[[Warehouse], Rotation]
) -> tuple[IO[str], Rotation]:
    """Both databases without a journal, and the office's lock, held on."""
    with open_warehouse(office, load_keys(office)) as warehouse:
        done = look(warehouse)
        for name in DATABASES:
            warehouse.execute(f"CHECKPOINT {name}")
        lock, warehouse.lock = warehouse.lock, None
    if lock is None:
        raise ContractBroken("the office's lock was lost", "run this again")
    return lock, done


def _prepared(office: Office, person: Mapping[str, Secret]) -> Keys:
    """The new keys in a folder of their own; what a killed run left there goes."""
    folder = office.path("keys") / NEW_NAME
    remove_folder(folder)
    folder.mkdir(mode=0o700)
    values = {name: secrets.token_bytes(KEY_BYTES) for name in DATABASES}
    values |= {name: secret.reveal() for name, secret in person.items()}
    for name, value in values.items():
        write_key(folder / f"{name}.key", value)
    _sync(folder)
    now = load_keys(office)
    secret = {name: Secret(value) for name, value in values.items()}
    return Keys(
        person=secret.get("person", now.person),
        warehouse=secret["warehouse"],
        vault=secret["vault"],
    )


def _write_anew(
    office: Office,
    old: Keys,
    fresh: Keys,
    copy: Copy,
    done: Rotation,
    prove: Callable[[duckdb.DuckDBPyConnection], None],
) -> None:
    limits = office.config.limits
    files = {"warehouse": office.warehouse_file, "vault": office.vault_file}
    for file in files.values():
        for left in (rotated(file), Path(f"{rotated(file)}.wal")):
            left.unlink(missing_ok=True)
    spill = office.path("data") / SPILL_NAME
    with (
        closing(bare_connection(spill, limits.memory, limits.threads)) as connection,
        engine_errors("the databases under new keys"),
    ):
        for name, file in files.items():
            keys = {"old": getattr(old, name), "new": getattr(fresh, name)}
            for age, path in (("old", file), ("new", rotated(file))):
                mode = ", READ_ONLY" if age == "old" else ""
                connection.execute(
                    f"ATTACH {quoted(str(path))} AS {age}_{name} "
                    f"(ENCRYPTION_KEY {quoted(keys[age].text())}{mode})"
                )
        for name in DATABASES:
            copy(connection, name)
            _same_rows(connection, name)
        connection.execute(LOG.format(database="new_warehouse"))
        connection.execute(
            "INSERT INTO new_warehouse.main.log_key_rotation "
            "VALUES ($rotated_on, $which, $seen, $unseen, $closed_rounds)",
            {**vars(done), "closed_rounds": list(done.closed_rounds)},
        )
        prove(connection)
        for name in DATABASES:
            connection.execute(f"CHECKPOINT new_{name}")
            connection.execute(f"DETACH new_{name}")
    for file in files.values():
        rotated(file).chmod(0o600)
        if Path(f"{rotated(file)}.wal").exists():
            raise ContractBroken(
                f"{rotated(file)} was not written to its end",
                "run this again; nothing has changed",
            )
        _sync(rotated(file))
    _sync(office.path("data"))


def _copy_whole(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute(f"COPY FROM DATABASE old_{name} TO new_{name}")


def _same_rows(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Every table that was copied has the rows that it had."""
    for (table,) in connection.execute(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = $new AND table_name IN (SELECT table_name "
        "FROM duckdb_tables() WHERE database_name = $old) ORDER BY ALL",
        {"new": f"new_{name}", "old": f"old_{name}"},
    ).fetchall():
        counts = connection.execute(
            f'SELECT (SELECT count(*) FROM old_{name}.main."{table}"), '  # noqa: S608
            f'(SELECT count(*) FROM new_{name}.main."{table}")'
        ).fetchone()
        if counts is None or counts[0] != counts[1]:
            raise ContractBroken(
                f"{table} has other rows under the new keys; nothing has changed",
                "this is a fault in the program: report the command and this line",
            )


def rotated(file: Path) -> Path:
    """Where a database lies under its new key until the switch."""
    return file.with_name(f".{file.name}.rotated")


def switch(office: Office) -> None:
    """Take the new databases and keys into use; may be killed and run again.

    The caller holds the office's lock. The old files' bytes are overwritten before
    their names go over to the new ones: the new ones are whole by now.
    """
    folder, keys = office.path("keys") / SWITCH_NAME, office.path("keys")
    try:
        for file in (office.warehouse_file, office.vault_file):
            if rotated(file).exists():
                Path(f"{file}.wal").unlink(missing_ok=True)
                _erase(file)
                rotated(file).replace(file)
                _sync(file.parent)
        if (folder / "person.key").exists():
            remove_key(keys / NEXT_PERSON)
        for key in sorted(folder.iterdir()):
            _erase(keys / key.name)
            key.replace(keys / key.name)
            _sync(keys)
        folder.rmdir()
        _sync(keys)
    except OSError as error:
        raise DiskError(
            f"the switch to new keys stopped ({error.strerror}); nothing is lost",
            "give this user the right to keys and data, then run any command again",
        ) from None
    keys_in(keys)


def remove_key(file: Path) -> None:
    """Overwrite a key file and remove it."""
    _erase(file)
    file.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Overwrite the keys of a folder and remove it."""
    for key in sorted(folder.iterdir()) if folder.is_dir() else ():
        remove_key(key)
    shutil.rmtree(folder, ignore_errors=True)


def _erase(file: Path) -> None:
    try:
        descriptor = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        overwrite(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
