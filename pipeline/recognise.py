"""Which extract a file is: its name tells, else the header of a returned list."""

import csv
from collections.abc import Mapping
from pathlib import Path

from data_contracts.sources import SOURCES
from pipeline.errors import UserError
from pipeline.filenames import ANY_NAME, Recognised, recognise
from pipeline.layouts import Layout
from pipeline.refusals import Reason, Refused
from pipeline.sniff.encoding import HEAD_BYTES, encoding_of_head, looks_zipped
from pipeline.text_rows import plain
from pipeline.top_rows import top_rows


def recognise_file(path: Path, layouts: Mapping[str, Layout]) -> Recognised:
    """The layout, reference date and version of a file, by its name or its header.

    A file that its header tells has no reference date of its own: `ref_date` is None.

    Raises:
        Refused: Neither tells, or the name's date is none.
    """
    try:
        return recognise(path.name, layouts)
    except Refused as refusal:
        if refusal.reason is not Reason.UNKNOWN_NAME:
            raise
        unknown = refusal
    layout = _by_header(path, [e for e in layouts.values() if e.pattern == ANY_NAME])
    if layout is None:
        raise unknown
    return Recognised(layout, None, 1)


def _by_header(path: Path, layouts: list[Layout]) -> Layout | None:
    """The layout of the header near the top, of any sheet; titles may stand above."""
    try:
        for way, rows in top_rows(path) if layouts else ():
            for found in ({plain(cell) for cell in row} for row in rows):
                for layout in layouts:
                    if _is_told(layout, found):
                        return _as_it_lies(path, layout, way)
    except (UserError, OSError, csv.Error):
        return None
    return None


def _is_told(layout: Layout, found: set[str]) -> bool:
    telling = SOURCES[layout.source].recognised_by
    return bool(telling) and {plain(layout.headers[name]) for name in telling} <= found


def _as_it_lies(path: Path, layout: Layout, delimiter: str) -> Layout:
    """The layout, with the shape and encoding in which a spreadsheet saved the file."""
    if looks_zipped(path):
        return layout.model_copy(update={"shape": "xlsx"})
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = encoding_of_head(head) or layout.encoding
    return layout.model_copy(update={"encoding": encoding, "delimiter": delimiter})
