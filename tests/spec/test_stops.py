"""Stops of supply: versions, restoring, absence, staleness; and arrears in force."""

from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | version | known_on
    1       | kepco    | 2026-02-15 | 1       | 2026-02-18
    2       | kepco    | 2026-02-28 | 1       | 2026-03-04
    9       | resident | 2025-12-31 | 1       | 2026-01-05
"""
PEOPLE = """
    file_id | registry_no_key | person_key | name   | birth_date | road_address
    9       | h               | p          | 김영희 | 1980-01-02 | 천안시 한들로 1
"""
WRITTEN = "김영희 | 1980-01-02 | 천안시 한들로 1"
STOP = """
    source | occurred_on | known_on | restored_on | is_current
"""
ONLY_STOPS = "SELECT * FROM core_event WHERE event_type LIKE '%_stop'"


def kepco(*rows: str) -> str:
    head = "file_id | account_no | stopped_on | restored_on | name | birth_date | road_address"
    return "\n".join([head, *(f"{row} | {WRITTEN}" for row in rows)])


def stops(as_of: str, rows: str, expected: str, files: str = FILES) -> None:
    with Warehouse.in_memory() as w:
        core(w, as_of, files, kepco=rows, resident=PEOPLE)
        assert_table(w, ONLY_STOPS, expected)


def test_a_stop_is_in_force_until_a_later_file_restores_it() -> None:
    rows = kepco("1 | a | 2026-02-10 |", "2 | a | 2026-02-10 | 2026-02-20")
    head = "occurred_on | known_on   | restored_on | is_current"
    stops("2026-03-04", rows, f"{head}\n2026-02-10 | 2026-02-18 | | true")
    # The later file is a new version of the same stop: still known since the first.
    stops("2026-03-05", rows, f"{head}\n2026-02-10 | 2026-02-18 | 2026-02-20 | false")


def test_an_account_gone_without_a_restore_date_has_ended_by_absence() -> None:
    rows = kepco("1 | a | 2026-02-10 |")
    head = "occurred_on | restored_on | is_current"
    stops("2026-03-04", rows, f"{head}\n2026-02-10 | | true")
    stops("2026-03-05", rows, f"{head}\n2026-02-10 | | false")


def test_a_stop_under_a_corrected_number_is_the_same_stop() -> None:
    # The number lost its first digit, and stands as it is in the next file.
    rows = kepco("1 | 23 | 2026-02-10 |", "2 | 123 | 2026-02-10 |")
    head = "subject | occurred_on | known_on | is_current"
    stops("2026-03-04", rows, f"{head}\nk23 | 2026-02-10 | 2026-02-18 | true")
    stops("2026-03-05", rows, f"{head}\nk123 | 2026-02-10 | 2026-02-18 | true")


def test_two_meters_of_a_home_in_one_file_are_two_stops() -> None:
    rows = kepco(
        "1 | 23 | 2026-02-10 |", "1 | 123 | 2026-02-10 |", "2 | 123 | 2026-02-10 |"
    )
    head = "subject | occurred_on | known_on | is_current"
    both = (
        "k123 | 2026-02-10 | 2026-02-18 | true\nk23 | 2026-02-10 | 2026-02-18 | false"
    )
    stops("2026-03-05", rows, f"{head}\n{both}")


def test_an_empty_file_says_that_every_stop_has_ended() -> None:
    stops("2026-03-05", kepco("1 | a | 2026-02-10 |"), "is_current\nfalse")


def test_a_stop_withdrawn_by_a_correction_never_was() -> None:
    files = FILES.replace("2026-02-28 | 1 ", "2026-02-15 | 2 ")
    stops("2026-03-05", kepco("1 | a | 2026-02-10 |"), "is_current", files)


def test_a_stop_is_stale_after_62_days_without_a_file() -> None:
    rows = kepco("2 | a | 2026-02-10 |")
    stops("2026-05-01", rows, "is_current\ntrue")  # 31 March + 30 April + 1
    stops("2026-05-02", rows, "is_current\nfalse")


def test_two_stops_of_one_account_are_two() -> None:
    rows = kepco("1 | a | 2026-01-05 | 2026-01-20", "2 | a | 2026-02-25 |")
    stops(
        "2026-03-05",
        rows,
        """
        occurred_on | restored_on | is_current
        2026-01-05  | 2026-01-20  | false
        2026-02-25  |             | true
        """,
    )


def test_a_late_file_about_an_earlier_day_cannot_undo_a_restore() -> None:
    files = FILES.replace("2026-02-18", "2026-03-20")
    rows = kepco("1 | a | 2026-02-10 |", "2 | a | 2026-02-10 | 2026-02-20")
    stops("2026-04-01", rows, "restored_on | is_current\n2026-02-20 | false", files)


def test_a_later_file_may_take_a_restore_back() -> None:
    rows = kepco("1 | a | 2026-02-10 | 2026-02-12", "2 | a | 2026-02-10 |")
    stops("2026-04-01", rows, "restored_on | is_current\n | true")


def test_water_is_complete_only_for_the_dongs_that_stand_in_a_file() -> None:
    """Dong 102 is missing from February's file: its waterworks did not report."""
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-10",
            """
            file_id | source   | ref_date   | known_on
            1       | water    | 2026-01-31 | 2026-02-05
            2       | water    | 2026-02-28 | 2026-03-05
            9       | resident | 2025-12-31 | 2026-01-05
            """,
            water="""
            file_id | account_no | waterworks_dong | stopped_on | name   | lot_address
            1       | a          | 101             | 2026-01-10 | 김영희 | 천안시 쌍용동 1
            1       | b          | 102             | 2026-01-10 | 김영희 | 천안시 쌍용동 1
            2       | c          | 101             | 2026-02-10 | 김영희 | 천안시 쌍용동 1
            """,
            resident="""
            file_id | registry_no_key | person_key | name   | road_address
            9       | h               | p          | 김영희 | 천안시 한들로 1 (쌍용동)
            """,
        )
        assert_table(
            w,
            ONLY_STOPS,
            """
            household_id | subject | is_current
            Hh           | ka      | false
            Hh           | kb      | true
            Hh           | kc      | true
            """,
        )


def test_arrears_are_one_row_per_reference_date_and_the_last_is_in_force() -> None:
    with Warehouse.in_memory() as w:
        rows = kepco("1 | a | |", "2 | a | |", "1 | b | |")
        core(w, "2026-03-05", FILES, kepco=rows, resident=PEOPLE)
        assert_table(
            w,
            "core_event",
            """
            household_id | event_type    | subject | occurred_on | known_on   | is_current
            Hh           | kepco_arrears | ka      | 2026-02-15  | 2026-02-18 | false
            Hh           | kepco_arrears | ka      | 2026-02-28  | 2026-03-04 | true
            Hh           | kepco_arrears | kb      | 2026-02-15  | 2026-02-18 | false
            """,
        )


def test_what_an_earlier_holder_owed_is_not_this_households() -> None:
    rows = kepco("1 | a | 2026-01-10 | 2026-01-20", "2 | a | |")
    rows = rows.replace("김영희", "남의 이름", 1)
    with Warehouse.in_memory() as w:
        core(w, "2026-03-05", FILES, kepco=rows, resident=PEOPLE)
        assert_table(
            w, "core_event", "event_type | occurred_on\nkepco_arrears | 2026-02-28"
        )


def test_arrears_are_stale_after_62_days_without_a_file() -> None:
    with Warehouse.in_memory() as w:
        for as_of, is_current in (("2026-05-01", "true"), ("2026-05-02", "false")):
            core(w, as_of, FILES, kepco=kepco("2 | a | |"), resident=PEOPLE)
            assert_table(
                w, "core_event", f"occurred_on | is_current\n2026-02-28 | {is_current}"
            )


def test_a_certificate_that_passed_on_is_the_new_holders_from_then_on() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-10",
            """
            file_id | source   | ref_date   | known_on
            1       | nhis     | 2026-01-31 | 2026-02-05
            2       | nhis     | 2026-02-28 | 2026-03-05
            9       | resident | 2025-12-31 | 2026-01-05
            """,
            nhis="""
            file_id | certificate_no | head_key
            1       | c              | q
            2       | c              | p
            """,
            resident="""
            file_id | registry_no_key | person_key
            9       | h               | p
            9       | i               | q
            """,
        )
        assert_table(
            w,
            "core_event",
            "household_id | subject | occurred_on | is_current\nHh | p | 2026-02-28 | true",
        )
