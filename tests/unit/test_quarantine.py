"""The quarantine: listed, told to the supplier, read again without rewriting history."""

import csv
import datetime as dt
from importlib import resources
from pathlib import Path

import pytest

from data_contracts.reject_words import WORDS
from data_contracts.rejects import MEANING, Reject
from data_contracts.sources import SOURCES
from pipeline.errors import ContractBroken, DiskError, OptionError
from pipeline.file_report import FileReport
from pipeline.identity import Keys, create_keys
from pipeline.ingest import ingest_inbox, new_intake
from pipeline.layouts import load_layouts
from pipeline.quarantine_list import (
    EXPORT_HEADER,
    columns_of,
    export_rows,
    list_files,
    list_rows,
)
from pipeline.retry import retry_files
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse
from tests.lib import files

GAS = files.NAMES["gas"]
TODAY = dt.date(2026, 5, 1)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.office = files.office(folder)
        self.keys: Keys = create_keys(self.office, 1)
        self.warehouse = Warehouse.in_memory()
        self.inbox = self.office.path("inbox")
        self.layouts = self.office.path("layouts")
        self.layouts.mkdir()

    def put(self, name: str, *rows: list[str], known_on: str = "2026-03-20") -> Path:
        source = "nhis" if name.startswith("NHIS") else name.split("_")[0].lower()
        body = files.extract(source, rows)
        return files.write(self.inbox, name, body, known_on)

    def spoil_layout(self) -> None:
        """An office's own layout that takes the account's holder for its debt."""
        text = (resources.files("data_contracts.layouts") / "gas.toml").read_text(
            "utf-8"
        )
        spoilt = text.replace('"체납액"', '"성명"')
        assert spoilt != text
        (self.layouts / "gas.toml").write_text(spoilt, encoding="utf-8")

    def mend_layout(self) -> None:
        (self.layouts / "gas.toml").unlink()

    def ingest(self) -> dict[str, FileReport]:
        reports = ingest_inbox(
            self.office, self.warehouse, self.keys, day=dt.date(2026, 4, 1)
        )
        return {report.file: report for report in reports}

    def retry(self, **options: object) -> list[FileReport]:
        intake = new_intake(self.office, self.warehouse, self.keys, day=TODAY)
        return retry_files(intake, today=TODAY, **options)  # type: ignore[arg-type]

    def visible(self, as_of: str) -> list[tuple[int]]:
        build_core(self.warehouse, dt.date.fromisoformat(as_of))
        return self.warehouse.rows(
            "SELECT file_id FROM core_visible_file ORDER BY file_id"
        )

    def screened(self, as_of: str) -> None:
        self.warehouse.execute(
            "CREATE TABLE out_score AS SELECT CAST($as_of AS DATE) AS as_of",
            {"as_of": as_of},
        )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def rejected_once(bench: Bench) -> None:
    bench.spoil_layout()
    bench.put(GAS, files.row("gas"), files.row("gas", account_no="1" * 12, name="-"))
    report = bench.ingest()[GAS]
    assert (report.accepted, report.rejected) == (1, 1)


def test_the_list_tells_row_code_meaning_and_what_to_do_and_no_value(
    bench: Bench,
) -> None:
    bench.put(
        GAS,
        files.row("gas", months_overdue=files.CANARY_NAME, stopped_on=files.CANARY),
    )
    files.write(bench.inbox, "unknown.csv", b"x")
    bench.ingest()
    (file,) = list_files(bench.warehouse)
    assert (file.file, file.reason, file.tries) == ("unknown.csv", "UNKNOWN_NAME", 1)
    rows = list_rows(bench.warehouse)
    assert [(r.file, r.source, r.row_no, r.code) for r in rows] == [
        (GAS, "gas", 2, "DATE_BAD"),
        (GAS, "gas", 2, "NUMBER_BAD"),
    ]
    assert (rows[0].meaning, rows[0].what_to_do) == MEANING[Reject.DATE_BAD]
    told = repr(rows) + repr(file)
    assert files.CANARY not in told
    assert files.CANARY_NAME not in told


def test_the_list_is_narrowed_by_source_file_and_code(bench: Bench) -> None:
    bad = {"months_overdue": "many", "stopped_on": "soon"}
    bench.put(GAS, files.row("gas", **bad))
    bench.put("KEPCO_LIMIT_20260315.txt", files.row("kepco", **bad))
    bench.ingest()
    assert len(list_rows(bench.warehouse)) == 4
    assert {r.source for r in list_rows(bench.warehouse, source="gas")} == {"gas"}
    assert {r.file for r in list_rows(bench.warehouse, file=GAS)} == {GAS}
    assert {r.code for r in list_rows(bench.warehouse, code="DATE_BAD")} == {"DATE_BAD"}


def exported(bench: Bench, folder: Path, **filters: str) -> list[dict[str, str]]:
    path = folder / "out.csv"
    count = export_rows(bench.warehouse, load_layouts(bench.office), path, **filters)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == count
    return found


def test_the_suppliers_file_names_row_column_and_what_was_expected(
    bench: Bench, tmp_path: Path
) -> None:
    bench.put(
        GAS,
        files.row("gas", stopped_on="20260310", restored_on="20260301"),
        files.row("gas", account_no="=1+1"),
    )
    files.write(bench.inbox, "unknown.csv", b"x")
    bench.ingest()
    whole, first, second = exported(bench, tmp_path)
    assert tuple(whole) == EXPORT_HEADER
    assert (whole["파일명"], whole["행번호"], whole["코드"]) == (
        "unknown.csv",
        "",
        "UNKNOWN_NAME",
    )
    words = WORDS["RESTORE_BEFORE_STOP"]
    assert first == {
        "파일명": GAS,
        "행번호": "2",
        "열": "공급중지일 / 재개일",
        "코드": "RESTORE_BEFORE_STOP",
        "뜻": words.meaning_ko,
        "기대한 내용": words.expected_ko,
        "meaning": MEANING[Reject.RESTORE_BEFORE_STOP][0],
        "expected": words.expected_en,
    }
    assert (second["열"], second["코드"]) == ("사용계약번호", "ID_BAD")
    assert "=1+1" not in (tmp_path / "out.csv").read_text("utf-8-sig")
    assert exported(bench, tmp_path, code="ID_BAD") == [second]


def test_the_export_leaves_out_what_a_correction_has_mended(
    bench: Bench, tmp_path: Path
) -> None:
    bench.put(GAS, files.row("gas", months_overdue="many"))
    bench.ingest()
    assert len(exported(bench, tmp_path)) == 1
    bench.put(GAS.replace(".csv", "_v2.csv"), files.row("gas"), known_on="2026-03-25")
    bench.ingest()
    assert exported(bench, tmp_path) == []
    assert [row.is_superseded for row in list_rows(bench.warehouse)] == [True]


def test_an_export_that_cannot_be_written_says_so(bench: Bench, tmp_path: Path) -> None:
    bench.put(GAS, files.row("gas"))
    bench.ingest()
    with pytest.raises(DiskError, match="cannot be written"):
        export_rows(bench.warehouse, {}, tmp_path / "no" / "out.csv")


def test_every_code_has_its_words_and_its_columns() -> None:
    assert set(WORDS) == set(Reject)
    for source, contract in SOURCES.items():
        assert columns_of(source, "COLUMN_COUNT") == ()
        needed = tuple(field.name for field in contract.fields if field.required)
        assert columns_of(source, "REQUIRED_MISSING") == needed
    assert columns_of("resident", "RRN_MASKED") == ("resident",)
    assert columns_of("kepco", "LIMIT_WITHOUT_DATE") == ("limit_kind", "stopped_on")


def test_a_retry_that_gains_rows_is_a_new_attempt_known_from_its_own_day(
    bench: Bench,
) -> None:
    rejected_once(bench)
    before = bench.visible("2026-04-01")
    bench.mend_layout()
    (report,) = bench.retry(file=GAS)
    assert (report.status, report.accepted, report.rejected) == ("loaded", 2, 0)
    assert report.known_on == TODAY
    found = bench.warehouse.rows(
        "SELECT file_id, ref_date, version, known_on FROM core_file ORDER BY file_id"
    )
    ref_date = dt.date(2026, 3, 15)
    assert found == [
        (1, ref_date, 1, dt.date(2026, 3, 20)),
        (2, ref_date, 1, TODAY),
    ]
    # As of a day before the retry everything is as it was; after it, the new one.
    assert bench.visible("2026-04-01") == before == [(1,)]
    assert bench.visible(TODAY.isoformat()) == [(1,)]
    assert bench.visible("2026-05-02") == [(2,)]
    assert [row.is_superseded for row in list_rows(bench.warehouse)] == [True]
    assert bench.retry() == []  # nothing is left to try
    assert bench.ingest()[GAS].status == "replayed"


def test_a_retry_that_gains_nothing_leaves_no_trace(bench: Bench) -> None:
    rejected_once(bench)
    (report,) = bench.retry(source="gas")
    assert (report.status, report.rows) == ("unchanged", 0)
    for table, rows in (("core_file", 1), ("acc_gas", 1), ("vault.vault_gas", 1)):
        assert bench.warehouse.rows(f"SELECT count(*) FROM {table}") == [(rows,)]


def test_a_retry_on_the_day_of_arrival_wins_by_its_later_number(bench: Bench) -> None:
    rejected_once(bench)
    bench.mend_layout()
    bench.retry(known_on=dt.date(2026, 3, 1))  # no file is known before it arrived
    assert bench.visible("2026-03-21") == [(2,)]


def test_a_corrected_file_is_not_tried_again(bench: Bench) -> None:
    rejected_once(bench)
    bench.mend_layout()
    bench.put(GAS.replace(".csv", "_v2.csv"), files.row("gas"), known_on="2026-03-25")
    bench.ingest()
    assert bench.retry() == []
    with pytest.raises(OptionError, match="holds no such file"):
        bench.retry(file=GAS)


def test_a_file_that_is_gone_or_another_is_told(bench: Bench) -> None:
    rejected_once(bench)
    bench.mend_layout()
    bench.put(GAS, files.row("gas"))
    (report,) = bench.retry(file=GAS)
    assert report.status == "gone"
    assert "other content than the one that was loaded" in report.message
    (bench.inbox / GAS).unlink()
    (report,) = bench.retry(file=GAS)
    assert report.status == "gone"
    assert "put it back into the inbox" in report.message
    assert bench.warehouse.rows("SELECT count(*) FROM core_file") == [(1,)]


def test_a_refused_file_is_tried_again_and_counted(bench: Bench) -> None:
    bench.spoil_layout()
    bench.put(GAS, *[files.row("gas")] * 20)
    assert bench.ingest()[GAS].status == "refused"
    (report,) = bench.retry()
    assert report.status == "refused"
    (told,) = list_files(bench.warehouse)
    assert (told.tries, told.refused_on, told.tried_on) == (
        2,
        dt.date(2026, 4, 1),
        TODAY,
    )
    bench.mend_layout()
    (report,) = bench.retry()
    assert (report.status, report.known_on) == ("loaded", TODAY)
    assert [one.is_superseded for one in list_files(bench.warehouse)] == [True]
    assert bench.retry() == []


def test_a_retry_does_not_reach_behind_a_screened_round(bench: Bench) -> None:
    rejected_once(bench)
    bench.mend_layout()
    bench.screened("2026-07-01")
    with pytest.raises(OptionError) as raised:
        bench.retry(known_on=dt.date(2026, 6, 30))
    assert str(raised.value) == (
        "--known-on: a round was screened as of 2026-07-01; what counts as known "
        "before would change it\n  → give 2026-07-01 or a later day"
    )
    (report,) = bench.retry()  # today is before that round: it counts from the round on
    assert report.known_on == dt.date(2026, 7, 1)


def test_a_refused_file_that_passes_later_changes_no_round_screened_in_between(
    bench: Bench,
) -> None:
    bench.spoil_layout()
    bench.put(GAS, *[files.row("gas")] * 20)
    bench.ingest()
    bench.screened("2026-07-01")
    bench.mend_layout()
    report = bench.ingest()[GAS]
    assert (report.status, report.known_on) == ("loaded", dt.date(2026, 7, 1))
    assert report.message == (
        "received 2026-03-20, counts as known from 2026-07-01: rounds screened before "
        "stay as they are"
    )


def test_without_a_round_in_between_the_day_of_arrival_counts(bench: Bench) -> None:
    bench.spoil_layout()
    bench.put(GAS, *[files.row("gas")] * 20)
    bench.ingest()
    bench.mend_layout()
    assert bench.ingest()[GAS].known_on == dt.date(2026, 3, 20)


def test_a_retried_returned_list_or_register_adds_and_is_marked(bench: Bench) -> None:
    name = "KIKcd_H.20260101.csv"
    rows = [files.row("kikcd_h"), files.row("kikcd_h", dong_code="x")]
    files.write(bench.inbox, name, files.extract("kikcd_h", rows))
    other = files.extract("kikcd_h", [files.row("kikcd_h", dong_code="4413152000")])
    files.write(bench.inbox, "KIKcd_H_20260101.csv", other)
    bench.ingest()
    # Another register of the same day does not take the place of this one.
    assert [row.is_superseded for row in list_rows(bench.warehouse)] == [False]


@pytest.mark.parametrize("table", ["acc_gas", "vault.main.vault_gas", "rej_row"])
def test_a_file_is_taken_back_when_the_tables_do_not_hold_what_was_counted(
    bench: Bench, table: str
) -> None:
    bench.put(GAS, files.row("gas"), files.row("gas", months_overdue="many"))
    bench.ingest()
    bench.warehouse.execute(f"DELETE FROM {table}")
    bench.put("GAS_STOP_20260331.csv", files.row("gas", ref_date="20260331"))
    with pytest.raises(ContractBroken, match=f"{table} holds . rows where"):
        bench.ingest()
    assert bench.warehouse.rows("SELECT count(*) FROM core_file") == [(1,)]
