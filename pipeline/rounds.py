"""A round's name: `YYYY-Rn`, six rounds of two months in a year."""

import datetime as dt
import re
from typing import Final

from pipeline.errors import OptionError

ROUNDS_PER_YEAR: Final = 6
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_FORM: Final = re.compile(r"(\d{4})-R([1-6])")


def default_round(as_of: dt.date) -> str:
    """The round in which a day falls: January and February are R1, and so on."""
    return f"{as_of.year:04d}-R{(as_of.month + 1) // 2}"


def parse_round(text: str) -> str:
    """A round's name as given by a user, checked.

    Raises:
        OptionError: Not of the form YYYY-Rn with n from 1 to 6.
    """
    name = text.strip().upper()
    if _FORM.fullmatch(name) is None:
        raise OptionError(
            "that is no round: expected YYYY-Rn with n from 1 to 6",
            "write it like 2026-R3, or leave it out for the round of --as-of",
        )
    return name


def round_digits(round_: str) -> str:
    """The five digits of a round's name, as they stand in a referral id."""
    return parse_round(round_).replace("-R", "")


def first_days(first: str, last: str) -> list[dt.date]:
    """The first day of every round that begins from one month to another, `YYYY-MM`.

    Raises:
        OptionError: Not two months, or none of a round between them.
    """
    months = []
    for text in (first, last):
        if not (match := _MONTH.fullmatch(text.strip())):
            raise OptionError("this is no month", "write it YYYY-MM, e.g. 2026-03")
        months.append(int(match.group(1)) * 12 + int(match.group(2)) - 1)
    days = [
        dt.date(month // 12, month % 12 + 1, 1)
        for month in range(months[0], months[1] + 1)
        if month % 2 == 0
    ]
    if not days:
        raise OptionError(
            f"no round begins from {first} to {last}",
            "rounds begin in January, March, May, July, September and November",
        )
    return days
