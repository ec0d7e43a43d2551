"""A round by single commands, as an analyst works it."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lib.towns import AS_OF, blindspot, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
FIELDS = [
    *("file", "source", "status", "rows", "accepted", "rejected"),
    *("rejected_by_code", "repeated", "superseded", "skipped"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_town(tmp_path_factory.mktemp("round") / "office")


@pytest.fixture(scope="module")
def ingested(office: Path) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = as_json("ingest", office, *DAY)
    return files


@pytest.fixture(scope="module")
def screened(office: Path, ingested: list[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = as_json("screen", office, *DAY)
    return counts


def as_json(command: str, office: Path, *words: str) -> Any:
    return json.loads(done(command, *words, "--office", str(office), "--json").stdout)


def test_a_new_office_keeps_its_keys_to_itself(office: Path) -> None:
    keys = list((office / "keys").glob("*.key"))
    assert len(keys) == 3
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_a_real_offices_init_says_what_to_get_and_where_to_put_it(
    tmp_path: Path,
) -> None:
    result = done("init", "--office", str(tmp_path / "o"), "--dong-prefix", "4413")
    assert "KIKcd_H" in result.stdout
    assert str(tmp_path / "o" / "inbox") in result.stdout


def test_ingest_accounts_for_every_row_of_every_file(
    ingested: list[dict[str, Any]],
) -> None:
    assert ingested
    for file in ingested:
        assert list(file) == FIELDS
        assert file["status"] == "loaded"
        parts = ("accepted", "rejected", "repeated", "superseded", "skipped")
        assert file["rows"] == sum(file[part] for part in parts)
        assert file["rejected"] == sum(file["rejected_by_code"].values())


def test_ingest_finds_exactly_the_traps_that_were_planted(
    office: Path, ingested: list[dict[str, Any]]
) -> None:
    planted = json.loads((office / "truth" / "files.json").read_text(encoding="utf-8"))
    assert {file["file"] for file in ingested} == set(planted)
    for file in ingested:
        expected = planted[file["file"]]
        for field in ("source", *FIELDS[3:]):
            assert file[field] == expected[field], (file["file"], field)


def test_a_second_ingest_replays(office: Path, ingested: list[dict[str, Any]]) -> None:
    again = as_json("ingest", office, *DAY)
    assert [f["status"] for f in again] == ["replayed"] * len(ingested)


def test_a_dry_run_names_files_and_places_and_changes_nothing(
    office: Path, screened: dict[str, int]
) -> None:
    before = (office / "data" / "warehouse.duckdb").read_bytes()
    words = ("run", "round", *DAY, "--dry-run", "--office", str(office))
    told = json.loads(done(*words, "--json").stdout)
    assert list(told) == ["ingest", "train", "screen", "export", "report"]
    assert all(line.endswith(")") for line in told["ingest"])
    assert any("places" in line for line in told["export"])
    by_name = done(*words, "--from", "export", "--only", "신방동").stdout
    by_code = done(*words, "--from", "export", "--only", "4413157000").stdout
    assert "4413157000 신방동" in by_name == by_code
    assert blindspot(*words, "--from", "export", "--only", "신방").exit_code == 2
    assert (office / "data" / "warehouse.duckdb").read_bytes() == before


def test_a_list_leaves_only_confirmed_and_the_same_list_only_once(
    office: Path, screened: dict[str, int]
) -> None:
    words = ("export", *DAY, "--office", str(office), "--json")
    assert blindspot(*words).exit_code == 10
    assert not list((office / "rounds").iterdir())
    made = json.loads(done(*words, "--confirm-by", "김확인").stdout)
    assert sum(one["rows"] for one in made["lists"]) == screened["listed"]
    again = json.loads(done(*words, "--confirm-by", "이확인").stdout)
    assert (again["already_published"], again["confirmed_by"]) == (True, "김확인")
    page = done("report", *DAY, "--office", str(office)).stdout.strip()
    assert Path(page.removeprefix("page: ")).parent == Path(made["folder"])


def test_explain_tells_the_parts_of_a_score_and_no_name(
    office: Path, screened: dict[str, int]
) -> None:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        referral, household, round_ = warehouse.rows(
            "SELECT referral_id, household_id, round FROM out_referral "
            "ORDER BY dong_code, rank_in_dong LIMIT 1"
        )[0]
        names = warehouse.rows("SELECT DISTINCT name FROM vault.vault_resident")
    told = as_json("explain", office, referral)
    words = ("--household", household, "--round", round_)
    assert as_json("explain", office, *words) == told
    assert as_json("explain", office, *words[:2], *DAY) == told
    parts = sum(part["contribution"] for part in told["contributions"])
    assert parts == pytest.approx(told["score"])
    assert told["events"]
    assert told["files"]
    text = done("explain", referral, "--office", str(office)).stdout
    shown = text + json.dumps(told, ensure_ascii=False)
    assert not [name for (name,) in names if name in shown]


def test_explain_tells_what_alone_would_have_listed_a_household(
    office: Path, screened: dict[str, int]
) -> None:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        below = warehouse.rows(
            "SELECT household_id, round, score FROM out_score "
            "JOIN out_eligibility USING (round, household_id) "
            "WHERE is_eligible AND score > 0 AND household_id NOT IN "
            "(SELECT household_id FROM out_referral) "
            "AND household_id NOT IN (SELECT household_id FROM core_locate) "
            "ORDER BY score DESC, household_id LIMIT 1"
        )
    ((household, round_, score),) = below
    words = ("--household", household, "--round", round_)
    told = as_json("explain", office, *words)
    assert told["score_at_line"] >= score
    assert told["would_have_listed"]
    assert told["no_single_fact_would"] is None
    for change in told["would_have_listed"]:
        assert change["after"] > change["before"]
        assert change["sentence"].endswith("이번 명단에 들었습니다")
    text = done("explain", *words, "--office", str(office)).stdout
    assert "What alone would have listed it" in text
    listed = as_json("explain", office, referral_of(office))
    assert "would_have_listed" not in listed


def referral_of(office: Path) -> str:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        return str(warehouse.rows("SELECT min(referral_id) FROM out_referral")[0][0])


def test_status_tells_sources_and_runs(office: Path, screened: dict[str, int]) -> None:
    told = as_json("status", office)
    assert {source["source"] for source in told["sources"]} >= {"kepco", "resident"}
    assert {run["step"] for run in told["runs"]} >= {"ingest", "screen"}
    assert told["busy"] is None
    told = as_json("status", office, *DAY)
    gas = next(source for source in told["sources"] if source["source"] == "gas")
    assert (gas["last_ref_date"], gas["days_old"]) == ("2026-06-30", 1)
    assert told["doubts"] == {
        "addresses": count_of(office, "core_address_doubt"),
        "differences_from_register": count_of(office, "core_register_difference"),
    }
    assert min(told["doubts"].values()) > 0
    shown = done("status", "--office", str(office)).stdout
    assert f"{told['doubts']['addresses']:,} addresses" in shown


def count_of(office: Path, table: str) -> int:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        return int(warehouse.rows(f"SELECT count(*) FROM {table}")[0][0])


def test_the_installed_command_works_as_a_program(office: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "status"],
        env={**os.environ, "BLINDSPOT_OFFICE": str(office)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert "synthetic" in found.stdout
