"""The lists as they leave: columns, safety in a spreadsheet, one rename, who confirmed."""

import csv
import datetime as dt
import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_contracts.outputs import HEADERS_KO, OFFICER_HEADERS_KO
from pipeline.errors import (
    ContractBroken,
    DiskError,
    NotConfirmed,
    NotReady,
    OptionError,
)
from pipeline.excel_safe import hyphened_phone, safe_text
from pipeline.exports import ExportReport, export_round
from pipeline.list_formats import EXPORT_FORMATS, Page
from pipeline.manifest import read_manifest, sha256_of
from pipeline.mention import Mention
from pipeline.referral import build_referrals
from pipeline.referral_id import is_valid_referral_id
from pipeline.settings import Office
from pipeline.warehouse import Warehouse
from tests.lib.listed_town import KEY, a_town
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    MOKCHEON,
    ROUND,
    SINBANG,
    an_office,
)
from tests.lib.tables import assert_table


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def town(office: Office) -> Iterator[Warehouse]:
    with a_town() as warehouse:
        build_referrals(office, warehouse, ROUND, as_of=AS_OF, referral_key=KEY)
        yield warehouse


def exported(office: Office, town: Warehouse, **options: str) -> ExportReport:
    confirm = options.pop("confirm_by", "홍길동")
    return export_round(
        office, town, ROUND, as_of=AS_OF, confirm_by=confirm, **options
    )  # fmt: skip


def rows_of(report: ExportReport, dong_code: str) -> list[dict[str, str]]:
    one = next(part for part in report.lists if part.dong_code == dong_code)
    content = (report.folder / one.file).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_header_is_the_contract_and_the_result_columns_are_those_read_back() -> (
    None
):
    assert OFFICER_HEADERS_KO == (
        "1차시도일", "1차방법", "2차시도일", "2차방법", "3차시도일", "3차방법", "접촉일",
        "결과코드", "필요확인", "서비스", "위기도", "담당자판단", "변경사유", "담당",
        "현장표시",
    )  # fmt: skip
    assert HEADERS_KO[:17] == (
        "의뢰번호", "회차", "자료구분", "행정동", "팀", "방문순서", "의뢰구분", "기한",
        "위험구간", "사유1", "사유2", "사유3", "확인된 사실", "자료기준일", "첫 조치",
        "유의사항", "제안",
    )  # fmt: skip


def test_a_row_says_who_where_why_and_what_first(
    office: Office, town: Warehouse
) -> None:
    first = rows_of(exported(office, town), SINBANG)[0]
    assert is_valid_referral_id(first.pop("의뢰번호"))
    assert {header: cell for header, cell in first.items() if cell} == {
        "회차": "2026-R3",
        "자료구분": "합성",
        "행정동": "신방동",
        "팀": "신방팀",
        "방문순서": "1",
        "의뢰구분": "필수 방문",
        "기한": "2026-06-15까지",
        "위험구간": "매우 높음",
        "사유1": "공급중지 중 · 65세 이상 혼자 사는 가구입니다",
        "사유2": "건강보험료를 오래 내지 못했습니다",
        "확인된 사실": "도시가스 공급중지 2026-05-12(재개 기록 없음, 2026-05-31 기준)"
        " · 건강보험 16개월 체납(2026-05-31 기준) · 이전 선정 2회(접촉 기록 없음)",
        "자료기준일": "2026-05-31 기준",
        "첫 조치": "당일 긴급복지 해당 여부 확인 · 상세주소 확인(가스·전기 계약 주소 대조)",
        "제안": "밀키트 지원 검토(가스 중지 1인 가구)",
        "성명": "김하나",
        "출생연도": "1950",  # 23412 = 1950 * 12 + 12: December still is 1950
        "주소": "충청남도 천안시 신방로 1",
        "연락처": "010-1234-5678",
    }


def test_what_is_over_says_so_and_a_missing_phone_means_a_visit(
    office: Office, town: Warehouse
) -> None:
    row = rows_of(exported(office, town), SINBANG)[2]
    assert row["확인된 사실"] == (
        "도시가스 공급중지 2026-05-12(2026-05-20 재개)"
        " · 수도 단수 2026-01-12(이후 자료에 없음) 외 1회"
    )
    assert row["첫 조치"] == "방문(연락처 없음)"
    assert row["성명"] == "'=이둘"
    assert row["주소"] == "충청남도 천안시 신방로 2 101동 202호"
    assert row["출생연도"] == "1951"


def test_a_household_without_a_reason_of_the_model_gets_what_was_seen(
    office: Office, town: Warehouse
) -> None:
    (row,) = rows_of(exported(office, town), BULDANG)
    assert row["사유1"] == "전기요금이 2개월 밀린 적이 있습니다"


def test_who_does_not_live_where_registered_is_looked_for_first(
    office: Office, town: Warehouse
) -> None:
    (row,) = rows_of(exported(office, town), BULDANG)
    assert row["첫 조치"] == "주소 확인(주민등록·계약 주소 대조)"


@pytest.mark.parametrize(
    ("event_type", "is_current", "reason"),
    [
        ("water_stop", True, "수도 공급이 중지된 상태입니다"),
        ("water_stop", False, "수도 공급이 중지된 적이 있습니다"),
        ("water_arrears", True, "수도요금이 1개월 밀려 있습니다"),
        ("water_arrears", False, "수도요금이 1개월 밀린 적이 있습니다"),
        ("tip", True, "주변의 제보 기록이 있습니다"),
    ],
)
def test_a_plain_reason_tells_now_from_then(
    event_type: str, is_current: bool, reason: str
) -> None:
    seen = Mention("water", event_type, is_current, 1, AS_OF, None, 1, AS_OF)
    assert seen.plain_reason() == reason


def test_an_address_alone_gets_no_name_or_phone_of_the_account_holder(
    office: Office, town: Warehouse
) -> None:
    row = rows_of(exported(office, town), SINBANG)[1]
    assert row["성명"] == "(등록자 없음)"
    assert row["연락처"] == row["출생연도"] == ""
    assert row["주소"] == "충청남도 천안시 신방로 4, 2층"
    # The account's own file is older than the source's newest one.
    assert row["확인된 사실"].startswith(
        "도시가스 공급중지 2026-05-02(재개 기록 없음, 2026-05-15 기준)"
    )
    assert row["첫 조치"] == "당일 긴급복지 해당 여부 확인 · 거주자 확인 방문"


def test_every_dong_with_a_team_gets_its_own_file_and_nothing_of_another(
    office: Office, town: Warehouse
) -> None:
    report = exported(office, town)
    assert [(one.file, one.rows) for one in report.lists] == [
        (f"의뢰목록_2026-R3_{MOKCHEON}_목천읍_합성.csv", 0),
        (f"의뢰목록_2026-R3_{SINBANG}_신방동_합성.csv", 3),
        (f"의뢰목록_2026-R3_{BULDANG}_불당1동_합성.csv", 1),
    ]
    assert rows_of(report, MOKCHEON) == []
    assert [row["성명"] for row in rows_of(report, BULDANG)] == ["박셋"]
    assert rows_of(report, BULDANG)[0]["팀"] == "신방팀"  # served by the hub's team
    assert rows_of(report, BULDANG)[0]["연락처"] == "041-550-1234"
    everything = b"".join(path.read_bytes() for path in report.folder.glob("*.csv"))
    assert b"9.5" not in everything
    assert "최계약".encode() not in everything


def test_the_folder_is_closed_to_others_and_its_manifest_tells_what_it_is(
    office: Office, town: Warehouse
) -> None:
    report = exported(office, town)
    assert report.folder == office.path("rounds") / ROUND
    assert stat.S_IMODE(report.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in report.folder.iterdir()} == {0o600}
    manifest = read_manifest(report.folder)
    for one in manifest["files"]:
        assert one["sha256"] == sha256_of((report.folder / one["file"]).read_bytes())
    assert manifest["confirmed_by"] == "홍길동"
    assert manifest["households"]["ELIGIBLE"] == manifest["listed"] == 4
    assert manifest["model"] == [{"name": "signs_v1", "sha256": "a" * 64}]
    # A file received on the day itself was not visible to this round.
    assert [one["file"] for one in manifest["inputs"]] == [
        "GAS_STOP_20260531.csv",
        "RESIDENT_20260101.csv",
    ]
    text = json.dumps(manifest, ensure_ascii=False)
    assert "김하나" not in text
    assert_table(
        town,
        "out_export",
        f"""
        round   | edition | folder  | confirmed_by | as_of      | files | rows | manifest_sha256
        2026-R3 | 1       | 2026-R3 | 홍길동       | 2026-06-15 | 4     | 4    | {report.manifest_sha256}
        """,
    )


def issued(town: Warehouse) -> list[tuple[object, ...]]:
    return town.rows(
        "SELECT edition, household_id, dong_code, route, as_of FROM out_issued "
        "ORDER BY edition, household_id"
    )


def test_every_referral_that_left_is_kept_with_its_edition(
    office: Office, town: Warehouse
) -> None:
    town.execute(
        "UPDATE out_referral SET route = 'case_manager' WHERE household_id = 'A1'"
    )
    exported(office, town)
    once = [
        (1, "A1", SINBANG, "case_manager", AS_OF),
        (1, "H1", SINBANG, "team", AS_OF),
        (1, "H2", SINBANG, "team", AS_OF),
        (1, "H3", BULDANG, "team", AS_OF),
    ]
    assert issued(town) == once
    exported(office, town)
    assert issued(town) == once
    # What left stays, whatever is screened later.
    town.execute("DELETE FROM out_referral WHERE household_id = 'H2'")
    exported(office, town)
    assert issued(town) == once + [(2, *row[1:]) for row in once if row[1] != "H2"]


def test_of_a_single_dong_only_its_list_has_left(
    office: Office, town: Warehouse
) -> None:
    town.execute(
        "UPDATE out_referral SET route = 'case_manager' WHERE household_id = 'A1'"
    )
    exported(office, town, only=SINBANG)
    assert [row[1] for row in issued(town)] == ["H1", "H2"]


def test_the_same_lists_are_published_once_and_the_first_confirmation_stands(
    office: Office, town: Warehouse
) -> None:
    first = exported(office, town)
    again = exported(office, town, confirm_by="임꺽정")
    assert again.already_published
    assert (again.folder, again.confirmed_by) == (first.folder, "홍길동")
    assert town.rows("SELECT confirmed_by FROM out_export") == [("홍길동",)]


def test_other_lists_become_a_new_edition(office: Office, town: Warehouse) -> None:
    first = exported(office, town)
    kept = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    town.execute("UPDATE vault.vault_resident SET phone = '01000000000'")
    second = exported(office, town)
    assert (second.edition, second.folder.name) == (2, "2026-R3_v2")
    assert kept == {path.name: path.read_bytes() for path in first.folder.iterdir()}
    assert town.rows("SELECT edition FROM out_export ORDER BY edition") == [(1,), (2,)]


def test_two_offices_with_the_same_inputs_get_the_same_bytes(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        office = an_office(tmp_path / name)
        with a_town() as warehouse:
            build_referrals(office, warehouse, ROUND, as_of=AS_OF, referral_key=KEY)
            folder = exported(office, warehouse).folder
        seen.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert seen[0] == seen[1]


@pytest.mark.parametrize("only", [BULDANG, "불당1동"])
def test_only_restricts_the_files_and_no_rank(
    office: Office, town: Warehouse, only: str
) -> None:
    report = exported(office, town, only=only)
    assert [path.name for path in sorted(report.folder.glob("*.csv"))] == [
        f"의뢰목록_2026-R3_{BULDANG}_불당1동_합성.csv"
    ]
    assert read_manifest(report.folder)["only_dong"] == BULDANG


def test_an_unknown_dong_is_an_option_error(office: Office, town: Warehouse) -> None:
    with pytest.raises(OptionError) as caught:
        exported(office, town, only="없는동")
    assert caught.value.what == "--only fits 0 of the 3 dongs that have a team"
    assert not office.path("rounds").exists()


@pytest.mark.parametrize("nobody", ["", "  ", "x" * 61, "a\x1bb"])
def test_without_a_named_person_nothing_leaves(
    office: Office, town: Warehouse, nobody: str
) -> None:
    with pytest.raises(NotConfirmed) as caught:
        exported(office, town, confirm_by=nobody)
    assert "--confirm-by NAME" in caught.value.next_step
    assert not office.path("rounds").exists()


def test_a_round_of_another_day_is_not_exported(
    office: Office, town: Warehouse
) -> None:
    with pytest.raises(NotReady) as caught:
        export_round(
            office, town, ROUND, as_of=dt.date(2026, 6, 16), confirm_by="홍길동"
        )
    assert caught.value.what == (
        "round 2026-R3 was screened as of 2026-06-15, not as of 2026-06-16"
    )
    with pytest.raises(NotReady):
        export_round(office, town, "2026-R2", as_of=AS_OF, confirm_by="홍길동")


def test_a_round_is_not_exported_with_the_households_of_another_day(
    office: Office, town: Warehouse
) -> None:
    town.execute("UPDATE core_as_of SET as_of = DATE '2026-08-15'")
    with pytest.raises(NotReady) as caught:
        exported(office, town)
    assert caught.value.what == (
        "the households were rebuilt as of 2026-08-15 since round 2026-R3 was "
        "screened as of 2026-06-15"
    )
    assert not office.path("rounds").exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_household SET is_protected = true WHERE household_id = 'H3'",
        "DELETE FROM core_household WHERE household_id = 'H3'",
    ],
)
def test_an_address_protected_since_the_screening_never_leaves(
    office: Office, town: Warehouse, change: str
) -> None:
    town.execute(change)
    with pytest.raises(ContractBroken) as caught:
        exported(office, town)
    assert "박셋" not in str(caught.value)
    assert not office.path("rounds").exists()


def test_names_are_left_in_no_table(office: Office, town: Warehouse) -> None:
    exported(office, town)
    assert not town.has_table("_export_row")


def test_a_failed_export_leaves_nothing(
    office: Office, town: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.rename", _no_space)
        with pytest.raises(DiskError) as caught:
            exported(office, town)
    assert "(No space left on device); nothing is published" in caught.value.what
    assert list(office.path("rounds").iterdir()) == []
    assert exported(office, town).edition == 1


def test_what_a_killed_export_left_is_cleared_away(
    office: Office, town: Warehouse
) -> None:
    for name in (ROUND, "2026-R2_v2"):
        leftover = office.path("rounds") / f".publishing-{name}"
        leftover.mkdir(parents=True)
        (leftover / "half.csv").write_text("half")
    assert exported(office, town).edition == 1
    assert [path.name for path in office.path("rounds").iterdir()] == [ROUND]


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_screening_again_replaces_the_round_and_no_other(
    office: Office, town: Warehouse
) -> None:
    before = town.rows("SELECT * FROM out_referral ORDER BY referral_id")
    town.execute("UPDATE out_score SET round = '2026-R4'")
    build_referrals(office, town, "2026-R4", as_of=AS_OF, referral_key=KEY)
    town.execute("UPDATE out_score SET round = '2026-R3'")
    build_referrals(office, town, ROUND, as_of=AS_OF, referral_key=KEY)
    kept = "SELECT * FROM out_referral WHERE round = '2026-R3' ORDER BY referral_id"
    assert town.rows(kept) == before
    assert town.rows("SELECT count(*) FROM out_referral") == [(2 * len(before),)]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+82", "'+82"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("＝1", "'＝1"),
        ("두 줄\n주소", "두 줄 주소"),
        ("3-2", "'3-2"),
        ("2026-05-31", "'2026-05-31"),
        ("5월 3일", "'5월 3일"),
        ("1E5", "'1E5"),
        ("0012", "'0012"),
        ("123456789012", "'123456789012"),
        ("1961", "1961"),
        ("2026-R3", "2026-R3"),
        ("신방로 3-2", "신방로 3-2"),
        ('따옴표 "와" 쉼표, 둘', '따옴표 "와" 쉼표, 둘'),
    ],
)
def test_no_spreadsheet_runs_or_rewrites_a_cell(text: str, safe: str) -> None:
    assert safe_text(text) == safe


@pytest.mark.parametrize(
    ("digits", "phone"),
    [
        ("01012345678", "010-1234-5678"),
        ("0111234567", "011-123-4567"),
        ("021234567", "02-123-4567"),
        ("0212345678", "02-1234-5678"),
        ("0415501234", "041-550-1234"),
        ("050712345678", "0507-1234-5678"),
        ("15881234", "1588-1234"),
        ("012345", "'012345"),
        ("", ""),
    ],
)
def test_a_phone_keeps_its_zero(digits: str, phone: str) -> None:
    assert hyphened_phone(digits) == phone


@pytest.mark.parametrize("form", sorted(EXPORT_FORMATS))
def test_every_format_renders_hangul_deterministically(form: str) -> None:
    page = Page("의뢰목록", "한 줄", [["의뢰번호", "성명"], ["R1", '김"하나"']])
    empty = Page("의뢰목록", "한 줄", [["의뢰번호", "성명"]])
    render = EXPORT_FORMATS[form].render
    assert render([page], AS_OF) == render([page], AS_OF)
    assert len(render([page], AS_OF)) > len(render([empty], AS_OF))


def test_a_door_that_the_register_lacks_comes_from_the_holders_own_bill(
    office: Office, town: Warehouse
) -> None:
    town.execute(
        "INSERT INTO core_address BY NAME SELECT 'H1' AS household_id, "
        "'gas' AS unit_from_source, 2 AS unit_from_file_id, 5 AS unit_from_row_no"
    )
    town.execute(
        "INSERT INTO vault.vault_gas BY NAME SELECT 2 AS file_id, 5 AS row_no, "
        "'충청남도 천안시 신방로 1, 101동 302호 (신방동)' AS road_address"
    )
    first, second, *_ = rows_of(exported(office, town), SINBANG)
    assert first["주소"] == "충청남도 천안시 신방로 1 (가스 계약 주소: 101동 302호)"
    assert "계약 주소" not in second["주소"]
    assert not town.has_table("temp._address_part")
    assert not town.has_table("temp._address_text")
