"""The access log through the commands: whose data, what left, and whether it is whole."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.access_record import PURPOSES
from pipeline.accesslog import AccessLog
from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
TYPED = "900101-1234567"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round loaded, screened, exported sealed; one household looked up."""
    root = make_town(tmp_path_factory.mktemp("access") / "office")
    where = ("--office", str(root))
    done("ingest", *DAY, *where)
    done("screen", *DAY, *where)
    done("export", *DAY, "--confirm-by", "김담당", "--sealed", *where)
    done("explain", referral(root), *where)
    return root


@pytest.fixture
def office(worked: Path, tmp_path: Path) -> Path:
    return copy_town(worked, tmp_path / "office")


def entries(root: Path) -> list[Any]:
    return list(AccessLog(root / "data").entries())


def listed(root: Path) -> list[str]:
    handed = [entry for entry in entries(root) if entry["phase"] == "handed"]
    return list(handed[-1]["whose"])


def referral(root: Path) -> str:
    return query(root, "SELECT min(referral_id) FROM out_issued")[0]


def query(root: Path, sql: str) -> list[str]:
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        return [str(one) for (one,) in warehouse.rows(sql)]


def verified(root: Path, *words: str) -> Any:
    return blindspot("access", "verify", "--office", str(root), *words)


def cut_end(root: Path, keep: int) -> None:
    (file,) = AccessLog(root / "data").files()
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:keep]))


def test_every_command_is_put_down_when_it_begins_and_ends(worked: Path) -> None:
    told = [(entry["command"], entry["phase"]) for entry in entries(worked)]
    for command in ("twin", "ingest", "screen", "export", "explain"):
        assert (command, "begun") in told
        assert (command, "ended") in told
    assert {entry["outcome"] for entry in entries(worked)} == {"", "done"}
    assert all(entry["at"].endswith("+09:00") for entry in entries(worked))


def test_an_export_says_who_is_in_it_and_which_files_before_they_leave(
    worked: Path,
) -> None:
    (handed,) = [entry for entry in entries(worked) if entry["phase"] == "handed"]
    folder = worked / "rounds" / handed["about"]["folder"]
    assert set(handed["about"]["files"]) == {file.name for file in folder.iterdir()}
    assert handed["about"]["confirmed_by"] == "김담당"
    households = "SELECT DISTINCT household_id FROM out_issued ORDER BY ALL"
    assert set(query(worked, households)) <= set(handed["whose"])
    known = "SELECT household_id FROM core_household"
    assert set(handed["whose"]) <= set(query(worked, known))


def test_who_looked_at_a_household_is_told(worked: Path) -> None:
    looked = [entry for entry in entries(worked) if entry["command"] == "explain"][-1]
    (household,) = looked["whose"]
    for one in (household, referral(worked)):
        told = done("access", "show", "--whose", one, "--office", str(worked), "--json")
        commands = {entry["command"] for entry in json.loads(told.stdout)}
        assert {"export", "explain"} <= commands


def test_a_sealed_list_carries_the_head_and_finds_a_cut_log(office: Path) -> None:
    sealed = sorted((office / "rounds").glob("*/*.zip"))[0]
    result = verified(office, "--sealed", str(sealed))
    assert result.exit_code == 0, result.output
    cut_end(office, keep=2)
    shutil.rmtree(office / "data" / "warehouse.duckdb", ignore_errors=True)
    (office / "data" / "warehouse.duckdb").unlink()
    result = verified(office, "--sealed", str(sealed))
    assert result.exit_code == 8
    assert sealed.name in result.output


def test_the_encrypted_warehouse_alone_finds_a_cut_log(office: Path) -> None:
    assert verified(office).exit_code == 0
    cut_end(office, keep=3)
    result = verified(office, "--json")
    assert result.exit_code == 8
    findings = json.loads(result.stdout)["findings"]
    assert any(one["where"].startswith("warehouse, ") for one in findings)


def test_an_anchor_finds_a_log_that_was_chained_anew(
    office: Path, tmp_path: Path
) -> None:
    done("access", "anchor", "--to", str(tmp_path), "--office", str(office))
    (anchor,) = tmp_path.glob("*anchor.txt")
    assert verified(office, "--anchor", str(anchor)).exit_code == 0
    log = AccessLog(office / "data")
    (file,) = log.files()
    kept = [json.loads(line) for line in file.read_text().splitlines()]
    file.unlink()
    (office / "data" / "warehouse.duckdb").unlink()
    from pipeline.accesslog import Actor, Event

    for entry in kept:
        # All is as it was but for who looked the household up.
        whose = () if entry["command"] == "explain" else tuple(entry["whose"])
        event = Event(
            entry["command"], entry["phase"], entry["purpose"], whose,
            entry["about"], entry["outcome"],
        )  # fmt: skip
        actor = Actor(entry["operator"], entry["host"], entry["process"])
        log.append(entry["at"], actor, event)
    assert verified(office).exit_code == 0
    result = verified(office, "--anchor", str(anchor))
    assert result.exit_code == 8
    assert "written anew" in result.output


def test_what_was_typed_is_in_no_entry_and_a_mistake_is_put_down(office: Path) -> None:
    result = blindspot("explain", TYPED, "--office", str(office))
    assert result.exit_code == 2
    content = b"".join(file.read_bytes() for file in AccessLog(office / "data").files())
    assert TYPED.encode() not in content
    last = entries(office)[-1]
    assert (last["command"], last["outcome"]) == ("explain", "OptionError")


def test_nothing_is_done_that_cannot_be_put_down(office: Path) -> None:
    (file,) = AccessLog(office / "data").files()
    file.unlink()
    file.mkdir()
    result = blindspot("explain", "R", "--office", str(office))
    assert result.exit_code == 11
    assert "access log" in result.output


def test_a_month_is_reviewed_on_a_sheet_that_nothing_overwrites(office: Path) -> None:
    month = entries(office)[-1]["at"][:7]
    words = ("--month", month, "--by", "김감사", "--office", str(office))
    told = json.loads(done("access", "review", *words, "--json").stdout)
    by = {one["command"]: one for one in told["by"]}
    assert by["export"]["handed"] > 0
    assert by["export"]["households"] == len(listed(office))
    file = office / "logs" / f"access_review_{month}.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert (row["명령"], row["확인자"], row["사유 확인"]) == ("export", "김담당", "")
    assert row["목적"] == PURPOSES["discovery"]
    assert entries(office)[-1]["about"]["reviewed_by"] == "김감사"
    again = blindspot("access", "review", *words)
    assert again.exit_code == 2
    assert "filled in" in again.output
    assert (
        blindspot("access", "review", "--month", "2026-13", *words[2:]).exit_code == 2
    )


def test_a_command_that_found_something_bad_did_its_work(office: Path) -> None:
    cut_end(office, keep=3)
    assert verified(office).exit_code == 8
    assert blindspot("explain", TYPED, "--office", str(office)).exit_code == 2
    ends = [one["outcome"] for one in entries(office) if one["phase"] == "ended"]
    assert ends[-2:] == ["exit 8", "OptionError"]
    month = entries(office)[-1]["at"][:7]
    words = ("--month", month, "--by", "김감사", "--office", str(office), "--json")
    told = json.loads(done("access", "review", *words).stdout)["by"]
    failed = {one["command"]: one["failed"] for one in told}
    assert (failed["access verify"], failed["explain"]) == (0, 1)


@pytest.mark.parametrize("option", ["--anchor", "--sealed"])
def test_a_file_without_a_head_is_told(
    office: Path, tmp_path: Path, option: str
) -> None:
    for content in (b"", b"nothing\n", b"\xff\xfe"):
        (tmp_path / "x").write_bytes(content)
        result = verified(office, option, str(tmp_path / "x"))
        assert result.exit_code == 2
    assert verified(office, option, str(tmp_path / "none")).exit_code == 2
