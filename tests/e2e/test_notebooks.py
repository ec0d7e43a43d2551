"""A round's snapshot holds nobody's name, and every notebook runs on it."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.snapshot import SNAPSHOT_FILES
from tests.lib.towns import AS_OF, blindspot, done, make_town

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
PERSONAL = ("성명", "주민번호", "도로명주소", "상세주소", "연락처")
DAY = ("--as-of", AS_OF.isoformat())
# Prints what the notebooks found, which cells of a script do not; all in one process,
# for what they import takes longer than they do.
SHOW = """
import importlib.util, json, sys, traceback
snapshot, *files = sys.argv[1:]
sys.argv[1:] = ["--snapshot", snapshot]
told = {}
for file in files:
    spec = importlib.util.spec_from_file_location("notebook", file)
    notebook = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(notebook)
        found = notebook.app.run()[1]
    except Exception:
        told[file] = {"error": traceback.format_exc()}
        continue
    tables = {n: len(t) for n, t in sorted(found.items()) if hasattr(t, "columns")}
    claims = {}
    if "parts_of_score" in found:
        score = found["place_of_household"].set_index("what").at["점수", "told"]
        parts = found["parts_of_score"]["점수에 더한 것"].sum()
        claims["parts are the score"] = bool(parts == float(score))
    if "rows_by_source" in found:
        claims["rows add up"] = bool(found["rows_by_source"]["adds_up"].all())
    told[file] = {"tables": tables, "claims": claims}
print("TOLD", json.dumps(told))
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_town(tmp_path_factory.mktemp("notebooks") / "office", months=14)
    for command in ("ingest", "screen"):
        done(command, "--office", str(root), *DAY)
    done(
        "snapshot", "--office", str(root), *DAY, "--out", str(root.parent / "snapshot")
    )
    return root


@pytest.fixture(scope="module")
def snapshot(office: Path) -> Path:
    return office.parent / "snapshot"


def test_a_snapshot_holds_the_round(snapshot: Path) -> None:
    rows = {one.stem: pq.read_table(one) for one in snapshot.glob("*.parquet")}
    assert set(rows) == {"past", *SNAPSHOT_FILES}
    assert rows["household"].num_rows == rows["feature"].num_rows > 200
    assert all(table.num_rows for table in rows.values())
    told = rows["event"]
    assert {known < AS_OF for known in told["known_on"].to_pylist()} == {True}
    columns = ("household_id", "slot_kind", "route")
    homes = zip(*(rows["household"][name].to_pylist() for name in columns), strict=True)
    referred = {home for home, slot, route in homes if slot or route}
    assert set(told["household_id"].to_pylist()) <= referred
    assert "subject" not in told.column_names, "an account's number tells whose it is"
    assert {one.stat().st_mode & 0o777 for one in snapshot.iterdir()} == {0o600}


def test_it_holds_no_name_address_or_phone(office: Path, snapshot: Path) -> None:
    personal: set[str] = set()
    for file in sorted((office / "inbox").glob("RESIDENT_2*.csv")):
        with file.open(encoding="cp949", newline="") as text:
            for row in csv.DictReader(text):
                personal |= {row[name] for name in PERSONAL if row[name]}
    told = set()
    for one in snapshot.glob("*.parquet"):
        table = pq.read_table(one)
        for column in table.columns:
            told |= {str(value) for value in column.unique().to_pylist()}
    assert len(personal) > 500
    assert not told & personal


def test_a_folder_that_is_there_is_kept(office: Path, snapshot: Path) -> None:
    again = blindspot("snapshot", "--office", str(office), *DAY, "--out", str(snapshot))
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_a_round_of_another_day_is_asked_for(office: Path) -> None:
    other = blindspot(
        "snapshot", "--office", str(office), "--as-of", "2026-06-30",
        "--out", str(office.parent / "other"),
    )  # fmt: skip
    assert other.exit_code == 9
    assert "blindspot screen" in other.stderr
    assert not (office.parent / "other").exists()


@pytest.fixture(scope="module")
def found(snapshot: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", SHOW, str(snapshot), *map(str, NOTEBOOKS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout.split("TOLD ", 1)[1])
    return told


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook: Path, found: dict[str, Any]) -> None:
    told = found[str(notebook)]
    assert "error" not in told, told["error"]
    assert told["tables"], "it found nothing"
    assert all(told["claims"].values()), told["claims"]


def test_what_notebooks_say_is_true(found: dict[str, Any]) -> None:
    claims = [claim for told in found.values() for claim in told["claims"]]
    assert sorted(claims) == ["parts are the score", "rows add up"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_stores_nothing(notebook: Path) -> None:
    text = notebook.read_text("utf-8")
    assert "app = marimo.App(" in text
    assert "blindspot snapshot" in text
    # marimo keeps what a session showed beside the notebook.
    assert "__marimo__/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
