"""The sheets beside the lists: who reads what, and what is on none of them."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from data_contracts.outputs import HEADERS_KO, OFFICER_HEADERS_KO
from data_contracts.sheets import SHEETS
from pipeline.errors import ContractBroken
from pipeline.list_formats import Rows
from pipeline.route_sheets import NOTHING_NEW, route_sheets
from pipeline.settings import Office
from pipeline.sheet_cells import sheet_rows
from pipeline.sheet_people import ask_for, people
from pipeline.warehouse import Warehouse
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    MOKCHEON,
    ROUND,
    SINBANG,
    an_office,
)
from tests.lib.sheet_tables import draw_round


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def town() -> Iterator[Warehouse]:
    with draw_round(
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
        {MOKCHEON} | =목천읍
        """,
        core_household=f"""
        household_id | current_dong_code | is_protected | is_institution | row_no
        TEAM         | {SINBANG}         | false        | false          | 1
        CASE         | {SINBANG}         | false        | false          | 2
        INST         | {BULDANG}         | false        | true           | 3
        PROT         | {MOKCHEON}        | true         | false          | 4
        CITY1        | {MOKCHEON}        | false        | false          | 5
        CITY2        | {BULDANG}         | false        | false          | 6
        """,
        core_household_member="""
        household_id | person_key
        TEAM         | p1
        CASE         | p2
        INST         | p3
        PROT         | p4
        CITY1        | p5
        CITY2        | p6
        """,
        core_person_key="""
        person_key | household_id | is_dead BOOLEAN
        p2         | CASE         | false
        """,
        core_source_clock="""
        source          | last_ref_date
        case_management | 2026-05-31
        gas             | 2026-05-31
        nhis            | 2026-05-31
        """,
        stg_case_management="""
        file_id INT | row_no BIGINT | ref_date DATE | case_no | person_key | stage  | opened_on DATE | closed_on DATE | surveyed_on DATE
        7           | 1             | 2026-05-31    | C-1     | p2         | plan   | 2026-01-05     |                | 2026-04-01
        7           | 2             | 2026-05-31    | C-2     | p2         | survey | 2026-06-01     |                |
        7           | 3             | 2026-05-31    | C-3     | p2         | closed | 2025-01-01     | 2026-01-01     |
        6           | 9             | 2026-04-30    | C-0     | p2         | plan   | 2025-01-01     |                |
        """,
        vault__vault_case_management="""
        file_id INT | row_no BIGINT | manager
        7           | 1             | 사례김
        7           | 2             | 사례박
        7           | 3             | 사례끝
        """,
        core_event="""
        household_id | source | event_type   | occurred_on | known_on   | months_overdue | is_current
        CASE         | nhis   | nhis_arrears | 2026-03-31  | 2026-04-01 | 2              | false
        CASE         | nhis   | nhis_arrears | 2026-05-31  | 2026-06-02 | 4              | true
        CASE         | gas    | gas_stop     | 2026-03-20  | 2026-04-01 |                | true
        CASE         | gas    | gas_stop     | 2026-06-10  | 2026-06-15 |                | true
        """,
        core_repeat="""
        household_id | times_listed INT | times_met INT | last_contact_on DATE
        TEAM         | 5                | 0             |
        CITY1        | 9                | 1             | 2025-02-03
        """,
        vault__vault_resident="""
        file_id | row_no | name   | road_address      | detail_address | phone
        1       | 1      | 김하나 | 천안시 신방로 1   | 101호          | 01012345678
        1       | 2      | 이둘   | 천안시 신방로 2   | 102호          | 01012345679
        1       | 3      | 박셋   | 천안시 불당로 3   | 요양원         | 0411234567
        1       | 4      | 최비밀 | 천안시 비밀로 4   | 404호          | 01044444444
        1       | 5      | +정다섯 | 천안시 목천로 5   | 105호          |
        1       | 6      | 강여섯 | 천안시 불당로 6   | 106호          | 01012345676
        """,
        out_referral=f"""
        referral_id     | household_id | dong_code  | route             | score | must_code | escalate_ko
        R20263-0000001A | TEAM         | {SINBANG}  | team              | 9     |           | 5회 선정 0회 접촉
        R20263-0000002B | CASE         | {SINBANG}  | case_manager      | 8     |           |
        R20263-0000003C | INST         | {BULDANG}  | institution       | 7     |           |
        R20263-0000004D | PROT         | {MOKCHEON} | protected_officer | 6     |           |
        R20263-0000005E | CITY1        | {MOKCHEON} | city_team         | 1     | STOP      | =영역 3개 이상
        R20263-0000006F | CITY2        | {BULDANG}  | city_team         | 5     | STOP      |
        """,
        out_unit=f"""
        round   | unit       | teams | fte | slots | eligible | below_line | must_wanted | must_listed | must_to_city | locate_wanted | locate_listed | rank_listed | sample_listed | carried | score_at_line
        {ROUND} | {MOKCHEON} | 1     | 0.5 | 8     | 10       | 2          | 3           | 3           | 0            | 1             | 1             | 3           | 1             | 0       | 0.123
        {ROUND} | HUB1       | 1     | 1   | 16    | 40       | 24         | 12          | 11          | 1            | 4             | 2             | 2           | 1             | 2       | 0.456
        2026-R2 | HUB1       | 1     | 1   | 99    | 99       | 99         | 99          | 99          | 9            | 9             | 9             | 9           | 9             | 9       | 0.9
        """,
    ) as warehouse:
        # The same in the round before: nothing of it is told.
        warehouse.execute(
            "INSERT INTO out_referral BY NAME SELECT * REPLACE ('2026-R2' AS round, "
            "'R20262' || referral_id[7:] AS referral_id) FROM out_referral"
        )
        yield warehouse


def sheets_of(office: Office, town: Warehouse) -> dict[str, Rows]:
    return route_sheets(office, town, ROUND, as_of=AS_OF, is_synthetic=True)


def lines(rows: Rows) -> list[dict[str, str]]:
    header, *body = rows
    return [dict(zip(header, row, strict=True)) for row in body]


@pytest.fixture
def named(office: Office) -> None:
    policy = resources.files("pipeline").joinpath("policy.toml").read_text("utf-8")
    nobody = 'protected_officer = ""'
    assert nobody in policy
    named = policy.replace(nobody, 'protected_officer = "지정윤"')
    (office.root / "policy.toml").write_text(named, encoding="utf-8")


def test_a_sheet_is_there_when_it_has_rows(office: Office, town: Warehouse) -> None:
    titles = ("배분현황", "변동알림", "시설", "희망복지지원단", "솔루션회의")
    assert set(sheets_of(office, town)) == {f"{title}_{ROUND}" for title in titles}
    for table in ("out_referral", "out_unit"):
        town.execute(f"DELETE FROM {table}")
    assert sheets_of(office, town) == {}


def test_no_column_is_outside_the_contract_and_every_sheet_says_synthetic(
    office: Office, town: Warehouse, named: None
) -> None:
    by_title = {sheet.title_ko: sheet for sheet in SHEETS.values()}
    for stem, rows in sheets_of(office, town).items():
        assert tuple(rows[0]) == by_title[stem.split("_")[0]].headers_ko
        assert {line["자료구분"] for line in lines(rows)} == {"합성"}
        assert all(len(row) == len(rows[0]) for row in rows)
    real = route_sheets(office, town, ROUND, as_of=AS_OF, is_synthetic=False)
    assert {r["자료구분"] for rows in real.values() for r in lines(rows)} == {"실자료"}


def test_places_tell_who_takes_them_and_no_score(
    office: Office, town: Warehouse
) -> None:
    mokcheon, hub = lines(sheets_of(office, town)[f"배분현황_{ROUND}"])
    assert hub == {
        "회차": ROUND,
        "자료구분": "합성",
        "단위": "HUB1",
        "행정동": "신방동, 불당1동",
        "팀수": "1",
        "인력": "1.00",
        "정원": "16",
        "필수": "11",
        "소재": "2",
        "순위": "2",
        "기획발굴": "0",
        "표본": "1",
        "대상": "40",
        "선 아래 대상": "24",
        "필수 대상": "12",
        "희망복지지원단 이관": "1",
        "소재 대상": "4",
        "다음 회차로": "2",
    }
    assert (mokcheon["행정동"], mokcheon["인력"]) == ("'=목천읍", "0.50")
    assert "0.456" not in str(hub)


def test_each_manager_is_told_what_is_new_since_their_own_survey(
    office: Office, town: Warehouse
) -> None:
    kim, park = lines(sheets_of(office, town)[f"변동알림_{ROUND}"])
    assert (kim["사례번호"], kim["사례관리자"]) == ("C-1", "사례김")
    assert (kim["성명"], kim["출생연도"]) == ("이둘", "1961")
    assert kim["마지막 조사일"] == "2026-04-01"
    # Known on the day of the survey was not visible to it; the bill itself is older,
    # yet first known then. A stop known on the day of the list is not.
    assert kim["조사 이후 변동"] == (
        "도시가스 공급중지 2026-03-20(재개 기록 없음, 2026-05-31 기준)"
        " · 건강보험 4개월 체납(2026-05-31 기준)"
    )
    # No survey yet: since the case was opened. Another month of a bill is no news.
    assert (park["사례관리자"], park["마지막 조사일"]) == ("사례박", "2026-06-01")
    assert park["조사 이후 변동"] == NOTHING_NEW
    assert not {"주소", "연락처", "결과코드"} & set(kim)


def test_a_case_that_ended_meanwhile_is_told_without_its_manager(
    office: Office, town: Warehouse
) -> None:
    town.execute("UPDATE stg_case_management SET stage = 'closed'")
    (only,) = lines(sheets_of(office, town)[f"변동알림_{ROUND}"])
    assert (only["성명"], only["사례번호"], only["사례관리자"]) == ("이둘", "", "")


def test_a_protected_household_goes_to_a_named_officer_without_where_it_is(
    office: Office, town: Warehouse, named: None
) -> None:
    (row,) = lines(sheets_of(office, town)[f"지정담당자_{ROUND}"])
    assert (row["성명"], row["출생연도"]) == ("최비밀", "1961")
    assert row["지정담당자"] == "지정윤"
    assert not {"주소", "연락처", "팀", "행정동", "확인된 사실"} & set(row)
    everything = str(sheets_of(office, town))
    for secret in ("비밀로", "404호", "4444"):
        assert secret not in everything
    assert everything.count("최비밀") == 1


def test_where_the_protected_live_does_not_even_reach_a_sheet(town: Warehouse) -> None:
    ask_for(town, [("x", "PROT", None), ("y", "TEAM", None)])
    found = people(town)
    assert found["PROT"]["name"] == "최비밀"
    assert (found["PROT"]["address"], found["PROT"]["phone"]) == (None, None)
    assert found["TEAM"]["address"] == "천안시 신방로 1 101호"


def test_without_a_named_officer_nobody_reads_of_protected_households(
    office: Office, town: Warehouse
) -> None:
    everything = str(sheets_of(office, town))
    assert "최비밀" not in everything
    assert "R20263-0000004D" not in everything


def test_a_household_protected_meanwhile_stops_the_sheets(
    office: Office, town: Warehouse
) -> None:
    town.execute(
        "UPDATE core_household SET is_protected = true WHERE household_id = 'CITY1'"
    )
    with pytest.raises(ContractBroken) as caught:
        sheets_of(office, town)
    assert caught.value.what == (
        "1 households of the route city_team have a protected address now"
    )
    assert not town.has_table("temp._sheet_person")


def test_a_household_that_is_gone_stops_the_sheets(
    office: Office, town: Warehouse
) -> None:
    town.execute("DELETE FROM core_household WHERE household_id = 'INST'")
    with pytest.raises(ContractBroken, match="1 routed households are gone"):
        sheets_of(office, town)


def test_the_citys_team_gets_lines_that_come_back_like_a_list(
    office: Office, town: Warehouse
) -> None:
    rows = sheets_of(office, town)[f"희망복지지원단_{ROUND}"]
    assert tuple(rows[0]) == HEADERS_KO
    first, second = lines(rows)
    assert (first["의뢰번호"], second["의뢰번호"]) == (
        "R20263-0000006F",
        "R20263-0000005E",
    )
    assert [line["방문순서"] for line in (first, second)] == ["1", "2"]
    assert first["주소"] == "천안시 불당로 6 106호"
    assert first["연락처"] == "010-1234-5676"
    assert second["성명"] == "'+정다섯"
    assert {line["의뢰구분"] for line in (first, second)} == {"필수 방문"}
    assert {line[name] for line in (first, second) for name in OFFICER_HEADERS_KO} == {
        ""
    }


def test_an_institution_is_told_with_its_address_and_columns_for_the_result(
    office: Office, town: Warehouse
) -> None:
    (row,) = lines(sheets_of(office, town)[f"시설_{ROUND}"])
    assert (row["성명"], row["주소"]) == ("박셋", "천안시 불당로 3 요양원")
    assert row["연락처"] == "041-123-4567"
    assert set(OFFICER_HEADERS_KO) <= set(row)


def test_the_meeting_reads_no_name_and_the_longest_unmet_first(
    office: Office, town: Warehouse
) -> None:
    first, second = lines(sheets_of(office, town)[f"솔루션회의_{ROUND}"])
    assert (first["선정 횟수"], first["접촉 횟수"], first["최근 접촉일"]) == (
        "5",
        "0",
        "",
    )
    assert (second["선정 횟수"], second["접촉 횟수"]) == ("9", "1")
    assert second["최근 접촉일"] == "2025-02-03"
    assert second["회부 사유"] == "'=영역 3개 이상"
    assert not {"성명", "출생연도", "주소", "위험구간"} & set(first)
    assert "김하나" not in str(first)


def test_a_protected_households_dong_is_not_told_to_the_meeting(
    office: Office, town: Warehouse
) -> None:
    town.execute(
        "UPDATE out_referral SET escalate_ko = 'x' WHERE household_id = 'PROT'"
    )
    found = lines(sheets_of(office, town)[f"솔루션회의_{ROUND}"])
    dongs = {row["의뢰번호"]: row["행정동"] for row in found}
    assert dongs["R20263-0000004D"] == ""


def test_no_names_stay_behind_in_the_engine(
    office: Office, town: Warehouse, named: None
) -> None:
    sheets_of(office, town)
    left = town.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name='temp'"
    )
    kept = repr([town.rows(f"SELECT * FROM temp.{name}") for (name,) in left])
    for name in ("이둘", "박셋", "최비밀", "강여섯", "사례김"):
        assert name not in kept


def test_a_row_without_one_of_the_columns_is_an_error_and_more_stay_behind() -> None:
    sheet = SHEETS["meeting"]
    row = {column.name: None for column in sheet.columns}
    assert (
        sheet_rows(sheet, [{**row, "address": "x"}], is_synthetic=True)[1].count("x")
        == 0
    )
    del row["escalate_ko"]
    with pytest.raises(KeyError):
        sheet_rows(sheet, [row], is_synthetic=True)


def test_contracts_of_sheets_hold_no_address_where_none_may_be() -> None:
    where = {"address", "phone"}
    for name in (
        "places",
        "case_manager",
        "protected_officer",
        "meeting",
        "delta",
        "reentry",
    ):
        columns = {column.name for column in SHEETS[name].columns}
        assert not columns & where, name
    for name in ("places", "meeting", "delta"):
        assert not [c.name for c in SHEETS[name].columns if c.is_personal], name
    assert all(
        len(set(sheet.headers_ko)) == len(sheet.headers_ko) for sheet in SHEETS.values()
    )
    assert all("data_kind" in {c.name for c in s.columns} for s in SHEETS.values())
    assert {s.name for s in SHEETS.values() if s.comes_back} == {
        *("institution", "protected_officer", "city_team", "urgent")
    }
