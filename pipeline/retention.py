"""What is due to be destroyed on a day: raw files, old records, old lists, old logs."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.accesslog import AccessLog
from pipeline.filenames import RECEIVED_SUFFIX
from pipeline.ingest import inbox_files
from pipeline.manifest import MANIFEST_NAME
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

KINDS: Final = ("inbox", "records", "list", "access")
# On what ground each kind goes, as the certificate says it.
GROUND_KO: Final = {
    "inbox": "사회보장급여법 §31, 처리목적 달성 (원본 파일)",
    "records": "사회보장급여법 §34 (보유기간 5년 경과)",
    "list": "사회보장급여법 §34 (의뢰목록 보유기간 경과)",
    "access": "개인정보의 안전성 확보조치 기준 §8 (접속기록 보유기간 경과)",
}


@dataclass(frozen=True)
class Due:
    """One thing to destroy.

    Attributes:
        kind: One of `KINDS`.
        name: Its path within the office, or of records the file they came in.
        sha256: Of the file; of records of the file they came in.
        rows: Of records, how many; else 0.
        file_id: Of records.
    """

    kind: str
    name: str
    sha256: str
    known_on: dt.date
    rows: int = 0
    file_id: int | None = None


def months_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month that lies so many months back."""
    number = day.year * 12 + day.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


def due_on(office: Office, warehouse: Warehouse, day: dt.date) -> list[Due]:
    """Everything whose time is over on a day, in the order of `KINDS`."""
    return [
        *_inbox(office, warehouse, day),
        *_records(office, warehouse, day),
        *_lists(office, day),
        *_access(office, day),
    ]


def _inbox(office: Office, warehouse: Warehouse, day: dt.date) -> Iterator[Due]:
    """Loaded files only: of one that was refused somebody is still to be asked."""
    last = day - dt.timedelta(days=office.config.retention.inbox_days)
    known = {
        str(sha256): known_on
        for sha256, known_on in warehouse.rows("SELECT sha256, known_on FROM core_file")
    }
    for path in inbox_files(office):
        digest = sha256_of(path)
        if digest in known and known[digest] <= last:
            yield Due("inbox", _name(office, path), digest, known[digest])
            side_car = path.with_name(path.name + RECEIVED_SUFFIX)
            if side_car.is_file():
                name = _name(office, side_car)
                yield Due("inbox", name, sha256_of(side_car), known[digest])


def _records(office: Office, warehouse: Warehouse, day: dt.date) -> Iterator[Due]:
    before = months_before(day, office.config.retention.records_months)
    found = warehouse.rows(
        "SELECT file_id, file_name, sha256, known_on, accepted FROM core_file "
        "WHERE known_on < $before AND file_id NOT IN "
        "(SELECT file_id FROM log_destroyed WHERE kind = 'records' AND is_done) "
        "ORDER BY file_id",
        {"before": before},
    )
    for file_id, name, digest, known_on, rows in found:
        yield Due("records", str(name), str(digest), known_on, int(rows), int(file_id))


def _lists(office: Office, day: dt.date) -> Iterator[Due]:
    """Folders of lists, by the day that their manifest tells."""
    before = months_before(day, office.config.retention.lists_months)
    rounds = office.path("rounds")
    for folder in sorted(rounds.glob("*")) if rounds.is_dir() else ():
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        written = _written(folder, files)
        if written is not None and written < before:
            for path in files:
                yield Due("list", _name(office, path), sha256_of(path), written)


def _written(folder: Path, files: list[Path]) -> dt.date | None:
    """The manifest's day; sheets without one tell by when they were written."""
    try:
        told = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        return dt.date.fromisoformat(told["as_of"])
    except (OSError, ValueError, KeyError):
        stamps = [int(path.stat().st_mtime) for path in files]
    if not stamps:
        return None
    return dt.date(1970, 1, 1) + dt.timedelta(days=max(stamps) // 86_400)


def _access(office: Office, day: dt.date) -> Iterator[Due]:
    before = months_before(day, office.config.retention.access_months)
    for file in AccessLog(office.path("data")).files()[:-1]:
        month = dt.date.fromisoformat(f"{file.stem}-01")
        if month < before:
            yield Due("access", _name(office, file), sha256_of(file), month)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _name(office: Office, path: Path) -> str:
    inside = path.is_relative_to(office.root)
    return str(path.relative_to(office.root) if inside else path)
