"""Header rows: several become one name per column, merged cells included."""

import re
from collections.abc import Sequence

JOINT = "_"
_CODE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# What no header holds: ids, phones, addresses with a number.
_OF_A_PERSON = re.compile(
    r"\d{6}-?[\d*]{7}|\d{9,}|01\d-?\d{3,4}-?\d{4}|[가-힣\d](로|길)\s?\d"
)


def is_of_a_person(cell: str) -> bool:
    """May it be a person's own? Then a row of data stands in a header's place."""
    return _OF_A_PERSON.search(cell) is not None


def one_line(cell: str) -> str:
    """A cell without line ends, control characters and the blanks around it."""
    words = " ".join(cell.split())
    return "".join(letter for letter in words if letter.isprintable())


def header_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """One name per column: the parts of all header rows, each said once, joined by _.

    A blank cell beside a merged one takes its text when something stands below it. A
    last row of code names under a full row of words names the same columns again.
    """
    width = max((len(row) for row in rows), default=0)
    grid = [
        [one_line(cell) for cell in row] + [""] * (width - len(row)) for row in rows
    ]
    if len(grid) > 1 and _only_repeats(grid):
        return grid[0]
    filled = _unmerged(grid)
    return [_joined([row[place] for row in filled]) for place in range(width)]


def _only_repeats(grid: list[list[str]]) -> bool:
    words, codes = grid[0], grid[-1]
    return (
        len(grid) == 2
        and all(words)
        and len(set(words)) == len(words)
        and len(set(codes)) == len(codes)
        and all(_CODE_NAME.fullmatch(code) for code in codes)
        and not any(_CODE_NAME.fullmatch(word) for word in words)
    )


def _unmerged(grid: list[list[str]]) -> list[list[str]]:
    filled = [list(row) for row in grid]
    for depth, row in enumerate(grid[:-1]):
        carried = ""
        for place, cell in enumerate(row):
            if cell:
                carried = cell
            elif any(above[place] for above in grid[:depth]):
                carried = ""  # another group begins above
            elif any(below[place] for below in grid[depth + 1 :]):
                filled[depth][place] = carried
    return filled


def _joined(parts: list[str]) -> str:
    said: list[str] = []
    for part in parts:
        if part and part not in said[-1:]:
            said.append(part)
    return JOINT.join(said)
