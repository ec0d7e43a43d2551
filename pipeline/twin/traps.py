"""The difficulties of real files, each planted in rows that nothing else touches."""

import unicodedata
from collections.abc import Callable

import numpy as np

from pipeline.twin.sheets import Row, Sheet, tuples

MISSING_WORDS = ("-", "X", "…", "...", "00000000", "99991231")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
Generator = np.random.Generator


def full_width(text: str) -> str:
    """Latin letters, digits and blanks in their wide forms."""
    return text.translate(_FULL_WIDTH)


def decomposed(text: str) -> str:
    """Hangul taken apart into jamo, as macOS writes file contents at times."""
    return unicodedata.normalize("NFD", text)


def _change(
    sheet: Sheet,
    rng: Generator,
    label: str,
    count: int,
    column: str,
    change: Callable[[str], str],
    fits: Callable[[str], bool] = bool,
) -> None:
    """Damage one column in a way that a reader mends."""
    i = sheet.at(column)
    for row in sheet.take(rng, count, lambda row: fits(row[i])):
        row[i] = change(row[i])
        sheet.planted[label] += 1


def _refuse(
    sheet: Sheet,
    rng: Generator,
    code: str,
    count: int,
    column: str,
    change: Callable[[str], str],
    fits: Callable[[str], bool] = bool,
) -> None:
    """Damage one column in a way that costs the row."""
    before = sheet.planted[code]
    _change(sheet, rng, code, count, column, change, fits)
    if refused := sheet.planted[code] - before:
        sheet.rejected[code] += refused


def missing_words(sheet: Sheet, rng: Generator, column: str, count: int) -> None:
    """Words that stand for a missing date."""
    i = sheet.at(column)
    rows = sheet.take(rng, count, lambda row: not row[i])
    for n, row in enumerate(rows):
        row[i] = MISSING_WORDS[n % len(MISSING_WORDS)]
        sheet.planted["missing_word"] += 1


def lost_zeros(sheet: Sheet, rng: Generator, column: str, count: int) -> None:
    """A spreadsheet took the leading zeros of a fixed number of digits."""

    def one_to_three(text: str) -> bool:
        return text[:1] == "0" and len(text) - len(text.lstrip("0")) <= 3

    _change(
        sheet,
        rng,
        "lost_zero",
        count,
        column,
        lambda text: text.lstrip("0"),
        one_to_three,
    )


def dressed_numbers(
    sheet: Sheet, rng: Generator, months: str, won: str, count: int
) -> None:
    """Units, thousands commas and blanks around numbers."""
    _change(sheet, rng, "unit_word", count, months, lambda t: f"{t}개월")
    _change(
        sheet, rng, "unit_word", count, won, lambda t: f"{int(t.replace(',', '')):,}원"
    )
    _change(sheet, rng, "blanks", count, won, lambda t: f" {t} ")
    _change(
        sheet, rng, "thousands", count, won, lambda t: f"{int(t.replace(',', '')):,}"
    )


def written_dates(sheet: Sheet, rng: Generator, column: str, count: int) -> None:
    """Dates with - or . between the parts."""
    for label, mark in (("date_hyphen", "-"), ("date_dot", ".")):
        _change(
            sheet,
            rng,
            label,
            count,
            column,
            lambda t, m=mark: m.join((t[:4], t[4:6], t[6:])),  # type: ignore[misc]
            lambda t: len(t) == 8 and t.isdigit(),
        )


def odd_text(
    sheet: Sheet, rng: Generator, name: str, address: str, *, nfd: bool
) -> None:
    """Full-width addresses, blanks around names and, in UTF-8, decomposed Hangul."""
    _change(sheet, rng, "full_width", 2, address, full_width)
    _change(sheet, rng, "blank_name", 1, name, lambda t: f" {t} ")
    if nfd:
        _change(sheet, rng, "nfd", 2, name, decomposed)
        _change(sheet, rng, "nfd", 2, address, decomposed)


def lengthened(
    sheet: Sheet, rng: Generator, column: str, more: str, count: int
) -> None:
    """Text that no longer fits its field."""
    _change(sheet, rng, "cut_text", count, column, lambda t: t + more)


def repeats(sheet: Sheet, rng: Generator, count: int) -> None:
    """Identical rows; the second one of a file differs in blanks only."""
    for n, row in enumerate(sheet.take(rng, count)):
        copy = list(row)
        if n == 1:
            copy[-1] = f"{copy[-1]} "
        sheet.tail.append(copy)
        sheet.repeated += 1
        sheet.planted["repeated"] += 1


def supersede(
    sheet: Sheet, rng: Generator, count: int, column: str, older: Callable[[str], str]
) -> None:
    """The same key twice: first as it was, at the end as it is."""
    i = sheet.at(column)
    for row in sheet.take(rng, count, lambda row: older(row[i]) != row[i]):
        sheet.tail.append(list(row))
        row[i] = older(row[i])
        sheet.superseded += 1
        sheet.planted["superseded"] += 1


def wrong_reference(sheet: Sheet, rng: Generator, column: str, other: str) -> None:
    """A row that strayed in from another reference date."""
    _refuse(sheet, rng, "REF_MISMATCH", 1, column, lambda _: other)


def restore_before_stop(sheet: Sheet, rng: Generator, stop: str, restore: str) -> None:
    """A supply that came back before it went."""
    i, j = sheet.at(stop), sheet.at(restore)
    for row in sheet.take(rng, 1, lambda row: bool(row[i])):
        row[j] = str(int(row[i][:4]) - 1) + "0101"
        sheet.rejected["RESTORE_BEFORE_STOP"] += 1
        sheet.planted["RESTORE_BEFORE_STOP"] += 1


def limit_without_date(sheet: Sheet, rng: Generator) -> None:
    """제한구분 1 or 2 without its day."""
    i = sheet.at("제한구분")
    for row in sheet.take(rng, 1, lambda row: not row[sheet.at("제한일자")]):
        row[i] = "1"
        sheet.rejected["LIMIT_WITHOUT_DATE"] += 1
        sheet.planted["LIMIT_WITHOUT_DATE"] += 1


def bad_value(sheet: Sheet, rng: Generator, code: str, column: str, text: str) -> None:
    """A value that no reader can take."""
    _refuse(sheet, rng, code, 1, column, lambda _: text, lambda _: True)


def too_few_fields(sheet: Sheet, rng: Generator) -> None:
    """A row that lost its last two fields."""
    for row in sheet.take(rng, 1):
        del row[-2:]
        sheet.rejected["COLUMN_COUNT"] += 1
        sheet.planted["COLUMN_COUNT"] += 1


def damaged_numbers(
    sheet: Sheet, rng: Generator, column: str, counts: dict[str, int]
) -> None:
    """Resident numbers masked, shortened, rounded, or with an impossible birthday."""
    damage: dict[str, tuple[Callable[[str], str], Callable[[str], bool]]] = {
        "RRN_MASKED": (lambda t: t[:7] + "******", bool),
        "RRN_LOST_ZERO": (
            lambda t: t[1:],
            lambda t: t.startswith("0") and not t.startswith("00"),
        ),
        "RRN_SCIENTIFIC": (
            lambda t: f"{t[0]}.{t[1:5]}E+12",
            lambda t: t[:1] not in ("", "0"),
        ),
        "RRN_BAD": (lambda t: t[:2] + "13" + t[4:], bool),
    }
    for code, count in counts.items():
        change, fits = damage[code]
        _refuse(sheet, rng, code, count, column, change, fits)


def total_row(sheet: Sheet, word: str, sums: tuple[str, ...]) -> None:
    """A row of totals (합계, 소계 or 총계) behind the last one."""
    row: Row = [""] * len(sheet.columns)
    row[0] = word
    for column in sums:
        i = sheet.at(column)
        digits = (
            "".join(filter(str.isdigit, r[i])) for r in tuples(sheet.rows) if len(r) > i
        )
        row[i] = f"{sum(int(d) for d in digits if d):,}"
    sheet.foot.append(row)
    sheet.planted["total_row"] += 1


def blank_tail(sheet: Sheet, count: int) -> None:
    """Rows of nothing but delimiters."""
    for _ in range(count):
        sheet.foot.append([""] * len(sheet.columns))
        sheet.planted["blank_row"] += 1
