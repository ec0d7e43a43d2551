"""Every check over the core tables has a town that passes it and a row that fails it."""

import contextlib
import datetime as dt
from collections.abc import Iterator

import pytest

from pipeline.checks import check_names, run_check, run_checks
from pipeline.errors import ContractBroken
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core

AS_OF = dt.date(2026, 3, 1)
FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2025-12-31 | 2026-01-05
    2       | kepco    | 2026-02-15 | 2026-02-18
    3       | water    | 2026-01-31 | 2026-02-05
    4       | kikcd_h  | 2020-01-01 | 2020-01-02
    5       | team     | 2026-01-01 | 2026-01-02
"""
# One statement of damage per check: what would be wrong if the rule were broken.
DAMAGE = {
    "must_event_be_known_before": "UPDATE core_event SET known_on = DATE '2026-03-01'",
    "must_event_have_household": "UPDATE core_event SET household_id = 'Hnobody'",
    "must_household_be_once": "INSERT INTO core_household FROM core_household",
    "must_household_have_one_head": "UPDATE core_household_member SET is_head = true",
    "must_person_live_once": "UPDATE core_household_member SET person_key = 'p1'",
    "must_link_be_once": "INSERT INTO core_link FROM core_link",
    "must_link_have_household": "UPDATE core_link SET reason = 'NO_MATCH'",
    "must_master_meter_be_nobodys": "UPDATE core_link SET household_id = 'Hh1'",
    "must_stop_end_after_it_began": "UPDATE core_event SET restored_on = occurred_on - 1",
    "must_restored_stop_be_history": (
        "UPDATE core_event SET restored_on = occurred_on + 1, is_current = true"
    ),
    "must_listing_have_one_disposition": (
        "INSERT INTO out_issued (round, edition, as_of, referral_id, household_id) "
        "VALUES ('2026-R1', 1, DATE '2026-01-10', 'r1', 'Hh1')"
    ),
    "must_unreached_be_in_locate": (
        "INSERT INTO core_listing (household_id, listed_on, disposition) "
        "VALUES ('Hh1', DATE '2026-01-10', 'locate')"
    ),
    "must_file_add_up": "UPDATE core_file SET skipped = 1 WHERE file_id = 2",
    "must_accepted_row_be_stored": "DELETE FROM acc_kepco",
    "must_rejected_row_be_kept": "INSERT INTO rej_row VALUES (2, 7, ['DATE_BAD'])",
    "must_vault_row_be_stored": "UPDATE core_file SET accepted = 2 WHERE file_id = 2",
    "should_dong_be_known": "UPDATE core_household SET current_dong_code = NULL",
    "should_dong_have_team": "DELETE FROM core_team",
    "should_every_expected_file_have_come": (
        "UPDATE core_coverage_month SET files_expected = files_arrived + 1"
    ),
    "should_supplier_not_be_silent": "UPDATE core_coverage_now SET state = 'silent'",
    "should_register_agree_with_changes": (
        "INSERT INTO core_register_difference VALUES "
        "('p9', 'appeared', DATE '2025-12-31')"
    ),
    "should_source_be_fresh": "UPDATE core_source_clock SET is_stale = true",
}


def a_sound_town(warehouse: Warehouse) -> None:
    core(
        warehouse,
        AS_OF.isoformat(),
        FILES,
        resident="""
        file_id | registry_no_key | person_key | relation | name   | birth_date | road_address
        1       | h1              | p1         | head     | 김영희 | 1980-01-02 | 천안시 한들로 1
        1       | h1              | p2         | child    | 김하늘 | 2010-01-02 | 천안시 한들로 1
        """,
        kepco="""
        file_id | account_no | stopped_on | name   | birth_date | road_address
        2       | a          | 2026-02-01 | 김영희 | 1980-01-02 | 천안시 한들로 1
        """,
        water="""
        file_id | account_no | households | name   | lot_address
        3       | m          | 12         | 김영희 | 천안시 쌍용동 1
        """,
        kikcd_h="""
        file_id | dong_code  | dong_name | created_on
        4       | 4413151000 | 쌍용동    | 2008-06-23
        """,
        team="file_id | dong_code\n5 | 4413151000",
    )


class _Undo(Exception):
    """Takes the damage back, so that one town serves every check."""


@pytest.fixture(scope="module")
def sound() -> Iterator[Warehouse]:
    with Warehouse.in_memory() as warehouse:
        a_sound_town(warehouse)
        yield warehouse


@pytest.mark.parametrize("name", check_names())
def test_each_check_passes_a_sound_town_and_finds_its_damage(
    name: str, sound: Warehouse
) -> None:
    assert run_check(sound, name, AS_OF).failing == 0
    with contextlib.suppress(_Undo), sound.transaction():
        sound.execute(DAMAGE[name])
        assert run_check(sound, name, AS_OF).failing > 0
        raise _Undo


def test_every_check_has_its_example_and_the_other_way_round() -> None:
    assert set(DAMAGE) == set(check_names())


def test_a_broken_must_stops_the_run_and_a_broken_should_is_told() -> None:
    with Warehouse.in_memory() as warehouse:
        a_sound_town(warehouse)
        warehouse.execute(DAMAGE["should_dong_have_team"])
        told = {r.name: r.failing for r in run_checks(warehouse, AS_OF)}
        assert told["should_dong_have_team"] == 1
        assert sum(told.values()) == 1
        warehouse.execute(DAMAGE["must_link_be_once"])
        with pytest.raises(ContractBroken) as raised:
            run_checks(warehouse, AS_OF)
    assert str(raised.value) == (
        "the core tables break rules that must hold: must_link_be_once: 2 rows "
        "(an account linked twice would count its debt twice)\n"
        "  → do not use this run; report the command and this line"
    )
