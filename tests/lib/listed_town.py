"""A drawn town of a hub and a dong of its own, ready to be listed and exported."""

from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import BULDANG, MOKCHEON, SCHEMAS, SINBANG, draw_town
from tests.lib.sheet_tables import MORE
from tests.lib.tables import load

KEY = b"k" * 32


def a_town() -> Warehouse:
    """Sinbang works Buldang too; Mokcheon has a team and nobody to visit."""
    town = draw_town(
        core_team=f"""
        dong_code  | team_name   | hub_code | fte
        {SINBANG}  | 신방팀      | HUB1     | 1
        {BULDANG}  | 불당 담당   | HUB1     | 0
        {MOKCHEON} | 목천팀      |          | 1
        """,
        core_dong=f"""
        dong_code  | dong_name
        {SINBANG}  | 신방동
        {BULDANG}  | 불당1동
        {MOKCHEON} | 목천읍
        """,
        core_household=f"""
        household_id | kind         | current_dong_code | address_grade | source_file_id | row_no | is_residence_unknown
        H1           | registered   | {SINBANG}         | 1             | 1              | 1      | false
        H2           | registered   | {SINBANG}         | 2             | 1              | 2      | false
        H3           | registered   | {BULDANG}         | 2             | 1              | 3      | true
        A1           | address_only | {SINBANG}         | 2             | 2              | 1      | true
        """,
        core_household_member="""
        household_id | birth_month_no
        H1           | 23412
        H2           | 23413
        H3           | 24000
        """,
        core_event="""
        household_id | source  | event_type   | subject | occurred_on | known_on   | months_overdue | restored_on | is_current
        H1           | nhis    | nhis_arrears | p       | 2026-04-30  | 2026-05-05 | 15             |             | false
        H1           | nhis    | nhis_arrears | p       | 2026-05-31  | 2026-06-05 | 16             |             | true
        H1           | gas     | gas_stop     | g       | 2026-05-12  | 2026-05-20 |                |             | true
        H1           | history | listing      | p       | 2026-02-12  | 2026-03-20 |                |             | false
        H1           | history | listing      | p       | 2026-04-12  | 2026-05-20 |                |             | false
        H2           | gas     | gas_stop     | g2      | 2026-05-12  | 2026-05-20 |                | 2026-05-20  | false
        H2           | water   | water_stop   | w2      | 2026-01-12  | 2026-01-20 |                |             | false
        H2           | water   | water_stop   | w2      | 2025-11-12  | 2025-11-20 |                |             | false
        H2           | history | contact      | p2      | 2026-02-01  | 2026-03-20 |                |             | false
        H3           | kepco   | kepco_arrears| k       | 2026-02-28  | 2026-03-05 | 2              |             | false
        A1           | gas     | gas_stop     | ga      | 2026-05-02  | 2026-05-20 |                |             | true
        A1           | gas     | gas_arrears  | ga      | 2026-05-15  | 2026-05-20 | 4              |             | true
        """,
        core_source_clock="""
        source | last_ref_date
        gas    | 2026-05-31
        nhis   | 2026-05-31
        """,
        core_file="""
        file_id | source   | file_name                | known_on
        1       | resident | RESIDENT_20260101.csv    | 2026-01-05
        2       | gas      | GAS_STOP_20260531.csv    | 2026-06-05
        3       | gas      | GAS_STOP_20260615.csv    | 2026-06-15
        """,
        out_score="""
        household_id | score | band      | reason_1
        H1           | 9.5   | 매우 높음 | 건강보험료를 오래 내지 못했습니다
        A1           | 8     | 높음      | 도시가스 공급이 중지된 상태입니다
        H2           | 7     | 높음      | 도시가스 공급이 중지된 적이 있습니다
        H3           | 6     | 보통      |
        """,
        vault__vault_resident="""
        file_id | row_no | name   | road_address            | detail_address | phone
        1       | 1      | 김하나 | 충청남도 천안시 신방로 1 |                | 01012345678
        1       | 2      | =이둘  | 충청남도 천안시 신방로 2 | 101동 202호    |
        1       | 3      | 박셋   | 충청남도 천안시 불당로 3 | 3호            | 0415501234
        """,
        vault__vault_gas="""
        file_id | row_no | name   | phone       | road_address
        2       | 1      | 최계약 | 01077777777 | 충청남도 천안시 신방로 4, 2층
        """,
    )  # fmt: skip
    for name, columns in MORE.items():
        # The sheets beside the lists read more of some tables, and some tables more.
        if name not in SCHEMAS:
            load(town, name, columns)
            continue
        for column in columns.split(" | "):
            word = column if " " in column else f"{column} VARCHAR"
            town.execute(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {word}")
    return town
