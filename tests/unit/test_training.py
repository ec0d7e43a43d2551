"""Which rounds teach: those whose results were known, each as of its own day."""

import datetime as dt
from collections.abc import Iterator

import pytest

from flows.training import MOST_ROUNDS, listed_rounds
from pipeline.warehouse import Warehouse
from tests.lib.tables import load

AS_OF = dt.date(2026, 6, 15)
FILES = """
file_id INT | source  | known_on DATE
1           | history | 2025-03-03
2           | result  | 2026-02-20
3           | result  | 2026-06-15
"""


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse.in_memory() as made:
        load(made, "core_file", FILES)
        yield made


def own(warehouse: Warehouse, results: str) -> None:
    load(
        warehouse,
        "out_issued",
        """
        referral_id | round   | edition INT | as_of DATE
        R1          | 2026-R1 | 1           | 2026-01-05
        R2          | 2026-R1 | 1           | 2026-01-05
        R2          | 2026-R1 | 2           | 2026-01-20
        R3          | 2026-R2 | 1           | 2026-03-02
        U1          | 2026-R2 | 0           | 2026-03-10
        """,
    )
    load(warehouse, "acc_result", results)


def test_an_office_without_any_result_has_no_round_to_learn_of(
    warehouse: Warehouse,
) -> None:
    assert listed_rounds(warehouse, AS_OF) == []


def test_own_rounds_teach_once_a_list_came_back(warehouse: Warehouse) -> None:
    own(warehouse, "file_id INT | referral_id\n2 | R1\n3 | R3\n2 | U1")
    found = listed_rounds(warehouse, AS_OF)
    assert found == [("2026-R1", dt.date(2026, 1, 5))], "of R3 nothing is known yet"
    found = listed_rounds(warehouse, AS_OF + dt.timedelta(days=1))
    assert [name for name, _ in found] == ["2026-R1", "2026-R2"]


def test_who_left_in_two_editions_teaches_of_the_first_day(
    warehouse: Warehouse,
) -> None:
    own(warehouse, "file_id INT | referral_id\n2 | R2")
    assert listed_rounds(warehouse, AS_OF) == [("2026-R1", dt.date(2026, 1, 5))]


def test_rounds_elsewhere_come_first_and_only_the_newest_are_taken(
    warehouse: Warehouse,
) -> None:
    own(warehouse, "file_id INT | referral_id\n2 | R1")
    rounds = [f"1 | 20{20 + n}-R1 | 20{20 + n}-01-01" for n in range(-4, 6)]
    load(
        warehouse,
        "acc_history",
        "\n".join(["file_id INT | round | selected_on DATE", *rounds]),
    )
    found = listed_rounds(warehouse, AS_OF)
    assert len(found) == MOST_ROUNDS
    assert found[-1] == ("2026-R1", dt.date(2026, 1, 5))
    assert found == sorted(found, key=lambda each: each[1])
