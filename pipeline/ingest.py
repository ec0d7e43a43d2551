"""The inbox into the warehouse: each file whole or not at all, no row unaccounted."""

import datetime as dt
import errno
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from data_contracts.sources import SOURCES
from pipeline import vault
from pipeline.errors import DiskError, InboxEmpty
from pipeline.file_report import FileReport, Progress
from pipeline.filenames import RECEIVED_SUFFIX, known_on, shown_name
from pipeline.identity import Keys
from pipeline.layouts import Layout, load_layouts
from pipeline.ledger import Ledger, load_ledger
from pipeline.load import FileToLoad, Loaded, load_file
from pipeline.loaded_before import already_loaded, content_of, loaded_before
from pipeline.quarantine import first_known, record_refusal
from pipeline.recognise import recognise_file
from pipeline.reconcile import check_sums
from pipeline.refusals import ASK_AGAIN, Reason, Refused
from pipeline.settings import Office
from pipeline.stored import ensure_tables
from pipeline.threshold import Override, guard, is_overridden
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class Intake:
    """What taking a file in needs beside the file.

    `day` is the day of this run; refusals are dated by it.
    """

    office: Office
    warehouse: Warehouse
    keys: Keys
    layouts: Mapping[str, Layout]
    ledger: Ledger
    day: dt.date | None = None
    override: Override | None = None
    progress: Progress | None = None


def new_intake(
    office: Office,
    warehouse: Warehouse,
    keys: Keys,
    *,
    day: dt.date | None = None,
    override: Override | None = None,
    progress: Progress | None = None,
) -> Intake:
    """Read what taking in needs, and make the databases ready for it.

    Raises:
        ContractBroken: A layout does not fit.
        OfficeError: The ledger cannot be used.
    """
    layouts, ledger = load_layouts(office), load_ledger(office.root)
    ensure_tables(warehouse)
    vault.sweep(warehouse)
    return Intake(office, warehouse, keys, layouts, ledger, day, override, progress)


def ingest_inbox(
    office: Office,
    warehouse: Warehouse,
    keys: Keys,
    *,
    files: list[Path] | None = None,
    progress: Progress | None = None,
    day: dt.date | None = None,
    override: Override | None = None,
) -> list[FileReport]:
    """Load every new file of the inbox (or those named), oldest arrival first.

    A refused file stops no other; it is reported and kept in rej_file. `day` is the
    run's own; `override` lets one file's content pass in spite of its rejects.

    Raises:
        InboxEmpty: There is no file at all.
        OfficeError: The ledger cannot be used.
        ContractBroken: A layout does not fit, or a file's rows do not add up.
    """
    paths = inbox_files(office) if files is None else files
    if not paths:
        raise InboxEmpty(
            f"{office.path('inbox')} holds no files",
            "copy the extracts into it (or name files), then run this again",
        )
    intake = new_intake(
        office, warehouse, keys, day=day, override=override, progress=progress
    )
    reports = []
    ready: list[FileToLoad] = []
    for path in paths:
        try:
            ready.append(look_at(path, intake.layouts))
        except Refused as refusal:
            reports.append(refuse(intake, path, None, refusal))
    before = loaded_before(warehouse)
    for each in sorted(ready, key=lambda file: file.order):
        twin = before.get(content_of(each))
        reports.append(_replayed(each, twin) if twin else take_in(intake, each))
    return reports


def _replayed(file: FileToLoad, twin: str) -> FileReport:
    return FileReport(
        file=shown_name(file.path),
        source=file.contract.source,
        status="replayed",
        message=f"the same content was loaded already as {twin}",
        ref_date=file.ref_date,
        known_on=file.known_on,
    )


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


def look_at(path: Path, layouts: Mapping[str, Layout]) -> FileToLoad:
    """What a file is, by its name, side-car and bytes.

    Raises:
        Refused: No layout takes it, or it cannot be read.
    """
    try:
        found = recognise_file(path, layouts)
        arrived = known_on(path)
        size, sha256 = path.stat().st_size, sha256_of(path)
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


def sha256_of(path: Path) -> str:
    """The hash by which a file's content is known.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take_in(
    intake: Intake,
    file: FileToLoad,
    *,
    known_on: dt.date | None = None,
    also: Callable[[Loaded], None] = lambda _: None,
) -> FileReport:
    """Load one file, or say why not.

    `known_on` makes it a further attempt of a file, known from that day on; what
    `also` raises before the commit takes it back.
    """
    warehouse, source = intake.warehouse, file.contract.source
    try:
        if known_on is None and (twin := already_loaded(warehouse, file)) is not None:
            return _replayed(file, twin)
        intake.ledger.require(source, file.known_on)
        arrived = file.known_on
        file = replace(file, known_on=known_on or first_known(warehouse, file))
        threshold = intake.office.config.threshold(source)
        stop = guard(warehouse, file, threshold, intake.override)

        def before_commit(loaded: Loaded) -> None:
            check_sums(warehouse, file.contract)
            stop(loaded)
            also(loaded)

        loaded = load_file(warehouse, file, intake.keys, intake.progress, before_commit)
    except Refused as refusal:
        return refuse(intake, file.path, file, refusal)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskError(
                "the disk is full; the file was not loaded",
                "free space in the office's data folder and run again",
            ) from None
        unreadable = Refused(Reason.UNREADABLE, "cannot be read to its end", ASK_AGAIN)
        return refuse(intake, file.path, file, unreadable)
    return _loaded(warehouse, file, loaded, arrived)


def _loaded(
    warehouse: Warehouse, file: FileToLoad, loaded: Loaded, arrived: dt.date
) -> FileReport:
    overridden = is_overridden(warehouse, file.sha256)
    notes = ["loaded in spite of its rejected rows, as logged"] if overridden else []
    notes += loaded.notes
    if file.known_on != arrived:
        notes.append(
            f"received {arrived}, counts as known from {file.known_on}: rounds "
            "screened before stay as they are"
        )
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
        message="; ".join(notes),
        ref_date=file.ref_date,
        known_on=file.known_on,
        is_overridden=overridden,
    )


def refuse(
    intake: Intake, path: Path, file: FileToLoad | None, refusal: Refused
) -> FileReport:
    """Keep and report that a file was refused."""
    source = file.contract.source if file else None
    try:
        sha256 = file.sha256 if file else sha256_of(path)
    except OSError:
        sha256 = ""
    record_refusal(
        intake.warehouse,
        shown_name(path),
        sha256,
        source,
        refusal,
        day=intake.day,
        ref_date=file.ref_date if file else None,
    )
    return FileReport(
        file=shown_name(path),
        source=source,
        status="refused",
        message=f"{shown_name(path)}: {refusal}",
        ref_date=file.ref_date if file else None,
        known_on=file.known_on if file else None,
    )
