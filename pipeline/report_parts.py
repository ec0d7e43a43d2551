"""What every part of the report is built of: tables and sections, as HTML."""

from collections.abc import Iterable, Sequence
from html import escape

from pipeline.report_words import SOURCE_KO


def table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int]
) -> str:
    """A table of ready cells (already HTML); the columns in `numeric` align right."""

    def kind(at: int) -> str:
        if not headers[at]:
            return ' class="bars"'
        return ' class="n"' if at in numeric else ""

    head = "".join(f"<th{kind(at)}>{text}</th>" for at, text in enumerate(headers))
    body = "".join(
        "<tr>"
        + "".join(f"<td{kind(at)}>{cell}</td>" for at, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def section(title: str, note: str, body: str, kind: str = "") -> str:
    """A part of the page under its title; `long` ones may break over pages."""
    shape = f' class="{kind}"' if kind else ""
    return f'<section{shape}><h2>{title}</h2><p class="note">{note}</p>{body}</section>'


def source_name(name: str) -> str:
    """A source as officers call it, as HTML."""
    return escape(SOURCE_KO.get(name, name))
