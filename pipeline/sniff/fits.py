"""Which contract a file fits best, and which of its columns is which field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from data_contracts.base import Contract, ContractField
from data_contracts.sources import SOURCES
from pipeline.sniff.columns import ColumnSeen
from pipeline.sniff.headers import JOINT
from pipeline.text_rows import plain

_SIMILAR = 0.75
# No extract has so many columns; a file of one cell per byte must not take minutes.
_MAX_COLUMNS = 500
_FITS_FROM = 0.5
# A required or key field weighs so many others.
_WEIGHT = 2
_DIGITS = frozenset(
    {"account_id", "code", "count", "dong_code_10", "dong_code_8", "dong_code_7"}
)
_NUMBERS = frozenset({"won", "months", "count", "number", "year", "code", "month"})
_DAYS = frozenset({"date", "date_serial", "birth_date", "month", "count"})
# What a contract's type (by its label) takes; one that is not here takes anything.
_TAKES: Mapping[str, frozenset[str]] = {
    "resident number": frozenset({"resident_number"}),
    "id": _DIGITS | {"phone"},
    "keyed id": _DIGITS | {"phone"},
    "phone": frozenset({"phone", "account_id"}),
    "won": _NUMBERS | {"account_id"},
    "months": _NUMBERS,
    "count": _NUMBERS,
    "whole number": _NUMBERS | {"account_id"},
    "number": _NUMBERS,
    "date": _DAYS,
    "reference date": _DAYS,
    "birth date": _DAYS,
    "month number": frozenset({"month", "date", "date_serial", "count"}),
    "code": frozenset({"code", "text", "count", "name", "year"}),
    "yes/no": frozenset({"code", "text", "name"}),
    "dong code": frozenset({"dong_code_10", "account_id", "phone", "count"}),
}
# So telling that a column without a known name may be proposed for the field.
_TELLING = {
    "resident number": "resident_number",
    "dong code": "dong_code_10",
    "phone": "phone",
}


@dataclass(frozen=True)
class Match:
    """A column of the file that is (probably) a field of the contract."""

    field: str
    column: str
    by: str
    type_fits: bool
    score: float


@dataclass(frozen=True)
class Fit:
    """How well a file fits a contract."""

    source: str
    score: float
    matches: tuple[Match, ...]
    missing: tuple[str, ...]
    missing_required: tuple[str, ...]
    unknown_columns: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        """Is it enough to propose a layout from?"""
        return self.score >= _FITS_FROM


def fits_of(columns: Sequence[ColumnSeen]) -> list[Fit]:
    """The contracts, the best fit first; of equal ones that with more columns."""
    few = columns[:_MAX_COLUMNS]
    fits = [fit_of(contract, few) for contract in SOURCES.values()]
    return sorted(fits, key=lambda f: (-f.score, -len(f.matches), f.source))


def fit_of(contract: Contract, columns: Sequence[ColumnSeen]) -> Fit:
    """Each field takes the column that fits best, the surest pairs first."""
    pairs = [
        match
        for each in contract.fields
        for column in columns
        if (match := _match(each, column)) is not None
    ]
    taken: dict[str, Match] = {}
    for match in sorted(pairs, key=lambda m: (-m.score, m.field, m.column)):
        if match.field not in taken and match.column not in _columns(taken):
            taken[match.field] = match
    if taken:
        taken |= _by_type(contract, columns, taken)
    weights = {each.name: _weight(contract, each) for each in contract.fields}
    got = sum(weights[name] * match.score for name, match in taken.items())
    missing = [each for each in contract.fields if each.name not in taken]
    return Fit(
        contract.source,
        round(got / sum(weights.values()), 3),
        tuple(taken[each.name] for each in contract.fields if each.name in taken),
        tuple(each.name for each in missing),
        tuple(each.name for each in missing if _weight(contract, each) > 1),
        tuple(each.name for each in columns if each.name not in _columns(taken)),
    )


def _columns(taken: Mapping[str, Match]) -> set[str]:
    return {match.column for match in taken.values()}


def _weight(contract: Contract, each: ContractField) -> int:
    return _WEIGHT if each.required or each.name in contract.key else 1


def _match(each: ContractField, column: ColumnSeen) -> Match | None:
    fitting = _takes(each, column)
    ours, theirs = _plain(each.header_ko), _plain(column.name)
    last = _plain(column.name.rpartition(JOINT)[2])
    if column.name == each.name or ours == theirs:
        by, score = "exact", 1.0
    elif _bare(ours) in (_bare(theirs), _bare(last)):
        by, score = "normalised", 0.95
    else:
        if not fitting or column.type == "empty":
            return None
        score = _likeness(_bare(ours), _bare(theirs))
        if score < _SIMILAR:
            return None
        by, score = "similar", round(0.9 * score, 3)
    return Match(each.name, column.name, by, fitting, score if fitting else score / 2)


def _takes(each: ContractField, column: ColumnSeen) -> bool:
    takes = _TAKES.get(each.type.label)
    if column.type == "empty":
        return True
    if takes is None:
        return column.type != "resident_number"
    return column.type in takes


def _likeness(ours: str, theirs: str) -> float:
    # What both have bounds the ratio, and is known long before the ratio is.
    shared = min(sum(map(_letters(ours).__contains__, theirs)), len(ours))
    if 2 * shared < _SIMILAR * (len(ours) + len(theirs)):
        return 0.0
    return SequenceMatcher(None, ours, theirs).ratio()


@lru_cache(maxsize=4096)
def _letters(name: str) -> frozenset[str]:
    return frozenset(name)


_plain = lru_cache(maxsize=4096)(plain)


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    """A header without brackets and marks."""
    without = re.sub(r"\(.*?\)|\[.*?\]", "", name) or name
    return re.sub(r"[^0-9a-z가-힣]", "", without.lower())


def _by_type(
    contract: Contract, columns: Sequence[ColumnSeen], taken: Mapping[str, Match]
) -> dict[str, Match]:
    """A telling type that one free field and one free column share."""
    used = _columns(taken)
    found = {}
    for label, kind in _TELLING.items():
        fields = [
            each.name
            for each in contract.fields
            if each.type.label == label and each.name not in taken
        ]
        free = [c.name for c in columns if c.type == kind and c.name not in used]
        if len(fields) == len(free) == 1:
            found[fields[0]] = Match(fields[0], free[0], "type", True, 0.5)
    return found
