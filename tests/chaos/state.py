"""What an office holds, as numbers that two offices can be compared by; what is broken."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data_contracts.derive import vault_columns
from data_contracts.sources import SOURCES
from models import artefact
from models.errors import ModelError
from pipeline.errors import NotReady, UserError
from pipeline.office import open_warehouse
from pipeline.settings import Office, load_office
from pipeline.warehouse import Warehouse

# Columns left out of a table, and why two undisturbed runs differ there, too.
EXCEPT: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "log_screen": (("run_id",), "a run is named after its moment"),
    "log_listing": (("run_id",), "a run is named after its moment"),
    "rej_file": (("tries",), "counts the runs that met the file, also broken ones"),
}
# A run that was killed after its commit is made again and kept again: each row once.
ONCE: Final = ("log_screen", "log_listing")
# Tables that tell of runs alone: how many there were, when, how long they took.
NOT_COMPARED: Final[Mapping[str, str]] = {
    "log_run": "a row per run and step: moments, seconds, memory",
    "log_access_head": "a row per writing open: moments, heads of the access log",
}
# Folders of the office that tell of runs alone, or that no run writes.
NOT_LOOKED_AT: Final[Mapping[str, str]] = {
    "logs": "lines of every run",
    "data/access": "an entry per command; 'access verify' judges it instead",
    "data/prefect": "Prefect's own database and settings",
    "inbox": "written by nobody but the sender",
    "truth": "the made-up town's, which no step reads",
}
# Databases are compared by their rows: pages lie where they fell.
BY_ROWS: Final = ("data/warehouse.duckdb", "data/vault.duckdb", "data/.run.lock")
Digest = dict[str, str]


@dataclass(frozen=True)
class LoadedFile:
    """A file as the warehouse holds it."""

    sha256: str
    source: str
    accepted: int
    rejected: int


def digest(root: Path) -> Digest:
    """Every table by the count and the sum of the hashes of its rows; every file."""
    office = load_office(root)
    told: Digest = {}
    with open_warehouse(office, read_only=True) as warehouse:
        for database, table in _tables(warehouse):
            told[f"{database}.{table}"] = _rows(warehouse, database, table)
    return told | files(root)


def files(root: Path) -> Digest:
    """Every file of the office that is not a database, by its SHA-256."""
    told = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and name not in BY_ROWS and not _is_aside(name):
            told[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return told


def differences(wanted: Digest, found: Digest) -> list[str]:
    """Names of tables and files that are missing, too many, or other."""
    told = [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
    told += [f"{name} is left over" for name in sorted(found.keys() - wanted.keys())]
    return told + [
        f"{name} is another: {found[name][:24]} instead of {wanted[name][:24]}"
        for name in sorted(wanted.keys() & found.keys())
        if wanted[name] != found[name]
    ]


def loaded_files(root: Path) -> dict[int, LoadedFile]:
    """The files of an office's warehouse by their number; none before the first."""
    try:
        with open_warehouse(load_office(root), read_only=True) as warehouse:
            return _loaded(warehouse)
    except NotReady:
        return {}


@dataclass(frozen=True)
class Found:
    """What a look at an office right after a kill tells."""

    faults: tuple[str, ...]
    files: int = 0
    to_sweep: int = 0


def look(root: Path, wanted: Mapping[int, LoadedFile]) -> Found:
    """Whether everything opens and no row of a loaded file is lost or doubled.

    `wanted` is what an undisturbed ingest of the same inbox holds at its end.
    """
    office = load_office(root)
    faults = _broken_models(office)
    try:
        with open_warehouse(office, read_only=True) as warehouse:
            if not warehouse.has_table("core_file"):
                return Found(tuple(faults))
            held = _loaded(warehouse)
            faults += _other_files(held, wanted)
            faults += _rows_of_files(warehouse, held)
            sweep, lost = _vault_rows(warehouse, held)
            return Found((*faults, *lost), len(held), sweep)
    except NotReady:
        return Found(tuple(faults))
    except UserError as error:
        return Found((*faults, f"cannot be opened: {error.what}"))


def _is_aside(name: str) -> bool:
    return any(name.startswith(f"{folder}/") for folder in NOT_LOOKED_AT)


def _tables(warehouse: Warehouse) -> list[tuple[str, str]]:
    found = warehouse.rows(
        "SELECT database_name, table_name FROM duckdb_tables() "
        "WHERE database_name IN ('warehouse', 'vault') ORDER BY ALL"
    )
    return [(database, table) for database, table in found if table not in NOT_COMPARED]


def _rows(warehouse: Warehouse, database: str, table: str) -> str:
    """Count and sum, not xor: two copies of a row would cancel out."""
    columns, _ = EXCEPT.get(table, ((), ""))
    exclude = f"EXCLUDE ({', '.join(columns)})" if columns else ""
    distinct = "DISTINCT" if table in ONCE else ""
    ((rows, total),) = warehouse.rows(
        "SELECT count(*), coalesce(sum(CAST(hash(t) AS HUGEINT)), 0) FROM "
        f"(SELECT {distinct} * {exclude} FROM {database}.main.{table}) AS t"
    )
    return f"{rows} rows {total}"


def _loaded(warehouse: Warehouse) -> dict[int, LoadedFile]:
    if not warehouse.has_table("core_file"):
        return {}
    found = warehouse.rows(
        "SELECT file_id, sha256, source, accepted, rejected FROM core_file ORDER BY ALL"
    )
    loaded = {number: LoadedFile(*rest) for number, *rest in found}
    if len(loaded) != len(found):
        raise AssertionError("two files have one number")
    return loaded


def _other_files(
    held: Mapping[int, LoadedFile], wanted: Mapping[int, LoadedFile]
) -> list[str]:
    """Files are taken in one after the other: what is held is how it begins."""
    faults = [
        f"file {number} is not the one that is loaded there undisturbed"
        for number, file in held.items()
        if wanted.get(number) != file
    ]
    if len({file.sha256 for file in held.values()}) != len(held):
        faults.append("a file is loaded twice")
    if sorted(held) != list(range(1, len(held) + 1)):
        faults.append("a file's number is missing among those that are loaded")
    return faults


def _rows_of_files(warehouse: Warehouse, held: Mapping[int, LoadedFile]) -> list[str]:
    faults = []
    for source in SOURCES:
        mine = {no: file.accepted for no, file in held.items() if file.source == source}
        found = _per_file(warehouse, f"acc_{source}")
        faults += _unequal(f"acc_{source}", mine, found)
    rejected = {number: file.rejected for number, file in held.items()}
    faults += _unequal("rej_row", rejected, _per_file(warehouse, "rej_row"))
    return faults


def _vault_rows(
    warehouse: Warehouse, held: Mapping[int, LoadedFile]
) -> tuple[int, list[str]]:
    """Rows of files that are not loaded wait to be swept; the others are all there."""
    sweep, faults = 0, []
    for source, contract in SOURCES.items():
        table = f"vault.main.vault_{source}"
        if not vault_columns(contract) or not warehouse.has_table(
            f"vault.vault_{source}"
        ):
            continue
        found: dict[int, int] = {}
        for number, sha256, rows in warehouse.rows(
            f"SELECT file_id, file_sha, count(*) FROM {table} GROUP BY ALL ORDER BY ALL"
        ):
            if number in held and held[number].sha256 == sha256:
                found[number] = rows
            else:
                sweep += rows
        mine = {no: file.accepted for no, file in held.items() if file.source == source}
        faults += _unequal(f"vault_{source}", mine, found)
    return sweep, faults


def _per_file(warehouse: Warehouse, table: str) -> dict[int, int]:
    if not warehouse.has_table(table):
        return {}
    return dict(
        warehouse.rows(f"SELECT file_id, count(*) FROM {table} GROUP BY 1 ORDER BY 1")
    )


def _unequal(
    table: str, wanted: Mapping[int, int], found: Mapping[int, int]
) -> Iterator[str]:
    for number in sorted(wanted.keys() | found.keys()):
        told, there = wanted.get(number, 0), found.get(number, 0)
        if told != there:
            kind = "lost" if there < told else "doubled"
            yield f"{table}: rows of file {number} {kind}: {there} instead of {told}"


def _broken_models(office: Office) -> list[str]:
    """A model that ranked before a killed training must rank after it, too."""
    faults = []
    for folder in sorted(office.models_folder.glob("*_v1")):
        try:
            artefact.load(folder)
        except ModelError as error:
            faults.append(f"model {folder.name}: {error.what}")
    return faults
