"""The source ledger: on what ground each extract may be held, until when, from whom."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data_contracts.sources import SOURCES
from pipeline.errors import OfficeError
from pipeline.refusals import Reason, Refused

LEDGER_NAME: Final = "ledger.toml"
# The ministry publishes its code registers; they tell nothing of anybody and need no
# letter. Everything else does, the office's own team roster too: one rule, no cases.
PUBLIC_REGISTERS: Final = frozenset({"kikcd_h", "kikmix"})
SOON_DAYS: Final = 30

State = Literal["valid", "expires soon", "not yet valid", "expired", "missing"]


class Entry(BaseModel):
    """One ground on which a source may be held; both of its days are included."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    legal_basis: str = Field(pattern=r"\S")
    letter_no: str = Field(pattern=r"\S")
    valid_from: dt.date
    expires_on: dt.date
    contact: str = Field(pattern=r"\S")

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.expires_on < self.valid_from:
            raise ValueError("expires_on lies before valid_from")
        return self

    def holds_on(self, day: dt.date) -> bool:
        """Is it valid on a day?"""
        return self.valid_from <= day <= self.expires_on


class Standing(BaseModel):
    """How a source stands in the ledger on a day."""

    model_config = ConfigDict(frozen=True)

    source: str
    state: State
    days_left: int | None = None
    entry: Entry | None = None


class Ledger(BaseModel):
    """Every entry of an office; a source may have several over the years."""

    model_config = ConfigDict(frozen=True)

    file: Path
    entries: dict[str, tuple[Entry, ...]]

    def require(self, source: str, day: dt.date) -> None:
        """Pass if the source may be held as on a day.

        Raises:
            Refused: It has no entry, or none that is valid on that day.
        """
        if source in PUBLIC_REGISTERS or self._valid(source, day) is not None:
            return
        if not self.entries.get(source):
            raise Refused(
                Reason.NO_LEDGER,
                f"{self.file.name} has no entry for the source {source}: without a "
                "legal basis and a letter its files are not taken in",
                f"fill in [[{source}]] in {self.file}, then run this again "
                "(blindspot ledger check lists what is missing)",
            )
        raise Refused(
            Reason.LEDGER_EXPIRED,
            f"no entry of the source {source} in {self.file.name} is valid on {day}, "
            "the day this file was received",
            f"get the letter renewed and add a further [[{source}]] to {self.file}, "
            "or correct the file's side-car if that is not the day",
        )

    def standing(self, day: dt.date) -> list[Standing]:
        """Every source that needs an entry, by name, as it stands on a day."""
        return [self._stands(source, day) for source in needing_entries()]

    def _valid(self, source: str, day: dt.date) -> Entry | None:
        found = [e for e in self.entries.get(source, ()) if e.holds_on(day)]
        return max(found, key=lambda entry: entry.expires_on, default=None)

    def _stands(self, source: str, day: dt.date) -> Standing:
        entries = self.entries.get(source, ())
        if not entries:
            return Standing(source=source, state="missing")
        entry = self._valid(source, day)
        if entry is None:
            entry = max(entries, key=lambda each: each.expires_on)
            state: State = "expired" if entry.expires_on < day else "not yet valid"
            return Standing(source=source, state=state, entry=entry)
        left = (entry.expires_on - day).days
        state = "expires soon" if left <= SOON_DAYS else "valid"
        return Standing(source=source, state=state, days_left=left, entry=entry)


def needing_entries() -> list[str]:
    """The sources that need an entry, by name."""
    return sorted(set(SOURCES) - PUBLIC_REGISTERS)


def load_ledger(root: Path) -> Ledger:
    """Read and check an office's ledger; without a file no source has an entry.

    Raises:
        OfficeError: It is no TOML, or entries cannot be used; all of them are named.
    """
    file = root / LEDGER_NAME
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Ledger(file=file, entries={})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OfficeError(
            f"{file} is no valid TOML: {error}", "mend that line"
        ) from None
    except OSError as error:
        raise OfficeError(
            f"{file} cannot be read ({error.strerror})",
            "give this user the right to read it",
        ) from None
    entries: dict[str, tuple[Entry, ...]] = {}
    problems: list[str] = []
    for source, given in raw.items():
        if source not in SOURCES:
            problems.append(f"[[{source}]]: no source of that name")
            continue
        entries[source] = tuple(_entries(source, given, problems))
    if problems:
        raise OfficeError(
            f"{file} has entries that cannot be used: {'; '.join(problems)}",
            "every entry needs legal_basis, letter_no, valid_from, expires_on (dates "
            f"as 2026-01-31, without quotes) and contact; sources are {_names()}",
        )
    return Ledger(file=file, entries=entries)


def _names() -> str:
    return ", ".join(needing_entries())


def _entries(source: str, given: object, problems: list[str]) -> list[Entry]:
    found: list[Entry] = []
    for number, one in enumerate(given if isinstance(given, list) else [given], 1):
        try:
            found.append(Entry.model_validate(one))
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                where = ".".join(map(str, problem["loc"]))
                told = problem["msg"].removeprefix("Value error, ")
                place = f"[[{source}]] number {number} {where}".rstrip()
                problems.append(f"{place}: {told}")
    return found


_HEAD = """\
# Source ledger: on what ground this office holds each extract.
# `blindspot ingest` refuses a file whose source has no entry that is valid on the day
# the file was received; the rest of the inbox goes on. `blindspot ledger check` lists
# what is missing and what expires soon. A source may have several entries: when a
# letter is renewed, add one below the old one.
#   legal_basis  the law and article              letter_no  the number of the letter
#   valid_from   first day (2026-01-01)           expires_on last day, included
#   contact      role and department of the holder; no name, no private phone
# The ministry's public code registers (kikcd_h, kikmix) need no entry.
"""
_BLANK = """\
# {title} ({holder})
#[[{source}]]
#legal_basis = ""
#letter_no = ""
#valid_from =
#expires_on =
#contact = ""
"""
_MADE_UP = """\
# {title} ({holder})
[[{source}]]
legal_basis = "합성"
letter_no = "합성-{source}"
valid_from = 1900-01-01
expires_on = 2999-12-31
contact = "합성 자료 (실제 기관 아님)"
"""


def ledger_template(*, synthetic: bool) -> str:
    """The text of a new office's ledger: blank, or filled for made-up people."""
    form = _MADE_UP if synthetic else _BLANK
    parts = [
        form.format(
            source=source,
            title=SOURCES[source].title_ko,
            holder=SOURCES[source].holder,
        )
        for source in needing_entries()
    ]
    return "\n".join([_HEAD, *parts])
