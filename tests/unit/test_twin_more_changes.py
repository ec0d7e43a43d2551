"""RESIDENT_CHANGE explains every difference between two registers of the town."""

import datetime as dt
from collections import Counter

import pytest

from pipeline.twin import changes
from pipeline.twin.clock import month_no
from pipeline.twin.extracts import Twin
from pipeline.twin.generate import Wanted, make_twin
from pipeline.twin.register_life import amend_register, make_lives
from pipeline.twin.registers import resident_sheet
from pipeline.twin.sheets import Row

NUMBER, DIED, KIND, PREVIOUS = 2, 11, 15, 17
GONE = {"전출", "말소", "국외이주"}


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(Wanted("cheonan", 3000, 12, 5, dt.date(2026, 7, 1)))


def _register(twin: Twin, day: dt.date) -> dict[str, Row]:
    sheet = amend_register(twin, day, resident_sheet(twin, day))
    numbers = [row[NUMBER] for row in sheet.rows]
    assert numbers == sorted(set(numbers))
    return {row[NUMBER]: row for row in sheet.rows}


def _replay(register: dict[str, Row], rows: list[Row]) -> None:
    """What a register becomes when the changes are applied to it in order of day."""
    for row in sorted(rows, key=lambda row: row[16]):
        if row[PREVIOUS]:
            del register[row[PREVIOUS]]
        if row[KIND] in GONE:
            del register[row[NUMBER]]
        else:
            register[row[NUMBER]] = row[:15]


def test_changes_turn_one_register_into_the_next(twin: Twin) -> None:
    days = twin.window.half_years()
    assert len(days) == 3
    lives = make_lives(twin)
    for before, after in zip(days, days[1:], strict=False):
        register = _register(twin, before)
        for month in range(month_no(before) + 1, month_no(after) + 1):
            _replay(register, changes.changes_of(twin, lives, month))
        assert register == _register(twin, after)


def test_every_kind_of_change_occurs(twin: Twin) -> None:
    lives = make_lives(twin)
    rows = [r for m in twin.window.numbers for r in changes.changes_of(twin, lives, m)]
    kinds = Counter(row[KIND] for row in rows)
    wanted = "전입 전출 출생 사망 세대분리 세대합가 정정 말소 재등록 국외이주"
    assert set(kinds) == set(wanted.split())
    assert {row[KIND] for row in rows if row[PREVIOUS]} == {"정정"}
    keys = [(row[NUMBER], row[16], row[KIND]) for row in rows]
    assert len(keys) == len(set(keys))


def test_invented_numbers_are_nobody_elses(twin: Twin) -> None:
    lives = make_lives(twin)
    old = [number for _, number in lives.corrected.values()]
    gone = [row[NUMBER] for row, _, _ in lives.leavers]
    everybody = [*twin.population.persons.resident_no, *old, *gone]
    assert len(everybody) == len(set(everybody))


def test_the_latest_register_is_the_populations_own(twin: Twin) -> None:
    day = twin.window.month_ends()[-1]
    own = {row[NUMBER]: row for row in resident_sheet(twin, day).rows}
    lives, late = make_lives(twin), _register(twin, day)
    gone = {p for p, (_, back) in lives.cancelled.items() if back > day}
    missing = {twin.population.persons.resident_no[p] for p in gone}
    assert set(own) - set(late) == missing
    assert set(late) <= set(own)
