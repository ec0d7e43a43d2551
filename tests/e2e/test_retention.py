"""What is due goes, no byte of it stays, the certificate tells it, and nights go on."""

import csv
import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.lib.killed import killed_at
from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_listed_town

DAY = ("--as-of", AS_OF.isoformat())
BY = ("--confirm-by", "김책임")
SOON = ("--as-of", (AS_OF + timedelta(days=70)).isoformat())
# All that was received by then is more than five years old.
LATE = ("--as-of", "2031-09-01")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_listed_town(tmp_path_factory.mktemp("retention") / "office")


@pytest.fixture
def office(town: Path, tmp_path: Path) -> Path:
    return copy_town(town, tmp_path / "office")


def destroyed(root: Path, *words: str) -> dict[str, Any]:
    told = done("retention", "run", *words, *BY, "--office", str(root), "--json")
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def due(root: Path, *words: str) -> list[dict[str, Any]]:
    told = done("retention", "plan", *words, "--office", str(root), "--json")
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def certificate(answer: dict[str, Any]) -> list[dict[str, str]]:
    with Path(answer["certificate"]).open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def inbox(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "inbox").iterdir())


def count(root: Path, sql: str) -> int:
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        return int(warehouse.rows(sql)[0][0])


def test_nothing_is_due_before_its_time(office: Path) -> None:
    settings = office / "blindspot.toml"
    settings.write_text(
        settings.read_text().replace("inbox_days = 56", "inbox_days = 366")
    )
    assert due(office, *SOON) == []
    before = inbox(office)
    assert destroyed(office, *SOON) == {"destroyed": 0, "certificate": None}
    assert inbox(office) == before


def test_raw_files_go_when_their_round_is_worked_and_the_night_goes_on(
    office: Path,
) -> None:
    (office / "inbox" / "unbekannt.csv").write_text("a,b\n1,2\n")
    wanted = {one["name"] for one in due(office, *SOON)}
    before = {f"inbox/{name}" for name in inbox(office)}
    answer = destroyed(office, *SOON)
    assert {row["대상"] for row in certificate(answer)} == wanted
    left = {f"inbox/{name}" for name in inbox(office)}
    assert before - left == wanted
    # What was never loaded is still somebody's question.
    assert "inbox/unbekannt.csv" in left
    assert {one["kind"] for one in due(office, *SOON)} == set()
    where = ("--office", str(office))
    told = json.loads(done("screen", *DAY, *where, "--json").stdout)
    assert told["listed"] > 0
    again = done("export", *DAY, *BY, *where, "--json")
    assert json.loads(again.stdout)["already_published"] is True
    for row in certificate(answer):
        assert (row["확인자"], row["파기 방법"]) == ("김책임", "덮어쓴 뒤 삭제")
        assert len(row["SHA-256"]) == 64


def test_records_of_five_years_leave_their_manifest_alone(office: Path) -> None:
    files = count(office, "SELECT count(*) FROM core_file")
    size = (office / "data" / "vault.duckdb").stat().st_size
    answer = destroyed(office, *LATE)
    kinds = {row["구분"] for row in certificate(answer)}
    assert kinds == {"원본 파일", "적재 자료", "의뢰목록"}
    assert count(office, "SELECT count(*) FROM core_file") == files
    for source in ("kepco", "nhis", "resident"):
        assert count(office, f"SELECT count(*) FROM acc_{source}") == 0
        assert count(office, f"SELECT count(*) FROM vault.vault_{source}") == 0
    assert count(office, "SELECT count(*) FROM out_referral") == 0
    assert (office / "data" / "vault.duckdb").stat().st_size < size
    assert list((office / "rounds").glob("*/*")) == []
    assert due(office, *LATE) == []
    for table in ("core_event", "core_household", "feat_matrix", "log_listing"):
        assert count(office, f"SELECT count(*) FROM {table}") == 0
    for command in ("status", "check"):
        result = blindspot(command, "--office", str(office))
        assert result.exit_code == 0, result.output


def test_new_files_are_taken_in_after_old_records_went(
    town: Path, tmp_path: Path
) -> None:
    office = tmp_path / "office"
    done("init", "--office", str(office), "--synthetic-seed", "7")
    (office / "ledger.toml").write_bytes((town / "ledger.toml").read_bytes())
    files = sorted((town / "inbox").iterdir())
    later = [file for file in files if "KEPCO" in file.name][-4:]
    for file in files:
        if file not in later:
            (office / "inbox" / file.name).write_bytes(file.read_bytes())
    done("ingest", *DAY, "--office", str(office))
    destroyed(office, *LATE)
    for file in later:
        (office / "inbox" / file.name).write_bytes(file.read_bytes())
    # One of those that went comes again: it is known, and not loaded.
    old = next(
        file for file in files if "NHIS" in file.name and ".rec" not in file.name
    )
    (office / "inbox" / old.name).write_bytes(old.read_bytes())
    told = json.loads(done("ingest", *DAY, "--office", str(office), "--json").stdout)
    by = {Path(one["file"]).name: one["status"] for one in told}
    assert by[old.name] == "replayed"
    assert "loaded" in by.values()
    assert count(office, "SELECT count(*) FROM acc_kepco") > 0
    assert blindspot("check", "--office", str(office)).exit_code in (0, 9)
    assert blindspot("access", "verify", "--office", str(office)).exit_code == 0


def test_no_byte_of_a_destroyed_file_stays_under_its_old_place(
    office: Path,
) -> None:
    """The bytes of the file itself are overwritten before its name goes."""
    file = next(path for path in (office / "inbox").iterdir() if "NHIS" in path.name)
    content = file.read_bytes()
    twin = office.parent / "same-bytes"
    os.link(file, twin)
    destroyed(office, *SOON)
    assert not file.exists()
    assert twin.read_bytes() == b"\0" * len(content)


def test_old_databases_are_overwritten_and_not_only_let_go(office: Path) -> None:
    kept = {}
    for name in ("warehouse", "vault"):
        kept[name] = office.parent / f"old-{name}"
        os.link(office / "data" / f"{name}.duckdb", kept[name])
    destroyed(office, *LATE)
    for file in kept.values():
        assert set(file.read_bytes()) == {0}


def test_an_old_month_of_the_access_log_goes_and_the_chain_still_holds(
    office: Path,
) -> None:
    from pipeline.accesslog import AccessLog

    log = AccessLog(office / "data")
    (month,) = log.files()
    later = date.fromisoformat(f"{month.stem}-01").replace(day=28) + timedelta(
        days=6 * 366
    )
    words = ("--as-of", later.isoformat())
    # Entries of a later month, so that the old one is not the last.
    from pipeline.accesslog import Actor, Event

    log.append(
        f"{later}T09:00:00+09:00", Actor("a", "h", 1), Event("x", "begun", "audit")
    )
    destroyed(office, *words)
    assert month not in log.files()
    result = blindspot("access", "verify", "--office", str(office))
    assert result.exit_code == 0, result.output


def test_somebody_answers_for_it(office: Path) -> None:
    words = ("retention", "run", *SOON, "--office", str(office))
    assert blindspot(*words).exit_code == 2
    assert blindspot(*words, "--confirm-by", " ").exit_code == 10
    assert len(inbox(office)) > 5


@pytest.mark.parametrize("at", [1, 9, -3])
def test_a_killed_run_is_finished_by_the_next_and_certified_whole(
    office: Path, tmp_path: Path, at: int
) -> None:
    wanted = {(one["kind"], one["name"]) for one in due(office, *LATE)}
    syncs = at if at > 0 else len([1 for kind, _ in wanted if kind != "records"]) + 3
    words = ("retention", "run", *LATE, *BY, "--office", str(office))
    killed_at(syncs, *words)
    answer = destroyed(office, *LATE)
    kinds = {"원본 파일": "inbox", "적재 자료": "records", "의뢰목록": "list"}
    told = {(kinds[row["구분"]], row["대상"]) for row in certificate(answer)}
    assert told == wanted
    assert due(office, *LATE) == []
    assert blindspot("doctor", "--office", str(office)).exit_code in (0, 8)
    assert count(office, "SELECT count(*) FROM acc_kepco") == 0
