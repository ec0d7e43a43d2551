"""Types that identify: account numbers, phones, and what may only live as a key.

HMAC-SHA256 is computed inside the checking SELECT from the key's two pads ($ipad and
$opad), so that a resident number is never anything but a text cell in memory.
"""

from dataclasses import dataclass

from data_contracts.rejects import Reject
from data_contracts.types import MAX_LOST_ZEROS, Column, FieldType, text_literal

KEY_HEX_DIGITS = 32


def keyed_sql(message: str) -> str:
    """The first 16 bytes of HMAC-SHA256 over a text, as 32 hex digits."""
    inner = f"unhex(sha256($ipad || encode({message})))"
    return f"left(sha256($opad || {inner}), {KEY_HEX_DIGITS})"


def account_key_sql(source: str, account_no: str) -> str:
    """The key of an account; equal to `pipeline.identity.account_key`."""
    return keyed_sql(f"'account:' || {source} || ':' || {account_no}")


@dataclass(frozen=True)
class Digits(FieldType):
    """An id of exactly `length` digits; lost leading zeros are put back."""

    length: int = 10
    label: str = "id"
    # An account of this holder: its key is made once, not with every row.
    account_of: str | None = None

    def _digits(self, text: str) -> str:
        return f"regexp_replace({text}, '[- ]', '', 'g')"

    def value(self, text: str) -> str:
        digits = self._digits(text)
        allowed = f"\\d{{{max(1, self.length - MAX_LOST_ZEROS)},{self.length}}}"
        return (
            f"(CASE WHEN regexp_full_match({digits}, '{allowed}') "
            f"THEN lpad({digits}, {self.length}, '0') END)"
        )

    def typed_name(self, name: str) -> str:
        """The typed column that is NULL when the digits could not be read."""
        return name

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "VARCHAR", self.value(text)),)

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {text} IS NOT NULL AND {self.typed_name(name)} IS NULL "
            f"THEN '{Reject.ID_BAD}' END"
        )

    def repaired(self, text: str) -> str | None:
        return f"length({self._digits(text)}) < {self.length}"


@dataclass(frozen=True)
class KeyedId(Digits):
    """An id that is stored as a key only."""

    prefix: str = ""
    label: str = "keyed id"

    def typed_name(self, name: str) -> str:
        return f"{name}_key"

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        key = keyed_sql(f"{text_literal(self.prefix)} || {self.value(text)}")
        return (Column(self.typed_name(name), "VARCHAR", key),)


@dataclass(frozen=True)
class Phone(FieldType):
    """A phone number's digits; a lost leading zero is put back, nonsense is dropped."""

    label: str = "phone"

    def _digits(self, text: str) -> str:
        return f"regexp_replace({text}, '[^0-9]', '', 'g')"

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        digits = self._digits(text)
        value = (
            f"(CASE WHEN regexp_full_match({digits}, '0\\d{{8,10}}') THEN {digits} "
            f"WHEN regexp_full_match({digits}, '[1-9]\\d{{7,9}}') "
            f"THEN '0' || {digits} END)"
        )
        return (Column(name, "VARCHAR", value),)

    def repaired(self, text: str) -> str | None:
        return f"regexp_full_match({self._digits(text)}, '[1-9]\\d{{7,9}}')"


@dataclass(frozen=True)
class ResidentNumber(FieldType):
    """A resident number: becomes a key in memory and is never stored.

    With `with_person` the birth date (vault), birth month, sex and nationality that
    its digits tell are kept too.
    """

    key_name: str = "person_key"
    with_person: bool = False
    label: str = "resident number"

    def digits(self, text: str) -> str:
        """SQL: the text without its hyphen or blanks."""
        return f"regexp_replace({text}, '[- ]', '', 'g')"

    def _is_whole(self, text: str) -> str:
        return f"regexp_full_match({self.digits(text)}, '\\d{{6}}[1-8]\\d{{6}}')"

    def born(self, text: str) -> str:
        """SQL: the birth date that the digits tell; NULL where they are no number."""
        digits = self.digits(text)
        century = (
            f"CASE WHEN substr({digits}, 7, 1) IN ('1', '2', '5', '6') "
            f"THEN '19' ELSE '20' END"
        )
        day = f"{century} || substr({digits}, 1, 6)"
        born = f"TRY_CAST(try_strptime(({day}), '%Y%m%d') AS DATE)"
        # A gender digit of the wrong century makes somebody who is not born yet.
        return (
            f"(CASE WHEN {self._is_whole(text)} AND {born} <= $ref_date "
            f"THEN {born} END)"
        )

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        digits = self.digits(text)
        born = self.born(text)
        key = f"(CASE WHEN {born} IS NOT NULL THEN {keyed_sql(digits)} END)"
        columns = [Column(self.key_name, "VARCHAR", key)]
        if self.with_person:
            gender = f"CAST(substr({digits}, 7, 1) AS INTEGER)"
            columns += [
                Column("birth_date", "DATE", born),
                Column(
                    "birth_month_no",
                    "INTEGER",
                    f"CAST(year({born}) * 12 + month({born}) AS INTEGER)",
                ),
                Column(
                    "sex",
                    "VARCHAR",
                    f"(CASE WHEN {born} IS NULL THEN NULL "
                    f"WHEN {gender} % 2 = 1 THEN 'M' ELSE 'F' END)",
                ),
                Column(
                    "is_foreigner",
                    "BOOLEAN",
                    f"(CASE WHEN {born} IS NOT NULL THEN {gender} >= 5 END)",
                ),
            ]
        return tuple(columns)

    def reject(self, name: str, text: str) -> str | None:
        digits = self.digits(text)
        return (
            f"CASE WHEN {text} IS NULL THEN NULL "
            f"WHEN contains({text}, '*') THEN '{Reject.RRN_MASKED}' "
            f"WHEN regexp_matches({text}, '^\\d(\\.\\d+)?[eE]\\+?\\d+$') "
            f"THEN '{Reject.RRN_SCIENTIFIC}' "
            f"WHEN regexp_full_match({digits}, '\\d{{12}}') "
            f"THEN '{Reject.RRN_LOST_ZERO}' "
            f"WHEN {self.key_name} IS NULL THEN '{Reject.RRN_BAD}' END"
        )
