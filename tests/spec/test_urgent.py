"""The nightly urgent list: whose supply was cut, and who of them cannot wait."""

import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_contracts.outputs import HEADERS_KO
from pipeline.errors import NotConfirmed, NotReady
from pipeline.referral_id import is_valid_referral_id, make_referral_ids
from pipeline.settings import Office
from pipeline.urgent import UrgentList, urgent_list
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core, ingested
from tests.lib.referral_tables import an_office
from tests.lib.tables import assert_table

KEY = b"k" * 32
NIGHT = dt.date(2026, 7, 10)
SINBANG, BULDANG = "4413158000", "4413368000"
FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2026-06-30 | 2026-07-02
    2       | gas      | 2026-06-30 | 2026-07-03
    3       | gas      | 2026-07-08 | 2026-07-09
    4       | team     | 2026-06-30 | 2026-07-02
    5       | kikcd_h  | 2026-06-30 | 2026-07-01
    6       | case_management | 2026-06-30 | 2026-07-02
"""
# 2026-07 is month 24319: born 2007-08 (18), 2007-07 (19), 1961-07 (65), 1961-08 (64).
RESIDENTS = f"""
    file_id | registry_no_key | person_key | relation | birth_month_no | disability_level | is_protected | dong_code | name | road_address | phone
    1 | child    | c1 | head  | 23761 | 0 | false | {SINBANG} | 김가 | 천안시 한들로 1 | 01011112222
    1 | child    | c2 | child | 24092 | 0 | false | {SINBANG} | 김나 | 천안시 한들로 1 |
    1 | adult18  | a1 | head  | 24091 | 0 | false | {SINBANG} | 이가 | 천안시 한들로 2 |
    1 | old65    | o1 | head  | 23539 | 0 | false | {BULDANG} | 박가 | 천안시 한들로 3 |
    1 | nearly   | n1 | head  | 23540 | 0 | false | {BULDANG} | 최가 | 천안시 한들로 4 |
    1 | disabled | d1 | head  | 23761 | 2 | false | {BULDANG} | 정가 | 천안시 한들로 5 | 01011113333
    1 | hidden   | h1 | head  | 23400 | 0 | true  | {SINBANG} | 비밀 | 천안시 비밀로 6 | 01099998888
    1 | before   | b1 | head  | 23400 | 0 | false | {SINBANG} | 강가 | 천안시 한들로 7 |
    1 | restored | r1 | head  | 23400 | 0 | false | {SINBANG} | 조가 | 천안시 한들로 8 |
"""


def gas(*rows: str) -> str:
    head = "file_id | account_no | stopped_on | restored_on | name | road_address"
    return "\n".join([head, *rows])


STOPS = gas(
    "2 | before   | 2026-06-20 |            | 강가 | 천안시 한들로 7",
    "3 | before   | 2026-06-20 |            | 강가 | 천안시 한들로 7",
    "3 | child    | 2026-07-05 |            | 김가 | 천안시 한들로 1",
    "3 | adult18  | 2026-07-05 |            | 이가 | 천안시 한들로 2",
    "3 | old65    | 2026-07-06 |            | 박가 | 천안시 한들로 3",
    "3 | nearly   | 2026-07-06 |            | 최가 | 천안시 한들로 4",
    "3 | disabled | 2026-07-06 |            | 정가 | 천안시 한들로 5",
    "3 | hidden   | 2026-07-06 |            | 비밀 | 천안시 비밀로 6",
    "3 | restored | 2026-07-04 | 2026-07-07 | 조가 | 천안시 한들로 8",
)
TEAMS = f"""
    file_id | dong_code | team_name | fte | weekly_cases
    4       | {SINBANG} | 신방팀    | 1   | 4
    4       | {BULDANG} | 불당팀    | 1   | 4
"""
DONGS = f"""
    file_id | dong_code | dong_name | created_on
    5       | {SINBANG} | 신방동    | 2000-01-01
    5       | {BULDANG} | 불당1동   | 2000-01-01
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def town() -> Iterator[Warehouse]:
    with Warehouse.in_memory() as warehouse:
        drawn = {"resident": RESIDENTS, "gas": STOPS, "team": TEAMS, "kikcd_h": DONGS}
        # The core tables of a round's day lie there; the night leaves them alone.
        core(warehouse, "2026-07-04", FILES, **drawn)
        yield warehouse


def night(
    office: Office,
    town: Warehouse,
    as_of: dt.date = NIGHT,
    since: dt.date | None = None,
    by: str | None = "김담당",
) -> UrgentList:
    return urgent_list(
        office, town, as_of=as_of, since=since, confirm_by=by, referral_key=KEY
    )


def lines(made: UrgentList) -> dict[str, dict[str, str]]:
    assert made.published is not None
    found = {}
    for path in sorted(made.published.folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert tuple(rows[0]) == HEADERS_KO
        assert rows[0]["행정동"] in path.name
        found |= {row["성명"]: row for row in rows}
    return found


def test_new_stops_with_a_child_a_disabled_or_an_old_person_are_told(
    office: Office, town: Warehouse
) -> None:
    made = night(office, town)
    assert made.households == 3
    found = lines(made)
    assert set(found) == {"김가", "박가", "정가"}
    child = found["김가"]
    assert child["사유1"] == "도시가스 공급이 중지된 상태입니다"
    assert child["사유2"] == "세대에 미성년 구성원이 있습니다"
    assert child["확인된 사실"].startswith(
        "도시가스 공급중지 2026-07-05(재개 기록 없음"
    )
    assert child["첫 조치"] == "당일 긴급복지 해당 여부 확인 · 전화 후 방문"
    assert (child["연락처"], child["위험구간"]) == ("010-1111-2222", "")
    assert (child["의뢰구분"], child["회차"]) == ("필수 방문", "2026-R4")
    assert is_valid_referral_id(child["의뢰번호"])
    assert found["박가"]["사유2"] == "세대에 65세 이상 구성원이 있습니다"
    assert found["정가"]["사유2"] == "세대에 장애 구성원이 있습니다"
    assert [found[name]["방문순서"] for name in ("박가", "정가")] in (
        ["1", "2"],
        ["2", "1"],
    )


def test_the_window_is_half_open(office: Office, town: Warehouse) -> None:
    known = dt.date(2026, 7, 9)
    assert night(office, town, since=known).households == 3
    assert (
        night(office, town, dt.date(2026, 7, 11), dt.date(2026, 7, 10)).households == 0
    )
    # Received on the day itself: it counts from the next day on.
    assert night(office, town, known, dt.date(2026, 7, 8)).households == 0
    # A stop known before D0 is not new; from its own day on it is.
    early = lines(night(office, town, since=dt.date(2026, 7, 3)))
    assert set(early) == {"김가", "박가", "정가", "강가"}


def test_nothing_new_writes_nothing(office: Office, town: Warehouse) -> None:
    made = night(office, town, dt.date(2026, 7, 12), dt.date(2026, 7, 11))
    assert (made.households, made.published) == (0, None)
    assert not office.path("rounds").exists()
    assert town.rows("SELECT count(*) FROM out_issued") == [(0,)]


def test_the_same_night_twice_is_the_same_bytes(
    office: Office, town: Warehouse
) -> None:
    first = night(office, town)
    before = {p.name: p.read_bytes() for p in _files(office)}
    kept = town.rows("SELECT * FROM out_issued ORDER BY ALL")
    again = night(office, town, by="이담당")
    assert first.published is not None
    assert again.published is not None
    assert (first.published.already_published, again.published.already_published) == (
        False,
        True,
    )
    assert {p.name: p.read_bytes() for p in _files(office)} == before
    assert town.rows("SELECT * FROM out_issued ORDER BY ALL") == kept
    # The first confirmation of a published list stands.
    assert again.night.confirmed_by == "김담당"
    assert_table(
        town,
        "out_export",
        """
        round   | edition | folder          | confirmed_by | as_of      | files | rows
        2026-R4 | 0       | urgent_20260710 | 김담당       | 2026-07-10 | 2     | 3
        """,
    )


def _files(office: Office) -> list[Path]:
    return [path for path in office.path("rounds").rglob("*") if path.is_file()]


def test_a_round_stays_as_it_was(office: Office, town: Warehouse) -> None:
    def tables() -> dict[str, str]:
        names = town.rows(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse' "
            "AND table_name NOT IN ('out_issued', 'out_export', 'out_referral')"
        )
        return {n: repr(town.rows(f"SELECT * FROM {n} ORDER BY ALL")) for (n,) in names}

    before = tables()
    night(office, town)
    assert tables() == before
    assert town.rows("SELECT as_of FROM core_as_of") == [(dt.date(2026, 7, 4),)]


def test_who_left_is_kept_so_that_results_come_back(
    office: Office, town: Warehouse
) -> None:
    night(office, town)
    assert_table(
        town,
        "out_issued",
        f"""
        round   | edition | as_of      | household_id | dong_code | route | slot_kind | must_code
        2026-R4 | 0       | 2026-07-10 | Hchild       | {SINBANG} | team  | must      | NEW_STOP
        2026-R4 | 0       | 2026-07-10 | Hold65       | {BULDANG} | team  | must      | NEW_STOP
        2026-R4 | 0       | 2026-07-10 | Hdisabled    | {BULDANG} | team  | must      | NEW_STOP
        """,
    )


def test_a_household_keeps_its_id_of_the_round(office: Office, town: Warehouse) -> None:
    town.execute(
        "INSERT INTO out_referral BY NAME SELECT '2026-R4' AS round, "
        "'Hold65' AS household_id, 'R20264-KEPT' AS referral_id"
    )
    found = lines(night(office, town))
    assert found["박가"]["의뢰번호"] == "R20264-KEPT"
    # And a round screened later gives the others the same id.
    ids = make_referral_ids(KEY, "2026-R4", ["Hchild", "Hold65", "Hzzz"])
    assert found["김가"]["의뢰번호"] == ids["Hchild"]


def test_the_window_begins_with_the_last_list_that_left(
    office: Office, town: Warehouse
) -> None:
    assert night(office, town).night.since == dt.date(2026, 7, 9)
    # No night is lost: two days later the last one's day is where it goes on.
    assert night(office, town, dt.date(2026, 7, 13)).night.since == NIGHT


def test_a_protected_household_is_on_no_urgent_list(
    office: Office, town: Warehouse
) -> None:
    night(office, town)
    files = _files(office)
    everything = b"".join(path.read_bytes() for path in files).decode()
    assert "김가" in everything
    assert "비밀" not in everything
    # But for its protection it would be: the same rules as for a round decide.
    town.execute("UPDATE acc_resident SET is_protected = false")
    assert "비밀" in lines(night(office, town))


def test_a_dead_child_is_no_child(office: Office, town: Warehouse) -> None:
    town.execute(
        "UPDATE acc_resident SET died_on = '2026-06-01' WHERE person_key = 'c2'"
    )
    assert set(lines(night(office, town))) == {"박가", "정가"}


def test_nobody_confirms_nothing_leaves(office: Office, town: Warehouse) -> None:
    for name in (None, "  ", "가" * 61):
        with pytest.raises(NotConfirmed):
            night(office, town, by=name)
    with pytest.raises(NotReady, match="none"):
        night(office, town, since=NIGHT)
    assert not office.path("rounds").exists()


def test_a_killed_runs_missing_rows_are_caught_up(
    office: Office, town: Warehouse
) -> None:
    night(office, town)
    town.execute("DELETE FROM out_issued")
    night(office, town)
    assert town.rows("SELECT count(*) FROM out_issued") == [(3,)]


def test_the_manifest_tells_what_left_and_nobodys_data(
    office: Office, town: Warehouse
) -> None:
    made = night(office, town)
    assert made.published is not None
    text = (made.published.folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert (manifest["round"], manifest["since"]) == ("2026-R4", "2026-07-09")
    assert sum(file["rows"] for file in manifest["files"]) == 3
    assert not [name for name in ("김가", "박가", "정가") if name in text]


def test_ingested_is_used_as_of_the_night_alone(office: Office) -> None:
    with Warehouse.in_memory() as warehouse:
        ingested(
            warehouse, FILES, resident=RESIDENTS, gas=STOPS, team=TEAMS, kikcd_h=DONGS
        )
        assert night(office, warehouse).households == 3
        assert not warehouse.has_table("core_household")
