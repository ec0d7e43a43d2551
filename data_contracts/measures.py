"""Types that measure: days, months, birth dates, won, counts."""

from dataclasses import dataclass
from typing import ClassVar

from data_contracts.rejects import Reject
from data_contracts.types import Column, FieldType, text_literal

# Words that stand for a missing date or number (never for a name or an id).
_NO_DAYS = (("0000", "00", "00"), ("9999", "12", "31"))
MISSING_WORDS = (
    *("-", "X", "x", "…", "..."),
    *(mark.join(parts) for parts in _NO_DAYS for mark in ("", "-", ".", "/")),
)
MAX_MONTHS = 600
# No account owes 100 billion won; a resident number in the wrong column has 13 digits.
MAX_WON = 10**11 - 1


def unless_missing_word(text: str) -> str:
    """NULL where a word stands for a missing date or number."""
    words = ", ".join(text_literal(word) for word in MISSING_WORDS)
    return f"(CASE WHEN {text} IN ({words}) THEN NULL ELSE {text} END)"


class Measure(FieldType):
    """A type whose value may be missing by a word, and is refused when unreadable."""

    unreadable: ClassVar[Reject] = Reject.NUMBER_BAD

    def present(self, text: str) -> str:
        return f"{unless_missing_word(text)} IS NOT NULL"

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {self.present(text)} AND {name} IS NULL "
            f"THEN '{self.unreadable}' END"
        )


@dataclass(frozen=True)
class Date(Measure):
    """A day, written YYYYMMDD with or without - or . between the parts."""

    unreadable: ClassVar[Reject] = Reject.DATE_BAD
    label: str = "date"

    def value(self, text: str) -> str:
        day = unless_missing_word(text)
        return (
            f"(CASE WHEN regexp_full_match({day}, "
            f"'\\d{{4}}[-./]?\\d{{2}}[-./]?\\d{{2}}') THEN TRY_CAST(try_strptime("
            f"regexp_replace({day}, '[-./]', '', 'g'), '%Y%m%d') AS DATE) END)"
        )

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "DATE", self.value(text)),)


@dataclass(frozen=True)
class ReferenceDate(Date):
    """The row's own reference date; it must be its file's."""

    label: str = "reference date"

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {self.present(text)} AND {name} IS NULL "
            f"THEN '{Reject.DATE_BAD}' WHEN {name} <> $ref_date "
            f"THEN '{Reject.REF_MISMATCH}' END"
        )


@dataclass(frozen=True)
class Month(FieldType):
    """A month, written YYYYMM; stored as month number year*12+month."""

    label: str = "month number"
    is_reference: bool = False

    def _month(self, text: str) -> str:
        month = unless_missing_word(text)
        return f"(CASE WHEN {month} = '000000' THEN NULL ELSE {month} END)"

    def value(self, text: str) -> str:
        digits = f"regexp_replace({self._month(text)}, '[-./]', '', 'g')"
        month = f"TRY_CAST(right({digits}, 2) AS INTEGER)"
        return (
            f"(CASE WHEN regexp_full_match({digits}, '\\d{{6}}') "
            f"AND {month} BETWEEN 1 AND 12 "
            f"THEN TRY_CAST(left({digits}, 4) AS INTEGER) * 12 + {month} END)"
        )

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "INTEGER", self.value(text)),)

    def present(self, text: str) -> str:
        return f"{self._month(text)} IS NOT NULL"

    def reject(self, name: str, text: str) -> str | None:
        mismatch = (
            f" WHEN {name} <> year($ref_date) * 12 + month($ref_date) "
            f"THEN '{Reject.REF_MISMATCH}'"
            if self.is_reference
            else ""
        )
        return (
            f"CASE WHEN {self.present(text)} AND {name} IS NULL "
            f"THEN '{Reject.DATE_BAD}'{mismatch} END"
        )


@dataclass(frozen=True)
class ShortBirthDate(FieldType):
    """A birth date YYMMDD (000000: missing), of the later century that makes 15."""

    label: str = "birth date"

    def _day(self, text: str) -> str:
        digits = f"regexp_replace({unless_missing_word(text)}, '[-./]', '', 'g')"
        return f"nullif({digits}, '000000')"

    def value(self, text: str) -> str:
        day = self._day(text)
        padded = f"lpad({day}, 6, '0')"
        this = f"TRY_CAST(try_strptime('20' || {padded}, '%Y%m%d') AS DATE)"
        last = f"TRY_CAST(try_strptime('19' || {padded}, '%Y%m%d') AS DATE)"
        old_enough = f"{this} + INTERVAL 15 YEAR <= $ref_date"
        return (
            f"(CASE WHEN NOT regexp_full_match({day}, '\\d{{1,6}}') THEN NULL "
            f"WHEN {old_enough} THEN {this} ELSE {last} END)"
        )

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "DATE", self.value(text)),)

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {self._day(text)} IS NOT NULL "
            f"AND {name} IS NULL THEN '{Reject.DATE_BAD}' END"
        )

    def repaired(self, text: str) -> str | None:
        return f"length({self._day(text)}) < 6"


@dataclass(frozen=True)
class Whole(Measure):
    """A whole number, not negative; commas, blanks, 개월 and 원 are taken off."""

    label: str = "whole number"
    sql_type: str = "BIGINT"
    maximum: int = 10**15

    def _digits(self, text: str) -> str:
        number = unless_missing_word(text)
        # A right-aligned fixed-width zero is zeros of the field's width, not missing.
        return f"regexp_replace({number}, '[, ]|개월$|원$|\\.0+$', '', 'g')"

    def value(self, text: str) -> str:
        digits = self._digits(text)
        return (
            f"(CASE WHEN regexp_full_match({digits}, '\\d{{1,16}}') "
            f"AND TRY_CAST({digits} AS BIGINT) <= {self.maximum} "
            f"THEN TRY_CAST({digits} AS {self.sql_type}) END)"
        )

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, self.sql_type, self.value(text)),)


def won() -> Whole:
    """Money in won."""
    return Whole(label="won", maximum=MAX_WON)


def months() -> Whole:
    """A number of months, 0-600."""
    return Whole(label="months", sql_type="INTEGER", maximum=MAX_MONTHS)


def count() -> Whole:
    """A small count."""
    return Whole(label="count", sql_type="INTEGER", maximum=1_000_000)


@dataclass(frozen=True)
class Fraction(Measure):
    """A number with at most two decimals."""

    label: str = "number"

    def value(self, text: str) -> str:
        number = unless_missing_word(text)
        return (
            f"(CASE WHEN regexp_full_match({number}, '\\d{{1,4}}(\\.\\d{{1,4}})?') "
            f"THEN TRY_CAST({number} AS DECIMAL(6,2)) END)"
        )

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "DECIMAL(6,2)", self.value(text)),)
