import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from flows.runner import run_flow
from pipeline.accesslog import AccessLog
from pipeline.errors import NotReady, OfficeBusy, UserError
from pipeline.office import take_lock
from pipeline.settings import load_office
from tests.lib.files import CANARY
from tests.lib.towns import AS_OF

CONFIRMER = "김확인"


def flow_runs(api: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"{api}/flow_runs/filter",
        data=b"{}",
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        runs: list[dict[str, Any]] = json.load(answer)
    return runs


def test_a_round_runs_quietly_and_prefect_learns_no_name(
    office_root: Path, prefect_server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    office = load_office(office_root)
    # Other tests of the session let runs fail on the same server.
    others = {run["id"] for run in flow_runs(prefect_server)}
    results = run_flow(office, "round", AS_OF, confirm_by=CONFIRMER)
    assert list(results) == ["ingest", "train", "screen", "export", "report"]
    assert results["ingest"]["replayed"] == results["ingest"]["files"] > 0
    assert results["export"]["rows"] == results["screen"]["listed"]
    assert capfd.readouterr() == ("", "")
    runs = [run for run in flow_runs(prefect_server) if run["id"] not in others]
    assert len(runs) == 1
    assert {run["state"]["name"] for run in runs} == {"Completed"}
    assert CONFIRMER not in json.dumps(runs, ensure_ascii=False)
    manifest = next(office.path("rounds").glob("*-R*/manifest.json"))
    assert json.loads(manifest.read_text())["confirmed_by"] == CONFIRMER


def test_a_round_that_nobody_confirmed_stops_before_its_lists_leave(
    office_root: Path, prefect_server: str
) -> None:
    office = load_office(office_root)
    others = {run["id"] for run in flow_runs(prefect_server)}
    results = run_flow(office, "round", AS_OF, "screen")
    assert list(results) == ["screen", "report"]
    (run,) = [r for r in flow_runs(prefect_server) if r["id"] not in others]
    assert run["name"] == f"round {AS_OF}"
    assert run["state"]["name"] == "Waiting for confirmation"
    assert "--confirm-by" in run["state"]["message"]
    assert not list(office.path("rounds").glob("*/manifest.json"))


def test_what_is_due_to_be_destroyed_is_told_and_stays(
    office_root: Path, prefect_server: str
) -> None:
    office = load_office(office_root)
    others = {run["id"] for run in flow_runs(prefect_server)}
    inbox = sorted(office.path("inbox").iterdir())
    assert run_flow(office, "retention", AS_OF.replace(year=2020)) == {"retention": {}}
    results = run_flow(office, "retention", AS_OF.replace(year=2027))
    assert results["retention"]["inbox"] > 0
    assert sorted(office.path("inbox").iterdir()) == inbox
    runs = [r for r in flow_runs(prefect_server) if r["id"] not in others]
    assert {run["state"]["name"] for run in runs} == {
        "Completed",
        "Completed with things due",
    }


def test_a_run_starts_at_the_step_it_is_told(
    office_root: Path, prefect_server: str
) -> None:
    office = load_office(office_root)
    results = run_flow(office, "nightly", AS_OF, "screen")
    assert list(results) == ["screen", "report"]


def test_a_users_mistake_comes_out_of_prefect_as_it_is(
    office_root: Path, prefect_server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    office = load_office(office_root)
    with pytest.raises(NotReady):
        run_flow(office, "screen", AS_OF.replace(year=2020))
    assert capfd.readouterr() == ("", "")


def test_an_unexpected_error_is_stored_nowhere_with_its_message(
    office_root: Path, prefect_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"the row of {CANARY}")

    monkeypatch.setattr("pipeline.staging.build_core", broken)
    office = load_office(office_root)
    with pytest.raises(UserError) as caught:
        run_flow(office, "screen", AS_OF)
    assert caught.value.exit_code == 70
    assert CANARY not in str(caught.value)
    assert CANARY not in json.dumps(flow_runs(prefect_server))
    log = (office.path("logs") / "blindspot.log").read_text(encoding="utf-8")
    assert "ValueError" in log
    assert CANARY not in log


def test_a_second_run_is_told_who_holds_the_office(
    office_root: Path, prefect_server: str
) -> None:
    office = load_office(office_root)
    lock = take_lock(office)
    try:
        with pytest.raises(OfficeBusy, match="process"):
            run_flow(office, "screen", AS_OF)
    finally:
        lock.close()


def test_a_night_is_put_down_and_anchored_and_a_folder_that_is_away_does_not_undo_it(
    office_root: Path, prefect_server: str, tmp_path: Path
) -> None:
    settings = office_root / "blindspot.toml"
    kept = settings.read_text()
    away = tmp_path / "not mounted"
    settings.write_text(
        kept.replace("anchors = []", f'anchors = ["{tmp_path}", "{away}"]')
    )
    try:
        results = run_flow(load_office(office_root), "nightly", AS_OF, "screen")
    finally:
        settings.write_text(kept)
    assert results["anchor"] == {"written": 1, "not written": 1}
    log = AccessLog(load_office(office_root).path("data"))
    told = [(entry["command"], entry["phase"]) for entry in log.entries()][-2:]
    assert told == [("nightly", "begun"), ("nightly", "ended")]
    (anchor,) = tmp_path.glob("*anchor.txt")
    assert anchor.read_text().strip().endswith(str(log.head()))
