"""Rounds of a made-up town by one command: officers, filled lists, and what remains."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.lib.towns import blindspot, done, make_town

FIRST = ("--first-as-of", "2026-04-01")
AFTER = ("--as-of", "2026-10-28")


KEPT = ("NHIS", "RESIDENT_2", "TEAM", "KIKcd_H.", "HISTORY")


def _lighter(office: Path) -> None:
    """Fewer files: each costs a tenth of a second, and one holder is enough."""
    for file in (office / "inbox").iterdir():
        if not file.name.startswith(KEPT):
            file.unlink()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_town(tmp_path_factory.mktemp("simulate") / "office", months=6)
    _lighter(root)
    return root


@pytest.fixture(scope="module")
def told(office: Path) -> list[dict[str, Any]]:
    words = ("simulate", "--office", str(office), "--rounds", "2", *FIRST)
    rounds: list[dict[str, Any]] = json.loads(done(*words, "--json").stdout)
    return rounds


def test_rounds_follow_two_months_apart_and_lists_come_back(
    office: Path, told: list[dict[str, Any]]
) -> None:
    assert [one["round"] for one in told] == ["2026-R2", "2026-R3"]
    assert [one["as_of"] for one in told] == ["2026-04-01", "2026-06-01"]
    assert all(one["files_refused"] == 0 for one in told)
    assert all(one["left"] > 0 for one in told)
    # What came back of the first round was loaded in the second.
    back = sorted((office / "inbox").glob("*2026-R2*.csv"))
    assert told[1]["files_loaded"] == len(back) > 0
    for file in back:
        side_car = file.with_name(f"{file.name}.received")
        assert side_car.read_text(encoding="ascii").strip() > "2026-04-01"


def test_every_listing_has_one_disposition(
    office: Path, told: list[dict[str, Any]]
) -> None:
    here = ("--office", str(office), *AFTER)
    done("ingest", *here)
    figures = json.loads(done("rounds", *here, "--json").stdout)
    ours = {one["round"]: one for one in figures["rounds"]}
    for one in told:
        round_ = ours[one["round"]]
        parts = ("met", "locate", "carried", "routed")
        assert round_["listed"] == sum(round_[part] for part in parts)
        assert round_["listed"] >= one["left"] > 0
        assert round_["met"] > 0


def test_results_of_rounds_that_were_never_here_are_held_back(
    office: Path, told: list[dict[str, Any]]
) -> None:
    aside = {f.name for f in (office / "truth" / "not_used").iterdir()}
    left = {f.name for f in (office / "inbox").glob("HISTORY_*.csv")}
    # Named after the month of closing, a month after the selection.
    assert left
    assert all(name < "HISTORY_202605" for name in left)
    assert all(name >= "HISTORY_202605" for name in aside)


def test_a_list_that_left_is_not_simulated_again(
    office: Path, told: list[dict[str, Any]]
) -> None:
    words = ("simulate", "--office", str(office), "--rounds", "1", *FIRST)
    again = blindspot(*words)
    assert again.exit_code != 0
    assert "2026-06-01" in again.output
    assert "{" not in again.output


def test_the_same_town_gives_the_same_lists_and_results(
    office: Path, told: list[dict[str, Any]], tmp_path: Path
) -> None:
    copy = tmp_path / "office"
    made = make_town(copy, months=6)
    _lighter(made)
    words = ("simulate", "--office", str(copy), "--rounds", "1", *FIRST, "--json")
    done(*words)
    ours = {f.name: f.read_bytes() for f in (office / "inbox").glob("*2026-R2*")}
    theirs = {f.name: f.read_bytes() for f in (copy / "inbox").glob("*2026-R2*")}
    assert ours == theirs
    assert ours


def test_an_office_of_real_people_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "real"
    done("init", "--office", str(root), "--dong-prefix", "4413")
    shutil.rmtree(root / "inbox")
    result = blindspot("simulate", "--office", str(root), *FIRST)
    assert result.exit_code != 0
    assert "real people" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rounds", "3", "--first-as-of", "2026-04-01"), "files end before"),
        (("--rounds", "1", "--first-as-of", "2025-12-31"), "first"),
        ((*FIRST, "--rounds", "1", "--reach", "best"), "published, low"),
        ((*FIRST, "--rounds", "1", "--late-share", "1.5"), "0 to 0.9"),
    ],
)
def test_what_cannot_be_simulated_is_said(
    office: Path, words: tuple[str, ...], said: str
) -> None:
    result = blindspot("simulate", "--office", str(office), *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_an_office_without_a_town_is_told_how_to_make_one(tmp_path: Path) -> None:
    root = tmp_path / "empty"
    done("init", "--office", str(root), "--synthetic-seed", "1")
    result = blindspot("simulate", "--office", str(root), *FIRST)
    assert result.exit_code != 0
    assert "blindspot twin" in result.output
