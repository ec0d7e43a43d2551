"""What was seen of a file as plain values: for a person and for a program."""

import re
from pathlib import Path
from typing import Any

from pipeline.filenames import shown_name
from pipeline.sniff.columns import ColumnSeen
from pipeline.sniff.fits import Fit, fits_of
from pipeline.sniff.look import sniff
from pipeline.sniff.proposal import Proposal, propose

_OTHERS = 2
_RESIDENT_NUMBER = re.compile(r"\d{6}-?\d{7}")


def tell(path: Path) -> tuple[dict[str, Any], Proposal]:
    """Everything about a file that may be said, and the layout to edit.

    `data_rows` are all records but title, unit, header, total and blank rows, each
    counted under its own name. Columns are told by name, type and shapes: no value.

    Raises:
        FileRefused: No text and no workbook, or damaged.
    """
    seen = sniff(path)
    fits = fits_of(seen.rows.columns)
    best = fits[0] if fits and fits[0].is_likely else None
    proposal = propose(path, seen, best)
    kinds = seen.rows.kinds
    told = {
        "file": shown_name(path),
        "shape": seen.shape,
        "encoding": seen.encoding.name,
        "has_mark": seen.encoding.has_mark,
        "extended_hangul": seen.encoding.extended,
        "line_ends": seen.line_ends,
        "has_last_line_end": seen.has_last_end,
        "delimiter": seen.cut.delimiter,
        "wrapped": seen.cut.wrapped,
        "record_bytes": seen.cut.record_bytes,
        "byte_ranges": [list(cut) for cut in seen.fixed.cuts] if seen.fixed else None,
        "trailer": seen.fixed.trailer if seen.fixed else None,
        "sheet": _named(seen.sheet),
        "sheets": [_named(name) for name in seen.sheets],
        **{f"{kind}_rows": number for kind, number in kinds.items()},
        "blank_tail_rows": seen.rows.blank_tail,
        "ragged_rows": seen.rows.ragged,
        "padded": seen.rows.padded,
        "columns": [_column(each) for each in seen.rows.columns],
        "contract": _fit(best) if best else None,
        "other_contracts": [
            {"source": fit.source, "score": fit.score}
            for fit in fits
            if fit is not best and fit.score > 0
        ][:_OTHERS],
        "layout_is_complete": proposal.is_complete,
        "to_decide": list(proposal.to_decide),
    }
    return told, proposal


def summary(told: dict[str, Any]) -> list[list[Any]]:
    """The file's properties as rows of a table, without what does not apply."""
    rows = {
        "shape": told["shape"],
        "encoding": told["encoding"]
        + (" with a mark" if told["has_mark"] else "")
        + (" (letters beyond KS X 1001)" if told["extended_hangul"] else ""),
        "delimiter": {"\t": "tab"}.get(told["delimiter"], told["delimiter"]),
        "every row in one quoted cell": told["wrapped"] or None,
        "record bytes": told["record_bytes"],
        "trailer": told["trailer"],
        "sheet": told["sheet"],
        "sheets": told["sheets"] or None,
        "line ends": told["line_ends"],
        "last line ends": None if told["has_last_line_end"] else "no",
    }
    kinds = ("title", "unit", "header", "data", "total", "blank", "blank_tail")
    rows |= {f"{kind} rows": told[f"{kind}_rows"] for kind in kinds}
    rows["ragged rows"] = told["ragged_rows"] or None
    if told["contract"] is not None:
        rows["contract"] = f"{told['contract']['source']}"
        rows["fit (of 1)"] = told["contract"]["score"]
        rows["fields missing"] = told["contract"]["missing"] or None
    return [[name, value] for name, value in rows.items() if value is not None]


def _named(sheet: str | None) -> str | None:
    return None if sheet is None else _RESIDENT_NUMBER.sub("*" * 13, sheet)


def _column(seen: ColumnSeen) -> dict[str, Any]:
    return {
        "name": seen.name,
        "type": seen.type,
        "style": seen.style,
        "personal": seen.is_personal,
        "shapes": list(seen.shapes),
    }


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "source": fit.source,
        "score": fit.score,
        "fields": {
            match.field: {
                "column": match.column,
                "by": match.by,
                "type_fits": match.type_fits,
            }
            for match in fit.matches
        },
        "missing": list(fit.missing),
        "missing_required": list(fit.missing_required),
        "unknown_columns": list(fit.unknown_columns),
    }
