"""Unusual shapes (workbooks, wrapped rows, UTF-16, several header rows) as records."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pipeline.errors import UserError
from pipeline.sniff.encoding import HEAD_BYTES, encoding_of_head, looks_zipped
from pipeline.spreadsheet import sheet_records

DELIMITERS = (",", "\t", "|", ";")


def first_row(path: Path) -> list[str] | None:
    """The first row of a text file or workbook, read cheaply; None when there is none.

    Cells are as they stand, without the blanks around them.
    """
    try:
        if looks_zipped(path):
            row = next(iter(sheet_records(path)), None)
        else:
            row = _first_text_row(path)
    except (UserError, OSError, csv.Error):
        return None
    return None if row is None else [cell.strip() for cell in row]


def _first_text_row(path: Path) -> list[str] | None:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = encoding_of_head(head)
    if not head or encoding is None:
        return None
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    return max(
        (
            row
            for delimiter in DELIMITERS
            for row in islice(split_records(io.StringIO(text, ""), delimiter), 1)
        ),
        key=len,
        default=None,
    )


def split_records(
    lines: Iterator[str], delimiter: str, *, quoting: bool = True
) -> Iterator[list[str]]:
    """Records of cells; a row that is wrapped in one quoted cell is unwrapped."""
    for cells in csv.reader(
        lines,
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE,
    ):
        if len(cells) == 1 and delimiter in cells[0] and quoting:
            yield next(csv.reader([cells[0]], delimiter=delimiter))
        else:
            yield cells
