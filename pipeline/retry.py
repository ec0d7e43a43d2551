"""Files of the quarantine read once more, with today's contract, layout and ledger."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import OptionError
from pipeline.file_report import FileReport
from pipeline.filenames import shown_name
from pipeline.ingest import Intake, inbox_files, look_at, refuse, sha256_of, take_in
from pipeline.load import Loaded
from pipeline.quarantine import ADDING, LAST_WORD, last_screened
from pipeline.refusals import Refused
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class Target:
    """A file to read again; `rejected` is None when nothing of it was loaded."""

    file_name: str
    sha256: str
    source: str | None
    known_on: dt.date | None
    rejected: int | None


class _NoGain(Exception):
    """No more rows pass than before: the new attempt is taken back."""


def retry_files(
    intake: Intake,
    *,
    file: str | None = None,
    source: str | None = None,
    known_on: dt.date | None = None,
    today: dt.date,
) -> list[FileReport]:
    """Read refused files and files with rejected rows again; load what gains rows.

    A further attempt counts as known from `known_on` (today unless given) on, so that
    a round screened as of an earlier day stays as it was. Without `file` and `source`
    every file of the quarantine is tried.

    Raises:
        OptionError: Nothing in the quarantine fits, or the day would change a round.
    """
    screened = last_screened(intake.warehouse)
    if known_on is not None and screened is not None and known_on < screened:
        raise OptionError(
            f"--known-on: a round was screened as of {screened}; what counts as known "
            "before would change it",
            f"give {screened} or a later day",
        )
    day = known_on or max(today, screened or today)
    targets = [
        each
        for each in retry_targets(intake.warehouse)
        if (file is None or Path(file).name == each.file_name)
        and (source is None or source == each.source)
    ]
    if not targets and (file is not None or source is not None):
        raise OptionError(
            "the quarantine holds no such file",
            "see what it holds: blindspot quarantine list",
        )
    lying = {shown_name(path): path for path in inbox_files(intake.office)}
    return [_retry(intake, each, lying.get(each.file_name), day) for each in targets]


def retry_targets(warehouse: Warehouse) -> list[Target]:
    """What may be read again, by name: the last word of a file, if in doubt."""
    found = warehouse.rows(
        f"WITH last_word AS ({LAST_WORD}) "
        "SELECT file_name, sha256, source, known_on, rejected FROM last_word "
        "WHERE rejected > 0 AND NOT is_superseded "
        "UNION ALL "
        "SELECT file_name, sha256, source, NULL, NULL FROM rej_file AS r "
        "WHERE NOT EXISTS (FROM core_file AS f WHERE f.sha256 = r.sha256) "
        "ORDER BY file_name, sha256",
        {"adding": list(ADDING)},
    )
    return [Target(*row) for row in found]


def _retry(
    intake: Intake, target: Target, path: Path | None, day: dt.date
) -> FileReport:
    told: dict[str, Any] = {"file": target.file_name, "source": target.source}
    if path is None:
        step = "put it back into the inbox under this name, then retry"
        return FileReport(**told, status="gone", message=f"not in the inbox: {step}")
    try:
        if sha256_of(path) != target.sha256:
            return FileReport(**told, status="gone", message=_other(target))
        file = look_at(path, intake.layouts)
    except OSError:
        step = "check its permissions, then retry"
        return FileReport(**told, status="gone", message=f"cannot be read: {step}")
    except Refused as refusal:
        return refuse(intake, path, None, refusal)

    def gains(loaded: Loaded) -> None:
        if target.rejected is not None and loaded.rejected >= target.rejected:
            raise _NoGain

    try:
        known_on = max(day, target.known_on or file.known_on, file.known_on)
        return take_in(intake, file, known_on=known_on, also=gains)
    except _NoGain:
        return FileReport(
            **told,
            status="unchanged",
            message=f"no more rows pass than before ({target.rejected:,} rejected): "
            "mend the layout, or ask the holder for a correction",
            ref_date=file.ref_date,
            known_on=target.known_on,
        )


def _other(target: Target) -> str:
    if target.rejected is None:
        return (
            "the file of this name has other content than the one that was refused: "
            "take it in with blindspot ingest"
        )
    return (
        "the file of this name has other content than the one that was loaded: put "
        "the old one back, or end the name of a correction in _v2 and run "
        "blindspot ingest"
    )
