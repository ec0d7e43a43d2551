"""Which files, and which word of theirs, a screening of a day may use."""

import pytest

from pipeline.errors import NotReady
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core, ingested
from tests.lib.tables import assert_table

KEPCO = """
    file_id | account_no | months_overdue | stopped_on
    1       | a          | 3              |
    2       | a          | 4              |
    3       | b          | 2              |
"""


def test_a_file_received_on_the_as_of_day_is_not_yet_visible() -> None:
    files = """
        file_id | source | ref_date   | known_on
        1       | kepco  | 2026-01-15 | 2026-01-20
        2       | kepco  | 2026-01-31 | 2026-02-05
    """
    with Warehouse.in_memory() as w:
        core(w, "2026-02-05", files, kepco=KEPCO.replace("3       | b", "2       | b"))
        assert_table(w, "core_visible_file", "file_id\n1")
        core(w, "2026-02-06", files, kepco=KEPCO.replace("3       | b", "2       | b"))
        assert_table(w, "core_visible_file", "file_id\n1\n2")


def test_a_version_replaces_its_reference_date_whole_from_its_own_day_on() -> None:
    files = """
        file_id | source | ref_date   | version | known_on
        1       | kepco  | 2026-01-15 | 1       | 2026-01-20
        3       | kepco  | 2026-01-15 | 2       | 2026-02-01
    """
    rows = KEPCO.replace("    2       | a          | 4              |\n", "")
    with Warehouse.in_memory() as w:
        core(w, "2026-02-01", files, kepco=rows)
        assert_table(w, "stg_kepco", "account_no | version\na | 1")
        core(w, "2026-02-02", files, kepco=rows)
        # Account a was withdrawn: it stands in no file that counts.
        assert_table(w, "stg_kepco", "account_no | version\nb | 2")


def test_of_two_files_of_one_day_the_later_received_is_the_truth() -> None:
    files = """
        file_id | source | ref_date   | version | known_on
        1       | kepco  | 2026-01-15 | 2       | 2026-01-20
        2       | kepco  | 2026-01-15 | 1       | 2026-01-25
    """
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", files, kepco=KEPCO.replace("    3 ", "    2 "))
        assert_table(w, "core_visible_file", "file_id | version\n2 | 1")


def test_after_62_days_without_a_file_a_source_is_stale() -> None:
    files = """
        file_id | source   | ref_date   | known_on
        1       | kepco    | 2026-01-31 | 2026-02-05
        2       | resident | 2025-12-31 | 2026-01-05
    """
    with Warehouse.in_memory() as w:
        for as_of, is_stale in (("2026-04-03", "false"), ("2026-04-04", "true")):
            core(w, as_of, files)
            assert_table(
                w,
                "core_source_clock",
                f"""
                source   | last_ref_date | files | is_stale
                kepco    | 2026-01-31    | 1     | {is_stale}
                resident | 2025-12-31    | 1     | false
                """,
            )


def test_an_event_file_only_adds_and_its_last_word_counts() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-06-01",
            """
            file_id | source  | ref_date   | known_on
            1       | history | 2026-02-28 | 2026-03-01
            2       | history | 2026-04-30 | 2026-05-01
            """,
            history="""
            file_id | round   | person_key | selected_on | result_code
            1       | 2026-R1 | p          | 2026-01-10  | L1
            1       | 2026-R1 | q          | 2026-01-10  | S1
            2       | 2026-R1 | p          | 2026-01-10  | S3
            """,
        )
        assert_table(
            w,
            "stg_history",
            """
            round   | person_key | result_code | known_on
            2026-R1 | p          | S3          | 2026-05-01
            2026-R1 | q          | S1          | 2026-03-01
            """,
        )


def test_without_ingested_files_the_message_says_what_to_do() -> None:
    with Warehouse.in_memory() as w, pytest.raises(NotReady) as raised:
        core_of_nothing(w)
    assert str(raised.value) == (
        "the warehouse holds no ingested files\n"
        "  → put the extracts into the inbox and run: blindspot ingest"
    )


def core_of_nothing(warehouse: Warehouse) -> None:
    import datetime as dt

    build_core(warehouse, dt.date(2026, 1, 1))


def test_building_twice_gives_the_same_and_reading_an_earlier_day_goes_back() -> None:
    files = """
        file_id | source | ref_date   | known_on
        1       | kepco  | 2026-01-15 | 2026-01-20
        2       | kepco  | 2026-01-31 | 2026-02-05
    """
    import datetime as dt

    with Warehouse.in_memory() as w:
        ingested(w, files, kepco=KEPCO.replace("3       | b", "2       | b"))
        later = build_core(w, dt.date(2026, 3, 1))
        assert build_core(w, dt.date(2026, 3, 1)) == later
        assert build_core(w, dt.date(2026, 2, 1))["stg_kepco"] == 1


def test_a_row_absent_from_an_event_files_correction_is_withdrawn() -> None:
    files = """
        file_id | source  | ref_date   | version | known_on
        1       | history | 2026-02-28 | 1       | 2026-03-01
        2       | history | 2026-02-28 | 2       | 2026-03-10
        3       | history | 2026-03-31 | 1       | 2026-04-01
    """
    rows = """
        file_id | round   | person_key | selected_on | result_code
        1       | 2026-R1 | p          | 2026-01-10  | S1
        1       | 2026-R1 | q          | 2026-01-10  | S1
        2       | 2026-R1 | p          | 2026-01-10  | N1
    """
    with Warehouse.in_memory() as w:
        core(w, "2026-03-10", files, history=rows)
        assert_table(w, "stg_history", "person_key | result_code\np | S1\nq | S1")
        core(w, "2026-03-11", files, history=rows)
        assert_table(w, "stg_history", "person_key | result_code\np | N1")
        # March says nothing of p: in event files absence means nothing.
        core(w, "2026-05-01", files, history=rows)
        assert_table(w, "stg_history", "person_key | result_code\np | N1")


def test_a_further_attempt_of_a_file_counts_from_its_own_day_on() -> None:
    files = """
        file_id | source | ref_date   | version | known_on
        1       | kepco  | 2026-01-15 | 1       | 2026-01-20
        2       | kepco  | 2026-01-31 | 1       | 2026-02-05
        3       | kepco  | 2026-01-15 | 1       | 2026-03-01
    """
    rows = KEPCO.replace("3       | b ", "3       | a ")
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", files, kepco=rows)
        assert_table(w, "core_visible_file", "file_id\n1\n2")
        # The date it speaks of stays: the file of 31 January is still the newest.
        core(w, "2026-03-02", files, kepco=rows)
        assert_table(w, "core_visible_file", "file_id\n3\n2")
        assert_table(w, "core_source_clock", "last_ref_date | files\n2026-01-31 | 2")


def test_every_returned_list_of_a_day_counts_and_takes_no_others_place() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-06-01",
            """
            file_id | source | ref_date   | known_on
            1       | result | 2026-05-01 | 2026-05-01
            2       | result | 2026-05-01 | 2026-05-01
            3       | result | 2026-05-08 | 2026-05-08
            """,
            result="""
            file_id | referral_id | result_code
            1       | R1          | L1
            2       | R2          | S1
            3       | R1          | S3
            """,
        )
        assert_table(w, "stg_result", "referral_id | result_code\nR1 | S3\nR2 | S1")
