"""A listing of two years ago, made again to the letter after all that came since."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.lib.towns import blindspot, copy_town, done

FIRST, LATER = "2024-07-01", "2026-05-01"
NOW = ("--as-of", "2026-07-02")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round two years ago, and what was told of it then, kept beside the office."""
    root = tmp_path_factory.mktemp("lineage") / "office"
    where = ("--office", str(root))
    done("init", *where, "--synthetic-seed", "11")
    size = ("--households", "600", "--months", "30", "--seed", "11")
    done("twin", *where, *size, "--as-of", "2026-07-01")
    set_number(root / "blindspot.toml", 'name = "scorecard_v1"', 'name = "champion"')
    # A file of before the first round that will be found in a drawer years later.
    (drawer := root / "drawer").mkdir()
    cars = sorted((root / "inbox").glob("NHIS_*.received"))
    lost = [car for car in cars if car.read_text().strip() < FIRST][-1]
    for file in (lost, lost.with_suffix("")):
        shutil.move(file, drawer / file.name)
    done("simulate", *where, "--rounds", "1", "--first-as-of", FIRST)
    told = {one: explained(root, one) for one in some_of(root)}
    (root / "told.json").write_text(json.dumps(told, ensure_ascii=False))
    return root


@pytest.fixture(scope="module")
def aged(worked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years on: rounds, corrections, other rules, a champion, a recode."""
    root = copy_town(worked, tmp_path_factory.mktemp("aged") / "office")
    where = ("--office", str(root))
    correct_old_file(root)
    find_in_drawer(root)
    change_rules(root)
    done("simulate", *where, "--rounds", "1", "--first-as-of", LATER)
    promote(root)
    done("ingest", *where, *NOW)
    done("screen", *where, *NOW)
    decide_links(root)
    done("screen", *where, *NOW, "--round", "2026-R5")
    # Fitted anew, or lost: what ranked then has to come from elsewhere.
    shutil.rmtree(root / "data" / "models")
    return root


def set_number(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def correct_old_file(root: Path) -> None:
    """The gas company sends April 2024 again, every debt a month older."""
    old = sorted((root / "inbox").glob("GAS_STOP_202404*.csv"))[-1]
    lines = list(csv.reader(io.StringIO(old.read_text("utf-8-sig"), newline="")))
    place = lines[0].index("체납개월")
    for line in lines[1:]:
        line[place] = str(int(line[place] or 0) + 1)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    new = old.with_name(f"{old.stem}_v2.csv")
    new.write_bytes(text.getvalue().encode("utf-8-sig"))
    new.with_name(f"{new.name}.received").write_text("2026-06-20\n")


def find_in_drawer(root: Path) -> None:
    for file in (root / "drawer").iterdir():
        shutil.copy(file, root / "inbox")


def change_rules(root: Path) -> None:
    set_number(root / "blindspot.toml", "weeks = 8", "weeks = 5")
    shipped = done("policy", "show", "--office", str(root))
    assert shipped.exit_code == 0
    from pipeline.policy_file import shipped_text

    policy = root / "policy.toml"
    policy.write_text(shipped_text(), encoding="utf-8")


def promote(root: Path) -> None:
    where = ("--office", str(root))
    done("train", *where, "--as-of", "2026-07-01")
    who = ("--by", "김담당", "--why", "시험", "--as-of", "2026-07-02")
    done("models", "promote", "logistic_v1", *who, *where)


def decide_links(root: Path) -> None:
    with open_warehouse(load_office(root)) as warehouse:
        warehouse.execute(
            "INSERT INTO link_decision SELECT 1, source, account_key, "
            "household_id, 'no', '김담당', DATE '2026-07-02', DATE '2026-07-02', 'other' "
            "FROM core_link WHERE household_id IS NOT NULL AND source = 'gas' LIMIT 1"
        )


def some_of(root: Path) -> list[str]:
    """Referrals of every kind of place, and one household that got none."""
    found = query(
        root,
        "SELECT min(referral_id) FROM out_referral WHERE round = '2024-R4' "
        "GROUP BY route, slot_kind ORDER BY ALL",
    )
    none = query(
        root,
        "SELECT max(household_id) FROM out_eligibility WHERE round = '2024-R4' "
        "AND is_eligible AND household_id NOT IN (SELECT household_id "
        "FROM out_referral WHERE round = '2024-R4')",
    )
    return found + none


def query(root: Path, sql: str) -> list[Any]:
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        return [one for (one,) in warehouse.rows(sql)]


def explained(root: Path, one: str) -> dict[str, Any]:
    words = ["--household", one, "--round", "2024-R4"] if one[0] == "H" else [one]
    told = done("explain", *words, "--office", str(root), "--json")
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def first_run(root: Path) -> str:
    (run,) = query(root, "SELECT run_id FROM log_screen WHERE round = '2024-R4'")
    return str(run)


def replay(root: Path, run: str) -> Any:
    return blindspot("runs", "replay", run, "--office", str(root), "--json")


def test_what_is_told_two_years_later_is_what_was_told(
    worked: Path, aged: Path
) -> None:
    then = json.loads((worked / "told.json").read_text())
    assert len(then) >= 3
    for one, before in then.items():
        again = explained(aged, one)
        for told in (before, again):
            del told["since"], told["disputes"]
        assert json.dumps(again) == json.dumps(before)
        assert again["reproduced"]
        assert again["rows"]
        assert all(row["known_on"] < FIRST for row in again["rows"])


def test_the_whole_list_of_every_run_is_the_same_to_the_letter(aged: Path) -> None:
    runs = query(aged, "SELECT run_id FROM log_screen ORDER BY as_of, run_id")
    assert len(runs) >= 4
    before = query(aged, "SELECT count(*) FROM out_referral")
    for run in runs:
        result = replay(aged, str(run))
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout)["differences"] == []
    assert query(aged, "SELECT count(*) FROM out_referral") == before
    assert not list((aged / "data").glob(".then-*"))


def test_the_two_years_changed_what_could_have_changed(aged: Path) -> None:
    """Else that nothing differs would tell nothing."""
    assert query(aged, "SELECT count(DISTINCT model_hash) FROM log_screen") == [2]
    settings = "SELECT count(DISTINCT settings::VARCHAR) FROM log_screen"
    assert query(aged, settings)[0] >= 2
    late = (
        "SELECT count(*) FROM core_file, log_screen WHERE round = '2024-R4' "
        "AND known_on < log_screen.as_of AND NOT list_contains(file_ids, file_id)"
    )
    assert query(aged, late) == [1]
    recoded = "SELECT count(*) FROM core_dong_succession"
    assert query(aged, recoded)[0] > 0
    assert query(aged, "SELECT count(*) FROM link_decision") == [1]


def test_what_is_not_as_it_was_kept_is_told(aged: Path, tmp_path: Path) -> None:
    root = copy_town(aged, tmp_path / "office")
    with open_warehouse(load_office(root)) as warehouse:
        warehouse.execute(
            "UPDATE log_listing SET rank_in_dong = rank_in_dong + 1 "
            "WHERE run_id = $run AND rank_in_dong = 1",
            {"run": first_run(aged)},
        )
    result = replay(root, first_run(aged))
    assert result.exit_code == 8
    found = json.loads(result.stdout)["differences"]
    assert {one["field"] for one in found} == {"rank_in_dong"}


def test_after_destruction_only_the_manifest_remains_and_it_says_so(
    aged: Path, tmp_path: Path
) -> None:
    root = copy_town(aged, tmp_path / "office")
    late = ("--as-of", "2029-06-15", "--confirm-by", "김책임")
    done("retention", "run", *late, "--office", str(root))
    result = replay(root, first_run(aged))
    assert result.exit_code == 9
    assert "파기확인서" in result.output
    assert "destroyed" in result.output
