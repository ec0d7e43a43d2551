"""The quarantine told: to an officer as a list, to a supplier as a file; no values."""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from data_contracts.base import Contract
from data_contracts.reject_words import WORDS
from data_contracts.rejects import MEANING, Reject
from data_contracts.sources import SOURCES
from pipeline.errors import DiskError
from pipeline.excel_safe import safe_text
from pipeline.layouts import Layout
from pipeline.publish import write_durably
from pipeline.quarantine import ADDING, LAST_WORD
from pipeline.text_rows import SHEET_STEP, told_row
from pipeline.warehouse import Warehouse

EXPORT_HEADER: Final = (
    "파일명", "행번호", "열", "코드", "뜻", "기대한 내용", "meaning", "expected",
)  # fmt: skip
_WHOLE_FILE_KO: Final = "파일 전체를 읽을 수 없거나 받을 수 없음"


@dataclass(frozen=True)
class RefusedFile:
    """A file of which nothing was loaded; `is_superseded`: its content was, later."""

    file: str
    source: str | None
    reason: str
    message: str
    refused_on: dt.date | None
    tried_on: dt.date | None
    tries: int
    is_superseded: bool


@dataclass(frozen=True)
class RejectedRow:
    """One code of one rejected row.

    `is_superseded`: a correction or a further attempt has taken the file's place.
    `is_loaded`: the rest of its file was loaded; if not, the file was stopped.
    """

    file: str
    source: str
    ref_date: dt.date | None
    row_no: int
    code: str
    is_loaded: bool
    is_superseded: bool
    form: str | None = None

    @property
    def meaning(self) -> str:
        return MEANING[Reject(self.code)][0]

    @property
    def what_to_do(self) -> str:
        return MEANING[Reject(self.code)][1]


def list_files(
    warehouse: Warehouse, *, file: str | None = None, source: str | None = None
) -> list[RefusedFile]:
    """Refused files, by name."""
    found = warehouse.rows(
        "SELECT file_name, source, reason_code, message, refused_on, tried_on, "
        "coalesce(tries, 1), EXISTS (FROM core_file AS f WHERE f.sha256 = r.sha256) "
        "FROM rej_file AS r WHERE ($file IS NULL OR file_name = $file) "
        "AND ($source IS NULL OR source = $source) ORDER BY file_name, sha256",
        {"file": file, "source": source},
    )
    return [RefusedFile(*row) for row in found]


def list_rows(
    warehouse: Warehouse,
    *,
    file: str | None = None,
    source: str | None = None,
    code: str | None = None,
) -> list[RejectedRow]:
    """Rejected rows, one per code, by file and row; stopped files' rows too."""
    found = warehouse.rows(
        f"WITH last_word AS ({LAST_WORD}), "
        "told AS ("
        "SELECT f.file_name, f.source, f.ref_date, r.row_no, unnest(r.codes) AS code, "
        "true AS is_loaded, f.is_superseded, f.form, f.file_id "
        "FROM rej_row AS r JOIN last_word AS f USING (file_id) "
        "UNION ALL "
        "SELECT f.file_name, r.source, r.ref_date, r.row_no, unnest(r.codes), false, "
        "EXISTS (FROM core_file AS c WHERE c.sha256 = r.sha256), NULL, NULL "
        "FROM rej_stopped_row AS r JOIN rej_file AS f USING (sha256)) "
        "SELECT * EXCLUDE (file_id) FROM told "
        "WHERE ($file IS NULL OR file_name = $file) "
        "AND ($source IS NULL OR source = $source) AND ($code IS NULL OR code = $code) "
        "ORDER BY file_name, file_id, row_no, code",
        {"adding": list(ADDING), "file": file, "source": source, "code": code},
    )
    return [RejectedRow(*row) for row in found]


def export_rows(
    warehouse: Warehouse,
    layouts: Mapping[str, Layout],
    path: Path,
    *,
    file: str | None = None,
    source: str | None = None,
    code: str | None = None,
) -> int:
    """Write what a supplier needs to correct its files; returns how many lines.

    What was superseded is left out. Opens in a spreadsheet as it is: BOM, no formula.

    Raises:
        DiskError: The file cannot be written.
    """
    lines: list[tuple[Any, ...]] = []
    if code is None:
        for refused in list_files(warehouse, file=file, source=source):
            if not refused.is_superseded:
                said = refused.message.split("\n")[0]
                told = (refused.reason, _WHOLE_FILE_KO, "", said, "")
                lines.append((refused.file, "", "", *told))
    for row in list_rows(warehouse, file=file, source=source, code=code):
        if not row.is_superseded:
            words = WORDS[row.code]
            where = _headers(row, layouts)
            ko = (words.meaning_ko, words.expected_ko)
            en = (row.meaning, words.expected_en)
            lines.append((row.file, _row(row.row_no), where, row.code, *ko, *en))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(EXPORT_HEADER)
    for line in lines:
        writer.writerow([c if isinstance(c, int) else safe_text(c) for c in line])
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.unlink(missing_ok=True)
        write_durably(draft, text.getvalue().encode("utf-8-sig"))
        draft.replace(path)
    except OSError as error:
        raise DiskError(
            f"{path} cannot be written ({error.strerror})",
            "name a file in a folder that exists and that you may write to",
        ) from None
    return len(lines)


def _headers(row: RejectedRow, layouts: Mapping[str, Layout]) -> str:
    """The columns that may hold what the code tells, as the file names them."""
    layout = layouts.get(row.form or row.source)
    contract = SOURCES[row.source]
    named = layout.headers if layout is not None else {}
    return " / ".join(
        named.get(name, contract.field(name).header_ko)
        for name in columns_of(row.source, row.code)
        if layout is None or name in layout.columns
    )


@cache
def columns_of(source: str, code: str) -> tuple[str, ...]:
    """The fields of a source in which a code can arise, in the contract's order."""
    contract = SOURCES[source]
    found = {
        field.name
        for field in contract.fields
        if (code == Reject.REQUIRED_MISSING and field.required)
        or f"'{code}'" in (field.type.reject(field.name, "text") or "")
    }
    found |= {name for rule in contract.rules if rule.code == code
              for name in _mentioned(contract, rule.broken_when)}  # fmt: skip
    return tuple(field.name for field in contract.fields if field.name in found)


def _mentioned(contract: Contract, condition: str) -> set[str]:
    words = set(re.findall(r"\w+", condition))
    return {
        field.name
        for field in contract.fields
        if words & {c.name for c in field.type.columns(field.name, "text")}
    }


def _row(row_no: int) -> int | str:
    """A number to sort by; of a further sheet of a workbook, the sheet and its row."""
    return row_no if row_no < SHEET_STEP else told_row(row_no)
