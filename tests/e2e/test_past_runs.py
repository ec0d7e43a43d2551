"""Past runs: what each was made of, and whom two of them listed otherwise, and why."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
LATE = "KEPCO"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Three screens: as it is, with another number in the settings, with a late file."""
    base = tmp_path_factory.mktemp("runs")
    root = make_town(base / "office", months=4)
    where = ("--office", str(root))
    inbox = root / "inbox"
    late = sorted(f for f in inbox.glob(f"{LATE}*") if f.suffix != ".received")[-2]
    pair = list(inbox.glob(f"{late.name}*"))
    for file in pair:
        shutil.move(file, base / file.name)
    names = []
    done("ingest", *DAY, *where)
    names.append(screened(root))
    settings = root / "blindspot.toml"
    text = settings.read_text()
    settings.write_text(text.replace("weeks = 8", "weeks = 4"))
    names.append(screened(root))
    settings.write_text(text)
    for file in pair:
        shutil.move(base / file.name, file)
    done("ingest", *DAY, *where)
    names.append(screened(root))
    return root, names


def screened(root: Path) -> str:
    done("screen", *DAY, "--office", str(root))
    runs = as_json(root, "list", "--last", "1")
    return str(runs[0]["run_id"])


def rows(root: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        return warehouse.rows(sql)


def as_json(root: Path, *words: str) -> Any:
    told = done("runs", *words, "--office", str(root), "--json")
    return json.loads(told.stdout)


def test_runs_are_listed_with_what_they_made(worked: tuple[Path, list[str]]) -> None:
    root, names = worked
    listed = as_json(root, "list")
    assert [run["run_id"] for run in listed if run["referrals"]] == names[::-1]
    assert {run["steps"] for run in listed} == {"screen", "ingest"}
    assert len(as_json(root, "list", "--last", "2")) == 2


def test_a_run_is_shown_with_settings_and_files(worked: tuple[Path, list[str]]) -> None:
    root, names = worked
    first, last = (as_json(root, "show", name)["screen"] for name in names[::2])
    assert last["settings"] == first["settings"]
    assert len(set(last["file_ids"]) - set(first["file_ids"])) == 1
    assert first["as_of"] == AS_OF.isoformat()
    ingest = [run["run_id"] for run in as_json(root, "list") if not run["referrals"]]
    told = as_json(root, "show", ingest[0])
    assert told["screen"] == {}
    assert told["steps"][0]["status"] == "completed"


def test_a_number_of_the_settings_explains_who_left(
    worked: tuple[Path, list[str]],
) -> None:
    root, (a, b, _) = worked
    told = as_json(root, "diff", a, b)
    assert told["files"] == {"added": [], "gone": []}
    assert [line for line in told["settings"] if line.startswith(("-weeks", "+weeks"))]
    assert set(told["changed"]) == {"referrals"}
    before, after = told["changed"]["referrals"]
    assert len(told["entered"]) - len(told["left"]) == after - before < 0
    assert all(row["reason_1"] for row in told["left"])
    assert told["same"] + len(told["moved"]) + len(told["left"]) == before


def test_a_late_file_explains_who_came(worked: tuple[Path, list[str]]) -> None:
    root, (a, _, c) = worked
    told = as_json(root, "diff", a, c)
    (file,) = told["files"]["added"]
    assert file["source"] == LATE.lower()
    assert told["settings"] == []
    assert told["entered"] or told["moved"]
    back = as_json(root, "diff", c, a)
    assert [row["household_id"] for row in back["left"]] == [
        row["household_id"] for row in told["entered"]
    ]
    assert back["files"]["gone"] == told["files"]["added"]


def test_a_run_against_itself_differs_in_nothing(
    worked: tuple[Path, list[str]],
) -> None:
    root, (a, *_) = worked
    told = as_json(root, "diff", a, a)
    assert told["same"] > 0
    nothing = ("changed", "settings", "entered", "left", "moved")
    assert not any(told[name] for name in nothing)
    assert (
        "0 entered, 0 left, 0 moved"
        in done("runs", "diff", a, a, "--office", str(root)).stdout
    )


def test_a_backfill_is_the_screen_of_that_day_and_changes_no_round(
    worked: tuple[Path, list[str]], tmp_path: Path
) -> None:
    office = copy_town(worked[0], tmp_path / "office")
    where = ("--office", str(office))
    done("export", *DAY, "--confirm-by", "김담당", *where)
    out = "SELECT * FROM out_referral ORDER BY ALL"
    before = rows(office, out)
    words = ("backfill", "--from", "2026-05", "--to", "2026-07", *where, "--json")
    made = json.loads(done(*words).stdout)
    assert [one["as_of"] for one in made] == ["2026-05-01", "2026-07-01"]
    assert rows(office, out) == before
    # The round of the newest screen comes out as that did; the older one differs.
    newest = worked[1][-1]
    told = as_json(office, "diff", newest, made[1]["run_id"])
    assert told["same"] == len(before)
    assert not told["entered"] + told["left"] + told["moved"] + told["settings"]
    done("screen", "--as-of", "2026-05-01", *where)
    screened_then = as_json(office, "list", "--last", "1")[0]["run_id"]
    told = as_json(office, "diff", screened_then, made[0]["run_id"])
    assert told["same"] > 0
    assert not told["entered"] + told["left"] + told["moved"]
    # Again it gives the same run, not another one.
    done(*words)
    assert len([r for r in as_json(office, "list") if "backfill" in r["run_id"]]) == 2


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-02", "2026-02"), ("2026-05", "2026-01"), ("x", "2026-01")],
)
def test_a_backfill_of_no_round_is_told(
    worked: tuple[Path, list[str]], first: str, last: str
) -> None:
    words = ("--from", first, "--to", last, "--office", str(worked[0]))
    assert blindspot("backfill", *words).exit_code == 2


def test_a_failed_screen_keeps_no_list(
    worked: tuple[Path, list[str]], tmp_path: Path
) -> None:
    office = copy_town(worked[0], tmp_path / "office")
    before = as_json(office, "list")
    where = ("--office", str(office))
    assert blindspot("screen", "--as-of", "2020-01-01", *where).exit_code == 9
    (failed, *rest) = as_json(office, "list")
    assert (failed["steps"], failed["referrals"]) == ("screen failed", None)
    assert [run["run_id"] for run in rest] == [run["run_id"] for run in before]


@pytest.mark.parametrize("name", ["nothing", "screen-"])
def test_a_name_that_means_no_run_or_several_is_told(
    worked: tuple[Path, list[str]], name: str
) -> None:
    result = blindspot("runs", "show", name, "--office", str(worked[0]))
    assert result.exit_code == 2
    assert "runs list" in result.output


def test_before_anything_ran_there_is_nothing_to_list(tmp_path: Path) -> None:
    root = tmp_path / "office"
    done("init", "--office", str(root), "--synthetic-seed", "1")
    assert blindspot("runs", "list", "--office", str(root)).exit_code == 9
