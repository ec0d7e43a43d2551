"""What a file's name and side-car say: extract, reference date, version, arrival."""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.layouts import Layout
from pipeline.refusals import Reason, Refused

RECEIVED_SUFFIX = ".received"
# Korea has had no summer time since 1988: a fixed offset needs no time-zone database.
SEOUL = dt.timezone(dt.timedelta(hours=9))
# A layout with this pattern takes no name: its contract's headers tell the file.
ANY_NAME = "*"
_PARTS = {r"\{date\}": r"(?P<date>\d{8})", r"\{month\}": r"(?P<month>\d{6})"}
# Somebody may name a file after a person.
_RESIDENT_NUMBER = re.compile(r"\d{6,}-?\d{7,}")


@dataclass(frozen=True)
class Recognised:
    """What a file's name tells; `ref_date` is None when the name carries none."""

    layout: Layout
    ref_date: dt.date | None
    version: int


def recognise(name: str, layouts: Mapping[str, Layout]) -> Recognised:
    """The layout, reference date and version that a file's name tells.

    Raises:
        Refused: No layout (or more than one) takes the name, or its date is none.
    """
    plain = unicodedata.normalize("NFC", name)
    named = [each for each in layouts.values() if each.pattern != ANY_NAME]
    found = [
        (layout, match)
        for layout in named
        if (match := _pattern(layout.pattern).fullmatch(plain))
    ]
    if len(found) != 1:
        known = ", ".join(sorted({layout.pattern for layout in named}))
        raise Refused(
            Reason.UNKNOWN_NAME,
            "no layout takes this file name"
            if not found
            else "more than one layout takes this file name",
            f"name it like one of {known} (a correction ends in _v2), "
            "or add a layout to the office's layouts folder",
        )
    layout, match = found[0]
    version = int(match["version"] or 1)
    return Recognised(layout, _reference_date(match, plain), version)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    stem, dot, suffix = pattern.rpartition(".")
    body = re.escape(stem).replace(r"\*", ".*?")
    for placeholder, group in _PARTS.items():
        body = body.replace(placeholder, group)
    version = r"(?:_v(?P<version>[1-9]\d{0,3}))?"
    return re.compile(body + version + re.escape(dot + suffix), re.IGNORECASE)


def _reference_date(match: re.Match[str], name: str) -> dt.date | None:
    parts = match.groupdict()
    try:
        if month := parts.get("month"):
            year, number = int(month[:4]), int(month[4:])
            return dt.date(year, number, calendar.monthrange(year, number)[1])
        digits = parts.get("date")
        if digits is None and "date" not in parts:
            free = re.search(r"(?<!\d)\d{8}(?!\d)", name)
            digits = free[0] if free else None
        return None if digits is None else _day(digits)
    except (ValueError, calendar.IllegalMonthError):
        raise Refused(
            Reason.NAME_DATE_BAD,
            "the digits in the file name are no calendar date",
            "name it with the reference date as YYYYMMDD (or the month as YYYYMM)",
        ) from None


def _day(digits: str) -> dt.date:
    return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def shown_name(path: Path) -> str:
    """A file's name as it may be shown and kept.

    A resident number in it is masked; bytes that are no letters (an archive unpacked
    with another encoding) and control characters are shown as ?.
    """
    whole = path.name.encode("utf-8", "replace").decode()
    shown = "".join("?" if unicodedata.category(c) == "Cc" else c for c in whole)
    return _RESIDENT_NUMBER.sub("*" * 13, shown)


def known_on(path: Path) -> dt.date:
    """The day a file was received: its side-car's line, else its time stamp in Seoul.

    Raises:
        Refused: The side-car holds something else than one date.
    """
    side_car = path.with_name(path.name + RECEIVED_SUFFIX)
    try:
        line = side_car.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        return dt.datetime.fromtimestamp(path.stat().st_mtime, SEOUL).date()
    except UnicodeDecodeError:
        line = ""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", line):
            raise ValueError
        return dt.date.fromisoformat(line)
    except ValueError:
        raise Refused(
            Reason.RECEIVED_BAD,
            f"its side-car {RECEIVED_SUFFIX} holds no date",
            "write the day of arrival into it as one line YYYY-MM-DD, or remove it",
        ) from None
