"""The quick way for plain cells: what nearly every cell of a field looks like.

A plain cell holds only the bytes that its field's type expects (`marks`), so that a
few integer operations tell what the regular expressions of the type's own SQL would.
That SQL stays the law: whatever the quick way does not settle goes through it, and a
property test compares the two over every type.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from data_contracts.identifiers import (
    Digits,
    KeyedId,
    Phone,
    ResidentNumber,
    keyed_sql,
)
from data_contracts.measures import (
    Date,
    Month,
    ReferenceDate,
    ShortBirthDate,
    Whole,
)
from data_contracts.types import Code, FieldType, Pattern, Text, YesNo, text_literal

_SEPARATORS = "('-', '.', '/')"
# Whole centuries in which every date of a file lies; other years go the long way.
_FIRST_DAY, _LAST_DAY = 10000101, 99991230
_FIRST_MONTH, _LAST_MONTH = 100001, 999912


@dataclass(frozen=True)
class Quick:
    """SQL for plain cells in steps, each of which may name columns of those before.

    `marks`: the bytes beside digits that a plain cell may hold; None: any clean text.
    `reads`: helpers over the plain text. `typed`, `keyed`: columns for every cell,
    plain or not. `reject`: the refusal, looked at only where it can apply.
    """

    marks: str | None = None
    reads: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    keyed: dict[str, str] = field(default_factory=dict)
    reject: str | None = None


def quick(kind: FieldType, name: str, text: str) -> Quick | None:
    """How plain cells of a field are read; None if its type has no quick way."""
    # By the exact class: a subclass may mean something else by the same text.
    make = _WAYS.get(type(kind))
    return make(kind, name, text) if make is not None else None


def _full(kind: FieldType, name: str, text: str) -> dict[str, str]:
    return {column.name: column.sql for column in kind.columns(name, text)}


def _reject(kind: FieldType, name: str, text: str, column: str) -> str | None:
    """A refusal that applies only to a text whose column stayed empty."""
    if (full := kind.reject(name, text)) is None:
        return None
    return f"CASE WHEN {column} IS NULL AND {text} IS NOT NULL THEN ({full}) END"


def _is_day(ymd: str) -> str:
    """SQL: are the last four digits a day of every year (29 February is not)?"""
    month, day = f"(({ymd} // 100) % 100)", f"({ymd} % 100)"
    return (
        f"({month} BETWEEN 1 AND 12 AND {day} >= 1 AND ({day} <= 28 "
        f"OR ({day} <= 30 AND {month} <> 2) "
        f"OR ({day} = 31 AND {month} IN (1, 3, 5, 7, 8, 10, 12))))"
    )


def _day(year: str, ymd: str) -> str:
    return f"make_date({year}, ({ymd} // 100) % 100, {ymd} % 100)"


def _as_text(kind: FieldType, name: str, text: str) -> Quick:
    return Quick(reject=_reject(kind, name, text, name))


def _yes_no(kind: FieldType, name: str, text: str) -> Quick:
    full = _full(kind, name, text)[name]
    value = f"CASE {text} WHEN 'N' THEN false WHEN 'Y' THEN true ELSE {full} END"
    return Quick(typed={name: value}, reject=_reject(kind, name, text, name))


def _pattern(kind: Pattern, name: str, text: str) -> Quick:
    full = kind.reject(name, text)
    code = re.fullmatch(r"\[1-9\]\\d\{(\d+)\}", kind.regex)
    if code is None:
        return Quick(reject=full)
    good = f"is_plain AND strlen({text}) = {int(code[1]) + 1} AND {text} >= '1'"
    return Quick(
        marks="",
        reject=f"CASE WHEN {text} IS NULL OR ({good}) THEN NULL ELSE {full} END",
    )


def _date(kind: Date, name: str, text: str) -> Quick:
    ymd = f"read_{name}"
    parted = (
        f"substr({text}, 5, 1) IN {_SEPARATORS} AND substr({text}, 8, 1) IN "
        f"{_SEPARATORS}"
    )
    read = (
        f"CASE WHEN strlen({text}) = 8 THEN TRY_CAST({text} AS INTEGER) "
        f"WHEN strlen({text}) = 10 AND {parted} THEN TRY_CAST(substr({text}, 1, 4) "
        f"|| substr({text}, 6, 2) || substr({text}, 9, 2) AS INTEGER) END"
    )
    # A stray mark among the digits makes fewer than eight of them: below the first day.
    value = (
        f"CASE WHEN {ymd} BETWEEN {_FIRST_DAY} AND {_LAST_DAY} AND {_is_day(ymd)} "
        f"THEN {_day(f'{ymd} // 10000', ymd)} ELSE {kind.value(text)} END"
    )
    reject = _reject(kind, name, text, name)
    if isinstance(kind, ReferenceDate):
        reject = (
            f"CASE WHEN {name} = $ref_date THEN NULL ELSE {kind.reject(name, text)} END"
        )
    return Quick("-./", {ymd: read}, {name: value}, reject=reject)


def _month(kind: Month, name: str, text: str) -> Quick:
    read = f"read_{name}"
    value = (
        f"CASE WHEN {read} BETWEEN {_FIRST_MONTH} AND {_LAST_MONTH} "
        f"AND {read} % 100 BETWEEN 1 AND 12 "
        f"THEN CAST({read} // 100 * 12 + {read} % 100 AS INTEGER) "
        f"ELSE {kind.value(text)} END"
    )
    reject = _reject(kind, name, text, name)
    if kind.is_reference:
        reject = (
            f"CASE WHEN {name} = year($ref_date) * 12 + month($ref_date) THEN NULL "
            f"ELSE {kind.reject(name, text)} END"
        )
    number = f"CASE WHEN strlen({text}) = 6 THEN TRY_CAST({text} AS INTEGER) END"
    return Quick("-./", {read: number}, {name: value}, reject=reject)


def _short_birth_date(kind: ShortBirthDate, name: str, text: str) -> Quick:
    ymd = f"read_{name}"
    number = f"CASE WHEN strlen({text}) = 6 THEN TRY_CAST({text} AS INTEGER) END"
    today = (
        "(year($ref_date) * 10000 + month($ref_date) * 100 + day($ref_date) - 150000)"
    )
    year = f"CASE WHEN 20000000 + {ymd} <= {today} THEN 2000 ELSE 1900 END"
    value = (
        f"CASE WHEN {_is_day(ymd)} THEN {_day(f'{year} + {ymd} // 10000', ymd)} "
        f"ELSE {kind.value(text)} END"
    )
    reject = _reject(kind, name, text, name)
    return Quick("", {ymd: number}, {name: value}, reject=reject)


def _whole(kind: Whole, name: str, text: str) -> Quick:
    most = str(kind.maximum)
    small = (
        f"(strlen({text}) < {len(most)} OR "
        f"(strlen({text}) = {len(most)} AND {text} <= '{most}'))"
    )
    # Eight digits may be a word for a missing day.
    value = (
        f"CASE WHEN is_plain AND {small} "
        f"AND {text} <> '00000000' AND {text} <> '99991231' "
        f"THEN TRY_CAST({text} AS {kind.sql_type}) ELSE {kind.value(text)} END"
    )
    return Quick("", {}, {name: value}, reject=_reject(kind, name, text, name))


def _whole_id(kind: Digits, text: str) -> str:
    return (
        f"CASE WHEN is_plain AND strlen({text}) = {kind.length} THEN {text} "
        f"ELSE {kind.value(text)} END"
    )


def _digits(kind: Digits, name: str, text: str) -> Quick:
    reject = _reject(kind, name, text, name)
    return Quick("", {}, {name: _whole_id(kind, text)}, reject=reject)


def _keyed_id(kind: KeyedId, name: str, text: str) -> Quick:
    read, column = f"read_{name}", kind.typed_name(name)
    key = keyed_sql(f"{text_literal(kind.prefix)} || {read}")
    reject = _reject(kind, name, text, column)
    return Quick("", {}, {read: _whole_id(kind, text)}, {column: key}, reject)


def _phone(kind: Phone, name: str, text: str) -> Quick:
    read = f"read_{name}"
    value = (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN strlen({read}) BETWEEN 9 AND 11 AND {read} < '1' THEN {read} "
        f"ELSE {_full(kind, name, text)[name]} END"
    )
    return Quick("-", {read: f"replace({text}, '-', '')"}, {name: value})


def _resident_number(kind: ResidentNumber, name: str, text: str) -> Quick:
    digits, number, born = f"digits_{name}", f"read_{name}", f"born_{name}"
    gender = f"({number} // 1000000 % 10)"
    ymd = f"({number} // 10000000)"
    century = f"CASE WHEN {gender} IN (1, 2, 5, 6) THEN 1900 ELSE 2000 END"
    day = _day(f"{century} + {ymd} // 10000", ymd)
    is_whole = f"strlen({digits}) = 13 AND {gender} BETWEEN 1 AND 8 AND {_is_day(ymd)}"
    value = (
        f"CASE WHEN {is_whole} THEN CASE WHEN {day} <= $ref_date THEN {day} END "
        f"ELSE {kind.born(text)} END"
    )
    whole = f"CASE WHEN {digits} IS NULL THEN {kind.digits(text)} ELSE {digits} END"
    key = keyed_sql(f"whole_{name}")
    keyed = {kind.key_name: f"CASE WHEN {born} IS NOT NULL THEN {key} END"}
    if kind.with_person:
        gender_digit = f"CAST(substr(whole_{name}, 7, 1) AS INTEGER)"
        keyed["birth_date"] = born
        keyed["birth_month_no"] = f"CAST(year({born}) * 12 + month({born}) AS INTEGER)"
        keyed["sex"] = (
            f"CASE WHEN {born} IS NULL THEN NULL "
            f"WHEN {gender_digit} % 2 = 1 THEN 'M' ELSE 'F' END"
        )
        keyed["is_foreigner"] = (
            f"CASE WHEN {born} IS NOT NULL THEN {gender_digit} >= 5 END"
        )
    return Quick(
        "-",
        {
            digits: f"replace({text}, '-', '')",
            number: f"TRY_CAST(replace({text}, '-', '') AS BIGINT)",
        },
        {born: value, f"whole_{name}": whole},
        keyed,
        _reject(kind, name, text, kind.key_name),
    )


_WAYS: dict[type[FieldType], Callable[..., Quick]] = {
    Text: _as_text,
    Code: _as_text,
    YesNo: _yes_no,
    Pattern: _pattern,
    Date: _date,
    ReferenceDate: _date,
    Month: _month,
    ShortBirthDate: _short_birth_date,
    Whole: _whole,
    Digits: _digits,
    KeyedId: _keyed_id,
    Phone: _phone,
    ResidentNumber: _resident_number,
}
