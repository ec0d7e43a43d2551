"""The cells of a sheet: its contract's columns, safe in a spreadsheet."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from data_contracts.outputs import OutputColumn
from data_contracts.sheets import Sheet
from pipeline.excel_safe import hyphened_phone, safe_text

DATA_KIND_KO: Final = {True: "합성", False: "실자료"}


def sheet_rows(
    sheet: Sheet, rows: Iterable[Mapping[str, Any]], *, is_synthetic: bool
) -> list[list[str]]:
    """A sheet's header and rows as text.

    A row must hold every column that is not an officer's; what else it holds stays
    behind.
    """
    kind = {"data_kind": DATA_KIND_KO[is_synthetic]}
    cells = [
        [_cell(column, {**row, **kind}) for column in sheet.columns] for row in rows
    ]
    return [list(sheet.headers_ko), *cells]


def _cell(column: OutputColumn, row: Mapping[str, Any]) -> str:
    if column.filled_by == "officer" or row[column.name] is None:
        return ""
    value = row[column.name]
    if column.name == "phone":
        return hyphened_phone(value)
    if column.name == "data_date":
        return f"{value} 기준"
    # A number or date of ours is nobody's text, and meant to be read as what it is.
    return safe_text(value) if isinstance(value, str) else str(value)
