"""Types for what officers type into a list by hand: days, codes and ids in many forms.

One meaning or none: what could be read in two ways is refused, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from data_contracts.measures import Measure, unless_missing_word
from data_contracts.rejects import Reject
from data_contracts.types import Code, Column, FieldType, text_literal

# Crockford's base 32, and five more symbols for the check modulo 37.
ID_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_CHECK: Final = ID_DIGITS + "*~$=U"
_ID = r"R\d{5}[0-9A-HJKMNP-TV-Z]{8}[0-9A-HJKMNP-TV-Z*~$=U]"
# Where the digits of R20263-7K3M9QATX stand; the last one is the check.
_DIGIT_PLACES = (*range(2, 7), *range(8, 16))
# Hyphens of every keyboard, and the apostrophe that keeps a spreadsheet's hands off.
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212\u30fc\u3161"

_WEEKDAY = r" ?\([월화수목금토일]\)| ?[월화수목금토일]요일"
_TIME = (
    r"[ T]((오전|오후) ?)?\d{1,2}"
    r"(:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?|시( ?\d{1,2}분)?)$"
)
_PARTED = r"(\d{4}|\d{2})[-./년](\d{1,2})[-./월](\d{1,2})일?"
_NO_YEAR = r"\d{1,2}[-./월]\d{1,2}일?"
# 2000-2099 as a spreadsheet counts days since 1899-12-30.
_SERIALS = (36_526, 73_050)
_LAST_DAY = "20991231"


def _bound(sql: str, name: str, body: str) -> str:
    """SQL `body` over `name`, which stands for an expression that is computed once."""
    return f"(list_transform([{sql}], lambda {name}: {body})[1])"


@dataclass(frozen=True)
class OfficerDate(Measure):
    """A day in any usual way: 20260703, 2026. 7. 3., 26/7/3, 2026년 7월 3일, 46206."""

    unreadable: ClassVar[Reject] = Reject.DATE_BAD
    label: str = "date as typed"

    def _plain(self, text: str) -> str:
        """SQL: without weekday, time, blanks, last dots and a number's decimals."""
        day = f"ltrim({unless_missing_word(text)}, '''')"
        for pattern, kept in (
            (_WEEKDAY, ""),
            (_TIME, ""),
            (r" |[ .]+$", ""),
            (r"^(\d{5,8})\.\d+$", r"\1"),
        ):
            day = f"regexp_replace({day}, '{pattern}', '{kept}', 'g')"
        return day

    def value(self, text: str) -> str:
        parts = [f"regexp_extract(p, '^{_PARTED}$', {n})" for n in (1, 2, 3)]
        year, month, day = parts
        ymd = (
            f"CASE WHEN regexp_full_match(p, '{_PARTED}') "
            f"THEN {year} || lpad({month}, 2, '0') || lpad({day}, 2, '0') "
            r"WHEN regexp_full_match(p, '\d{6}|\d{8}') THEN p "
            f"WHEN TRY_CAST(p AS INTEGER) BETWEEN {_SERIALS[0]} AND {_SERIALS[1]} "
            f"AND length(p) = 5 THEN strftime(DATE '1899-12-30' "
            "+ TRY_CAST(p AS INTEGER), '%Y%m%d') END"
        )
        whole = "CASE WHEN length(d) = 6 THEN '20' || d ELSE d END"
        read = (
            f"CASE WHEN w BETWEEN '20000101' AND '{_LAST_DAY}' "
            "THEN TRY_CAST(try_strptime(w, '%Y%m%d') AS DATE) END"
        )
        return _bound(
            self._plain(text), "p", _bound(ymd, "d", _bound(whole, "w", read))
        )

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "DATE", self.value(text)),)

    def reject(self, name: str, text: str) -> str | None:
        return (
            f"CASE WHEN {name} IS NOT NULL OR NOT ({self.present(text)}) THEN NULL "
            f"WHEN regexp_full_match({self._plain(text)}, '{_NO_YEAR}') "
            f"THEN '{Reject.DATE_NO_YEAR}' ELSE '{Reject.DATE_BAD}' END"
        )


@dataclass(frozen=True)
class OfficerCode(Code):
    """A code of a code table, in capitals or not, with blanks and its name beside it.

    `names`: code -> words that may stand before or behind it, or in its place. `also`:
    other words for a code. `marks`: what may stand between, as a regular expression.
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    marks: str = " "
    label: str = "code as typed"

    def spellings(self) -> dict[str, str]:
        """Every spelling, without marks and in capitals -> what we call it."""
        found = {self._bare(theirs): ours for theirs, ours in self.table.items()}
        for code, words in self.names.items():
            bare = self._bare(code)
            for word in map(self._bare, words):
                for spelling in (word, bare + word, word + bare):
                    found[spelling] = self.table[code]
        return found | {self._bare(word): ours for word, ours in self.also.items()}

    def _bare(self, text: str) -> str:
        # Only what `marks` takes off in SQL; no pattern here is more than a set.
        return "".join(c for c in text.upper() if c not in self.marks)

    def bare_sql(self, text: str) -> str:
        """SQL: the text without marks, in capitals."""
        marks = "".join("\\" + c if c in r"[]\^-" else c for c in self.marks)
        bare = f"regexp_replace(upper({text}), {text_literal(f'[{marks}]')}, '', 'g')"
        return rf"regexp_replace({bare}, '^(\d)\.0+$', '\1')"

    def one(self, text: str) -> str:
        """SQL: what a text means; NULL where it is nothing that we know."""
        cases = " ".join(
            f"WHEN {text_literal(theirs)} THEN {text_literal(ours)}"
            for theirs, ours in self.spellings().items()
        )
        return f"(CASE {self.bare_sql(text)} {cases} END)"

    def value(self, text: str) -> str:
        return self.one(text)

    def reject(self, name: str, text: str) -> str | None:
        # A hyphen is what officers put where there is nothing to say.
        return (
            f"CASE WHEN {text} <> '-' AND {name} IS NULL "
            f"THEN '{Reject.CODE_UNKNOWN}' END"
        )


@dataclass(frozen=True)
class OfficerCodes(OfficerCode):
    """Several codes in one cell, parted by commas; kept in order, parted by commas."""

    label: str = "codes as typed"

    def value(self, text: str) -> str:
        several = f"string_split_regex({text}, '[,;/\\n]')"
        each = f"list_transform({several}, lambda t: {self.one('t')})"
        kept = (
            "CASE WHEN len(list_filter(c, lambda x: x IS NULL)) = 0 "
            "THEN array_to_string(list_sort(list_distinct(c)), ',') END"
        )
        return f"(CASE WHEN {text} IS NOT NULL THEN {_bound(each, 'c', kept)} END)"


@dataclass(frozen=True)
class ReferralNumber(FieldType):
    """A 의뢰번호; capitals, hyphen and blanks are put right, then its check is done."""

    label: str = "referral id"

    def value(self, text: str) -> str:
        bare = f"regexp_replace(upper({text}), '[ ''{_HYPHENS}-]', '', 'g')"
        whole = (
            f"CASE WHEN regexp_full_match(p, '{_ID}') "
            "THEN substr(p, 1, 6) || '-' || substr(p, 7) END"
        )
        return _bound(bare, "p", whole)

    def columns(self, name: str, text: str) -> tuple[Column, ...]:
        return (Column(name, "VARCHAR", self.value(text)),)

    def reject(self, name: str, text: str) -> str | None:
        last = len(_DIGIT_PLACES) - 1
        value = " + ".join(
            f"(strpos('{ID_DIGITS}', substr({name}, {place}, 1)) - 1) "
            f"* {pow(32, last - n, 37)}"
            for n, place in enumerate(_DIGIT_PLACES)
        )
        check = f"substr('{ID_CHECK}', CAST(({value}) % 37 AS INTEGER) + 1, 1)"
        return (
            f"CASE WHEN {text} IS NOT NULL AND {name} IS NULL THEN '{Reject.ID_BAD}' "
            f"WHEN {check} <> right({name}, 1) THEN '{Reject.ID_CHECK}' END"
        )
