"""Who lives there, as drawn tables: the living, their ages by month of birth."""

from datetime import date

from features.build import build_features
from pipeline.warehouse import Warehouse
from tests.lib.core import town
from tests.lib.tables import assert_table

AS_OF = date(2026, 3, 1)
MONTH = AS_OF.year * 12 + AS_OF.month


def check(
    members: str, expected: str, households: str = "household_id\nh1\nh2"
) -> None:
    with Warehouse.in_memory() as warehouse:
        town(warehouse, households=households, members=members)
        build_features(warehouse, AS_OF)
        assert_table(warehouse, "feat_matrix", expected)


def test_somebody_is_65_in_the_whole_month_of_the_birthday() -> None:
    check(
        f"""
        household_id | person_key | birth_month_no
        h1           | p1         | {MONTH - 65 * 12}
        h2           | p2         | {MONTH - 65 * 12 + 1}
        """,
        """
        household_id | is_one_person | is_lone_65_plus | members_65_plus
        h1           | 1             | 1               | 1
        h2           | 1             | 0               | 0
        """,
    )


def test_a_child_is_one_until_the_month_of_the_19th_birthday() -> None:
    check(
        f"""
        household_id | person_key | birth_month_no
        h1           | p1         |
        h1           | p2         | {MONTH - 19 * 12 + 1}
        h1           | p3         | {MONTH}
        h2           | p4         | {MONTH - 19 * 12}
        """,
        """
        household_id | children_under_19 | is_one_person
        h1           | 2                 | 0
        h2           | 0                 | 1
        """,
    )


def test_the_dead_are_no_members() -> None:
    check(
        f"""
        household_id | person_key | is_dead | birth_month_no  | disability_level | is_residence_unknown
        h1           | p1         | true    | {MONTH - 900}   | 1                | true
        h1           | p2         | false   | {MONTH - 850}   | 2                | false
        h2           | p3         | true    | {MONTH - 850}   | 0                | false
        """,
        """
        household_id | is_lone_65_plus | members_65_plus | members_severe_disability | is_residence_unknown
        h1           | 1               | 1               | 0                         | 0
        h2           |                 |                 |                           |
        """,
    )


def test_context_is_counted_per_member() -> None:
    check(
        """
        household_id | person_key | relation   | is_foreigner | disability_level | is_residence_unknown | moved_in_on
        h1           | p1         | head       | true         | 1                | true                 | 2025-03-01
        h1           | p2         | cohabitant | true         | 1                | false                | 2020-01-01
        h2           | p3         | head       | false        | 0                | false                | 2025-02-28
        h2           | p4         | child      | false        | 0                | false                | 2026-03-01
        """,
        """
        household_id | members_foreign | members_severe_disability | is_residence_unknown | has_cohabitant | is_moved_in_12m
        h1           | 2               | 2                         | 1                    | 1              | 1
        h2           | 0               | 0                         | 0                    | 0              | 0
        """,
    )


def test_where_nobody_is_registered_context_is_unknown_and_not_zero() -> None:
    check(
        "household_id | person_key",
        """
        household_id | is_one_person | members_65_plus | has_cohabitant | sources_in_arrears_now
        a1           |               |                 |                | 0
        """,
        households="household_id | kind\na1 | address_only",
    )
