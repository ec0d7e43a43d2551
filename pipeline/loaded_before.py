"""Whether a file's content was loaded already."""

import datetime as dt

from pipeline.load import FileToLoad
from pipeline.refusals import Reason, Refused
from pipeline.warehouse import Warehouse

# Source, hash and reference date; None where it carries none of its own.
Content = tuple[str, str, dt.date | None]


def loaded_before(warehouse: Warehouse) -> dict[Content, str]:
    """Names of the loaded files by content: one question for the whole inbox."""
    before: dict[Content, str] = {}
    for source, sha256, ref_date, name in warehouse.rows(
        "SELECT source, sha256, ref_date, file_name FROM core_file ORDER BY file_id"
    ):
        for day in (ref_date, None):
            before.setdefault((source, sha256, day), name)
    return before


def content_of(file: FileToLoad) -> Content:
    """By what a file is known as one that was loaded."""
    # A list's date is that of its arrival: a copy that comes again is the same.
    has_day = not file.contract.recognised_by
    return file.contract.source, file.sha256, file.ref_date if has_day else None


def already_loaded(warehouse: Warehouse, file: FileToLoad) -> str | None:
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
