"""What is known of a household from its bills, cuts and homes, as drawn tables."""

from collections.abc import Iterator
from datetime import date

import pytest

from features.build import build_features
from pipeline.warehouse import Warehouse
from tests.lib.core import EVENT, town
from tests.lib.tables import assert_table, load

AS_OF = date(2026, 3, 1)
COLUMNS = {
    "household_id": "VARCHAR",
    "source": "VARCHAR",
    "event_type": "VARCHAR",
    "subject": "VARCHAR",
    "occurred_on": "DATE",
    "known_on": "DATE",
    "months_overdue": "INTEGER",
    "amount_krw": "BIGINT",
    "restored_on": "DATE",
    "is_current": "BOOLEAN",
}
HOUSEHOLDS = """
    household_id | home_kind
    h1           | other
    h2           | apartment
    h3           | unknown
"""


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse.in_memory() as opened:
        town(opened, households=HOUSEHOLDS)
        yield opened


def check(warehouse: Warehouse, events: str, expected: str) -> None:
    assert list(COLUMNS) == EVENT.names
    load(warehouse, "core_event", events, COLUMNS, {"is_current": "false"})
    build_features(warehouse, AS_OF)
    assert_table(warehouse, "feat_matrix", expected)


def test_of_two_accounts_the_worst_months_and_the_sum_of_won_count(
    warehouse: Warehouse,
) -> None:
    check(
        warehouse,
        """
        household_id | event_type    | subject | occurred_on | known_on   | months_overdue | amount_krw | is_current
        h1           | kepco_arrears | a       | 2026-02-15  | 2026-02-20 | 3              | 120000     | true
        h1           | kepco_arrears | b       | 2026-02-15  | 2026-02-20 | 5              | 30000      | true
        h1           | kepco_arrears | b       | 2025-04-15  | 2025-04-20 | 9              | 90000      | false
        h1           | kepco_arrears | b       | 2024-04-15  | 2024-04-20 | 11             | 90000      | false
        h1           | kepco_arrears | b       | 2024-02-15  | 2024-02-20 | 17             | 90000      | false
        """,
        """
        household_id | kepco_months_overdue_now | kepco_amount_now_krw | kepco_months_overdue_max_12m | kepco_months_overdue_max_24m | kepco_arrears_seen_12m
        h1           | 5                        | 150000               | 9                            | 11                           | 3
        h2           |                          |                      |                              |                              |
        h3           | 0                        | 0                    | 0                            | 0                            | 0
        """,
    )


def test_a_restored_stop_is_history_and_not_in_force(warehouse: Warehouse) -> None:
    # Freshness: 732 - 28 days since 1 February, - 59 since 1 January, - 90 since
    # 1 December. What ends on the as-of day has not ended before it.
    check(
        warehouse,
        """
        household_id | event_type | occurred_on | known_on   | restored_on | is_current
        h1           | gas_stop   | 2026-01-01  | 2026-01-10 | 2026-01-02  | false
        h2           | gas_stop   | 2026-02-01  | 2026-02-10 |             | true
        h2           | gas_stop   | 2025-02-01  | 2025-02-10 | 2025-03-01  | false
        h3           | gas_stop   | 2023-02-01  | 2023-02-10 |             | true
        h3           | gas_stop   | 2025-12-01  | 2025-12-10 | 2026-03-01  | false
        """,
        """
        household_id | gas_stop_in_force | gas_stops_12m | gas_stops_24m | gas_stop_freshness_days | stops_restored_24m | sources_stopped_12m
        h1           | 0                 | 1             | 1             | 673                     | 1                  | 1
        h2           | 1                 | 1             | 2             | 704                     | 1                  | 1
        h3           | 1                 | 1             | 1             | 642                     | 0                  | 1
        """,
    )


def test_an_apartments_power_is_unobserved_until_a_row_shows_it(
    warehouse: Warehouse,
) -> None:
    check(
        warehouse,
        """
        household_id | event_type    | occurred_on | known_on   | months_overdue
        h1           | nhis_arrears  | 2026-01-31  | 2026-02-10 | 3
        h2           | kepco_arrears | 2023-01-31  | 2023-02-10 | 3
        """,
        """
        household_id | kepco_stops_12m | kepco_months_overdue_now | water_stops_12m | gas_stops_12m | nhis_months_overdue_max_12m | is_utility_blind | sources_observable
        h1           | 0               | 0                        | 0               | 0             | 3                           | 0                | 4
        h2           | 0               | 0                        |                 | 0             | 0                           | 1                | 2
        h3           | 0               | 0                        | 0               | 0             | 0                           | 0                | 4
        """,
    )


def test_a_source_that_never_came_or_is_stale_shows_nothing_and_no_zeros(
    warehouse: Warehouse,
) -> None:
    # h1's power bill is as old as the last list: what it owes by now nobody told.
    clock = """
        source | files INT | is_stale BOOL
        kepco  | 3         | true
        nhis   | 3         | false
    """
    town(warehouse, households=HOUSEHOLDS, clock=clock)
    check(
        warehouse,
        """
        household_id | event_type    | occurred_on | known_on   | months_overdue
        h1           | kepco_arrears | 2025-11-15  | 2025-11-20 | 3
        h1           | kepco_stop    | 2025-01-15  | 2025-01-20 |
        """,
        """
        household_id | kepco_stops_12m | kepco_stops_24m | kepco_stop_in_force | kepco_months_overdue_now | kepco_months_overdue_max_12m | water_stops_12m | gas_stops_12m | nhis_amount_now_krw | sources_observable
        h1           |                 | 1               |                     |                          | 3                            |                 |               | 0                   | 1
        h2           |                 |                 |                     |                          |                              |                 |               | 0                   | 1
        h3           |                 |                 |                     |                          |                              |                 |               | 0                   | 1
        """,
    )


def test_small_signs_of_several_sources_show_as_breadth(warehouse: Warehouse) -> None:
    check(
        warehouse,
        """
        household_id | event_type    | occurred_on | known_on   | months_overdue | amount_krw | is_current
        h1           | gas_arrears   | 2026-02-15  | 2026-02-20 | 1              | 60000      | true
        h1           | nhis_arrears  | 2026-01-31  | 2026-02-10 | 3              | 45000      | true
        h1           | water_arrears | 2025-06-30  | 2025-07-10 | 2              | 30000      | false
        h1           | gas_stop      | 2026-02-10  | 2026-02-20 |                |            | true
        h2           | gas_stop      | 2026-02-10  | 2026-02-20 |                |            | true
        h3           | gas_arrears   | 2026-02-15  | 2026-02-20 | 9              | 500000     | true
        """,
        """
        household_id | sources_in_arrears_now | sources_in_arrears_12m | arrears_amount_now_krw | stop_and_arrears_now
        h1           | 2                      | 3                      | 105000                 | 1
        h2           | 0                      | 0                      | 0                      | 0
        h3           | 1                      | 1                      | 500000                 | 0
        """,
    )


def test_listings_after_the_last_contact_are_unmet(warehouse: Warehouse) -> None:
    # h1 was met on the day of its second listing; h3's contact is not known yet.
    check(
        warehouse,
        """
        household_id | event_type | occurred_on | known_on
        h1           | listing    | 2025-01-10  | 2025-02-10
        h1           | listing    | 2025-05-10  | 2025-06-10
        h1           | contact    | 2025-05-10  | 2025-06-10
        h1           | listing    | 2025-11-10  | 2025-12-10
        h2           | listing    | 2023-05-10  | 2023-06-10
        h2           | listing    | 2025-09-10  | 2025-10-10
        h2           | contact    | 2020-05-10  | 2020-06-10
        h3           | listing    | 2025-12-10  | 2026-02-10
        h3           | contact    | 2026-01-10  | 2026-03-01
        """,
        """
        household_id | listed_24m | listed_unmet_24m | days_since_contact
        h1           | 3          | 1                | 295
        h2           | 1          | 1                | 1096
        h3           | 1          | 1                | 1096
        """,
    )


def test_events_of_nobody_and_of_unknown_kinds_are_left_out(
    warehouse: Warehouse,
) -> None:
    check(
        warehouse,
        """
        household_id | event_type   | occurred_on | known_on   | months_overdue | is_current
                     | nhis_arrears | 2026-01-31  | 2026-02-10 | 3              | true
        gone         | nhis_arrears | 2026-01-31  | 2026-02-10 | 3              | true
        h1           | something    | 2026-01-31  | 2026-02-10 | 3              | true
        """,
        """
        household_id | sources_in_arrears_now
        h1           | 0
        h2           | 0
        h3           | 0
        """,
    )
