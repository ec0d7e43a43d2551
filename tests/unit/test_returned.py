"""A list that comes back: how officers type, what was sent, and what several returns say."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_contracts import handwritten
from data_contracts.codes import CONTACT_METHOD, FIELD_FLAG, RESULT_NAME
from data_contracts.handwritten import (
    OfficerCode,
    OfficerCodes,
    OfficerDate,
    ReferralNumber,
)
from data_contracts.sources import SOURCES
from data_contracts.types import FieldType
from pipeline import referral_id
from pipeline.excel_safe import safe_text
from pipeline.staging import CORE_TABLES
from tests.lib.returned import AS_OF, BACK_ON, ROUND, Office
from tests.unit.test_contracts import check

DAY = dt.date(2026, 7, 3)
HEADERS = [each.header_ko for each in SOURCES["result"].fields]
RESULT = SOURCES["result"].field("result_code").type
CRISIS = SOURCES["result"].field("crisis_level").type
NEED = SOURCES["result"].field("need_confirmed").type
FOREIGN = referral_id.make_referral_ids(b"x" * 32, ROUND, ["F"])["F"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, households=4)


def listed(*rows: dict[str, str], headers: list[str] = HEADERS) -> bytes:
    lines = [headers, *([row.get(header, "") for header in headers] for row in rows)]
    return "".join(",".join(cells) + "\r\n" for cells in lines).encode("utf-8-sig")


def results(
    office: Office, day: dt.date = dt.date(2026, 12, 1)
) -> list[dict[str, Any]]:
    for name in (*CORE_TABLES[:2], "staging/stg_result"):
        office.warehouse.run_sql(name, {"as_of": day, "dong_prefixes": []})
    found = office.warehouse.fetch("SELECT * FROM stg_result ORDER BY referral_id")
    return [dict(row) for row in found.to_pylist()]


@pytest.mark.parametrize(
    "text",
    ["20260703", "2026-07-03", "2026.7.3", "2026. 7. 3.", "2026/7/3", "26.7.3",
     "260703", "2026년 7월 3일", "2026년7월3일(금)", "2026. 7. 3. 금요일",
     "2026-07-03 14:30", "2026-07-03 00:00:00", "2026-07-03T09:00:00",
     "2026. 7. 3. 오후 2:30", "2026-07-03 14시 30분", "46206", "46206.0", "46206.5",
     "'2026-07-03", "２０２６．７．３", "2026 - 7 - 3"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_typed(text: str) -> None:
    assert check(OfficerDate(), text) == (DAY, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [("7/3", "DATE_NO_YEAR"), ("7월 3일", "DATE_NO_YEAR"), ("07.03", "DATE_NO_YEAR"),
     ("7.3", "DATE_NO_YEAR"), ("20260230", "DATE_BAD"), ("07/03/2026", "DATE_BAD"),
     ("2026", "DATE_BAD"), ("202607", "DATE_BAD"), ("오늘", "DATE_BAD"),
     ("1", "DATE_BAD"), ("18991231", "DATE_BAD"), ("=TODAY()", "DATE_BAD")],
)  # fmt: skip
def test_a_day_that_could_be_two_is_never_guessed(text: str, code: str) -> None:
    assert check(OfficerDate(), text) == (None, code)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        *((RESULT, text, "S3") for text in (
            "S3", "s3", "Ｓ３", "S 3", "S3 긴급복지", "긴급복지 S3", "S3(긴급복지)",
            "S3.긴급", "긴급복지")),
        *((RESULT, f"{code} {name}", code) for code, name in RESULT_NAME.items()),
        (CRISIS, "3.0", 3), (CRISIS, "3단계", 3), (CRISIS, "３", 3),
        (NEED, "y", "Y"), (NEED, "예", "Y"), (NEED, "아니오", "N"), (NEED, "u", "U"),
        (OfficerCode(CONTACT_METHOD), "방 문", "visit"),
        (OfficerCodes(FIELD_FLAG), "2인 방문, 동물주의", "animal,two_persons"),
        (RESULT, "-", None),
    ],
)  # fmt: skip
def test_a_code_is_read_with_blanks_and_its_name(
    kind: FieldType, text: str, value: object
) -> None:
    assert check(kind, text) == (value, None)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(RESULT, "PO"), (RESULT, "S3?"), (RESULT, "S3 기초생활보장"), (RESULT, "S1,S3"),
     (RESULT, "S3 긴급 신청함"), (CRISIS, "-1"), (CRISIS, ".5"), (CRISIS, "1.5"),
     (CRISIS, "6"), (NEED, "O"), (OfficerCode(CONTACT_METHOD), "카톡"),
     (OfficerCodes(FIELD_FLAG), "동물주의, 개")],
)  # fmt: skip
def test_a_code_that_is_none_or_two_is_refused(kind: FieldType, text: str) -> None:
    assert check(kind, text) == (None, "CODE_UNKNOWN")


def test_an_id_is_put_right_before_its_check_is_done(office: Office) -> None:
    assert (handwritten.ID_DIGITS, handwritten.ID_CHECK) == (
        referral_id.DIGITS,
        referral_id.CHECK,
    )
    for good in office.ids:
        for text in (good, good.lower(), good.replace("-", ""), good.replace("-", "–"),
                     f"{good[:11]} {good[11:]}", good.replace("R", "Ｒ")):  # fmt: skip
            assert check(ReferralNumber(), text) == (good, None)
        for at in range(7, 15):
            other = "7" if good[at] != "7" else "8"
            wrong = good[:at] + other + good[at + 1 :]
            assert check(ReferralNumber(), wrong)[1] == "ID_CHECK"
    assert check(ReferralNumber(), "R20263-7KOM9QATS") == (None, "ID_BAD")


def test_a_list_of_another_office_is_refused_whole(office: Office) -> None:
    told = office.take(listed({"의뢰번호": FOREIGN, "결과코드": "S3"}))
    assert told.status == "refused"
    assert "ever sent by this office" in told.message
    assert FOREIGN not in told.message
    assert office.warehouse.rows("SELECT reason_code FROM rej_file") == [
        ("LIST_FOREIGN",)
    ]
    for table in ("acc_result", "vault.main.vault_result", "rej_row"):
        assert office.warehouse.rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_row_that_was_never_sent_is_rejected_and_the_others_stay(
    office: Office,
) -> None:
    told = office.take(
        listed(
            {"의뢰번호": office.ids[0], "결과코드": "S3"},
            {"의뢰번호": FOREIGN, "결과코드": "S1", "담당": "오솔길"},
        )
    )
    assert (told.accepted, told.rejected_by_code) == (1, {"REFERRAL_UNKNOWN": 1})
    assert "REFERRAL_UNKNOWN in row 3" in told.message
    assert office.rejected() == {3: ["REFERRAL_UNKNOWN"]}
    assert office.warehouse.rows("SELECT officer FROM vault.main.vault_result") == [
        (None,)
    ]


def deliver(
    office: Office,
    edition: int,
    *,
    expires: str,
    recalled: str | None,
    reader: str = "4413125000",
) -> None:
    from pipeline.round_tables import ensure_round_table

    ensure_round_table(office.warehouse, "out_delivery")
    office.warehouse.execute(
        "INSERT INTO out_delivery BY NAME SELECT $round AS round, "
        "CAST($edition AS INTEGER) AS edition, $reader AS dong_code, "
        "CAST($expires AS DATE) AS expires_on, CAST($recalled AS DATE) AS recalled_on",
        {
            "round": ROUND, "edition": edition, "expires": expires,
            "recalled": recalled, "reader": reader,
        },
    )  # fmt: skip


def test_a_recalled_list_is_refused_until_its_referrals_left_again(
    office: Office,
) -> None:
    row = {"의뢰번호": office.ids[0], "결과코드": "S3"}
    deliver(office, 1, expires="2026-08-31", recalled="2026-07-10")
    told = office.take(listed(row))
    assert (told.status, "recalled on 2026-07-10" in told.message) == ("refused", True)
    early = office.take(listed(row, {}), "before.csv", dt.date(2026, 7, 9))
    assert early.status == "loaded"  # it came back before it was recalled
    office.issue(office.ids[0], edition=2)
    both = listed(row, {"의뢰번호": office.ids[1], "결과코드": "S1"})
    again = office.take(both, "again.csv")
    assert again.rejected_by_code == {"REFERRAL_RECALLED": 1}
    assert again.accepted == 1


@pytest.mark.parametrize(
    ("route", "reader", "rejected"),
    [
        ("city_team", "city", True),
        ("case_manager", "city", True),
        ("protected_officer", "protected_officer", True),
        ("protected_officer", "city", False),
        ("city_team", "4413125000", False),
        ("team", "city", False),
    ],
)
def test_a_sheet_of_the_city_is_recalled_with_its_own_referrals_only(
    office: Office, route: str, reader: str, rejected: bool
) -> None:
    office.warehouse.execute(
        "UPDATE out_issued SET route = $route WHERE referral_id = $id",
        {"route": route, "id": office.ids[0]},
    )
    deliver(office, 1, expires="2026-08-31", recalled="2026-07-10", reader=reader)
    told = office.take(listed({"의뢰번호": office.ids[0], "결과코드": "S3"}))
    assert (told.status == "refused") == rejected


@pytest.mark.parametrize(("days", "status"), [(180, "loaded"), (181, "refused")])
def test_a_list_that_expired_long_ago_is_refused(
    office: Office, days: int, status: str
) -> None:
    deliver(office, 1, expires="2026-07-31", recalled=None)
    back_on = dt.date(2026, 7, 31) + dt.timedelta(days=days)
    row = {"의뢰번호": office.ids[0], "결과코드": "S3"}
    assert office.take(listed(row), day=back_on).status == status


def test_days_before_the_list_and_after_its_return_are_rejected(
    office: Office,
) -> None:
    days = [
        AS_OF - dt.timedelta(days=1),
        AS_OF,
        BACK_ON,
        BACK_ON + dt.timedelta(days=1),
    ]
    rows = [
        {"의뢰번호": id_, "접촉일": day.isoformat(), "결과코드": "S3"}
        for id_, day in zip(office.ids, days, strict=True)
    ]
    told = office.take(listed(*rows))
    assert office.rejected() == {2: ["DATE_BEFORE_ROUND"], 5: ["DATE_IN_FUTURE"]}
    assert told.accepted == 2


def test_of_several_returns_the_latest_filled_cell_counts(office: Office) -> None:
    id_ = office.ids[0]
    first = {"의뢰번호": id_, "1차시도일": "2026-07-02", "1차방법": "전화",
             "결과코드": "L1", "서비스": "쌀", "현장표시": "동물주의"}  # fmt: skip
    office.take(listed(first), "one.csv", dt.date(2026, 7, 10))
    second = {"의뢰번호": id_, "2차시도일": "2026-07-12", "2차방법": "방문",
              "접촉일": "2026-07-12", "결과코드": "S3"}  # fmt: skip
    told = office.take(listed(second), "two.csv", dt.date(2026, 7, 20))
    assert "1 rows, 1 with a result, 1 new or changed" in told.message
    blank = office.take(listed({"의뢰번호": id_}), "three.csv", dt.date(2026, 8, 1))
    assert "1 rows, 0 with a result, 0 new or changed" in blank.message
    (row,) = results(office)
    assert (row["result_code"], row["service"], row["field_flag"]) == (
        "S3", "쌀", "animal",
    )  # fmt: skip
    assert (row["attempt1_on"], row["attempt1_method"]) == (
        dt.date(2026, 7, 2),
        "phone",
    )
    assert (row["attempt2_on"], row["contacted_on"]) == (dt.date(2026, 7, 12),) * 2
    assert row["known_on"] == dt.date(2026, 7, 20)
    # As of a day between, the later return is not known yet.
    (before,) = results(office, dt.date(2026, 7, 15))
    assert (before["result_code"], before["contacted_on"]) == ("L1", None)


def test_the_day_beside_not_reached_never_becomes_a_meeting(office: Office) -> None:
    id_ = office.ids[0]
    first = {"의뢰번호": id_, "결과코드": "L1", "접촉일": "2026-07-09"}
    office.take(listed(first), "one.csv", dt.date(2026, 7, 10))
    later = listed({"의뢰번호": id_, "결과코드": "N3"})
    office.take(later, "two.csv", dt.date(2026, 7, 20))
    (row,) = results(office)
    assert (row["result_code"], row["contacted_on"]) == ("N3", None)


def test_two_rows_of_one_referral_are_put_together(office: Office) -> None:
    id_ = office.ids[0]
    row = {"의뢰번호": id_, "결과코드": "S3"}
    told = office.take(listed(row, {"의뢰번호": id_, "담당": "오솔길"}, row))
    assert (told.accepted, told.repeated, told.superseded) == (2, 1, 0)
    (kept,) = results(office)
    assert kept["result_code"] == "S3"


def test_attempts_are_put_into_the_order_of_their_days(office: Office) -> None:
    told = office.take(
        listed(
            {"의뢰번호": office.ids[0], "1차시도일": "2026-07-09", "1차방법": "방문",
             "2차시도일": "2026-07-02", "2차방법": "전화", "3차방법": "우편"}
        )
    )  # fmt: skip
    assert "1 with attempts out of order" in told.message
    (row,) = results(office)
    assert [row[f"attempt{n}_method"] for n in (1, 2, 3)] == ["phone", "visit", "mail"]
    assert row["attempt2_on"] == dt.date(2026, 7, 9)


def test_a_list_from_before_the_newest_column_is_read_and_that_is_told(
    office: Office,
) -> None:
    older = [header for header in HEADERS if header != "현장표시"]
    row = {"의뢰번호": office.ids[0], "결과코드": "S3"}
    told = office.take(listed(row, headers=older))
    assert told.accepted == 1
    assert "no column 현장표시" in told.message


def book(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def cells(**filled: Any) -> list[Any]:
    return [filled.get(header) for header in HEADERS]


def test_every_sheet_with_the_header_is_read_and_rows_are_told_by_sheet(
    office: Office,
) -> None:
    content = book(
        ("안내", [["이 목록은"], ["결과코드", "뜻"]]),
        ("중앙동", [["의뢰 목록"], HEADERS, cells(의뢰번호=office.ids[0], 접촉일=DAY)]),
        ("문성동", [HEADERS, cells(의뢰번호=office.ids[1], 결과코드="x")]),
        ("코드", [HEADERS[1:]]),
    )
    told = office.take(content, "권역.xlsx")
    assert (told.accepted, told.rejected) == (1, 1), told.message
    assert "CODE_UNKNOWN in sheet 3 row 2" in told.message
    ((_, kept),) = office.kept().items()
    assert (kept["referral_id"], kept["contacted_on"]) == (office.ids[0], DAY)


def test_rows_on_a_sheet_without_the_header_are_not_lost(office: Office) -> None:
    content = book(
        ("중앙동", [HEADERS, cells(의뢰번호=office.ids[0])]),
        ("추가", [cells(의뢰번호=office.ids[1], 결과코드="S3")]),
    )
    told = office.take(content, "x.xlsx")
    assert (told.status, "sheet 2 holds referrals" in told.message) == ("refused", True)


def test_a_formula_is_text_and_leaves_as_text(office: Office) -> None:
    formula = "=cmd|'/c calc'!A1"
    content = book(
        ("목록", [HEADERS, cells(의뢰번호=office.ids[0], 서비스=formula)]),
        ("둘", [HEADERS, cells(의뢰번호=office.ids[1], 접촉일="=TODAY()")]),
    )
    told = office.take(content, "x.xlsx")
    assert told.rejected_by_code == {"DATE_BAD": 1}
    assert formula not in told.message
    (kept,) = office.kept().values()
    assert kept["service"] == formula
    assert safe_text(kept["service"]) == f"'{formula}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("title", ["", "의뢰 목록, 중앙동; 1쪽\r\n\r\n"])
def test_any_encoding_delimiter_and_title(
    office: Office, encoding: str, mark: str, title: str
) -> None:
    row = {"의뢰번호": office.ids[0], "결과코드": "S3", "서비스": "긴급 생계비"}
    body = listed(row).decode("utf-8-sig").replace(",", mark)
    told = office.take((title + body).encode(encoding))
    assert (told.status, told.accepted) == ("loaded", 1), told.message
    (kept,) = office.kept().values()
    assert (kept["result_code"], kept["service"]) == ("S3", "긴급 생계비")


def test_a_resident_number_in_free_text_is_masked(office: Office) -> None:
    number = "9001011234567"
    office.take(listed({"의뢰번호": office.ids[0], "변경사유": f"본인 {number} 확인"}))
    (kept,) = office.kept().values()
    assert kept["change_reason"] == "본인 * 확인"


def test_an_office_without_a_record_of_what_it_sent_still_takes_lists(
    tmp_path: Path,
) -> None:
    bare = Office(tmp_path, households=1)
    bare.warehouse.execute("DELETE FROM out_issued")
    told = bare.take(listed({"의뢰번호": FOREIGN, "결과코드": "S3"}))
    assert told.accepted == 1
    assert "not checked against one" in told.message


def test_rounds_from_before_the_record_are_known_by_their_referrals(
    office: Office,
) -> None:
    from pipeline.round_tables import ensure_round_table

    ensure_round_table(office.warehouse, "out_referral")
    old = referral_id.make_referral_ids(b"k" * 32, "2026-R2", ["O"])["O"]
    office.warehouse.execute(
        "INSERT INTO out_referral BY NAME SELECT '2026-R2' AS round, $id AS referral_id, "
        "DATE '2026-03-01' AS as_of",
        {"id": old},
    )
    assert office.take(listed({"의뢰번호": old, "결과코드": "S3"})).accepted == 1
