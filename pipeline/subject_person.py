"""Whose data a resident number leads to; the number itself is keyed and forgotten."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from data_contracts.base import Contract
from data_contracts.identifiers import ResidentNumber
from data_contracts.sources import SOURCES
from pipeline.errors import NotReady, OptionError
from pipeline.identity import Keys, person_key
from pipeline.round_tables import require_table
from pipeline.warehouse import Warehouse

_WHOLE: Final = re.compile(r"\d{6}[1-8]\d{6}")
# Whose accounts carry a name instead of a number.
SUPPLIES: Final = ("kepco", "water", "gas")
# A name as accounts write it, as linkage reads it: without blanks and what follows a (.
_PLAIN: Final = r"upper(regexp_replace({}, '[\s·.,-]|\(.*', '', 'g'))"


@dataclass(frozen=True)
class Spell:
    """A household somebody belonged to, from when until when (half-open)."""

    household_id: str
    from_on: dt.date
    to_on: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it was their household on a day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, repr=False)
class Person:
    """One person of the data, by key.

    Attributes:
        key: What the number given becomes.
        keys: That and every number they had before it was corrected.
        household_id: Where they belong today; None when nowhere.
        spells: Every household they belonged to.
        is_alone: Nobody else lives in their household of today.
        rows: Source, file and row of everything that is theirs, accounts included.
        others: Accounts of the household in another name: counted, never shown.
    """

    key: str
    keys: tuple[str, ...]
    household_id: str | None
    spells: tuple[Spell, ...]
    is_alone: bool
    rows: tuple[tuple[str, int, int], ...]
    others: int

    def __repr__(self) -> str:
        return "Person(…)"


def key_of(keys: Keys, number: str) -> str:
    """What a resident number as typed is stored as.

    Raises:
        OptionError: These are not the 13 digits of one; they are not repeated.
    """
    digits = re.sub(r"[- \r\n]", "", number)
    if _WHOLE.fullmatch(digits) is None:
        raise OptionError(
            "no resident number was given: 13 digits were expected",
            "type it when asked, or give it on one line of standard input",
        )
    return person_key(keys, digits)


def key_columns_of(contract: Contract) -> list[str]:
    """The columns of a source that say, as a key, whom a row is about."""
    return [
        field.type.key_name
        for field in contract.fields
        if isinstance(field.type, ResidentNumber)
    ]


def find_person(warehouse: Warehouse, key: str) -> Person | None:
    """Whom a key belongs to; None when nothing at all is held under it.

    Raises:
        NotReady: Nothing was screened yet, so that nobody is anywhere.
    """
    require_table(warehouse, "core_person_key", "run: blindspot screen --as-of DATE")
    known = warehouse.rows(
        "SELECT o.person_key, o.household_id FROM core_person_key AS o WHERE "
        "o.member_key IN (SELECT member_key FROM core_person_key "
        "WHERE person_key = $key) ORDER BY o.person_key",
        {"key": key},
    )
    keys = tuple(sorted({key, *(str(one) for one, _ in known)}))
    household = str(known[0][1]) if known else None
    rows = [*_rows_by_key(warehouse, keys)]
    spells = _spells(warehouse, keys)
    if not rows and not spells and not known:
        return None
    is_alone = household is not None and not _others_in(warehouse, household, keys)
    own, others = _accounts(warehouse, household, keys)
    return Person(key, keys, household, spells, is_alone, (*rows, *own), others)


def held(warehouse: Warehouse, key: str) -> Person:
    """Whom a key belongs to.

    Raises:
        NotReady: Nothing is held under it.
    """
    person = find_person(warehouse, key)
    if person is None:
        raise NotReady(
            "nothing is held under this number",
            "check the number with the person, and that this is their city's office",
        )
    return person


def _rows_by_key(
    warehouse: Warehouse, keys: tuple[str, ...]
) -> Iterator[tuple[str, int, int]]:
    for source, contract in SOURCES.items():
        if columns := key_columns_of(contract):
            theirs = " OR ".join(f"list_contains($keys, {name})" for name in columns)
            for file_id, row_no in warehouse.rows(
                f"SELECT file_id, row_no FROM acc_{source} WHERE {theirs} ORDER BY ALL",
                {"keys": list(keys)},
            ):
                yield source, int(file_id), int(row_no)


def _spells(warehouse: Warehouse, keys: tuple[str, ...]) -> tuple[Spell, ...]:
    found = warehouse.rows(
        "SELECT household_id, from_on, to_on FROM core_household_spell "
        "WHERE list_contains($keys, person_key) ORDER BY from_on, household_id",
        {"keys": list(keys)},
    )
    return tuple(Spell(*row) for row in found)


def _others_in(warehouse: Warehouse, household: str, keys: tuple[str, ...]) -> int:
    """How many others ever belonged to a household."""
    ((count,),) = warehouse.rows(
        "SELECT count(DISTINCT person_key) FROM core_household_spell "
        "WHERE household_id = $id AND NOT list_contains($keys, person_key)",
        {"id": household, "keys": list(keys)},
    )
    return int(count)


def _accounts(
    warehouse: Warehouse, household: str | None, keys: tuple[str, ...]
) -> tuple[list[tuple[str, int, int]], int]:
    """Rows of the household's accounts in their name, and how many bear another.

    Also of who lives alone: the name may be a landlord's or a former tenant's.
    """
    if household is None:
        return [], 0
    own: list[tuple[str, int, int]] = []
    others: set[tuple[str, Any]] = set()
    for source in SUPPLIES:
        found = warehouse.rows(
            "SELECT a.file_id, a.row_no, a.account_no, EXISTS (SELECT 1 FROM "
            "acc_resident AS r JOIN vault.main.vault_resident AS n USING "
            "(file_id, row_no) WHERE list_contains($keys, r.person_key) AND "
            f"{_PLAIN.format('n.name')} = {_PLAIN.format('v.name')}) "
            f"FROM acc_{source} AS a JOIN core_link AS l ON l.source = $source "
            "AND l.account_no = a.account_no JOIN core_file AS f USING (file_id) "
            f"LEFT JOIN vault.main.vault_{source} AS v USING (file_id, row_no) "
            "WHERE l.household_id = $id "
            "AND (l.holder_since IS NULL OR f.ref_date >= l.holder_since) "
            "ORDER BY a.file_id, a.row_no",
            {
                "keys": list(keys),
                "source": source,
                "id": household,
            },
        )
        for file_id, row_no, account, is_own in found:
            if is_own:
                own.append((source, int(file_id), int(row_no)))
            else:
                others.add((source, account))
    return own, len(others)
