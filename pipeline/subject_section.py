"""What an answer to a person is made of."""

from dataclasses import dataclass
from typing import Final

HIDDEN: Final = "(다른 사람의 정보가 섞일 수 있어 가림)"


@dataclass(frozen=True)
class Section:
    """One part of the answer: a table, or none where it has no row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
