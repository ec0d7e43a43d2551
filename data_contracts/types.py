"""What a field's text means: each type turns text into SQL for value and refusal.

Every method takes the SQL expression of an already cleaned text (see `clean_sql`) and
returns SQL, so that a whole file is checked by one SELECT and never row by row.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from data_contracts.rejects import Reject

# Full-width forms that occur in names, addresses and numbers -> half width.
_FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + "  "
# Words that stand for a missing date or number (never for a name or an id).
MISSING_WORDS = ("-", "X", "x", "…", "...", "00000000", "99991231", "9999-12-31")
MAX_MONTHS = 600
# A spreadsheet that eats leading zeros rarely eats more; longer gaps are other ids.
MAX_LOST_ZEROS = 3


def text_literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


# What makes cleaning necessary: combining marks and conjoining jamo (not NFC), full
# width, other blanks than one. Nearly no cell has it, and looking is 30 times cheaper.
_DIRTY = (
    "[\\x{A0}\\x{300}-\\x{36F}\\x{1100}-\\x{11FF}\\x{3000}\\x{FF01}-\\x{FF5E}"
    "\\t\\r\\n]|  |^ | $"
)


def clean_sql(column: str) -> str:
    """NFC, half width, single blanks, trimmed; empty is NULL."""
    cleaned = (
        f"trim(regexp_replace(translate(nfc_normalize({column}), "
        f"{text_literal(_FULL)}, {text_literal(_HALF)}), '\\s+', ' ', 'g'))"
    )
    return (
        f"nullif(CASE WHEN regexp_matches({column}, '{_DIRTY}') "
        f"THEN {cleaned} ELSE {column} END, '')"
    )


def unless_missing_word(text: str) -> str:
    """NULL where a word stands for a missing date or number."""
    words = ", ".join(text_literal(word) for word in MISSING_WORDS)
    return f"(CASE WHEN {text} IN ({words}) THEN NULL ELSE {text} END)"


@dataclass(frozen=True)
class Column:
    """One typed column that a field yields."""

    name: str
    sql_type: str
    sql: str


class FieldType(ABC):
    """A field's meaning."""

    label: str

    @abstractmethod
    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        """The typed columns of a field called `name` over the cleaned text."""

    def reject(self, name: str, text: str) -> str | None:
        """SQL that yields a reject code for unusable text, else NULL.

        It may name the typed columns: a value that is there but could not be read has
        a text and a NULL beside it.
        """
        return None

    def present(self, text: str) -> str:
        """SQL: is there a value at all (for required fields)?"""
        return f"{text} IS NOT NULL"

    def repaired(self, text: str) -> str | None:
        """SQL: was a known damage mended (lost leading zeros)?"""
        return None


@dataclass(frozen=True)
class Text(FieldType):
    """Free text; NFC, half width, single blanks."""

    label: str = "text"

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "VARCHAR", text),)


@dataclass(frozen=True)
class Date(FieldType):
    """A day, written YYYYMMDD with or without - or . between the parts."""

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

    def present(self, text: str) -> str:
        return f"{unless_missing_word(text)} IS NOT NULL"

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {self.present(text)} AND {name} IS NULL "
            f"THEN '{Reject.DATE_BAD}' END"
        )


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
    """A birth date YYMMDD; the later century that gives an age of at least 15."""

    label: str = "birth date"

    def value(self, text: str) -> str:
        day = unless_missing_word(text)
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
            f"CASE WHEN {unless_missing_word(text)} IS NOT NULL "
            f"AND {name} IS NULL THEN '{Reject.DATE_BAD}' END"
        )

    def repaired(self, text: str) -> str | None:
        return f"length({unless_missing_word(text)}) < 6"


@dataclass(frozen=True)
class Whole(FieldType):
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

    def present(self, text: str) -> str:
        return f"{unless_missing_word(text)} IS NOT NULL"

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {self.present(text)} AND {name} IS NULL "
            f"THEN '{Reject.NUMBER_BAD}' END"
        )


def won() -> Whole:
    """Money in won."""
    return Whole(label="won")


def months() -> Whole:
    """A number of months, 0-600."""
    return Whole(label="months", sql_type="INTEGER", maximum=MAX_MONTHS)


def count() -> Whole:
    """A small count."""
    return Whole(label="count", sql_type="INTEGER", maximum=1_000_000)


@dataclass(frozen=True)
class Fraction(FieldType):
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

    def present(self, text: str) -> str:
        return f"{unless_missing_word(text)} IS NOT NULL"

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {self.present(text)} AND {name} IS NULL "
            f"THEN '{Reject.NUMBER_BAD}' END"
        )


@dataclass(frozen=True)
class Code(FieldType):
    """A code of a code table."""

    table: Mapping[str, str] = field(default_factory=dict)
    label: str = "code"
    sql_type: str = "VARCHAR"

    def value(self, text: str) -> str:
        cases = " ".join(
            f"WHEN {text_literal(theirs)} THEN {text_literal(ours)}"
            for theirs, ours in self.table.items()
        )
        return f"(CASE {text} {cases} END)"

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        value = self.value(text)
        if self.sql_type != "VARCHAR":
            value = f"TRY_CAST({value} AS {self.sql_type})"
        return (Column(name, self.sql_type, value),)

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {text} IS NOT NULL AND {name} IS NULL "
            f"THEN '{Reject.CODE_UNKNOWN}' END"
        )


@dataclass(frozen=True)
class YesNo(FieldType):
    """Y or N."""

    label: str = "yes/no"

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        yes_no = f"(CASE upper({text}) WHEN 'Y' THEN true WHEN 'N' THEN false END)"
        return (Column(name, "BOOLEAN", yes_no),)

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {text} IS NOT NULL AND upper({text}) NOT IN ('Y', 'N') "
            f"THEN '{Reject.CODE_UNKNOWN}' END"
        )


@dataclass(frozen=True)
class Pattern(FieldType):
    """An id that follows a regular expression."""

    regex: str = ".*"
    label: str = "id"

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "VARCHAR", text),)

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {text} IS NOT NULL AND NOT regexp_full_match({text}, "
            f"{text_literal(self.regex)}) THEN '{Reject.ID_BAD}' END"
        )
