"""What a result means: every code, and what is believed before what."""

from collections.abc import Iterator
from datetime import date, timedelta

import pyarrow as pa
import pytest

from data_contracts.labels import LABEL_DEFINITIONS
from features.labels import build_labels
from pipeline.warehouse import Warehouse
from tests.lib.core import town
from tests.lib.tables import load

AS_OF = date(2026, 3, 1)
SELECTED_ON = date(2025, 9, 1)
FILES = """
    file_id INT | source  | ref_date DATE | version INT | known_on DATE
    1           | history | 2025-10-31    | 1           | 2025-11-05
"""
HISTORY = {
    "file_id": "INTEGER",
    "row_no": "BIGINT",
    "round": "VARCHAR",
    "person_key": "VARCHAR",
    "selected_on": "DATE",
    "result_code": "VARCHAR",
    "need_confirmed": "VARCHAR",
    "crisis_level": "INTEGER",
}
DEFAULTS = {
    "file_id": "1",
    "row_no": "1",
    "round": "2025-R5",
    "person_key": "p1",
    "selected_on": SELECTED_ON.isoformat(),
}
NEED = ("S1", "S2", "S3", "S4", "C1")
NO_NEED = ("N2",)
UNREACHED = ("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9")
UNKNOWN = ("S5", "N1", "N3", "N4", "N5", "R1", "D1", "P0", "P1", *UNREACHED)
ALL_CODES = (*NEED, *NO_NEED, *UNKNOWN)


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    members = """
        household_id | person_key
        h1           | p1
        h1           | p2
        h2           | p3
    """
    with Warehouse.in_memory() as opened:
        town(opened, households="household_id\nh1\nh2", members=members)
        load(opened, "core_file", FILES)
        yield opened


def labels(warehouse: Warehouse, history: str) -> list[tuple[object, ...]]:
    load(warehouse, "acc_history", history, HISTORY, DEFAULTS)
    found = build_labels(warehouse, AS_OF, SELECTED_ON)
    return [tuple(row.values())[:3] for row in found.to_pylist()]


def of_each_code(need: str, crisis: str) -> dict[str, int | None]:
    """The label of each code, in a town where each was given to one household."""
    codes = ["none", *ALL_CODES]
    members = "\n".join(f"{code} | {code}" for code in codes)
    results = "\n".join(
        f"{code} | {'' if code == 'none' else code} | {need} | {crisis}"
        for code in codes
    )
    with Warehouse.in_memory() as warehouse:
        town(
            warehouse,
            households="household_id\n" + "\n".join(codes),
            members=f"household_id | person_key\n{members}",
        )
        load(warehouse, "core_file", FILES)
        found = labels(
            warehouse,
            f"person_key | result_code | need_confirmed | crisis_level\n{results}",
        )
    assert all(kept == (code, None)[code == "none"] for code, _, kept in found)
    return {str(code): label for code, label, _ in found}  # type: ignore[misc]


def each(value: int | None, but: dict[str, int | None]) -> dict[str, int | None]:
    return dict.fromkeys(["none", *ALL_CODES], value) | but


def test_every_code_is_told() -> None:
    assert len(ALL_CODES) == len(set(ALL_CODES)) == 24


@pytest.mark.parametrize("need", ["U", ""])
def test_a_code_alone(need: str) -> None:
    told = dict.fromkeys(NEED, 1) | dict.fromkeys(NO_NEED, 0)
    assert of_each_code(need, "") == each(None, told)


def test_confirmed_need_is_need_whatever_else_is_said() -> None:
    assert of_each_code("Y", "1") == each(1, {})


@pytest.mark.parametrize("crisis", ["", "5"])
def test_no_need_is_believed_before_crisis_and_code_but_not_of_the_unreached(
    crisis: str,
) -> None:
    assert of_each_code("N", crisis) == each(0, dict.fromkeys(UNREACHED))


@pytest.mark.parametrize("crisis", ["3", "4", "5"])
def test_a_high_crisis_level_is_need_whatever_the_code(crisis: str) -> None:
    assert of_each_code("U", crisis) == each(1, {})


@pytest.mark.parametrize("crisis", ["1", "2"])
def test_a_low_crisis_level_is_no_need_but_not_of_the_unreached(crisis: str) -> None:
    assert of_each_code("U", crisis) == each(0, dict.fromkeys(UNREACHED))


def test_of_several_members_one_in_need_decides(warehouse: Warehouse) -> None:
    found = labels(
        warehouse,
        """
        row_no | person_key | result_code
        1      | p1         | N2
        2      | p2         | S1
        3      | p3         | L1
        """,
    )
    assert found == [("h1", 1, "S1"), ("h2", None, "L1")]


def test_a_member_found_without_need_outweighs_one_not_reached(
    warehouse: Warehouse,
) -> None:
    history = """
        row_no | person_key | result_code
        1      | p1         | L1
        2      | p2         | N2
    """
    assert labels(warehouse, history) == [("h1", 0, "N2")]


def test_only_the_day_of_selection_and_people_of_the_town(
    warehouse: Warehouse,
) -> None:
    found = labels(
        warehouse,
        """
        row_no | round   | person_key | selected_on | result_code
        1      | 2025-R5 | p1         | 2025-09-01  | N2
        2      | 2025-R6 | p1         | 2025-11-01  | S1
        3      | 2025-R5 | elsewhere  | 2025-09-01  | S1
        """,
    )
    assert found == [("h1", 0, "N2")]


def test_the_last_word_known_before_the_as_of_day_counts(warehouse: Warehouse) -> None:
    # File 3 comes on the as-of day itself; file 4 is of another source.
    files = """
        file_id INT | source  | ref_date DATE | version INT | known_on DATE
        1           | history | 2025-10-31    | 1           | 2025-11-05
        2           | history | 2025-11-30    | 1           | 2025-12-05
        3           | history | 2025-12-31    | 1           | 2026-03-01
        4           | team    | 2025-12-31    | 1           | 2025-12-05
    """
    load(warehouse, "core_file", files)
    found = labels(
        warehouse,
        """
        file_id | row_no | result_code
        1       | 1      | P1
        2       | 1      | L1
        2       | 2      | N2
        3       | 1      | S1
        4       | 1      | S2
        """,
    )
    assert found == [("h1", 0, "N2")]


def test_a_new_version_withdraws_what_it_leaves_out(warehouse: Warehouse) -> None:
    files = """
        file_id INT | source  | ref_date DATE | version INT | known_on DATE
        1           | history | 2025-10-31    | 1           | 2025-11-05
        2           | history | 2025-10-31    | 2           | 2025-11-20
    """
    load(warehouse, "core_file", files)
    found = labels(
        warehouse,
        """
        file_id | person_key | result_code
        1       | p1         | S1
        2       | p3         | S2
        """,
    )
    assert found == [("h2", 1, "S2")]


def test_without_results_there_is_an_empty_table(warehouse: Warehouse) -> None:
    load(warehouse, "acc_history", "person_key", HISTORY)
    found = build_labels(warehouse, AS_OF, SELECTED_ON)
    assert found.num_rows == 0
    assert found.schema.field("label").type == pa.int8()


def own_round(warehouse: Warehouse, results: str) -> list[tuple[object, ...]]:
    """Labels of a round of ours, whose lists came back in two files."""
    load(warehouse, "acc_history", "person_key", HISTORY)
    load(
        warehouse,
        "core_file",
        """
        file_id INT | source | ref_date DATE | version INT | known_on DATE
        7           | result | 2025-10-01    | 1           | 2025-10-01
        8           | result | 2025-11-01    | 1           | 2025-11-01
        9           | result | 2026-03-01    | 1           | 2026-03-01
        """,
    )
    load(
        warehouse,
        "out_issued",
        """
        referral_id | household_id | edition INT | as_of DATE | route
        R1          | h1           | 1           | 2025-09-01 | team
        R2          | old          | 1           | 2025-09-01 | team
        R3          | h2           | 1           | 2025-07-01 | team
        R3          | h2           | 2           | 2025-09-01 | team
        """,
    )
    load(warehouse, "core_household_alias", "household_no | household_id\nold | h2")
    load(
        warehouse,
        "acc_result",
        results,
        {
            "file_id": "INTEGER",
            "row_no": "BIGINT",
            "referral_id": "VARCHAR",
            "result_code": "VARCHAR",
            "need_confirmed": "VARCHAR",
            "crisis_level": "INTEGER",
        },
        {"file_id": "7", "row_no": "2"},
    )
    found = build_labels(warehouse, AS_OF, SELECTED_ON)
    return [tuple(row.values())[:3] for row in found.to_pylist()]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (
            "referral_id | result_code\nR1 | S1\nR2 | N2",
            [("h1", 1, "S1"), ("h2", 0, "N2")],
        ),
        (
            "referral_id | result_code | need_confirmed\nR1 | L1 | N",
            [("h1", None, "L1")],
        ),
        ("referral_id | result_code\nR3 | S1", []),  # of another round
        ("file_id | referral_id | result_code\n9 | R1 | S1", []),  # not known yet
        (
            "file_id | referral_id | result_code | need_confirmed\n"
            "7 | R1 | L1 | Y\n8 | R1 | N2 |",
            [("h1", 1, "N2")],
        ),
    ],
    ids=["code", "unreached", "other round", "later", "a blank erases nothing"],
)
def test_our_own_rounds_results_are_labels_too(
    warehouse: Warehouse, results: str, expected: list[tuple[object, ...]]
) -> None:
    assert own_round(warehouse, results) == expected


@pytest.mark.parametrize(
    ("code", "confirmed", "crisis", "expected"),
    [
        # label, confirmed, crisis, deep, deepest, supported
        ("S1", "", "", (1, None, None, None, None, 1)),
        ("S1", "", "3", (1, None, 1, 0, 0, 1)),
        ("S1", "Y", "4", (1, 1, 1, 1, 0, 1)),
        ("S5", "", "", (None, None, None, None, None, 1)),
        ("S5", "N", "4", (0, 0, 1, 0, 0, 1)),
        ("N2", "", "", (0, None, None, 0, 0, 0)),
        ("L1", "N", "1", (None, None, None, None, None, 0)),
        ("L1", "Y", "3", (1, 1, 1, None, None, 0)),
        ("L1", "Y", "5", (1, 1, 1, 1, 1, 0)),
        ("P1", "", "", (None, None, None, None, None, None)),
        ("R1", "", "2", (0, None, 0, 0, 0, 0)),
    ],
)
def test_definitions_stand_side_by_side(
    warehouse: Warehouse,
    code: str,
    confirmed: str,
    crisis: str,
    expected: tuple[int | None, ...],
) -> None:
    history = f"""
        result_code | need_confirmed | crisis_level
        {code}      | {confirmed}    | {crisis}
    """
    load(warehouse, "acc_history", history, HISTORY, DEFAULTS)
    (row,) = build_labels(warehouse, AS_OF, SELECTED_ON).to_pylist()
    assert tuple(row[name] for name in LABEL_DEFINITIONS) == expected
    assert row["is_mature"]
    assert row["labelled_on"] == date(2025, 11, 5)


@pytest.mark.parametrize(("days", "mature"), [(55, False), (56, True)])
def test_nothing_of_a_list_counts_before_its_eight_weeks_are_over(
    warehouse: Warehouse, days: int, mature: bool
) -> None:
    load(warehouse, "acc_history", "result_code\nS1", HISTORY, DEFAULTS)
    early = FILES.replace("2025-11-05", "2025-09-20")
    load(warehouse, "core_file", early)
    as_of = SELECTED_ON + timedelta(days=days)
    (row,) = build_labels(warehouse, as_of, SELECTED_ON).to_pylist()
    assert row["is_mature"] is mature
    assert row["label"] == (1 if mature else None)
    assert row["label_supported"] == (1 if mature else None)
    assert set(LABEL_DEFINITIONS) < set(row)
