"""What a person disputes is left out until the source or an officer has answered."""

import datetime as dt

from pipeline.staging import build_core
from pipeline.subject_decisions import ensure_subject_decisions, forget_decisions
from pipeline.warehouse import Warehouse
from tests.lib.extracts import ingested
from tests.lib.tables import assert_table

FILES = """
    file_id | source   | ref_date   | version | known_on
    1       | kepco    | 2026-02-28 | 1       | 2026-03-04
    2       | kepco    | 2026-03-31 | 1       | 2026-04-04
    9       | resident | 2025-12-31 | 1       | 2026-01-05
"""
CORRECTED = FILES + "    3       | kepco    | 2026-02-28 | 2       | 2026-04-10\n"
PEOPLE = """
    file_id | registry_no_key | person_key | name   | birth_date | road_address
    9       | h               | p          | 김영희 | 1980-01-02 | 천안시 한들로 1
"""
WRITTEN = "김영희 | 1980-01-02 | 천안시 한들로 1"
EVENTS = (
    "SELECT event_type, occurred_on, months_overdue FROM core_event "
    "WHERE source = 'kepco' ORDER BY ALL"
)
HEAD = "event_type | occurred_on | months_overdue"
# Owed since December, disputed as of 5 March.
DEBT = ("1 | a | 2 | | |", "2 | a | 3 | | |")
FIRST = [("dispute", 1, "2026-03-05")]


def bills(
    day: str,
    rows: tuple[str, ...],
    decided: list[tuple[str, int, str]],
    expected: str,
    files: str = FILES,
) -> None:
    """Events of a day after decisions (kind, file of the first row, known on)."""
    head = (
        "file_id | account_no | months_overdue | stopped_on | restored_on | name "
        "| birth_date | road_address"
    )
    drawn = "\n".join([head, *(f"{row} {WRITTEN}" for row in rows)])
    with Warehouse.in_memory() as w:
        ingested(w, files, kepco=drawn, resident=PEOPLE)
        ensure_subject_decisions(w)
        for number, (kind, file_id, known_on) in enumerate(decided, 1):
            w.execute(
                "INSERT INTO subject_decision BY NAME SELECT $n AS decision_no, "
                "$kind AS kind, 'p' AS person_key, 'kepco' AS source, "
                "$f AS file_id, (SELECT min(row_no) FROM acc_kepco "
                "WHERE file_id = $f) AS row_no, CAST($on AS DATE) AS known_on",
                {"n": number, "kind": kind, "f": file_id, "on": known_on},
            )
        build_core(w, dt.date.fromisoformat(day))
        assert_table(w, EVENTS, f"{HEAD}\n{expected}")


def test_a_dispute_counts_from_the_day_after_it() -> None:
    bills("2026-03-05", DEBT, FIRST, "kepco_arrears | 2026-02-28 | 2")
    bills("2026-03-06", DEBT, FIRST, "")


def test_the_same_debt_in_the_next_file_is_left_out_too() -> None:
    bills("2026-04-05", DEBT, FIRST, "")


def test_another_debt_of_the_account_is_news() -> None:
    later = ("1 | a | 2 | | |", "2 | a | 1 | | |")
    bills("2026-04-05", later, FIRST, "kepco_arrears | 2026-03-31 | 1")


def test_a_disputed_stop_is_left_out_and_another_stop_is_news() -> None:
    stops = ("1 | a | 0 | 2026-02-10 | |", "2 | a | 0 | 2026-02-10 | |")
    bills("2026-04-05", stops, FIRST, "")
    other = ("1 | a | 0 | 2026-02-10 | |", "2 | a | 0 | 2026-03-20 | |")
    bills("2026-04-05", other, FIRST, "kepco_stop | 2026-03-20 | 0")


def test_the_corrected_file_of_the_source_ends_the_dispute() -> None:
    rows = (*DEBT, "3 | a | 1 | | |")
    answered = "kepco_arrears | 2026-02-28 | 1\nkepco_arrears | 2026-03-31 | 3"
    bills("2026-04-10", rows, FIRST, "", CORRECTED)
    bills("2026-04-11", rows, FIRST, answered, CORRECTED)


def test_settled_the_rows_count_again() -> None:
    both = "kepco_arrears | 2026-02-28 | 2\nkepco_arrears | 2026-03-31 | 3"
    settled = [*FIRST, ("settled", 1, "2026-04-06")]
    bills("2026-04-06", DEBT, settled, "")
    bills("2026-04-07", DEBT, settled, both)


def test_the_rows_of_somebody_else_stay() -> None:
    rows = (*DEBT, "1 | b | 2 | | |")
    bills("2026-03-06", rows, FIRST, "kepco_arrears | 2026-02-28 | 2")


def test_old_decisions_go_and_a_stop_that_holds_stays() -> None:
    with Warehouse.in_memory() as w:
        ensure_subject_decisions(w)
        for number, (kind, person, on) in enumerate(
            [
                ("stop", "p", "2020-01-01"),
                ("stop", "q", "2020-01-01"),
                ("resumed", "q", "2020-02-01"),
                ("dispute", "p", "2020-01-01"),
                ("dispute", "p", "2026-01-01"),
            ],
            1,
        ):
            w.execute(
                "INSERT INTO subject_decision BY NAME SELECT $n AS decision_no, "
                "$kind AS kind, $who AS person_key, CAST($on AS DATE) AS known_on",
                {"n": number, "kind": kind, "who": person, "on": on},
            )
        forget_decisions(w, dt.date(2021, 1, 1))
        left = w.rows("SELECT decision_no FROM subject_decision ORDER BY 1")
        assert left == [(1,), (5,)]
