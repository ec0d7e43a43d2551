"""Too many rejected rows stop a file; a named person may let it pass, with a reason."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.errors import OfficeError, OptionError
from pipeline.file_report import FileReport
from pipeline.identity import Keys, create_keys
from pipeline.ingest import ingest_inbox, sha256_of
from pipeline.quarantine_list import list_files, list_rows
from pipeline.settings import CONFIG_NAME, load_office
from pipeline.threshold import Override, new_override, overrides
from pipeline.warehouse import Warehouse
from tests.lib import files

AT = dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
NAME = files.NAMES["gas"]


class Bench:
    def __init__(self, folder: Path, settings: str = "") -> None:
        self.office = files.office(folder, settings=settings)
        self.keys: Keys = create_keys(self.office, 1)
        self.warehouse = Warehouse.in_memory()

    def gas(self, good: int, bad: int) -> Path:
        rows = [
            files.row("gas", account_no=f"{n:012d}", name=files.CANARY_NAME)
            for n in range(good)
        ]
        rows += [files.row("gas", months_overdue=files.CANARY_NAME)] * bad
        return files.write(self.office.path("inbox"), NAME, files.extract("gas", rows))

    def ingest(self, override: Override | None = None, day: int = 1) -> FileReport:
        (report,) = ingest_inbox(
            self.office,
            self.warehouse,
            self.keys,
            day=dt.date(2026, 4, day),
            override=override,
        )
        return report


@pytest.mark.parametrize(
    ("good", "bad", "status"),
    [
        (9, 1, "loaded"),  # 10 %, but one row
        (81, 19, "loaded"),  # 19 %, but fewer than 20 rows
        (80, 20, "refused"),
        (380, 20, "loaded"),  # exactly 5 %
        (379, 20, "refused"),  # a little more
        (0, 9, "loaded"),
        (0, 10, "refused"),  # nothing passes: it would end every state of the source
    ],
)
def test_a_file_is_stopped_above_five_percent_from_twenty_rows_on(
    tmp_path: Path, good: int, bad: int, status: str
) -> None:
    bench = Bench(tmp_path)
    bench.gas(good, bad)
    report = bench.ingest()
    assert report.status == status
    kept = bench.warehouse.rows("SELECT count(*) FROM acc_gas")
    assert kept == [(good if status == "loaded" else 0,)]


def test_a_stopped_file_leaves_nothing_but_its_counts_codes_and_row_numbers(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path)
    bench.gas(20, 30)
    report = bench.ingest()
    assert report.message == (
        "GAS_STOP_20260315.csv: 30 of 50 rows (60.0%) would be rejected where 5.0% "
        "may be: NUMBER_BAD 30; nothing of it was loaded\n"
        '  → look: blindspot quarantine list --file "GAS_STOP_20260315.csv"; ask the '
        "holder for a corrected file or mend the layout; to load it all the same: "
        'blindspot ingest --as-of DAY --accept-rejects "GAS_STOP_20260315.csv" '
        '--reason "…"'
    )
    for table in ("core_file", "acc_gas", "rej_row", "vault.vault_gas"):
        assert bench.warehouse.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    rows = list_rows(bench.warehouse)
    assert [(row.row_no, row.code, row.is_loaded) for row in rows[:2]] == [
        (22, "NUMBER_BAD", False),
        (23, "NUMBER_BAD", False),
    ]
    assert len(rows) == 30
    bench.ingest(day=3)
    (told,) = list_files(bench.warehouse)
    assert (told.reason, told.tries, told.is_superseded) == (
        "TOO_MANY_REJECTED",
        2,
        False,
    )
    assert (told.refused_on, told.tried_on) == (
        dt.date(2026, 4, 1),
        dt.date(2026, 4, 3),
    )
    assert len(list_rows(bench.warehouse)) == 30


def test_a_source_has_its_own_threshold(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "[thresholds]\ndefault = 0.01\ngas = 0.5\n")
    bench.gas(50, 50)
    assert bench.ingest().status == "loaded"
    bench = Bench(tmp_path / "strict", "[thresholds]\ndefault = 0.01\n")
    bench.gas(980, 20)
    assert bench.ingest().status == "refused"


@pytest.mark.parametrize("line", ["coal = 0.1", "gas = 0", "gas = 5", 'gas = "much"'])
def test_a_threshold_that_cannot_be_used_is_told(tmp_path: Path, line: str) -> None:
    files.office(tmp_path)
    with (tmp_path / CONFIG_NAME).open("a", encoding="utf-8") as config:
        config.write(f"[thresholds]\n{line}\n")
    with pytest.raises(OfficeError, match=r"\[thresholds"):
        load_office(tmp_path, {})


def test_an_override_loads_the_file_and_is_logged_with_its_reason(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path)
    sha256 = sha256_of(bench.gas(20, 30))
    assert bench.ingest().status == "refused"
    report = bench.ingest(new_override(sha256, " 재발급 불가 ", "김담당", AT))
    assert (report.status, report.rejected, report.is_overridden) == (
        "loaded",
        30,
        True,
    )
    assert report.adds_up
    (logged,) = overrides(bench.warehouse)
    assert logged == {
        "accepted_at": dt.datetime(2026, 4, 1, 9, 30),  # noqa: DTZ001 - as kept
        "accepted_by": "김담당",
        "reason": "재발급 불가",
        "sha256": sha256,
        "file_name": NAME,
        "source": "gas",
        "data_rows": 50,
        "rejected": 30,
        "threshold": 0.05,
        "rejected_by_code": {"NUMBER_BAD": 30},
    }
    assert all(
        row.is_superseded for row in list_rows(bench.warehouse) if not row.is_loaded
    )
    assert list_files(bench.warehouse)[0].is_superseded


def test_an_override_is_for_one_content_only(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    sha256 = sha256_of(bench.gas(20, 30))
    bench.gas(20, 31)
    assert bench.ingest(new_override(sha256, "ok", "김담당", AT)).status == "refused"
    assert overrides(bench.warehouse) == []


def test_an_override_of_a_file_that_needs_none_is_not_logged(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    sha256 = sha256_of(bench.gas(3, 1))
    report = bench.ingest(new_override(sha256, "ok", "김담당", AT))
    assert (report.status, report.is_overridden) == ("loaded", False)
    assert overrides(bench.warehouse) == []


@pytest.mark.parametrize(
    ("reason", "by", "told"),
    [
        ("  ", "김담당", "needs a reason"),
        ("ok", " ", "--by"),
        (f"see {files.CANARY}", "김담당", "resident number"),
        ("ok", "900101-1234567", "resident number"),
    ],
)
def test_an_override_without_reason_or_with_a_number_is_refused(
    reason: str, by: str, told: str
) -> None:
    with pytest.raises(OptionError, match=told) as raised:
        new_override("s", reason, by, AT)
    assert files.CANARY not in str(raised.value)
