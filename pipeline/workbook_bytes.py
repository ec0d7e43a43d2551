"""A workbook's bytes: made in memory alone, the same for the same day."""

import datetime as dt
import io
import re
import zipfile
from typing import Any, Final

from openpyxl.drawing.spreadsheet_drawing import (  # type: ignore[import-untyped]
    SpreadsheetDrawing,
)
from openpyxl.worksheet._writer import (  # type: ignore[import-untyped]
    WorksheetWriter,
)
from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]

# What a zip member says of its age; the first day that the format can tell.
_MEMBER_TIME: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(
    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)"
)


class _MemoryWriter(ExcelWriter):  # type: ignore[misc]  # the library ships no types
    """Keeps sheets in memory: the library's own writes each plain into a temp file.

    A name in /tmp outlives a killed run, also when the list was to leave sealed.
    """

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        out = io.BytesIO()
        writer = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def book_bytes(book: Any, day: dt.date) -> bytes:
    """A workbook as a file, with the day's date inside and no time of its making."""
    made = io.BytesIO()
    _MemoryWriter(book, zipfile.ZipFile(made, "w")).save()
    return _dated(made.getvalue(), day)


def _dated(book: bytes, day: dt.date) -> bytes:
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            member = zipfile.ZipInfo(name, _MEMBER_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, content)
    return made.getvalue()
