"""Tables drawn with pipes: into the engine, and back into a drawing for messages.

    load(warehouse, "acc_kepco", '''
        account_no | months_overdue INT | stopped_on DATE
        0000000001 | 3                  | 2026-03-02
        0000000002 | 12                 |
    ''')

A column without a type is text; an empty cell is NULL; `''` is the empty text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class Drawing:
    """A drawn table: its columns with their types, its cells as text."""

    types: dict[str, str]
    rows: list[tuple[str | None, ...]]

    @property
    def columns(self) -> list[str]:
        return list(self.types)


def read(text: str, schema: Mapping[str, str] | None = None) -> Drawing:
    """Parse a drawing; a type not drawn is taken from `schema`, else text."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    types: dict[str, str] = {}
    for header in _cells(lines[0]):
        name, _, kind = header.partition(" ")
        types[name] = kind.strip() or (schema or {}).get(name, "VARCHAR")
    rows = []
    for line in lines[1:]:
        if set(line) <= set("|-+ "):
            continue  # a ruler under the header
        cells = _cells(line)
        if len(cells) != len(types):
            raise AssertionError(
                f"{len(cells)} cells where the header has {len(types)}:\n  {line}"
            )
        rows.append(tuple({"": None, "''": ""}.get(cell, cell) for cell in cells))
    return Drawing(types, rows)


def load(
    warehouse: Warehouse,
    table: str,
    text: str,
    schema: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> None:
    """Create `table` from a drawing.

    With a `schema` (column → type) every one of its columns exists: those not drawn
    hold `defaults` (text, cast to the type) or NULL, so a test draws what matters.
    A name that begins with `_` makes a temp table.
    """
    drawing = read(text, schema)
    if schema and (unknown := set(drawing.types) - set(schema)):
        raise AssertionError(f"{table} has no columns {sorted(unknown)}")
    types = {**(schema or {}), **drawing.types}
    fill = dict(defaults or {})
    kind_of_table = "TEMP TABLE" if table.startswith("_") else "TABLE"
    warehouse.execute(
        f"CREATE OR REPLACE {kind_of_table} {table} ("
        + ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        + ")"
    )
    for row in drawing.rows:
        drawn = dict(zip(drawing.columns, row, strict=True))
        cells = [drawn[n] if n in drawn else fill.get(n) for n in types]
        marks = ", ".join(f"CAST($c{i} AS {t})" for i, t in enumerate(types.values()))
        warehouse.execute(
            f"INSERT INTO {table} VALUES ({marks})",
            {f"c{i}": cell for i, cell in enumerate(cells)},
        )


def draw(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Draw rows with pipes, columns aligned (a Hangul letter is two wide)."""
    cells = [list(columns), *([_shown(v) for v in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = (
        " | ".join(
            c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    )
    return "\n".join(lines)


def assert_table(warehouse: Warehouse, source: str, text: str) -> None:
    """Fail, showing both drawings, unless `source` holds exactly the drawn rows.

    `source` is a table or a SELECT; only the drawn columns are compared, and the
    order of rows is no part of a table. Types come from `source`.
    """
    relation = f"({source})" if source.lstrip()[:6].upper() == "SELECT" else source
    kinds = dict(
        (str(name), str(kind))
        for name, kind, *_ in warehouse.rows(f"DESCRIBE SELECT * FROM {relation}")
    )
    wanted = read(text, kinds)
    columns = ", ".join(f'"{name}"' for name in wanted.columns)
    load(warehouse, "_drawn_expected", text, {n: kinds[n] for n in wanted.columns})
    query = f"SELECT {columns} FROM {{}} ORDER BY ALL"
    found = draw(wanted.columns, warehouse.rows(query.format(relation)))
    expected = draw(wanted.columns, warehouse.rows(query.format("_drawn_expected")))
    assert found == expected, f"\nfound\n{found}\n\nexpected\n{expected}"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().split("|")]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if value == "":
        return "''"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x1100 else 1 for letter in text)
