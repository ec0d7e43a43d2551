"""Workbooks (.xlsx) as records of text, refused before they can burst the memory."""

import datetime as dt
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it ships no types
from openpyxl.worksheet._reader import (  # type: ignore[import-untyped]
    FORMULA_TAG,
    VALUE_TAG,
    WorkSheetParser,
)

from pipeline.refusals import Reason, Refused

# A register of a city is some 100 MB unpacked; shared texts are held in memory whole.
MAX_UNPACKED = 1 << 30
MAX_SHARED_TEXTS = 128 << 20
MAX_MEMBERS = 2_000
# What a sheet can hold.
MAX_ROWS = 1 << 20
# Real sheets shrink to a tenth or a fiftieth; a bomb to a thousandth.
MAX_RATIO = 150
_BATCH = 1_000
_PIECE = 1 << 18
_DOCTYPE = b"<!DOCTYPE"
_RATIO_FROM = 16 << 20
_ERRORS = frozenset(
    {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
)
# Days since the epoch of spreadsheets, 1954-2119: no YYYYMMDD is that small.
_SERIAL = range(20_000, 80_001)
_EPOCH = dt.date(1899, 12, 30)


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook, in their order.

    Raises:
        Refused: No workbook, one with a password, or one too large unpacked.
    """
    with _opened(path) as book:
        return [page.title for page in book.worksheets]


def every_sheet(path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Each sheet's name and its rows as text, as people typed them.

    A formula that no spreadsheet has computed yet stands for itself, and so does an
    error: an empty cell would lose what somebody wrote.

    Raises:
        Refused: No workbook, one with a password, or one too large unpacked.
    """
    with _opened(path) as book:
        for page in book.worksheets:
            yield page.title, _typed_rows(page)


def _typed_rows(page: Any) -> Iterator[list[str]]:
    rows = _rows_in_order(page, _TypedParser)
    while batch := _quietly(lambda: list(islice(rows, _BATCH))):
        for row in batch:
            yield [cell_text(value, with_errors=True) for value in row]


class _TypedParser(WorkSheetParser):  # type: ignore[misc]  # it ships no types
    """Tells a formula by its own text where no value of it was kept."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().parse_cell(element)
        formula = element.find(FORMULA_TAG)
        # A formula may come to an empty text, but no number is empty.
        is_empty_text = (
            element.get("t") == "str" and element.find(VALUE_TAG) is not None
        )
        is_known = found["value"] is not None or is_empty_text
        is_known = is_known and found["data_type"] != "e"
        if formula is not None and not is_known:
            found |= {"value": f"={formula.text or ''}", "data_type": "s"}
        return found


def sheet_records(path: Path, sheet: str | None = None) -> Iterator[list[str]]:
    """The rows of a sheet (the first unless named) as text; merged cells hold it once.

    Raises:
        Refused: No workbook, without that sheet, or one too large unpacked.
    """
    with _opened(path) as book:
        if sheet is not None and sheet not in book.sheetnames:
            raise Refused(
                Reason.UNREADABLE,
                "the workbook has no sheet of the name that the layout tells",
                "set sheet in the office's layout, or ask for the agreed workbook",
            )
        page = book[sheet] if sheet is not None else book.worksheets[0]
        rows = _rows_in_order(page)
        while batch := _quietly(lambda: list(islice(rows, _BATCH))):
            for row in batch:
                yield [cell_text(value) for value in row]


def _rows_in_order(
    page: Any, kind: type[Any] = WorkSheetParser
) -> Iterator[tuple[Any, ...]]:
    """The rows as the library reads them, but none dropped and no endless gap.

    Its own loop leaves out a row whose number is not above the last one's, and fills
    any gap with blank rows, of a billion too.
    """
    following = 1
    with page._get_source() as source:
        book = page.parent
        parser = kind(
            source,
            page._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if not following <= number <= MAX_ROWS:
                raise _damaged()
            for _ in range(following, number):
                yield ()
            following = number + 1
            yield page._get_row(cells, values_only=True)


def _quietly(work: Callable[[], Any]) -> Any:
    """Without the library's warnings, which quote cells, and whatever it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return work()
        except Exception:  # noqa: BLE001 - any damage; its message may quote a cell
            raise _damaged() from None


def cell_text(value: Any, *, with_errors: bool = False) -> str:
    """A cell as a text file would have it: days YYYYMMDD, whole numbers whole."""
    is_error = isinstance(value, str) and value in _ERRORS
    if value is None or (is_error and not with_errors):
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, dt.date):
        return f"{value:%Y%m%d}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    return str(value)


def day_of_serial(text: str) -> str:
    """A day written as a spreadsheet's number, as YYYYMMDD; anything else unchanged."""
    if len(text) == 5 and text.isascii() and text.isdigit() and int(text) in _SERIAL:
        return f"{_EPOCH + dt.timedelta(days=int(text)):%Y%m%d}"
    return text


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    check_container(path)
    # An open file, for the library judges a path by its suffix.
    with path.open("rb") as file:
        book = _quietly(
            lambda: openpyxl.load_workbook(
                file, read_only=True, data_only=True, keep_links=False
            )
        )
        try:
            if not book.worksheets:
                raise _damaged()
            yield book
        finally:
            book.close()


def check_container(path: Path) -> None:
    """Look at what the container says of itself, and that it tells the truth.

    Only then may the library unpack: it takes a part whole, whatever size is told.

    Raises:
        Refused: No container, too large unpacked, packed too densely, or with entities.
    """
    try:
        with zipfile.ZipFile(path) as container:
            members = container.infolist()
            if len(members) > MAX_MEMBERS or not _is_small(members):
                raise Refused(
                    Reason.UNREADABLE,
                    "the workbook is far larger unpacked than a list can be",
                    "ask the holder for it as .csv; it was not opened",
                )
            for member in members:
                _check_member(container, member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError):
        raise _damaged() from None


def _check_member(container: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a part in pieces: not a byte more than it tells, and no entities."""
    # One byte more may come than is told: where it does, the part lies.
    open_ended = copy(member)
    open_ended.file_size += 1
    is_xml = member.filename.endswith((".xml", ".rels"))
    size, before = 0, b""
    with container.open(open_ended) as part:
        while piece := part.read(_PIECE):
            size += len(piece)
            if size > member.file_size:
                raise _damaged()
            if is_xml and _DOCTYPE in before + piece:
                raise _damaged()
            before = piece[-len(_DOCTYPE) :]


def _is_small(members: list[zipfile.ZipInfo]) -> bool:
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        return False
    for member in members:
        texts = member.filename.lower().endswith("sharedstrings.xml")
        if texts and member.file_size > MAX_SHARED_TEXTS:
            return False
        dense = member.file_size > MAX_RATIO * max(member.compress_size, 1)
        if dense and member.file_size > _RATIO_FROM:
            return False
    return True


def _damaged() -> Refused:
    return Refused(
        Reason.UNREADABLE,
        "the file is no readable workbook (.xlsx)",
        "open it in a spreadsheet, save it as .xlsx without a password, or as .csv",
    )
