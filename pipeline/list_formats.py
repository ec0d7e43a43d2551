"""How rows of text become the bytes of a file."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class ExportFormat:
    """How a list is written: the end of its name, and rows of text to bytes."""

    suffix: str
    render: Callable[[Rows], bytes]


def render_csv(rows: Rows) -> bytes:
    """UTF-8 with BOM and CRLF: what a Korean Excel opens by double click."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


EXPORT_FORMATS: Final = {"csv": ExportFormat(".csv", render_csv)}
