"""What must hold of every file, and an own count of the rows in it."""

import codecs
import io
import re
import zipfile
from collections.abc import Iterator

from pipeline.file_report import FileReport
from pipeline.refusals import Reason
from pipeline.settings import Office
from pipeline.warehouse import Warehouse
from tests.fuzz.corpus import NAME_MARK, RESIDENT_MARK, Case

FAULT_OF_OURS = "fault in the program"
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Columns of text that no person wrote: hexadecimal digits would hit a mark by chance.
_HASHED = re.compile(r"sha|_key$|fingerprint")


def leaks(text: str, values: frozenset[str] = frozenset(), but: str = "") -> list[str]:
    """Which kinds of value stand in a text; `but` is a text where they may."""
    found = [RESIDENT_MARK] if RESIDENT_MARK in text else []
    escaped = NAME_MARK.encode("unicode_escape").decode()
    found += [mark for mark in (NAME_MARK, escaped) if mark in text]
    found += [value for value in values if value in text and value not in but]
    return ["a value in" for _ in found[:1]]


def rows_in(case: Case) -> int | None:
    """The records of a file without its header and trailer; None where none is plain.

    Counted letter by letter and apart from every reader.
    """
    if case.told_rows is not None:
        return case.told_rows
    if case.form.is_book and case.content.startswith(b"PK\x03\x04"):
        return _rows_of_book(case.content)
    layout = case.form.layout
    if layout.shape == "fixed":
        lines = case.content.count(b"\n")
        return lines - (layout.header != "none") - (layout.trailer is not None)
    text = _text_of(case)
    if text is None:
        return None
    return _records(text, case, quoting=layout.quoting) - layout.header_rows


def _text_of(case: Case) -> str | None:
    """As its layout says; a returned list comes in any encoding that offices use."""
    codes = [case.codec]
    if case.form.source == "result":
        wide = case.content.startswith(_MARKS[1:])
        codes = ["utf-16"] if wide else ["utf-8-sig", "cp949"]
    for code in codes:
        try:
            return case.content.decode(code).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return None


def _records(text: str, case: Case, *, quoting: bool) -> int:
    marks = {case.mark}
    if case.form.source == "result":
        top = re.split("[\r\n]", text, maxsplit=1)[0]
        marks = {max((",", "\t", ";"), key=top.count)}
    count, at_start, inside = 0, True, False
    open_record = False
    letters = iter(range(len(text)))
    for at in letters:
        letter = text[at]
        if inside:
            if letter == '"':
                if text[at + 1 : at + 2] == '"':
                    next(letters)
                else:
                    inside = False
            continue
        if letter in "\r\n":
            count += 1
            if letter == "\r" and text[at + 1 : at + 2] == "\n":
                next(letters)
            at_start, open_record = True, False
            continue
        open_record = True
        inside = quoting and at_start and letter == '"'
        at_start = letter in marks
    return count + open_record


def _rows_of_book(content: bytes) -> int | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            sheet = container.read("xl/worksheets/sheet1.xml")
    except Exception:  # noqa: BLE001 - any damage: then no count is plain
        return None
    numbers = [int(n) for n in re.findall(rb'<row r="(\d{1,9})"', sheet)]
    if len(numbers) != sheet.count(b"<row") or numbers != sorted(set(numbers)):
        return None
    return (numbers[-1] if numbers else 0) - 1


def faults_of(report: FileReport, case: Case, shown: str) -> list[str]:
    """What a file's report breaks."""
    found = []
    if report.status not in ("loaded", "replayed", "refused"):
        found.append(f"status {report.status}")
    if not report.adds_up:
        found.append("rows do not add up")
    if sum(report.rejected_by_code.values()) != report.rejected:
        found.append("rejects by code do not add up")
    if min(report.rows, report.accepted, report.rejected, report.skipped) < 0:
        found.append("a negative count")
    text = f"{report.message} {report.rejected_by_code}"
    found += [f"{leak} the report" for leak in leaks(text, case.values, shown)]
    found += [f"{leak} the name" for leak in leaks(report.file)]
    if FAULT_OF_OURS in report.message:
        found.append("a fault of ours told as the file's")
    if report.status == "refused":
        return found + _wrongly_refused(report, case)
    return found + (_wrong_count(report, case) if report.status == "loaded" else [])


def _wrong_count(report: FileReport, case: Case) -> list[str]:
    found = []
    own = rows_in(case)
    if own is not None and own != report.rows:
        found.append(f"{report.rows} rows read, {own} in the file")
    if case.spared is not None:
        taken = report.accepted + report.repeated + report.superseded
        if taken < case.spared:
            found.append(f"{taken} rows taken, {case.spared} were good")
    return found


def _wrongly_refused(report: FileReport, case: Case) -> list[str]:
    if not report.message:
        return ["refused without a word"]
    if case.spared and "would be rejected" not in report.message:
        return ["refused whole although only some rows were touched"]
    return []


def stored(warehouse: Warehouse) -> dict[str, int]:
    """How many rows every table of both databases holds."""
    tables = warehouse.rows(
        "SELECT database_name || '.main.' || table_name FROM duckdb_tables() "
        "WHERE database_name IN ('warehouse', 'vault') ORDER BY ALL"
    )
    counts = " UNION ALL ".join(
        f"SELECT '{name}', count(*) FROM {name}" for (name,) in tables
    )
    return dict(warehouse.rows(counts))


def wrong_growth(
    before: dict[str, int], after: dict[str, int], reports: list[FileReport]
) -> list[str]:
    """Do the tables hold what the reports tell, and nothing of a refused file?"""
    loaded = [report for report in reports if report.status == "loaded"]
    expected = dict.fromkeys(after, 0)
    expected["warehouse.main.core_file"] = len(loaded)
    expected["warehouse.main.rej_row"] = sum(report.rejected for report in loaded)
    for report in loaded:
        for table in (
            f"warehouse.main.acc_{report.source}",
            f"vault.main.vault_{report.source}",
        ):
            if table in expected:
                expected[table] += report.accepted
    free = ("rej_file", "rej_stopped_row", "log_override", "core_key_check")
    accounts = (
        "warehouse.main.core_account_key"  # one an account, however often it comes
    )
    known = sum(report.accepted for report in loaded)
    expected[accounts] = min(after.get(accounts, 0) - before.get(accounts, 0), known)
    return [
        f"{table} grew by {after.get(table, 0) - before.get(table, 0)}, not {grown}"
        for table, grown in expected.items()
        if after.get(table, 0) - before.get(table, 0) != grown
        and not table.endswith(free)
        and not (table.startswith("vault.") and _keeps_nothing(table))
    ]


def _keeps_nothing(table: str) -> bool:
    from data_contracts.derive import vault_columns
    from data_contracts.sources import SOURCES

    source = table.rpartition("vault_")[2]
    return source not in SOURCES or not vault_columns(SOURCES[source])


def told_in_tables(warehouse: Warehouse) -> Iterator[str]:
    """Tables that hold a personal value where none may stand.

    A resident number may stand in free text of the vault only; names and addresses
    there and in the words that the warehouse keeps of a row.
    """
    columns = warehouse.rows(
        "SELECT database_name || '.main.' || table_name, column_name "
        "FROM duckdb_columns() WHERE database_name = 'warehouse' "
        "AND data_type LIKE 'VARCHAR%' ORDER BY ALL"
    )
    for table, column in columns:
        if _HASHED.search(column):
            continue
        told = table.rpartition(".")[2].startswith(("core_", "rej_", "log_"))
        # A number that was itself damaged is none; the mark alone is no one's.
        # Twelve digits are an account's number too: one that lost its first cannot be
        # told from it where a file asks for such a number.
        digits = 6 if column == "account_no" else 5
        number = rf"\d{{{digits}}}[- ]?\d{RESIDENT_MARK}"
        marks = [number, *([NAME_MARK] if told else [])]
        for mark in marks:
            found = warehouse.rows(
                f'SELECT count(*) FROM {table} WHERE regexp_matches(CAST("{column}" '
                "AS VARCHAR), $mark)",
                {"mark": mark},
            )
            if found[0][0]:
                yield f"a value in {table}.{column}"


def told_on_disk(office: Office) -> bool:
    """Does a mark stand readable in a file of the office's data or logs?"""
    marks = [NAME_MARK.encode(), f"1{RESIDENT_MARK}".encode()]
    for folder in ("data", "logs"):
        for path in sorted(office.path(folder).rglob("*")):
            if path.is_file() and any(mark in path.read_bytes() for mark in marks):
                return True
    return False


REASONS = tuple(str(reason) for reason in Reason)
