"""An inbox into the warehouse: every row accounted for, every file whole or not."""

import datetime as dt
import os
from pathlib import Path

import pytest

from pipeline.errors import ContractBroken, InboxEmpty
from pipeline.identity import Keys, create_keys, person_key, registry_no_key
from pipeline.ingest import FileReport, ingest_inbox
from pipeline.quarantine import reconciliation, refused_files, rejected
from pipeline.settings import Office
from pipeline.warehouse import Warehouse
from tests.lib import files
from tests.lib.tables import assert_table


class Bench:
    """An office with an inbox and a warehouse in memory."""

    def __init__(self, folder: Path) -> None:
        self.office: Office = files.office(folder)
        self.keys: Keys = create_keys(self.office, 1)
        self.warehouse = Warehouse.in_memory()

    def put(self, name: str, content: bytes, known_on: str | None = "2026-03-20"):
        return files.write(self.office.path("inbox"), name, content, known_on)

    def ingest(self) -> dict[str, FileReport]:
        reports = ingest_inbox(self.office, self.warehouse, self.keys)
        return {report.file: report for report in reports}

    def one(self, source: str, rows: list[list[str]], name: str | None = None):
        name = name or files.NAMES[source]
        self.put(name, files.extract(source, rows))
        return self.ingest()[name]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def counted(report: FileReport) -> tuple[int, ...]:
    told = (report.accepted, report.rejected, report.repeated, report.superseded)
    assert report.rows == sum(told) + report.skipped
    return told


@pytest.mark.parametrize("source", sorted(files.NAMES))
def test_every_source_is_loaded(bench: Bench, source: str) -> None:
    report = bench.one(source, [files.row(source)])
    assert (report.status, report.source, counted(report)) == (
        "loaded",
        source,
        (1, 0, 0, 0),
    )
    assert bench.warehouse.rows(f"SELECT count(*) FROM acc_{source}") == [(1,)]


def test_a_kepco_row_is_typed_and_its_name_is_in_the_vault_only(bench: Bench) -> None:
    bench.one("kepco", [files.row("kepco", limit_kind="1", stopped_on="2026.03.10")])
    assert_table(
        bench.warehouse,
        "acc_kepco",
        """
        file_id | row_no | account_no | contract_kind | months_overdue | limit_kind | stopped_on | restored_on
        1       | 2      | 0123456789 | home          | 3              | limited    | 2026-03-10 |
        """,
    )
    assert_table(
        bench.warehouse,
        "vault.vault_kepco",
        """
        file_id | row_no | name   | birth_date | detail_address
        1       | 2      | 김가을 | 1970-01-02 | 101호
        """,
    )
    names = {row[0] for row in bench.warehouse.rows("DESCRIBE acc_kepco")}
    assert not names & {"name", "birth_date", "road_address", "detail_address"}


def test_a_resident_number_becomes_its_key(bench: Bench) -> None:
    bench.one("resident", [files.row("resident")])
    assert bench.warehouse.rows(
        "SELECT person_key, registry_no_key, sex, birth_month_no FROM acc_resident"
    ) == [
        (
            person_key(bench.keys, files.CANARY),
            registry_no_key(bench.keys, "000000000001"),
            "M",
            1990 * 12 + 1,
        )
    ]


def test_of_one_key_the_last_row_wins(bench: Bench) -> None:
    def row(account: str, months: str) -> list[str]:
        return files.row("kepco", account_no=account, months_overdue=months)

    report = bench.one(
        "kepco",
        [
            row("1111111111", "3"),  # 2: equal to the winner, a repeat
            row("2222222222", "5"),  # 3: alone
            row("1111111111", "4"),  # 4: other content, superseded
            row("3333333333", "X"),  # 5: repeat of 8 (X is missing)
            row("1111111111", " 3개월 "),  # 6: wins, equal to 2 after normalisation
            row("3333333333", "개월"),  # 7: rejected, so it beats nobody
            row("3333333333", "-"),  # 8: wins
        ],
    )
    assert counted(report) == (3, 1, 2, 1)
    assert report.rejected_by_code == {"NUMBER_BAD": 1}
    assert_table(
        bench.warehouse,
        "acc_kepco",
        """
        row_no | account_no | months_overdue
        3      | 2222222222 | 5
        6      | 1111111111 | 3
        8      | 3333333333 |
        """,
    )
    assert bench.warehouse.rows("SELECT row_no FROM vault.vault_kepco ORDER BY 1") == [
        (3,),
        (6,),
        (8,),
    ]


def test_a_difference_in_the_vaults_columns_is_other_content(bench: Bench) -> None:
    report = bench.one(
        "kepco", [files.row("kepco", name="김가을"), files.row("kepco", name="김겨울")]
    )
    assert counted(report) == (1, 0, 0, 1)


def test_rejected_rows_are_kept_by_number_and_codes(bench: Bench) -> None:
    rows = [
        files.row("resident", resident="900101-*******"),
        files.row("resident", resident="9.0E+12", relation="고모"),
        files.row("resident", resident=files.CANARY[1:]),
        files.row("resident", resident="9013011234567"),
        files.row("resident")[:-1],
    ]
    report = bench.one("resident", rows)
    assert report.rejected_by_code == {
        "RRN_MASKED": 1,
        "CODE_UNKNOWN": 1,  # the first of two codes counts
        "RRN_LOST_ZERO": 1,
        "RRN_BAD": 1,
        "COLUMN_COUNT": 1,
    }
    assert rejected(bench.warehouse, 1) == [
        (2, ["RRN_MASKED"]),
        (3, ["CODE_UNKNOWN", "RRN_SCIENTIFIC"]),
        (4, ["RRN_LOST_ZERO"]),
        (5, ["RRN_BAD"]),
        (6, ["COLUMN_COUNT"]),
    ]


def test_reconciliation_sums_files_per_source(bench: Bench) -> None:
    bench.one("water", [files.row("water"), files.row("water")])
    bench.one("water", [files.row("water", use_kind="?")], "WATER_STOP_202602.csv")
    (found,) = reconciliation(bench.warehouse)
    # each file: title, unit and total beside its rows; the 2nd is of another month
    assert found == {
        "source": "water",
        "files": 2,
        "rows": (2 + 3) + (1 + 3),
        "accepted": 1,
        "rejected": 1,
        "superseded": 0,
        "repeated": 1,
        "skipped": 3 + 3,
        "rejected_by_code": {"REF_MISMATCH": 1},
        "skipped_by_kind": {"title": 2, "total": 2, "unit": 2},
    }


def test_a_replay_is_skipped_and_says_so(bench: Bench) -> None:
    first = bench.one("gas", [files.row("gas")])
    assert first.status == "loaded"
    path = bench.office.path("inbox") / files.NAMES["gas"]
    path.rename(path.with_name("gas_stop_20260315_v2.CSV"))
    again = bench.ingest()["gas_stop_20260315_v2.CSV"]
    assert (again.status, again.rows) == ("replayed", 0)
    assert files.NAMES["gas"] in again.message
    assert bench.warehouse.rows("SELECT count(*) FROM acc_gas") == [(1,)]


def test_other_content_for_the_same_reference_date_needs_a_version(bench) -> None:
    bench.one("gas", [files.row("gas")])
    other = files.extract("gas", [files.row("gas", months_overdue="2")])
    bench.put(files.NAMES["gas"], other)
    report = bench.ingest()[files.NAMES["gas"]]
    assert (report.status, report.ref_date) == ("refused", dt.date(2026, 3, 15))
    assert "end its name in _v2" in report.message
    bench.put("GAS_STOP_20260315_v2.csv", other)
    assert bench.ingest()["GAS_STOP_20260315_v2.csv"].status == "loaded"
    assert bench.warehouse.rows("SELECT version FROM core_file ORDER BY file_id") == [
        (1,),
        (2,),
    ]


def test_the_dong_register_may_lie_there_in_several_files_of_one_date(bench) -> None:
    one, other = files.row("kikcd_h"), files.row("kikcd_h", dong_code="4413152000")
    for name, row in (("KIKcd_H.20260101.csv", one), ("KIKcd_H_20260101.csv", other)):
        bench.put(name, files.extract("kikcd_h", [row]))
    assert {report.status for report in bench.ingest().values()} == {"loaded"}
    assert {report.status for report in bench.ingest().values()} == {"replayed"}


def test_the_same_content_for_two_dates_is_two_files(bench: Bench) -> None:
    for name in ("TEAM_20260101.csv", "TEAM_20260701.csv"):
        assert bench.one("team", [files.row("team")], name).status == "loaded"


def test_files_are_taken_in_by_arrival_then_date(bench: Bench) -> None:
    empty = files.extract("gas", [])
    bench.put("GAS_STOP_20260101.csv", empty, "2026-03-02")
    bench.put("GAS_STOP_20260201_v2.csv", empty, "2026-03-01")
    bench.put(
        "GAS_STOP_20260201.csv", files.extract("gas", [files.row("gas")]), "2026-03-01"
    )
    bench.put("GAS_STOP_20260131.csv", empty, "2026-03-01")
    bench.ingest()
    found = bench.warehouse.rows("SELECT file_name FROM core_file ORDER BY file_id")
    assert [name for (name,) in found] == [
        "GAS_STOP_20260131.csv",
        "GAS_STOP_20260201.csv",
        "GAS_STOP_20260201_v2.csv",
        "GAS_STOP_20260101.csv",
    ]


def test_arrival_is_the_side_car_else_the_time_stamp_in_seoul(bench: Bench) -> None:
    told = bench.one("gas", [files.row("gas")])
    assert told.known_on == dt.date(2026, 3, 20)
    path = bench.put("TEAM_20260101.csv", files.extract("team", []), None)
    evening = dt.datetime(2026, 1, 31, 15, 30, tzinfo=dt.UTC).timestamp()
    os.utime(path, (evening, evening))  # half past midnight in Seoul
    assert bench.ingest()["TEAM_20260101.csv"].known_on == dt.date(2026, 2, 1)


@pytest.mark.parametrize("line", ["20260320", "2026-02-30", "", "yesterday"])
def test_a_side_car_without_date_refuses_its_file(bench: Bench, line: str) -> None:
    bench.put("TEAM_20260101.csv", files.extract("team", []), line)
    report = bench.ingest()["TEAM_20260101.csv"]
    assert report.status == "refused"
    assert "as one line YYYY-MM-DD" in report.message


def test_the_ministrys_file_has_its_date_in_the_name_or_none(bench: Bench) -> None:
    body = files.extract("kikcd_h", [files.row("kikcd_h")])
    dated, undated = "KIKcd_H.20240801.csv", "KIKcd_H.csv"
    bench.put(dated, body)
    bench.put(undated, body)
    reports = bench.ingest()
    assert reports[dated].ref_date == dt.date(2024, 8, 1)
    assert reports[undated].ref_date == dt.date(2026, 3, 20)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("somebody.xlsx", "no layout takes this file name"),
        ("KEPCO_LIMIT_2026031.txt", "no layout takes this file name"),
        ("KEPCO_LIMIT_20260230.txt", "no calendar date"),
        ("WATER_STOP_202613.csv", "no calendar date"),
        ("GAS_STOP_00000000.csv", "no calendar date"),
    ],
)
def test_a_name_that_cannot_be_used(bench: Bench, name: str, told: str) -> None:
    bench.put(name, b"x")
    report = bench.ingest()[name]
    assert (report.status, report.source) == ("refused", None)
    assert told in report.message


def test_a_refused_file_stops_no_other_and_leaves_nothing(bench: Bench) -> None:
    body = files.extract("kepco", [files.row("kepco")] * 3)
    bench.put("KEPCO_LIMIT_20260315.txt", body[:-1], "2026-03-01")
    bench.put("unknown.txt", b"x")
    bench.put("GAS_STOP_20260315.csv", files.extract("gas", [files.row("gas")]))
    statuses = {name: report.status for name, report in bench.ingest().items()}
    assert statuses == {
        "KEPCO_LIMIT_20260315.txt": "refused",
        "unknown.txt": "refused",
        "GAS_STOP_20260315.csv": "loaded",
    }
    assert bench.warehouse.rows("SELECT count(*) FROM acc_kepco") == [(0,)]
    bench.ingest()  # refused again: kept once
    assert [
        (each["file_name"], each["source"], each["reason_code"])
        for each in refused_files(bench.warehouse)
    ] == [
        ("KEPCO_LIMIT_20260315.txt", "kepco", "CUT_OFF"),
        ("unknown.txt", None, "UNKNOWN_NAME"),
    ]


def test_an_empty_inbox(bench: Bench) -> None:
    (bench.office.path("inbox") / ".hidden").touch()
    (bench.office.path("inbox") / "x.csv.received").touch()
    with pytest.raises(InboxEmpty, match="holds no files"):
        bench.ingest()


def test_a_named_file_that_is_not_there(bench: Bench) -> None:
    missing = bench.office.path("inbox") / files.NAMES["gas"]
    (report,) = ingest_inbox(bench.office, bench.warehouse, bench.keys, files=[missing])
    assert report.status == "refused"
    assert "is not there or may not be read" in report.message


def test_rows_that_do_not_add_up_roll_the_file_back(bench, monkeypatch) -> None:
    from pipeline import load

    real = load.read_rows

    def loses_one(path, layout, counts):
        yield from real(path, layout, counts)
        counts.rows += 1

    monkeypatch.setattr(load, "read_rows", loses_one)
    bench.put(files.NAMES["gas"], files.extract("gas", [files.row("gas")]))
    with pytest.raises(ContractBroken, match="2 read, 1 accounted for"):
        bench.ingest()
    for table in ("core_file", "acc_gas", "vault.vault_gas"):
        assert bench.warehouse.rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_no_text_of_a_file_stays_in_temp_tables(bench: Bench) -> None:
    bench.one("resident", [files.row("resident")])
    assert not bench.warehouse.rows(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '_ingest%'"
    )


def test_an_office_may_name_other_columns_in_its_own_layout(bench: Bench) -> None:
    from importlib import resources

    ours = resources.files("data_contracts.layouts") / "gas.toml"
    theirs = ours.read_text(encoding="utf-8").replace('"체납액"', '"미납금"')
    folder = bench.office.path("layouts")
    folder.mkdir()
    (folder / "gas.toml").write_text(theirs, encoding="utf-8")
    body = files.extract("gas", [files.row("gas")]).decode().replace("체납액", "미납금")
    bench.put(files.NAMES["gas"], body.encode())
    assert bench.ingest()[files.NAMES["gas"]].accepted == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("delimiter =", "delimeter ="), "delimeter"),
        (("[columns]", "[columns"), "no valid TOML"),
        (('account_no = "사용계약번호"', ""), "lacks the required fields"),
        (('source = "gas"', 'source = "coal"'), "source must be one of"),
        (('name = "성명"', "name = { start = 1, end = 2 }"), "need a header name"),
    ],
)
def test_a_layout_that_cannot_be_used_says_why(bench: Bench, change, told) -> None:
    from importlib import resources

    text = (resources.files("data_contracts.layouts") / "gas.toml").read_text("utf-8")
    assert change[0] in text
    folder = bench.office.path("layouts")
    folder.mkdir()
    (folder / "gas.toml").write_text(text.replace(*change), encoding="utf-8")
    bench.put("x.csv", b"x")
    with pytest.raises(ContractBroken, match=told):
        bench.ingest()
