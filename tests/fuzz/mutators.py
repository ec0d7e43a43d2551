"""Damages to a file's rows, header and cells, before it becomes bytes."""

from collections.abc import Callable

from tests.fuzz.cells import DATES, FORMULAS, NUMBERS, ODD_TEXT
from tests.fuzz.corpus import RESIDENT_MARK, Case

Mutator = Callable[[Case], None]


def _some_cells(case: Case, choices: tuple[str, ...]) -> None:
    touched = 0
    for row in case.pick():
        touched += 1
        for _ in range(int(case.rng.integers(1, 4)) if row else 0):
            row[_at(case, row)] = _fit(case, case.any_of(choices))
    _touch(case, touched)


def _fit(case: Case, cell: str) -> str:
    """A cell that stays one cell: quoted where it must be."""
    if case.form.is_book or case.form.layout.shape == "fixed":
        return cell
    cell = cell.encode(case.codec, "ignore").decode(case.codec, "ignore")
    if not case.form.layout.quoting:
        return cell.replace(case.mark, "")
    if case.mark in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _at(case: Case, row: list[str]) -> int:
    """A place in a row; one that an earlier damage emptied gets a cell."""
    if not row:
        row.append("")
    return int(case.rng.integers(len(row)))


def _touch(case: Case, rows: int) -> None:
    """So many rows may be lost by this; the others must be taken all the same."""
    if case.spared is not None:
        case.spared = max(0, case.spared - rows)


def _any_loss(case: Case) -> None:
    case.spared = None


def _names(case: Case) -> list[str]:
    """The header's cells; an earlier damage may have taken it away."""
    if not case.header:
        case.header = [[""] * 3]
    return case.header[-1]


def untouched(case: Case) -> None:
    """The good file: what the others are measured by."""


def formulas(case: Case) -> None:
    _some_cells(case, FORMULAS)


def dates(case: Case) -> None:
    _some_cells(case, DATES)


def numbers(case: Case) -> None:
    _some_cells(case, NUMBERS)


def odd_text(case: Case) -> None:
    # A line separator ends no record, but a cell may be taken for a blank row's.
    _some_cells(case, ODD_TEXT)
    if case.form.layout.shape == "fixed":
        _any_loss(case)


def huge_field(case: Case) -> None:
    """Cells of some 100 KB are taken; of megabytes the file may be refused."""
    size = int(case.rng.choice([2_000, 60_000, 140_000, 3_000_000]))
    rows = case.pick(0.05)
    for row in rows[:3]:
        row[_at(case, row)] = case.any_of(("9", "x", "=")) * size
    if size > 60_000:
        _any_loss(case)
    _touch(case, len(rows))


def resident_forms(case: Case) -> None:
    """Resident numbers damaged, or in columns where none belongs."""
    real = f"800101-1{RESIDENT_MARK}"
    forms = (real, real.replace("-", ""), f"{real}0", f"*{real}", f"x {real} y")
    forms += ("800101-1******", f"00101-1{RESIDENT_MARK}", "8.00101E+12", real[1:])
    forms += ("８００１０１１" + RESIDENT_MARK,)
    _some_cells(case, forms)


def cells_cut(case: Case) -> None:
    rows = case.pick()
    for row in rows:
        del row[_at(case, row) :]
    _touch(case, len(rows))


def cells_added(case: Case) -> None:
    rows = case.pick()
    for row in rows:
        row.insert(int(case.rng.integers(len(row) + 1)), case.any_of(("", "x", "1")))
    _touch(case, len(rows))


def wide_row(case: Case) -> None:
    """One row of 100,000 cells."""
    rows = case.pick()[:1]
    for row in rows:
        row += [case.any_of(("", "1", "x"))] * 100_000
    _touch(case, len(rows))
    # Beyond a sheet's last column; and a wrapped row is one cell, too long for any.
    if case.form.is_book or case.form.layout.wrapped:
        _any_loss(case)


def wide_header(case: Case) -> None:
    _names(case).extend(f"열{at}" for at in range(100_000))
    if case.form.is_book:
        del _names(case)[16_000:]
    _any_loss(case)


def rows_repeated(case: Case) -> None:
    case.rows += [list(row) for row in case.pick()]


def rows_blank(case: Case) -> None:
    for _ in range(int(case.rng.integers(1, 20))):
        width = int(case.rng.choice([1, len(_names(case))]))
        at = int(case.rng.integers(len(case.rows) + 1))
        case.rows.insert(at, [case.any_of(("", " ", "\u3000"))] * width)


def rows_total(case: Case) -> None:
    for word in ("합계", " 소 계 ", "총계", "합계(A)"):
        at = int(case.rng.integers(len(case.rows) + 1))
        case.rows.insert(at, [word, *[""] * (len(_names(case)) - 1)])


def columns_moved(case: Case) -> None:
    """Columns with their header in another order: nothing is lost by that."""
    if case.form.layout.shape == "fixed":
        return _columns_wrong(case)
    order = case.rng.permutation(len(_names(case)))
    everything = [*case.header, *case.rows]
    for cells in everything:
        cells[:] = [cells[at] for at in order if at < len(cells)]
    case.below = []
    if case.done[:-1] and case.spared:
        _any_loss(case)
    return None


def _columns_wrong(case: Case) -> None:
    """The cells in another order than the header."""
    order = case.rng.permutation(len(_names(case)))
    for row in case.rows:
        row[:] = [row[at] for at in order if at < len(row)]
    _any_loss(case)


def columns_dropped(case: Case) -> None:
    at = _at(case, _names(case))
    for cells in [*case.header, *case.rows]:
        del cells[at : at + 1]
    _any_loss(case)


def columns_added(case: Case) -> None:
    at = int(case.rng.integers(len(_names(case)) + 1))
    for cells in [*case.header, *case.rows]:
        cells.insert(at, case.any_of(("비고", "", "x")))
    _any_loss(case)


def header_twice(case: Case) -> None:
    """A column name that stands twice."""
    names = _names(case)
    names[_at(case, names)] = case.any_of(names)
    _any_loss(case)


def header_again(case: Case) -> None:
    """The header among the rows, as in files that were joined."""
    at = int(case.rng.integers(len(case.rows) + 1))
    case.rows.insert(at, list(_names(case)))


def header_gone(case: Case) -> None:
    case.header = []
    _any_loss(case)


def header_odd(case: Case) -> None:
    names = _names(case)
    at = _at(case, names)
    names[at] = _fit(case, case.any_of((*FORMULAS, *ODD_TEXT, *NUMBERS, "", " ")))
    _any_loss(case)


def rows_above(case: Case) -> None:
    """Title, unit and blank rows above the header, up to too many."""
    count = int(case.rng.choice([1, 3, 19, 20, 30, 400]))
    words = ("체납 현황", "(단위: 원)", "", f"작성 800101-1{RESIDENT_MARK}")
    case.above = [[case.any_of(words)] for _ in range(count)]
    _any_loss(case)


def lone_quote(case: Case) -> None:
    for row in case.pick(0.1)[:2]:
        at = _at(case, row)
        row[at] = case.any_of(('"', '"' + row[at], row[at] + '"', row[at][:1] + '"x'))
    _any_loss(case)


def deep_quotes(case: Case) -> None:
    depth = int(case.rng.choice([3, 101, 9_999, 50_000]))
    for row in case.pick(0.1)[:2]:
        row[_at(case, row)] = '"' * depth
    _any_loss(case)


def quoted_lines(case: Case) -> None:
    """Line ends, delimiters and quotes inside quoted cells."""
    inner = ("a\nb", "a\r\nb", f"a{case.mark}b", 'say ""x""', "\n" * 50)
    rows = case.pick()
    for row in rows:
        row[_at(case, row)] = f'"{case.any_of(inner)}"'
    _any_loss(case)


def swapped_cells(case: Case) -> None:
    rows = case.pick()
    for row in rows:
        one, other = _at(case, row), _at(case, row)
        row[one], row[other] = row[other], row[one]
    _touch(case, len(rows))


def line_ends(case: Case) -> None:
    case.ends = ["\n", "\r\n", "\r", "\n\r", "\r\r\n", "\u2028"]
    _any_loss(case)


def only_returns(case: Case) -> None:
    case.ends = ["\r"]
    _any_loss(case)


SHAPES: dict[str, Mutator] = {
    each.__name__.strip("_"): each
    for each in (
        untouched,
        formulas,
        dates,
        numbers,
        odd_text,
        huge_field,
        resident_forms,
        cells_cut,
        cells_added,
        wide_row,
        wide_header,
        rows_repeated,
        rows_blank,
        rows_total,
        columns_moved,
        _columns_wrong,
        columns_dropped,
        columns_added,
        header_twice,
        header_again,
        header_gone,
        header_odd,
        rows_above,
        lone_quote,
        deep_quotes,
        quoted_lines,
        swapped_cells,
        line_ends,
        only_returns,
    )
}
