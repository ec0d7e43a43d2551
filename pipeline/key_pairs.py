"""A coming person key: which id a person has under it, learned from files.

Resident numbers are not kept, so nobody can compute a new id from an old one. From
`begin` on, each file that holds resident numbers is read under both keys, and the pairs
are kept in the encrypted warehouse until the switch.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from data_contracts.base import Contract
from data_contracts.derive import parameters
from data_contracts.identifiers import KeyedId, ResidentNumber
from data_contracts.sources import SOURCES
from pipeline.cells import SegmentCheck
from pipeline.engine import quoted
from pipeline.errors import DiskError, NotReady
from pipeline.identity import (
    KEY_BYTES,
    Keys,
    Secret,
    keys_in,
    pads,
    read_key,
    write_key,
)
from pipeline.ingest import inbox_files, look_at
from pipeline.layouts import load_layouts
from pipeline.load import QUICK_FROM_BYTES, SEGMENT_ROWS, FileToLoad
from pipeline.readers import read_rows
from pipeline.refusals import Refused
from pipeline.rotation import NEXT_PERSON, remove_key
from pipeline.segments import segments
from pipeline.settings import Office
from pipeline.text_rows import Counts
from pipeline.warehouse import Warehouse

_REGISTRY: Final = "registry_no_key"
# grain: one keyed number that was seen under both keys
PAIRS: Final = "core_key_pair"
# grain: one file that was read under both keys, by its SHA-256
READ: Final = "core_key_pair_file"
_DDL: Final = (
    f"CREATE TABLE IF NOT EXISTS warehouse.main.{PAIRS} "
    "(former VARCHAR, coming VARCHAR)",
    f"CREATE TABLE IF NOT EXISTS warehouse.main.{READ} (sha256 VARCHAR)",
)


def next_file(office: Office) -> Path:
    """Where the coming person key lies."""
    return office.path("keys") / NEXT_PERSON


def begin(office: Office) -> None:
    """Make the coming person key; a second call leaves the one that is there.

    Raises:
        DiskError: It cannot be written.
    """
    file = next_file(office)
    if file.exists():
        return
    new = file.with_name(f".{file.name}.part")
    try:
        new.unlink(missing_ok=True)
        write_key(new, secrets.token_bytes(KEY_BYTES))
        new.replace(file)
    except OSError as error:
        raise DiskError(
            f"{file} cannot be written ({error.strerror})",
            "free space or give this user the folder; nothing has changed",
        ) from None


def cancel(office: Office, warehouse: Warehouse) -> None:
    """Destroy the coming key; ids stay what they are."""
    for table in (PAIRS, READ):
        warehouse.execute(f"DROP TABLE IF EXISTS {table}")
    remove_key(next_file(office))


def coming_key(office: Office) -> Secret | None:
    """The coming person key, where a change of it was begun.

    Raises:
        SecretError: It is damaged.
    """
    file = next_file(office)
    return Secret(read_key(file)) if file.exists() else None


def pair_inbox(office: Office, warehouse: Warehouse) -> int:
    """Read loaded files of the inbox under both keys; returns how many were read.

    Does nothing where no change of the person key was begun.
    """
    coming = coming_key(office)
    if coming is None:
        return 0
    for ddl in _DDL:
        warehouse.execute(ddl)
    keys = keys_in(office.path("keys"))
    after = Keys(person=coming, warehouse=keys.warehouse, vault=keys.vault)
    layouts = load_layouts(office)
    wanted = {sha for (sha,) in warehouse.rows(
        f"SELECT sha256 FROM core_file EXCEPT SELECT sha256 FROM {READ}"
    )}  # fmt: skip
    read = 0
    for path in inbox_files(office):
        try:
            file = look_at(path, layouts)
            if file.sha256 not in wanted or not keyed_columns(file.contract):
                continue
            with warehouse.transaction():
                _pair_file(warehouse, file, keys, after)
        except (Refused, OSError):
            continue  # it was refused when it came, too, or has gone since
        read += 1
    return read


def keyed_columns(contract: Contract) -> tuple[str, ...]:
    """The columns of a source that hold a key of a person or of a 세대."""
    names = []
    for field in contract.fields:
        if isinstance(field.type, ResidentNumber):
            names.append(field.type.key_name)
        elif isinstance(field.type, KeyedId):
            names.append(field.type.typed_name(field.name))
    return tuple(names)


def known_ids_sql(database: str = "warehouse") -> str:
    """SQL: every key of a person (P) or a 세대 (H) in what was loaded."""
    return " UNION ".join(
        f"SELECT {column} AS former, "  # noqa: S608
        f"'{'H' if column == _REGISTRY else 'P'}' AS kind "
        f"FROM {database}.main.acc_{source} WHERE {column} IS NOT NULL"
        for source, contract in SOURCES.items()
        for column in keyed_columns(contract)
    )


def progress(warehouse: Warehouse) -> dict[str, int]:
    """How many of the known are paired, and of those who live here now, how many not.

    Raises:
        NotReady: Nothing was begun.
    """
    if not warehouse.has_table(PAIRS):
        raise NotReady(
            "no change of the person key was begun",
            "blindspot keys rotate --which persons --begin",
        )
    ((known, seen),) = warehouse.rows(
        "SELECT count(*), count(p.former) FROM "
        f"({known_ids_sql()}) AS k LEFT JOIN {PAIRS} AS p USING (former)"
    )
    here = 0
    if warehouse.has_table("core_household_spell"):
        ((here,),) = warehouse.rows(
            "SELECT count(DISTINCT person_key) FROM core_household_spell AS s "
            f"WHERE to_on IS NULL AND NOT EXISTS (FROM {PAIRS} AS p "
            "WHERE p.former = s.person_key)"
        )
    return {"known": known, "seen": seen, "unseen": known - seen, "unseen_here": here}


def _pair_file(warehouse: Warehouse, file: FileToLoad, now: Keys, after: Keys) -> None:
    is_large = file.size >= QUICK_FROM_BYTES
    checks = [
        SegmentCheck(warehouse, file.contract, _params(file, keys), by_columns=is_large)
        for keys in (now, after)
    ]
    chunks = read_rows(file.path, file.layout, Counts())
    for segment in segments(chunks, SEGMENT_ROWS, ahead=False):
        former, coming = (check.check(segment.rows).good for check in checks)
        _keep(warehouse, file.contract, former, coming)
    warehouse.execute(f"INSERT INTO {READ} VALUES ({quoted(file.sha256)})")


def _params(file: FileToLoad, keys: Keys) -> Mapping[str, Any]:
    given: dict[str, Any] = {"ref_date": file.ref_date, **pads(keys)}
    return {name: given[name] for name in parameters(file.contract)}


def _keep(
    warehouse: Warehouse, contract: Contract, former: pa.Table, coming: pa.Table
) -> None:
    """New pairs of one segment; a row is the same one under both keys."""
    with (
        warehouse.registered(former, "_former"),
        warehouse.registered(coming, "_coming"),
    ):
        for column in keyed_columns(contract):
            warehouse.execute(
                f"INSERT INTO {PAIRS} SELECT DISTINCT f.{column}, c.{column} "
                "FROM _former AS f JOIN _coming AS c USING (row_no) "
                f"WHERE f.{column} IS NOT NULL AND NOT EXISTS "
                f"(FROM {PAIRS} AS p WHERE p.former = f.{column})"
            )
