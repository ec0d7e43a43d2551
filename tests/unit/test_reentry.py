"""The 행복e음 sheet: results that came back, in the order of typing."""

import csv
import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_contracts.sheets import REENTRY
from pipeline.errors import DiskError, NotReady
from pipeline.reentry import Reentry, write_reentry
from pipeline.settings import Office
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import BULDANG, SINBANG, an_office
from tests.lib.sheet_tables import DEFAULTS, draw_round
from tests.lib.tables import load

ROUND, DAY = "2026-R3", dt.date(2026, 7, 20)
RESULT = {
    "file_id": "INTEGER",
    "row_no": "BIGINT",
    "referral_id": "VARCHAR",
    **{f"attempt{n}_on": "DATE" for n in (1, 2, 3)},
    **{f"attempt{n}_method": "VARCHAR" for n in (1, 2, 3)},
    "contacted_on": "DATE",
    "result_code": "VARCHAR",
    "need_confirmed": "VARCHAR",
    "service": "VARCHAR",
    "crisis_level": "INTEGER",
    "officer_decision": "VARCHAR",
    "field_flag": "VARCHAR",
}
RETURNED = """
    file_id | row_no | referral_id | attempt1_on | attempt1_method | attempt2_on | attempt2_method | attempt3_on | attempt3_method | contacted_on | result_code | need_confirmed | service | crisis_level | officer_decision
    1       | 1      | MET         | 2026-07-01  | phone           | 2026-07-03  | visit           | 2026-07-06  | phone           | 2026-07-03   | S3          | Y              | =긴급생계 | 4          | agree
    1       | 2      | UNMET       | 2026-07-02  | mail            | 2026-07-05  | visit           |             |                 |              | L2          | U              |         |              | change
    1       | 3      | OPEN        | 2026-07-02  | phone           |             |                 |             |                 |              | P0          |                |         |              |
    1       | 4      | EMPTY       |             |                 |             |                 |             |                 |              |             |                |         |              |
    1       | 5      | CITY        |             |                 |             |                 |             |                 | 2026-07-04   | C1          | Y              |         | 5            |
    1       | 6      | HIDDEN      |             |                 |             |                 |             |                 | 2026-07-04   | N5          | N              |         | 1            |
    1       | 7      | BECAME      |             |                 |             |                 |             |                 | 2026-07-04   | S1          |                |         |              |
    1       | 8      | GONE        |             |                 |             |                 |             |                 | 2026-07-04   | L3          |                |         |              |
    1       | 9      | OTHER       |             |                 |             |                 |             |                 | 2026-07-04   | S1          |                |         |              |
    2       | 1      | MET         |             |                 |             |                 |             |                 |              | S4          |                |         |              |
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def town() -> Iterator[Warehouse]:
    with draw_round(
        core_dong=f"dong_code | dong_name\n{SINBANG} | 신방동\n{BULDANG} | 불당1동",
        core_household="""
        household_id | is_protected | row_no
        h1           | false        | 1
        h2           | false        | 2
        h3           | false        | 3
        h4           | true         | 4
        h5           | true         | 5
        """,
        core_household_member="household_id | person_key\nh1|a\nh2|b\nh3|c\nh4|d\nh5|e",
        vault__vault_resident="""
        file_id | row_no | name | road_address | phone
        1       | 1      | 김가 | 신방로 1     | 01011111111
        1       | 2      | 이나 | 신방로 2     |
        1       | 3      | 박다 | 신방로 3     |
        1       | 4      | 비밀 | 비밀로 4     |
        1       | 5      | 나중 | 비밀로 5     |
        """,
        core_file="""
        file_id | source | ref_date   | known_on
        1       | result | 2026-07-10 | 2026-07-10
        2       | result | 2026-07-20 | 2026-07-20
        """,
        out_referral=f"""
        referral_id | household_id | dong_code | route             | rank_in_dong | round
        UNMET       | h2           | {SINBANG} | team              | 1            | {ROUND}
        MET         | h1           | {SINBANG} | team              | 2            | {ROUND}
        OPEN        | h1           | {SINBANG} | team              | 3            | {ROUND}
        EMPTY       | h1           | {SINBANG} | team              | 4            | {ROUND}
        BECAME      | h5           | {SINBANG} | team              | 5            | {ROUND}
        GONE        | h9           | {BULDANG} | team              | 1            | {ROUND}
        HIDDEN      | h4           |           | protected_officer |              | {ROUND}
        OTHER       | h1           | {SINBANG} | team              | 1            | 2026-R2
        """,
        out_issued=f"""
        referral_id | household_id | dong_code | route     | edition
        CITY        | h3           | {SINBANG} | team      | 1
        CITY        | h3           | {SINBANG} | city_team | 2
        """,
    ) as warehouse:  # fmt: skip
        warehouse.execute("ALTER TABLE core_file ADD COLUMN form VARCHAR")
        load(warehouse, "acc_result", RETURNED, RESULT)
        for table in ("out_referral", "out_issued"):
            assert DEFAULTS[table]["as_of"] < str(DAY)
        yield warehouse


def written(office: Office, town: Warehouse, day: dt.date = DAY) -> Reentry:
    return write_reentry(office, town, ROUND, as_of=day)


def lines(made: Reentry, reader: str) -> list[dict[str, str]]:
    (name,) = (file for file in made.files if reader in file)
    with (made.folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_results_stand_in_the_order_of_the_list_and_of_typing(
    office: Office, town: Warehouse
) -> None:
    made = written(office, town)
    unmet, met, _ = lines(made, "신방동")
    assert list(met.items()) == [
        ("회차", ROUND),
        ("의뢰번호", "MET"),
        ("성명", "김가"),
        ("출생연도", "1961"),
        ("접촉일", "2026-07-03"),
        # The method of the contact's day, not of the attempt after it.
        ("접촉방법", "방문"),
        ("시도횟수", "3"),
        ("결과코드", "S3"),
        ("결과", "긴급복지"),
        ("필요확인", "Y"),
        ("위기도", "4"),
        ("서비스", "'=긴급생계"),
        ("담당자판단", "동의"),
        ("자료구분", "합성"),
    ]
    assert (unmet["의뢰번호"], unmet["접촉일"], unmet["접촉방법"]) == (
        "UNMET",
        "",
        "방문",
    )
    assert (unmet["시도횟수"], unmet["결과"], unmet["담당자판단"]) == (
        "2",
        "빈집",
        "변경",
    )
    assert tuple(met) == REENTRY.headers_ko


def test_only_referrals_of_the_round_with_a_result_known_before_the_day(
    office: Office, town: Warehouse
) -> None:
    made = written(office, town)
    (unmet, met, became) = lines(made, "신방동")
    assert [row["의뢰번호"] for row in (unmet, met, became)] == [
        "UNMET",
        "MET",
        "BECAME",
    ]
    # The second return is known on the day itself; it corrects the first from then on.
    later = written(office, town, dt.date(2026, 7, 21))
    assert [row["결과코드"] for row in lines(later, "신방동")] == ["L2", "S4", "S1"]
    assert written(office, town, dt.date(2026, 7, 10)).files == {}


def test_each_reader_has_a_sheet(office: Office, town: Warehouse) -> None:
    made = written(office, town)
    assert dict(made.files) == {
        f"행복e음_입력_{ROUND}_{SINBANG}_신방동_합성.csv": 3,
        f"행복e음_입력_{ROUND}_{BULDANG}_불당1동_합성.csv": 1,
        # What left last says to whom: it went up to the city's team.
        f"행복e음_입력_{ROUND}_희망복지지원단_합성.csv": 1,
        f"행복e음_입력_{ROUND}_지정담당자_합성.csv": 1,
    }
    assert [row["성명"] for row in lines(made, "지정담당자")] == ["비밀"]


def test_who_became_protected_or_left_the_register_stands_without_name(
    office: Office, town: Warehouse
) -> None:
    made = written(office, town)
    became = lines(made, "신방동")[-1]
    assert (became["의뢰번호"], became["성명"], became["출생연도"]) == (
        "BECAME",
        "",
        "",
    )
    (gone,) = lines(made, "불당1동")
    assert (gone["의뢰번호"], gone["성명"], gone["결과"]) == (
        "GONE",
        "",
        "이사(새 주소 앎)",
    )


def test_an_address_alone_says_that_nobody_is_registered(
    office: Office, town: Warehouse
) -> None:
    town.execute("UPDATE core_household SET kind = 'address_only'")
    assert lines(written(office, town), "신방동")[0]["성명"] == "(등록자 없음)"


def test_a_sheet_is_rewritten_only_when_it_changed(
    office: Office, town: Warehouse
) -> None:
    first = written(office, town)
    assert set(first.written) == set(first.files)
    for name in first.files:
        assert stat.S_IMODE((first.folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(first.folder.stat().st_mode) == 0o700
    assert written(office, town).written == ()
    town.execute("UPDATE acc_result SET result_code = 'L1' WHERE referral_id = 'GONE'")
    assert written(office, town).written == (
        f"행복e음_입력_{ROUND}_{BULDANG}_불당1동_합성.csv",
    )
    assert not list(first.folder.glob(".*"))


def test_the_rounds_own_tables_stay_as_they_are(
    office: Office, town: Warehouse
) -> None:
    def tables() -> list[str]:
        found = town.rows("SELECT table_name FROM duckdb_tables() ORDER BY ALL")
        return [name for (name,) in found if not name.startswith("_")]

    before = tables()
    written(office, town)
    assert tables() == before
    left = town.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name='temp'"
    )
    kept = repr([town.rows(f"SELECT * FROM temp.{name}") for (name,) in left])
    assert "김가" not in kept


def test_nothing_screened_yet_is_said(office: Office) -> None:
    with Warehouse.in_memory() as warehouse, pytest.raises(NotReady):
        written(office, warehouse)


def test_a_folder_that_cannot_be_written_is_said(
    office: Office, town: Warehouse
) -> None:
    office.path("rounds").write_text("a file where the folder should be")
    with pytest.raises(DiskError, match="could not be written"):
        written(office, town)
