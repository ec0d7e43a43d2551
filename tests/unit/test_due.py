"""Everything that is due by a day, and notices to those whose number others gave."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.due import KINDS, due_items
from pipeline.errors import OptionError
from pipeline.locate import locate_queue
from pipeline.notices import GIVERS, add_notice, close_notices, notices
from pipeline.referral_id import make_referral_ids
from pipeline.warehouse import Warehouse
from tests.lib.loop import SINBANG, House, Listing, Result, build_loop, put_houses
from tests.lib.tables import load

AS_OF = dt.date(2026, 6, 15)
LISTED, TRIED, BACK = dt.date(2026, 3, 2), dt.date(2026, 3, 9), dt.date(2026, 4, 6)
CASES = """
    person_key | case_no | stage  | ref_date DATE | opened_on DATE | surveyed_on DATE | closed_on DATE
    p1         | old     | intake | 2026-04-30    | 2026-04-20     |                  |
    p1         | c1      | intake | 2026-05-31    | 2026-05-20     |                  |
    p1         | c2      | survey | 2026-05-31    | 2026-05-20     |                  |
    p1         | c3      | survey | 2026-05-31    | 2026-05-20     | 2026-05-27       |
    p1         | c4      | plan   | 2026-05-31    | 2026-05-20     | 2026-05-27       |
    p1         | c5      | plan   | 2026-05-31    | 2026-05-01     | 2026-05-20       |
    p1         | c6      | review | 2026-05-31    | 2026-05-01     | 2026-05-20       |
    p1         | c7      | closed | 2026-05-31    | 2026-05-01     | 2026-05-20       | 2026-05-30
"""


def listed(round_: str, on: dt.date, result: Result | None = None) -> Listing:
    return Listing(round_, on, result)


@pytest.fixture
def town() -> Iterator[Warehouse]:
    vain = Result(BACK, "L1", (TRIED,))
    houses = [
        # Out since March and again since May: the newer list is what is due.
        House("h1", (listed("R2", LISTED), listed("R3", dt.date(2026, 5, 1)))),
        House("h2", (listed("R2", LISTED, vain),)),
        House("h3", (listed("R2", LISTED, Result(BACK, "L8", (TRIED,))),)),
        House("h4", (listed("R2", LISTED, Result(BACK, "N5", (), TRIED)),)),
        # Not reached, and on a list that is out: one thing to do, not two.
        House("h5", (listed("R2", LISTED, vain), listed("R3", dt.date(2026, 5, 1)))),
    ]
    with Warehouse.in_memory() as warehouse:
        put_houses(warehouse, houses, AS_OF)
        load(warehouse, "stg_case_management", CASES)
        warehouse.execute("INSERT INTO core_person_key VALUES ('p1', 'h4')")
        warehouse.execute(
            "INSERT INTO out_referral (round, referral_id, household_id, due_on) "
            "SELECT round, referral_id, household_id, as_of + 14 FROM out_issued"
        )
        build_loop(warehouse, AS_OF)
        yield warehouse


def due(warehouse: Warehouse, day: dt.date, **options: Any) -> list[tuple[Any, ...]]:
    columns = ("due_on", "kind", "what", "subject")
    found = due_items(warehouse, day, **options)
    assert [one["days_late"] for one in found] == [
        (day - o["due_on"]).days for o in found
    ]
    return [tuple(one[c] for c in columns) for one in found]


def test_everything_due_stands_in_one_list_the_oldest_first(town: Warehouse) -> None:
    day = dt.date(2026, 7, 31)
    assert due(town, day) == [
        (dt.date(2026, 4, 6 + 14), "locate_step", "VILLAGE_HEAD", "R2/h2"),
        (dt.date(2026, 5, 1 + 14), "first_contact", "CONTACT", "R3/h1"),
        (dt.date(2026, 5, 1 + 14), "first_contact", "CONTACT", "R3/h5"),
        # 10 days to the survey; 5 from it to the selection; 15 more to the plan …
        (dt.date(2026, 5, 20 + 10), "case_stage", "SURVEY", "c1"),
        (dt.date(2026, 5, 20 + 10), "case_stage", "SURVEY", "c2"),
        # … and never more than 30 in all.
        (dt.date(2026, 5, 1 + 30), "case_stage", "PLAN", "c5"),
        (dt.date(2026, 6, 1), "case_stage", "SELECTION", "c3"),
        (dt.date(2026, 6, 16), "case_stage", "PLAN", "c4"),
        (BACK + dt.timedelta(days=90), "review", "PARKED", "R2/h3"),
    ]


def test_a_day_shows_what_is_due_on_it_and_overdue_only_what_was_before(
    town: Warehouse,
) -> None:
    day = dt.date(2026, 5, 15)
    assert [row[3] for row in due(town, day)] == ["R2/h2", "R3/h1", "R3/h5"]
    assert [row[3] for row in due(town, day, is_overdue_only=True)] == ["R2/h2"]
    assert due(town, dt.date(2026, 4, 19)) == []


def test_one_dong_sees_its_own(town: Warehouse) -> None:
    day = dt.date(2026, 5, 15)
    town.execute(
        "UPDATE core_household SET current_dong_code = 'there' "
        "WHERE household_id = 'h1'"
    )
    assert [row[3] for row in due(town, day, dong="there")] == ["R3/h1"]


def test_the_dong_of_a_protected_household_is_told_to_nobody(town: Warehouse) -> None:
    def told() -> list[tuple[Any, ...]]:
        found = [*due_items(town, dt.date(2026, 7, 31)), *locate_queue(town)]
        return [(one.get("subject"), one["dong_code"]) for one in found]

    town.execute("ALTER TABLE core_address_doubt ADD COLUMN IF NOT EXISTS since DATE")
    town.execute("CREATE TABLE core_as_of AS SELECT DATE '2026-06-15' AS as_of")
    before = told()
    assert {dong for _, dong in before} == {SINBANG}
    town.execute("UPDATE core_household SET is_protected = true")
    assert told() == [(subject, None) for subject, _ in before]
    assert due(town, dt.date(2026, 7, 31), dong=SINBANG) == []
    assert locate_queue(town, SINBANG) == []


# --- notices --------------------------------------------------------------------------

REFERRAL = make_referral_ids(b"k" * 32, "2026-R3", ["h1"])["h1"]
GOT = dt.date(2026, 5, 1)


@pytest.fixture
def office(town: Warehouse) -> Warehouse:
    town.execute(
        "INSERT INTO out_issued (round, edition, as_of, referral_id, household_id) "
        f"VALUES ('2026-R3', 1, DATE '2026-05-01', '{REFERRAL}', 'h1')"
    )
    return town


def test_a_number_from_a_third_party_is_to_be_told_within_30_days(
    office: Warehouse,
) -> None:
    until = add_notice(office, REFERRAL, obtained_from="telecom", obtained_on=GOT)
    assert until == dt.date(2026, 5, 31)
    assert (until, "notice", "PHONE_NOTICE", REFERRAL) in due(office, until)
    closed = close_notices(office, REFERRAL, told_on=until, told_by="김담당")
    assert (closed, notices(office)) == (1, [])
    assert [one["told_on"] for one in notices(office, is_open_only=False)] == [until]
    assert "notice" not in {row[1] for row in due(office, until)}
    assert "김담당" not in str(notices(office, is_open_only=False))


def test_what_cannot_be_a_notice_is_refused_with_what_to_do(office: Warehouse) -> None:
    def add(referral: str = REFERRAL, giver: str = "telecom") -> None:
        add_notice(office, referral, obtained_from=giver, obtained_on=GOT)

    other = make_referral_ids(b"x" * 32, "2026-R3", ["h1"])["h1"]
    with pytest.raises(OptionError, match="check character"):
        add("R20263-00000000A")
    with pytest.raises(OptionError, match="no list that left"):
        add(other)
    with pytest.raises(OptionError, match="--from"):
        add(giver="이웃집 김씨")
    with pytest.raises(OptionError, match="no notice of this referral waits"):
        close_notices(office, REFERRAL, told_on=GOT, told_by="김담당")
    add()
    with pytest.raises(OptionError, match="already"):
        add()
    before = GOT - dt.timedelta(days=1)
    with pytest.raises(OptionError, match="--on"):
        close_notices(office, REFERRAL, told_on=before, told_by="김담당")
    with pytest.raises(OptionError, match="--by"):
        close_notices(office, REFERRAL, told_on=GOT, told_by=" ")


def test_every_kind_of_due_thing_and_giver_has_a_name(office: Warehouse) -> None:
    add_notice(office, REFERRAL, obtained_from=GIVERS[0], obtained_on=GOT)
    kinds = {row[1] for row in due(office, dt.date(2026, 12, 31))}
    assert kinds == set(KINDS)
