"""Ledger, threshold and quarantine from the command line, on files as they come."""

import json
from pathlib import Path

import pytest

from tests.lib import files
from tests.lib.towns import blindspot, done

DAY = ("--as-of", "2026-04-01")
GAS = files.NAMES["gas"]


@pytest.fixture(scope="module", autouse=True)
def _libraries_are_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Some draw from the global generator when they are first loaded."""
    root = tmp_path_factory.mktemp("first") / "office"
    done("init", "--office", str(root), "--synthetic-seed", "7")
    gas(root, 1, 0)
    done("ingest", "--office", str(root), *DAY)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    root = tmp_path / "office"
    done("init", "--office", str(root), "--synthetic-seed", "7")
    return root


def gas(root: Path, good: int, bad: int) -> None:
    rows = [files.row("gas", account_no=f"{n:012d}") for n in range(good)]
    rows += [files.row("gas", stopped_on=files.CANARY_NAME)] * bad
    files.write(root / "inbox", GAS, files.extract("gas", rows))


def of(root: Path, *words: str) -> tuple[str, ...]:
    return (*words, "--office", str(root))


def test_a_real_offices_new_ledger_refuses_until_it_is_filled_in(
    tmp_path: Path,
) -> None:
    root = tmp_path / "real"
    told = done("init", "--office", str(root), "--dong-prefix", "4413").stdout
    assert str(root / "ledger.toml") in told
    gas(root, 1, 0)
    refused = blindspot(*of(root, "ingest", *DAY))
    assert refused.exit_code == 5
    assert "no entry for the source gas" in refused.stderr
    rows = json.loads(done(*of(root, "ledger", "check", *DAY, "--json")).stdout)
    assert {row["state"] for row in rows} == {"missing"}
    assert "kikcd_h" not in {row["source"] for row in rows}
    with (root / "ledger.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[gas]]\nlegal_basis = "법"\nletter_no = "1"\nvalid_from = 2026-01-01\n'
            'expires_on = 2026-04-11\ncontact = "고객지원부"\n'
        )
    rows = json.loads(done(*of(root, "ledger", "check", *DAY, "--json")).stdout)
    (row,) = [row for row in rows if row["source"] == "gas"]
    assert (row["state"], row["days_left"]) == ("expires soon", 10)
    assert "refused until filled in" in done(*of(root, "ledger", "check", *DAY)).stderr
    assert blindspot(*of(root, "ingest", *DAY)).exit_code == 0


def test_a_ledger_that_cannot_be_used_ends_the_command_with_its_own_code(
    office: Path,
) -> None:
    (office / "ledger.toml").write_text("[[coal]]\n", encoding="utf-8")
    gas(office, 1, 0)
    for words in (("ingest", *DAY), ("ledger", "check")):
        result = blindspot(*of(office, *words))
        assert (result.exit_code, result.stdout) == (3, "")
        assert "[[coal]]: no source of that name" in result.stderr
    assert blindspot("ledger", "template").stdout.count("#[[") > 10


def test_a_stopped_file_is_listed_exported_and_let_through_by_name(
    office: Path, tmp_path: Path
) -> None:
    gas(office, 5, 25)
    assert blindspot(*of(office, "ingest", *DAY)).exit_code == 5
    told = json.loads(done(*of(office, "quarantine", "list", "--json")).stdout)
    assert [file["reason"] for file in told["files"]] == ["TOO_MANY_REJECTED"]
    assert {row["code"] for row in told["rows"]} == {"DATE_BAD"}
    assert [row["row_no"] for row in told["rows"]] == list(range(7, 32))
    shown = done(*of(office, "quarantine", "list", "--source", "gas")).stdout
    assert "not a calendar date" in shown
    out = tmp_path / "supplier.csv"
    done(*of(office, "quarantine", "export", "--out", str(out)))
    assert "공급중지일" in out.read_text("utf-8-sig")
    assert files.CANARY_NAME not in shown + out.read_text("utf-8-sig")

    let = ("ingest", *DAY, "--accept-rejects", GAS)
    silent = blindspot(*of(office, *let))
    assert (silent.exit_code, "needs a reason" in silent.stderr) == (2, True)
    unknown = ("ingest", *DAY, "--accept-rejects", "x.csv", "--reason", "r")
    assert blindspot(*of(office, *unknown)).exit_code == 2
    assert blindspot(*of(office, "ingest", *DAY, "--reason", "r")).exit_code == 2
    words = (*let, "--reason", "재발급 불가", "--by", "김담당", "--json")
    (report,) = json.loads(done(*of(office, *words)).stdout)
    assert (report["status"], report["overridden"]) == ("loaded", True)
    status = json.loads(done(*of(office, "status", "--json")).stdout)
    assert status["quarantine"] == {"refused_files": 0, "rejected_rows": 25}
    (override,) = status["overrides"]
    assert (override["accepted_by"], override["reason"]) == ("김담당", "재발급 불가")
    assert "accepted by 김담당" in done(*of(office, "status")).stdout


def test_without_by_the_login_name_is_logged(office: Path) -> None:
    gas(office, 5, 25)
    words = ("ingest", *DAY, "--accept-rejects", GAS, "--reason", "ok")
    shown = done(*of(office, *words)).stdout
    assert "loaded (override)" in shown
    status = json.loads(done(*of(office, "status", "--json")).stdout)
    assert status["overrides"][0]["accepted_by"].strip()


def test_a_retry_names_one_thing_and_tells_what_became_of_it(office: Path) -> None:
    gas(office, 5, 2)
    done(*of(office, "ingest", *DAY))
    for words in ((), (GAS, "--all"), ("--source", "gas", "--all")):
        assert blindspot(*of(office, "quarantine", "retry", *words)).exit_code == 2
    for words in (("nothing.csv",), ("--source", "coal"), ("--source", "nhis")):
        assert blindspot(*of(office, "quarantine", "retry", *words)).exit_code == 2
    result = done(*of(office, "quarantine", "retry", GAS, "--json"))
    (report,) = json.loads(result.stdout)
    assert report["status"] == "unchanged"
    assert "no more rows pass" in report["message"]
    (office / "inbox" / GAS).unlink()
    assert blindspot(*of(office, "quarantine", "retry", "--all")).exit_code == 5


@pytest.mark.parametrize("option", [("--code", "NOPE"), ("--source", "coal")])
def test_an_unknown_code_or_source_is_no_good_news(
    office: Path, option: tuple[str, str]
) -> None:
    result = blindspot(*of(office, "quarantine", "list", *option))
    assert (result.exit_code, "use one of" in result.stderr) == (2, True)


def test_check_needs_core_tables(office: Path) -> None:
    gas(office, 1, 0)
    done(*of(office, "ingest", *DAY))
    assert blindspot(*of(office, "check")).exit_code == 9
