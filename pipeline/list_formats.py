"""How lists become the bytes of a file: one entry per format."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Page:
    """One table of a file.

    `tab`: the name of its sheet in a workbook. `title`: one line above the header,
    where the format has room for it. `rows`: text, the header first.
    """

    tab: str
    title: str
    rows: Rows
    footer: str = ""


@dataclass(frozen=True)
class ExportFormat:
    """How lists are written: the end of the name, and pages of text to bytes.

    `takes_many`: whether one file can hold several pages. The day is the one that the
    file may carry as its date: nothing here reads a clock.
    """

    suffix: str
    render: Callable[[Sequence[Page], dt.date], bytes]
    takes_many: bool = False


def render_csv(rows: Rows) -> bytes:
    """UTF-8 with BOM and CRLF: what a Korean Excel opens by double click."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _csv(pages: Sequence[Page], _: dt.date) -> bytes:
    (page,) = pages
    return render_csv(page.rows)


def _xlsx(pages: Sequence[Page], day: dt.date) -> bytes:
    # The library is slow to import and a CSV needs none of it.
    from pipeline.workbook import render_workbook

    return render_workbook(pages, day)


EXPORT_FORMATS: Final = {
    "csv": ExportFormat(".csv", _csv),
    "xlsx": ExportFormat(".xlsx", _xlsx, takes_many=True),
}
