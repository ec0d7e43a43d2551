"""Households over time: what each kind of change does, and which id goes on."""

import pytest

from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source          | ref_date   | known_on
    1       | resident        | 2025-06-30 | 2025-07-05
    2       | resident        | 2025-12-31 | 2026-01-05
    3       | resident_change | 2026-01-31 | 2026-02-04
    4       | resident_change | 2026-02-28 | 2026-03-04
    5       | history         | 2025-10-31 | 2025-11-03
    6       | resident_change | 2025-11-30 | 2025-12-03
"""
PEOPLE = """
    file_id | registry_no_key | person_key | relation | birth_month_no | road_address
    2       | h1              | p1         | head     | 23000          | 한들로 1
    2       | h1              | p2         | spouse   | 23010          | 한들로 1
    2       | h1              | p3         | child    | 23900          | 한들로 1
    2       | h2              | p4         | head     | 22000          | 한들로 2
"""
CHANGE = (
    "file_id | registry_no_key | person_key | relation | birth_month_no | changed_on "
    "| change_kind | previous_person_key | died_on | road_address\n"
)
MEMBERS = "household_id | person_key | is_head | is_dead\n"
UNTOUCHED = """
    Hh1 | p1 | true  | false
    Hh1 | p2 | false | false
    Hh1 | p3 | false | false
    Hh2 | p4 | true  | false
"""


def members(changes: str, expected: str, as_of: str = "2026-03-01") -> None:
    with Warehouse.in_memory() as w:
        core(w, as_of, FILES, resident=PEOPLE, resident_change=CHANGE + changes)
        assert_table(w, "core_household_member", MEMBERS + expected)


def test_who_is_born_or_moves_in_joins() -> None:
    members(
        """
        3 | h1 | p5 | child | 24300 | 2026-01-10 | birth   | | |
        3 | h3 | p6 | head  | 23000 | 2026-01-12 | move_in | | |
        """,
        UNTOUCHED
        + """
        Hh1 | p5 | false | false
        Hh3 | p6 | true  | false
        """,
    )


def test_the_dead_stay_marked_and_another_becomes_head() -> None:
    members(
        "3 | h1 | p1 | head | 23000 | 2026-01-10 | death | | 2026-01-10 |",
        """
        Hh1 | p1 | false | true
        Hh1 | p2 | true  | false
        Hh1 | p3 | false | false
        Hh2 | p4 | true  | false
        """,
    )


@pytest.mark.parametrize("kind", ["move_out", "cancelled", "emigrated"])
def test_who_leaves_is_no_member(kind: str) -> None:
    members(
        f"3 | h1 | p3 | child | 23900 | 2026-01-10 | {kind} | | |",
        """
        Hh1 | p1 | true  | false
        Hh1 | p2 | false | false
        Hh2 | p4 | true  | false
        """,
    )


def test_who_is_restored_is_back() -> None:
    members(
        """
        3 | h1 | p3 | child | 23900 | 2026-01-10 | cancelled | | |
        3 | h1 | p3 | child | 23900 | 2026-01-20 | restored  | | |
        """,
        UNTOUCHED,
    )


def test_a_split_and_a_merge_deal_people_anew() -> None:
    members(
        """
        3 | h9 | p3 | head   | 23900 | 2026-01-10 | split | | |
        3 | h1 | p4 | parent | 22000 | 2026-01-11 | merge | | |
        """,
        """
        Hh1 | p1 | true  | false
        Hh1 | p2 | false | false
        Hh1 | p4 | false | false
        Hh9 | p3 | true  | false
        """,
    )


def test_a_corrected_number_keeps_what_was_told_of_the_wrong_one() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident=PEOPLE,
            resident_change=CHANGE
            + """
            3 | h2 | p44 | head | 22000 | 2026-01-10 | correction | p4  | |
            3 | h2 | p45 | head | 22000 | 2026-01-20 | correction | p44 | |
            """,
            history="""
            file_id | round   | person_key | selected_on
            5       | 2025-R5 | p4         | 2025-09-10
            """,
        )
        assert_table(
            w,
            "SELECT * FROM core_person_key WHERE household_id = 'Hh2'",
            """
            person_key | member_key | household_id
            p4         | p45        | Hh2
            p44        | p45        | Hh2
            p45        | p45        | Hh2
            """,
        )
        assert_table(w, "core_event", "household_id | event_type\nHh2 | listing")


def test_a_change_known_before_a_register_and_dated_after_it_is_applied() -> None:
    """What was dated before it is in the register, or is no longer so."""
    with Warehouse.in_memory() as w:
        files = FILES.replace("2025-11-30 | 2025-12-03", "2025-11-30 | 2026-01-02")
        core(
            w,
            "2026-01-20",
            files,
            resident=PEOPLE,
            resident_change=CHANGE
            + """
            6 | h1 | p3 | child | 23900 | 2026-01-01 | move_out | | |
            6 | h2 | p4 | head  | 22000 | 2025-12-31 | move_out | | |
            """,
        )
        assert_table(
            w,
            "SELECT person_key FROM core_household_member",
            "person_key\np1\np2\np4",
        )


def test_a_change_counts_from_the_day_on_which_it_was_known_and_has_happened() -> None:
    late = "4 | h1 | p3 | child | 23900 | 2026-01-10 | move_out | | |"
    left = UNTOUCHED.replace("Hh1 | p3 | false | false", "")
    members(late, UNTOUCHED, "2026-03-04")
    members(late, left, "2026-03-05")
    coming = "3 | h1 | p3 | child | 23900 | 2026-03-01 | move_out | | |"
    members(coming, UNTOUCHED, "2026-03-01")
    members(coming, left, "2026-03-02")


def test_of_one_day_leaving_comes_after_arriving_whatever_the_order_of_rows() -> None:
    rows = [
        "3 | h7 | p7 | head | 23000 | 2026-01-10 | move_out | | |",
        "3 | h7 | p7 | head | 23000 | 2026-01-10 | move_in  | | |",
    ]
    members("\n".join(rows), UNTOUCHED)
    members("\n".join(reversed(rows)), UNTOUCHED)


def test_what_no_change_explains_is_told() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-01-20",
            FILES,
            resident="""
            file_id | registry_no_key | person_key | died_on
            1       | h1              | gone       |
            1       | h1              | told       |
            1       | h1              | moves      |
            1       | h1              | dies       |
            1       | h1              | stays      |
            2       | h1              | stays      |
            2       | h2              | moves      |
            2       | h1              | dies       | 2025-12-01
            2       | h1              | comes      |
            """,
            resident_change=CHANGE
            + "6 | h1 | told | head | 1 | 2025-11-05 | move_out | | |",
        )
        assert_table(
            w,
            "core_register_difference",
            """
            person_key | difference      | ref_date
            comes      | appeared        | 2025-12-31
            dies       | died            | 2025-12-31
            gone       | disappeared     | 2025-12-31
            moves      | other_household | 2025-12-31
            """,
        )


def test_without_a_change_file_there_is_nothing_to_compare() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-01-20",
            FILES,
            resident="file_id | registry_no_key | person_key\n1 | h1 | p1\n2 | h1 | p2",
        )
        assert_table(w, "core_register_difference", "person_key")


RENUMBERED = """
    file_id | registry_no_key | person_key | relation | road_address
    1       | h1              | p1         | head     | 한들로 1
    1       | h1              | p2         | spouse   | 한들로 1
    1       | h1              | p3         | child    | 한들로 1
"""


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # All under another number, elsewhere, with the same head.
        (
            "2 | h2 | p1 | head | 한들로 9\n2 | h2 | p2 | spouse | 한들로 9",
            "Hh1 | p1\nHh1 | p2",
        ),
        # Another head at the same door.
        (
            "2 | h2 | p2 | head | 한들로 1\n2 | h2 | p3 | child | 한들로 1",
            "Hh1 | p2\nHh1 | p3",
        ),
        # Another head at another door: nobody's successor.
        (
            "2 | h2 | p2 | head | 한들로 9\n2 | h2 | p3 | child | 한들로 9",
            "Hh2 | p2\nHh2 | p3",
        ),
        # The number goes on with one of them: who left is new.
        (
            "2 | h2 | p1 | head | 한들로 1\n2 | h2 | p2 | spouse | 한들로 1"
            "\n2 | h1 | p3 | head | 한들로 1",
            "Hh2 | p1\nHh2 | p2\nHh1 | p3",
        ),
        # One of three is too few.
        ("2 | h2 | p1 | head | 한들로 1", "Hh2 | p1"),
    ],
)
def test_whose_id_goes_on_under_another_number(after: str, expected: str) -> None:
    with Warehouse.in_memory() as w:
        core(w, "2026-03-01", FILES, resident=RENUMBERED + after)
        assert_table(
            w, "core_household_member", f"household_id | person_key\n{expected}"
        )


def test_of_two_parts_the_one_with_the_head_goes_on() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident=RENUMBERED
            + """
            1 | h1 | p4 | child  | 한들로 1
            2 | h8 | p1 | head   | 한들로 1
            2 | h8 | p3 | child  | 한들로 1
            2 | h7 | p2 | head   | 한들로 1
            2 | h7 | p4 | child  | 한들로 1
            """,
        )
        assert_table(
            w,
            "core_household_member",
            "household_id | person_key\nHh1 | p1\nHh1 | p3\nHh7 | p2\nHh7 | p4",
        )


def test_a_spell_is_half_open_and_follows_the_person() -> None:
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident=PEOPLE,
            resident_change=CHANGE
            + """
            3 | h2 | p3 | child | 23900 | 2026-01-10 | move_in  | | |
            3 | h2 | p3 | child | 23900 | 2026-01-20 | move_out | | |
            3 | h2 | p4 | head  | 22000 | 2026-01-15 | death    | | 2026-01-15 |
            """,
        )
        assert_table(
            w,
            "core_household_spell",
            """
            household_id | person_key | from_on    | to_on
            Hh1          | p1         | 2025-12-31 |
            Hh1          | p2         | 2025-12-31 |
            Hh1          | p3         | 2025-12-31 | 2026-01-10
            Hh2          | p3         | 2026-01-10 | 2026-01-20
            Hh2          | p4         | 2025-12-31 | 2026-01-15
            """,
        )


def test_a_home_of_many_is_an_institution() -> None:
    many = "\n".join(
        f"2 | big | m{i:02} | {'head' if i == 0 else 'cohabitant'} | 한들로 3 |"
        for i in range(10)
    )
    kin = "\n".join(
        f"2 | kin | k{i:02} | {'head' if i == 0 else 'child'} | 한들로 4 |"
        for i in range(10)
    )
    with Warehouse.in_memory() as w:
        core(
            w,
            "2026-03-01",
            FILES,
            resident="file_id | registry_no_key | person_key | relation | road_address "
            f"| detail_address\n{many}\n{kin}\n2 | care | c1 | head | 한들로 5 | 요양원",
        )
        assert_table(
            w,
            "core_household",
            "household_id | is_institution\nHbig | true\nHkin | false\nHcare | true",
        )
