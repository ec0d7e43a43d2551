"""Which rows of a file are title, unit, header, total and blank rows, and which data.

What counts as data: every record below the header that is neither blank nor a total. A
total is a record whose label is a word for a sum (합계, 소계, 총계, 계, 전체, or a name
that ends in one of the first three). The label is its first filled cell in a column
that is not the same throughout, or its cell in the text column with most different
values: of `2024, 합계, 소계, 18953` under a column of 합계 only, 소계 tells.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.text_rows import plain

_SUMS = ("합계", "소계", "총계")
_TOTALS = frozenset({*_SUMS, "계", "전체"})
# Looked for first, for normalising every cell takes most of the time (jamo: not NFC).
_MAY_SUM = re.compile("[계체\u1100-\u11ff]")
NO_VALUE = frozenset({"", "-", "X", "x", "…", "...", "*", "N/A"})
_NUMBER = re.compile(r"[-+△▲]?\d[\d,]*(\.\d+)?%?")
# Ids, days and masked numbers are values too, whatever stands between their digits.
_VALUE = re.compile(r"[-+△▲]?\d[\d,.*/:-]*%?(개월|원|명|건)?")
_PERIOD = re.compile(
    r"(19|20)\d\d(년|년도)?|\d{1,2}월|(19|20)\d\d([.-]?\d{1,2}){1,2}[월.]?"
)
# A row of words alone is a header only if some are words that name columns: what
# stands there otherwise may be people.
_NAMING = re.compile(
    r".*(번호|코드|구분|명|이름|일자|일시|날짜|년도|연도|년월|주소|금액|액|수|여부|사유|상태|유형|종류|"
    r"시도|시군구|읍면동|연령|성별|비고|단위|항목|기관|전화|연락처|내용|방법|결과|관계)(\(.*\))?"
    r"|.*(id|name|code|date|no|type|_cd|_nm)",
    re.IGNORECASE,
)
_CODE_NAME = re.compile(r"[A-Za-z]+_[A-Za-z0-9_]+")
_UNIT = re.compile(r"[(\[]?단위[:：)\]]?")
HEADER_WITHIN = 30
_LONG = 20


@dataclass(frozen=True)
class Top:
    """What stands above the data: the kinds of the records before `first_data`."""

    kinds: tuple[str, ...]
    first_data: int

    def of(self, kind: str) -> int:
        """How many records of that kind stand above the data."""
        return self.kinds.count(kind)


@dataclass(frozen=True)
class Labels:
    """Which columns may tell that a record is a total."""

    constant: frozenset[int]
    naming: int | None

    def is_total(self, row: Sequence[str]) -> bool:
        """Is the record a sum of others?"""
        for place, cell in enumerate(row):
            if place not in self.constant and cell.strip():
                if _is_sum(cell):
                    return True
                break
        if self.naming is None or self.naming >= len(row):
            return False
        return _is_sum(row[self.naming])


def _is_sum(cell: str) -> bool:
    if _MAY_SUM.search(cell) is None:
        return False
    word = plain(cell)
    return word in _TOTALS or (word.endswith(_SUMS) and len(word) <= _LONG)


def is_blank(row: Sequence[str]) -> bool:
    """Has no cell a letter in it?"""
    return not any(cell.strip() for cell in row)


def is_number(cell: str) -> bool:
    """Is it a number as people write them?"""
    return _NUMBER.fullmatch(cell.strip()) is not None


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell) is not None


def top_of(rows: list[list[str]], known: frozenset[str]) -> Top:
    """Where the header ends and what stands above it.

    `known` are header names of contracts, without blanks: where they stand is the
    last header row whatever else it looks like.
    """
    width = _width(rows)
    first = _first_data(rows, width, known)
    kinds: list[str] = []
    for row in rows[:first]:
        kinds.append(_kind_above(row, width, inside="header" in kinds))
    while "header" not in kinds and kinds and kinds[-1] == "title":
        kinds[-1] = "header"  # a title alone above the data names its one column
    return Top(tuple(kinds), first)


def labels_of(body: list[list[str]], width: int) -> Labels:
    """The columns by which totals are told, from a sample of the data."""
    columns = [[plain(row[at]) for row in body if at < len(row)] for at in range(width)]
    constant = frozenset(
        at
        for at, cells in enumerate(columns)
        if len(body) > 2 and len({cell for cell in cells if cell}) == 1
    )
    naming: tuple[int, int | None] = (1, None)
    for at, cells in enumerate(columns):
        if not cells or sum(map(is_number, cells)) * 2 > len(cells):
            continue
        if at not in constant and len(set(cells)) > naming[0]:
            naming = (len(set(cells)), at)
    return Labels(constant, naming[1])


def _width(rows: list[list[str]]) -> int:
    widths = Counter(len(row) for row in rows if not is_blank(row))
    if not widths:
        return 0
    return max(widths.items(), key=lambda each: (each[1], each[0]))[0]


def _first_data(rows: list[list[str]], width: int, known: frozenset[str]) -> int:
    names = [_known_share(row, known) for row in rows[:HEADER_WITHIN]]
    numeric = _numeric_columns(rows, width)
    dated = bool(rows) and _are_periods(rows[len(rows) // 2], numeric, ordered=False)
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        if names[at] >= 0.5 and _filled(row) > 1:
            return at + 2 if _are_codes(rows[at + 1 : at + 2]) else at + 1
        if _is_body(row, numeric) and (dated or not _are_periods(row, numeric)):
            return at
    # Nothing but words: the first full row may name the others.
    full = (at for at, row in enumerate(rows) if _filled(row) > 0.5 * width)
    at = next(full, 0)
    cells = [plain(cell) for row in rows[at : at + 1] for cell in row if cell.strip()]
    naming = sum(_NAMING.fullmatch(cell) is not None for cell in cells)
    return at + 1 if cells and naming * 3 >= len(cells) else at


def _known_share(row: Sequence[str], known: frozenset[str]) -> float:
    filled = _filled(row)
    # A row of stray delimiters: not half of its cells can be names of contracts.
    if filled > 2 * len(known):
        return 0.0
    return sum(plain(cell) in known for cell in row if cell) / max(filled, 1)


def names_only(header: list[list[str]], known: frozenset[str]) -> list[list[str]]:
    """The header rows without rows of data that came to stand beside known names.

    Years above unknown names are a header; beside a contract's own names they, and
    whatever stands in their row, may be a person's.
    """
    named = [_known_share(row, known) >= 0.5 for row in header]
    if not any(named):
        return header
    return [
        row
        for row, is_named in zip(header, named, strict=True)
        if is_named or not any(_is_value(cell.strip()) for cell in row)
    ]


def _are_codes(rows: list[list[str]]) -> bool:
    """A second header row that names the columns again, as a database does."""
    return any(
        _filled(row) > 1 and all(_CODE_NAME.fullmatch(cell.strip()) for cell in row)
        for row in rows
    )


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _numeric_columns(rows: list[list[str]], width: int) -> list[int]:
    """Columns that are numbers in most rows of the lower half of the sample."""
    body = [row for row in rows[len(rows) // 2 :] if not is_blank(row)]
    found = []
    for at in range(width):
        cells = [row[at].strip() for row in body if at < len(row)]
        filled = [cell for cell in cells if cell not in NO_VALUE]
        if filled and sum(map(_is_value, filled)) >= 0.8 * len(filled):
            found.append(at)
    return found


def _is_body(row: Sequence[str], numeric: list[int]) -> bool:
    """Are the cells of number columns numbers (or words for none)?"""
    cells = [row[at].strip() for at in numeric if at < len(row)]
    filled = [cell for cell in cells if cell]
    fitting = [cell for cell in filled if cell in NO_VALUE or _is_value(cell)]
    return bool(filled) and len(fitting) >= 0.6 * len(filled)


def _are_periods(
    row: Sequence[str], numeric: list[int], *, ordered: bool = True
) -> bool:
    """Years or months as headers: all number cells are, and they do not fall."""
    cells = [row[at].strip() for at in numeric if at < len(row)]
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or not all(_PERIOD.fullmatch(cell) for cell in filled):
        return False
    return not ordered or filled == sorted(filled)


def _kind_above(row: Sequence[str], width: int, *, inside: bool) -> str:
    cells = [cell.strip() for cell in row if cell.strip()]
    if not cells:
        return "blank"
    if len(cells) <= 2 and any(_UNIT.search(plain(cell)) for cell in cells):
        return "header" if width <= 2 and inside else "unit"
    if inside or width == 1:
        return "header"
    few = len(cells) == 1 or (
        len(cells) < 0.3 * width
        and any(len(cell) > _LONG or is_number(cell) or ":" in cell for cell in cells)
    )
    return "title" if few else "header"
