"""The inbox into the warehouse: each file whole or not at all, no row unaccounted."""

import datetime as dt
import errno
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from data_contracts.sources import SOURCES
from pipeline import vault
from pipeline.errors import DiskError, InboxEmpty
from pipeline.filenames import RECEIVED_SUFFIX, known_on, shown_name
from pipeline.identity import Keys
from pipeline.layouts import Layout, load_layouts
from pipeline.load import FileToLoad, load_file
from pipeline.quarantine import record_refusal
from pipeline.recognise import recognise_file
from pipeline.refusals import ASK_AGAIN, Reason, Refused
from pipeline.settings import Office
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse

# File name, bytes read so far, bytes in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FileReport:
    """What became of one file; rows = accepted + rejected + … + skipped."""

    file: str
    source: str | None
    status: Literal["loaded", "replayed", "refused"]
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    rejected_by_code: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    superseded: int = 0
    skipped: int = 0
    message: str = ""
    ref_date: dt.date | None = None
    known_on: dt.date | None = None


def ingest_inbox(
    office: Office,
    warehouse: Warehouse,
    keys: Keys,
    *,
    files: list[Path] | None = None,
    progress: Progress | None = None,
) -> list[FileReport]:
    """Load every new file of the inbox (or those named), oldest arrival first.

    A refused file stops no other; it is reported and kept in rej_file.

    Raises:
        InboxEmpty: There is no file at all.
        ContractBroken: A layout does not fit, or a file's rows do not add up.
    """
    layouts = load_layouts(office)
    paths = inbox_files(office) if files is None else files
    if not paths:
        raise InboxEmpty(
            f"{office.path('inbox')} holds no files",
            "copy the extracts into it (or name files), then run this again",
        )
    ensure_tables(warehouse)
    vault.sweep(warehouse)
    reports = []
    ready: list[FileToLoad] = []
    for path in paths:
        try:
            ready.append(_look_at(path, layouts))
        except Refused as refusal:
            reports.append(_refuse(warehouse, path, None, refusal))
    for each in sorted(ready, key=lambda file: file.order):
        reports.append(_take_in(warehouse, each, keys, progress))
    return reports


def inbox_files(office: Office) -> list[Path]:
    """The files of the inbox, without side-cars and hidden files, by name."""
    inbox = office.path("inbox")
    if not inbox.is_dir():
        return []
    return sorted(
        path
        for path in inbox.iterdir()
        if path.is_file()
        and not path.name.startswith(".")
        and not path.name.lower().endswith(RECEIVED_SUFFIX)
    )


def _look_at(path: Path, layouts: Mapping[str, Layout]) -> FileToLoad:
    try:
        found = recognise_file(path, layouts)
        arrived = known_on(path)
        size, sha256 = path.stat().st_size, _sha256(path)
    except OSError:
        raise Refused(
            Reason.UNREADABLE,
            "is not there or may not be read",
            "check the path and its permissions",
        ) from None
    return FileToLoad(
        path=path,
        layout=found.layout,
        contract=SOURCES[found.layout.source],
        ref_date=found.ref_date or arrived,
        version=found.version,
        known_on=arrived,
        sha256=sha256,
        size=size,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _take_in(
    warehouse: Warehouse, file: FileToLoad, keys: Keys, progress: Progress | None
) -> FileReport:
    try:
        if (twin := _already(warehouse, file)) is not None:
            return FileReport(
                file=shown_name(file.path),
                source=file.contract.source,
                status="replayed",
                message=f"the same content was loaded already as {twin}",
                ref_date=file.ref_date,
                known_on=file.known_on,
            )
        loaded = load_file(warehouse, file, keys, progress)
    except Refused as refusal:
        return _refuse(warehouse, file.path, file, refusal)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskError(
                "the disk is full; the file was not loaded",
                "free space in the office's data folder and run again",
            ) from None
        unreadable = Refused(Reason.UNREADABLE, "cannot be read to its end", ASK_AGAIN)
        return _refuse(warehouse, file.path, file, unreadable)
    return FileReport(
        file=shown_name(file.path),
        source=file.contract.source,
        status="loaded",
        rows=loaded.rows,
        accepted=loaded.accepted,
        rejected=loaded.rejected,
        rejected_by_code=loaded.rejected_by_code,
        repeated=loaded.repeated,
        superseded=loaded.superseded,
        skipped=loaded.skipped,
        ref_date=file.ref_date,
        known_on=file.known_on,
    )


def _already(warehouse: Warehouse, file: FileToLoad) -> str | None:
    """The name under which the same content was loaded for this reference date.

    Raises:
        Refused: Other content was loaded for this reference date and version.
    """
    found = warehouse.rows(
        "SELECT file_name, sha256, version FROM core_file "
        "WHERE source = $source AND (ref_date = $ref_date OR $any_date) "
        "ORDER BY file_id",
        {
            "source": file.contract.source,
            "ref_date": file.ref_date,
            # A list's date is that of its arrival: a copy that comes again is the same.
            "any_date": bool(file.contract.recognised_by),
        },
    )
    for name, sha256, _ in found:
        if sha256 == file.sha256:
            return str(name)
    if file.contract.snapshot == "union" or file.contract.recognised_by:
        return None  # both forms of a register, lists of many dongs: each only adds
    if any(version == file.version for _, _, version in found):
        following = max(version for _, _, version in found) + 1
        raise Refused(
            Reason.REFERENCE_TAKEN,
            f"another {file.contract.source} file was loaded for {file.ref_date} "
            f"as version {file.version}",
            f"if this one corrects it, end its name in _v{following}",
        )
    return None


def _refuse(
    warehouse: Warehouse, path: Path, file: FileToLoad | None, refusal: Refused
) -> FileReport:
    source = file.contract.source if file else None
    try:
        sha256 = file.sha256 if file else _sha256(path)
    except OSError:
        sha256 = ""
    record_refusal(warehouse, shown_name(path), sha256, source, refusal)
    return FileReport(
        file=shown_name(path),
        source=source,
        status="refused",
        message=f"{shown_name(path)}: {refusal}",
        ref_date=file.ref_date if file else None,
        known_on=file.known_on if file else None,
    )
