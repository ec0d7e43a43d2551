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
# A spreadsheet that eats leading zeros rarely eats more; longer gaps are other ids.
MAX_LOST_ZEROS = 3


def text_literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


# What makes cleaning necessary: combining marks, conjoining jamo and the second codes
# of Hanja (not NFC), full width, other blanks than one. Nearly no cell has it, and
# looking is 30 times cheaper.
_DIRTY = (
    "[\\x{A0}\\x{300}-\\x{36F}\\x{1100}-\\x{11FF}\\x{3000}\\x{F900}-\\x{FAFF}\\x{FF01}-\\x{FF5E}"
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


# What a resident number looks like, also with damage, where a text should stand.
_LONG_DIGITS = r"\d{12,}|\d{5,6}[- ]\d{7}"
_RESIDENT_NUMBER_IN = r"\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[- ]?[1-8]\d{6}"
# A long number of ours or of an office begins with its year.
_YEAR_FIRST = r"(^|\D)(19|20)\d{10,}"


@dataclass(frozen=True)
class Words(Text):
    """A few words that the warehouse keeps; a long number in them is masked.

    Free text may hold anything: a text about a person belongs in the vault.
    """

    label: str = "words"

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        # Nearly all are short: the expression is costly and 12 digits need 12 bytes.
        masked = f"regexp_replace({text}, '{_LONG_DIGITS}', '*', 'g')"
        kept = f"(CASE WHEN strlen({text}) < 12 THEN {text} ELSE {masked} END)"
        return (Column(name, "VARCHAR", kept),)


@dataclass(frozen=True)
class OfficeNumber(FieldType):
    """A number that an office gives, in its own form; never a resident number."""

    label: str = "office's own number"
    max_length: int = 30

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "VARCHAR", text),)

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN length({text}) > {self.max_length} "
            f"OR regexp_matches({text}, '{_RESIDENT_NUMBER_IN}') "
            f"OR (regexp_matches({text}, '{_LONG_DIGITS}') "
            f"AND NOT regexp_matches({text}, '{_YEAR_FIRST}')) "
            f"THEN '{Reject.ID_BAD}' END"
        )
