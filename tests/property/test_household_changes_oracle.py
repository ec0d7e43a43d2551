"""Registers and changes against a dictionary in plain Python; truncation; order of rows."""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.warehouse import Warehouse
from tests.lib.extracts import core

FIRST, SECOND, AS_OF = dt.date(2025, 6, 30), dt.date(2025, 12, 31), dt.date(2026, 3, 1)
FILES = """
    file_id | source          | ref_date   | known_on
    1       | resident        | 2025-06-30 | 2025-07-05
    2       | resident        | 2025-12-31 | 2026-01-05
    3       | resident_change | 2025-12-31 | 2026-01-04
    4       | resident_change | 2026-01-31 | 2026-02-03
    5       | resident_change | 2026-02-28 | 2026-03-04
"""
KNOWN = {3: dt.date(2026, 1, 4), 4: dt.date(2026, 2, 3), 5: dt.date(2026, 3, 4)}
# Of one day in one file: who leaves or dies does so after everything else.
KINDS = [
    *("birth", "move_in", "restored", "merge", "split", "correction"),
    *("move_out", "emigrated", "cancelled", "death"),
]
GONE = {"move_out", "emigrated", "cancelled"}
Row = tuple[Any, ...]
# Two towns an example: a town costs half a second.
FEWER = settings(max_examples=settings().max_examples * 2 // 5)

# Two registers of the same people; household numbers 0-3.
REGISTER = st.dictionaries(st.integers(0, 5), st.integers(0, 3), max_size=6)
DAYS = st.sampled_from([dt.date(2025, 12, 20), SECOND, dt.date(2026, 1, 1), AS_OF]) | (
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 2, 28))
)
CHANGE = st.tuples(
    st.sampled_from([3, 4, 5]),
    st.integers(0, 5),
    st.integers(0, 3),
    DAYS,
    st.sampled_from(KINDS),
    st.integers(0, 5),
)
CHANGES = st.lists(CHANGE, max_size=12, unique_by=lambda c: (c[0], c[1], c[3], c[4]))


def by_hand(
    registers: dict[int, dict[int, int]], changes: list[Row], as_of: dt.date
) -> list[Row]:
    """person, household number, is dead: the latest register, then changes by day."""
    visible = 2 if as_of > dt.date(2026, 1, 5) else 1
    since = SECOND if visible == 2 else FIRST
    people = {p: (h, False) for p, h in registers[visible].items()}
    told: dict[Row, Row] = {}
    for file, person, home, day, kind, old in sorted(changes):
        if KNOWN[file] < as_of:
            told[person, day, kind] = (file, person, home, day, kind, old)
    steps = []
    for file, person, home, day, kind, old in told.values():
        if not since < day < as_of:
            continue
        place = (day, KNOWN[file], file)
        steps.append(((*place, KINDS.index(kind) + 1), person, home, kind))
        if kind == "correction" and old != person:
            steps.append(((*place, 0), old, home, "move_out"))
    for _, person, home, kind in sorted(steps):
        if kind in GONE:
            people.pop(person, None)
        else:
            people[person] = (home, kind == "death")
    return sorted((f"p{p}", f"h{h}", is_dead) for p, (h, is_dead) in people.items())


def found(
    registers: dict[int, dict[int, int]], changes: list[Row], as_of: dt.date
) -> tuple[list[Row], list[Row], list[Row]]:
    """person, household number, is dead; the open spells; and everybody's id."""
    people = ["file_id | registry_no_key | person_key"] + [
        f"{file} | h{home} | p{person}"
        for file, register in registers.items()
        for person, home in register.items()
    ]
    rows = [
        "file_id | registry_no_key | person_key | changed_on | change_kind "
        "| previous_person_key"
    ] + [
        f"{file} | h{home} | p{person} | {day} | {kind} | "
        + (f"p{old}" if kind == "correction" else "")
        for file, person, home, day, kind, old in changes
    ]
    with Warehouse.in_memory() as w:
        core(
            w,
            as_of.isoformat(),
            FILES,
            resident="\n".join(people),
            resident_change="\n".join(rows),
        )
        last = w.rows(
            "SELECT person_key, substr(household_no, 2), is_dead FROM _household_last "
            "WHERE NOT is_gone ORDER BY 1"
        )
        spells = w.rows(
            "SELECT person_key, household_id FROM core_household_spell "
            "WHERE to_on IS NULL ORDER BY 1"
        )
        members = w.rows(
            "SELECT person_key, household_id FROM core_household_member "
            "WHERE NOT is_dead ORDER BY 1"
        )
    return last, spells, members


@given(REGISTER, REGISTER, CHANGES, st.sampled_from([dt.date(2026, 1, 5), AS_OF]))
def test_members_agree_with_plain_python(
    first: dict[int, int], second: dict[int, int], changes: list[Row], as_of: dt.date
) -> None:
    registers = {1: first, 2: second}
    last, spells, members = found(registers, changes, as_of)
    assert last == by_hand(registers, changes, as_of)
    # Who lives there today stands in the one spell that has not ended.
    assert spells == members


@FEWER
@given(REGISTER, REGISTER, CHANGES)
def test_neither_the_order_of_rows_nor_what_is_known_later_changes_anything(
    first: dict[int, int], second: dict[int, int], changes: list[Row]
) -> None:
    registers = {1: first, 2: second}
    known = [c for c in changes if KNOWN[c[0]] < AS_OF]
    turned = {file: dict(reversed(r.items())) for file, r in registers.items()}
    assert found(registers, changes, AS_OF) == found(turned, known[::-1], AS_OF)


@FEWER
@given(REGISTER)
def test_ids_are_the_same_when_every_number_is_new(first: dict[int, int]) -> None:
    renumbered = {person: home + 10 for person, home in first.items()}
    *_, before = found({1: first, 2: first}, [], AS_OF)
    *_, after = found({1: first, 2: renumbered}, [], AS_OF)
    assert after == before
