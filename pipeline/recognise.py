"""Which extract a file is: its name tells, else the header of a returned list."""

from collections.abc import Mapping
from pathlib import Path

from data_contracts.sources import SOURCES
from pipeline.filenames import ANY_NAME, Recognised, recognise
from pipeline.layouts import Layout
from pipeline.refusals import Reason, Refused
from pipeline.sniff.encoding import HEAD_BYTES, encoding_of_head, looks_zipped
from pipeline.text_rows import plain
from pipeline.unusual import first_row

# What spreadsheets put between cells; the first wins where none is there.
_DELIMITERS = (",", "\t", ";")


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
    first = first_row(path) if layouts else None
    if first is None:
        return None
    found = {plain(cell) for cell in first}
    for layout in layouts:
        telling = SOURCES[layout.source].recognised_by
        if telling and {plain(layout.headers[name]) for name in telling} <= found:
            return _as_it_lies(path, layout)
    return None


def _as_it_lies(path: Path, layout: Layout) -> Layout:
    """The layout, with the shape and encoding in which a spreadsheet saved the file."""
    if looks_zipped(path):
        return layout.model_copy(update={"shape": "xlsx"})
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = encoding_of_head(head) or layout.encoding
    top = head.decode(encoding, errors="replace").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=top.count)
    return layout.model_copy(update={"encoding": encoding, "delimiter": delimiter})
