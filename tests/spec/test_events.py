"""What pensions, workplaces, indicators, benefits, cases, visits, tips and results mean."""

from typing import Any

import pytest

from pipeline.warehouse import Warehouse
from tests.lib.extracts import core
from tests.lib.tables import assert_table

FILES = """
    file_id | source          | ref_date   | known_on
    1       | resident        | 2025-12-31 | 2026-01-05
    2       | nps             | 2025-12-31 | 2026-01-10
    3       | nps             | 2026-01-31 | 2026-02-10
    4       | kcomwel         | 2025-12-31 | 2026-01-10
    5       | kcomwel         | 2026-01-31 | 2026-02-10
    6       | indicator       | 2025-11-30 | 2025-12-10
    7       | indicator       | 2026-01-31 | 2026-02-10
    8       | benefit         | 2026-01-31 | 2026-02-10
    9       | case_management | 2026-01-31 | 2026-02-10
    10      | visit           | 2026-01-31 | 2026-02-10
    11      | tip             | 2026-02-20 | 2026-02-21
    12      | tip             | 2025-06-20 | 2025-06-21
    13      | result          | 2026-02-15 | 2026-02-16
    14      | case_management | 2025-12-31 | 2026-01-10
"""
PEOPLE = """
    file_id | registry_no_key | person_key | relation | name   | died_on    | road_address
    1       | h1              | p1         | head     | 김하나 |            | 충청남도 천안시 서북구 한들로 2 (쌍용동)
    1       | h1              | p2         | spouse   | 이두리 |            | 충청남도 천안시 서북구 한들로 2 (쌍용동)
    1       | h1              | p3         | parent   | 김고인 | 2025-06-01 | 충청남도 천안시 서북구 한들로 2 (쌍용동)
    1       | h2              | p4         | head     | 박세찬 |            | 충청남도 천안시 서북구 한들로 4 (쌍용동)
"""


def events(expected: str, as_of: str = "2026-03-01", **rows: str) -> None:
    with Warehouse.in_memory() as w:
        core(w, as_of, FILES, resident=PEOPLE, **rows)
        assert_table(w, "core_event", expected)


def test_an_exemption_is_no_debt_and_counts_from_the_last_payment() -> None:
    # 2025-12 is 24312 months after the year 0, so 24249 is 63 months before.
    events(
        """
        household_id | event_type  | subject | occurred_on | known_on   | months_overdue | amount_krw | is_current
        Hh1          | nps_exempt  | p1      | 2025-12-31  | 2026-01-10 | 63             |            | false
        Hh1          | nps_exempt  | p1      | 2026-01-31  | 2026-02-10 | 64             |            | true
        Hh1          | nps_arrears | p2      | 2026-01-31  | 2026-02-10 | 4              | 90000      | true
        Hh2          | nps_exempt  | p4      | 2026-01-31  | 2026-02-10 | 1              |            | true
        """,
        nps="""
        file_id | person_key | months_overdue | amount_krw | is_exempt | last_paid_month_no
        2       | p1         | 0              | 0          | true      | 24249
        3       | p1         | 9              | 0          | true      | 24249
        3       | p2         | 4              | 90000      | false     | 24309
        3       | p4         | 0              | 0          | true      |
        3       | gone       | 4              | 90000      | false     | 24309
        """,
    )


def test_a_workplace_is_its_owners_and_its_closing_is_known_once() -> None:
    events(
        """
        household_id | event_type      | occurred_on | known_on   | months_overdue | amount_krw | is_current
        Hh1          | kcomwel_arrears | 2025-12-31  | 2026-01-10 | 6              | 150000     | false
        Hh1          | kcomwel_arrears | 2026-01-31  | 2026-02-10 | 7              | 160000     | true
        Hh1          | kcomwel_closed  | 2025-12-16  | 2026-01-10 |                |            | true
        """,
        kcomwel="""
        file_id | workplace_no | owner_key | employment_months_overdue | employment_amount_krw | accident_months_overdue | accident_amount_krw | closed_on
        4       | 90000000001  | p2        | 2                         | 100000                | 6                       | 50000               | 2025-12-16
        5       | 90000000001  | p2        | 7                         | 160000                |                         |                     | 2025-12-16
        5       | 90000000002  | gone      | 7                         | 160000                |                         |                     | 2025-12-16
        """,
    )


INDICATORS = """
    file_id | indicator_code | person_key | occurred_on | value | amount_krw
    6       | R02            | p1         | 2025-08-25  | 3     | 300000
    7       | R02            | p1         | 2025-08-25  | 5     | 500000
    6       | F01            | p2         | 2025-11-09  | 2     | 1120000
    6       | S01            | p2         | 2025-11-12  | 1     |
    7       | U02            | p1         | 2026-01-10  | 3     | 90000
    7       | D01            | p1         | 2026-01-10  | 4     |
    7       | F01            | p3         | 2026-01-10  | 4     | 1000000
"""


@pytest.mark.parametrize(
    ("as_of", "finance", "housing"),
    [("2026-03-31", "true", "true"), ("2026-04-01", "false", "true"),
     ("2026-05-31", "false", "true"), ("2026-06-01", "false", "false")],
)  # fmt: skip
def test_an_indicator_stays_as_long_as_the_catalogue_says(
    as_of: str, finance: str, housing: str
) -> None:
    """Told in December and February: three calendar months; self-harm stays a year."""
    events(
        f"""
        household_id | event_type                | subject | occurred_on | known_on   | months_overdue | amount_krw | is_current
        Hh1          | indicator_crisis          | S01/p2  | 2025-11-12  | 2025-12-10 |                |            | true
        Hh1          | indicator_finance_arrears | F01/p2  | 2025-11-30  | 2025-12-10 | 2              | 1120000    | {finance}
        Hh1          | indicator_housing_arrears | R02/p1  | 2026-01-31  | 2026-02-10 | 5              | 500000     | {housing}
        Hh1          | indicator_billed          | U02/p1  | 2026-01-31  | 2026-02-10 | 3              | 90000      | {housing}
        """,
        as_of,
        indicator=INDICATORS,
    )


def test_a_benefit_granted_again_is_no_loss() -> None:
    events(
        """
        household_id | event_type        | subject       | occurred_on | known_on   | is_current
        Hh1          | benefit_dropped   | livelihood/p1 | 2025-11-30  | 2026-02-10 | true
        Hh1          | benefit_dropped   | emergency/p2  | 2025-12-20  | 2026-02-10 | true
        Hh1          | benefit_receiving | housing/p2    | 2026-01-01  | 2026-02-10 | true
        """,
        benefit="""
        file_id | person_key | benefit_kind | status    | starts_on  | ends_on
        8       | p1         | livelihood   | stopped   | 2020-01-01 | 2025-11-30
        8       | p2         | emergency    | dropped   | 2025-12-20 |
        8       | p2         | housing      | stopped   | 2020-01-01 | 2025-10-31
        8       | p2         | housing      | receiving | 2026-01-01 |
        8       | p2         | education    | applying  | 2026-01-20 |
        8       | p3         | livelihood   | stopped   | 2020-01-01 | 2025-06-30
        """,
    )


def test_cases_and_visits_are_those_of_the_newest_list() -> None:
    rows: dict[str, Any] = {
        "case_management": """
        file_id | case_no | person_key | stage  | opened_on  | closed_on
        14      | old     | p4         | plan   | 2025-02-01 |
        9       | open    | p1         | plan   | 2025-10-01 |
        9       | done    | p2         | closed | 2025-10-01 | 2025-12-01
        """,
        "visit": """
        file_id | service      | person_key | starts_on  | ends_on
        10      | elder_care   | p1         | 2025-05-01 |
        10      | visit_health | p1         | 2025-05-01 | 2026-02-28
        10      | home_help    | p2         | 2025-05-01 | 2026-03-01
        """,
    }
    listed = """
        household_id | source          | event_type   | subject       | occurred_on | is_current
        Hh1          | case_management | case_open    | open          | 2025-10-01  | true
        Hh1          | visit           | visit_active | elder_care/p1 | 2025-05-01  | true
        Hh1          | visit           | visit_active | home_help/p2  | 2025-05-01  | true
    """
    events(listed, **rows)
    # A list that has not been renewed for more than 62 days says nothing of today.
    events("household_id | event_type", "2026-05-01", **rows)


def test_a_tip_is_of_whoever_lives_there_and_news_for_three_months() -> None:
    events(
        """
        household_id | source | event_type | subject | occurred_on | known_on   | is_current
        Hh1          | tip    | tip        | 2       | 2025-06-19  | 2025-06-21 | false
        Hh1          | tip    | tip        | 1       | 2026-02-19  | 2026-02-21 | true
        A504958dbba867de | tip | tip       | 3       | 2026-02-19  | 2026-02-21 | true
        """,
        tip="""
        file_id | tip_no | received_on | name   | road_address
        11      | 1      | 2026-02-19  | 김하나 | 충청남도 천안시 서북구 한들로 2
        12      | 2      | 2025-06-19  | 이두리 | 충청남도 천안시 서북구 한들로 2
        11      | 3      | 2026-02-19  | 남모름 | 충청남도 천안시 서북구 없는로 2
        """,
    )


def test_a_list_that_left_is_a_listing_and_an_attempt_is_no_contact() -> None:
    with Warehouse.in_memory() as w:
        rows = """
        file_id | referral_id | contacted_on | result_code
        13      | r1          | 2026-01-20   | S3
        13      | r2          | 2026-01-21   | L2
        13      | unknown     | 2026-01-21   | S3
        """
        core(w, "2026-03-01", FILES, resident=PEOPLE)
        w.execute(
            "INSERT INTO out_issued "
            "(round, edition, as_of, referral_id, household_id, route) VALUES "
            "('2026-R1', 1, DATE '2026-01-10', 'r1', 'Hh1', 'team'), "
            "('2026-R1', 1, DATE '2026-01-10', 'r2', 'Hh2', 'team'), "
            "('2026-R1', 1, DATE '2026-01-10', 'r3', 'Hh2', 'team'), "
            "('2026-R1', 1, DATE '2026-01-10', 'r4', 'Hh2', 'case_manager')"
        )
        core(w, "2026-03-01", FILES, resident=PEOPLE, result=rows)
        assert_table(
            w,
            "core_event",
            """
            household_id | source | event_type | subject | occurred_on | known_on
            Hh1          | result | listing    | r1      | 2026-01-10  | 2026-01-10
            Hh1          | result | contact    | r1      | 2026-01-20  | 2026-02-16
            Hh2          | result | listing    | r2      | 2026-01-10  | 2026-01-10
            Hh2          | result | listing    | r3      | 2026-01-10  | 2026-01-10
            """,
        )
