"""The first rows of a file, in every way in which it may be cut into cells."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pipeline.errors import UserError
from pipeline.sniff.encoding import HEAD_BYTES, encoding_of_head, looks_zipped
from pipeline.sniff.shape import DELIMITERS, split_records
from pipeline.spreadsheet import every_sheet
from pipeline.text_rows import HEADER_WITHIN


def first_row(path: Path) -> list[str] | None:
    """The first row of a text file or workbook, read cheaply; None when there is none.

    Cells are as they stand, without the blanks around them.
    """
    try:
        rows = [next(iter(rows), []) for _, rows in top_rows(path, most=1)]
    except (UserError, OSError, csv.Error):
        return None
    row = rows[0] if looks_zipped(path) and rows else max(rows, key=len, default=[])
    return [cell.strip() for cell in row] or None


def top_rows(
    path: Path, *, most: int = HEADER_WITHIN
) -> Iterator[tuple[str, list[list[str]]]]:
    """The first rows of a file, read cheaply, in every way in which it may be cut.

    With the delimiter that cuts them so (a wrapped row is cut twice); of a workbook
    each sheet's, with its name.

    Raises:
        Refused: No workbook that can be read.
    """
    if looks_zipped(path):
        for name, rows in every_sheet(path):
            yield name, list(islice(rows, most))
        return
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = encoding_of_head(head)
    if not head or encoding is None:
        return
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    for delimiter in DELIMITERS:
        for wrapped in (False, True):
            lines = io.StringIO(text, newline="")
            records = split_records(lines, delimiter, wrapped=wrapped)
            yield delimiter, list(islice(records, most))
