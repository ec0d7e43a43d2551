"""Our own lists are judged by what came back, and the city by the random slice."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lib.towns import blindspot, done, make_town

FIRST = ("--first-as-of", "2026-02-01")
LATER = ("--as-of", "2026-08-01")
KEPT = ("NHIS", "RESIDENT_2", "TEAM", "KIKcd_H.")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three rounds of a small town, worked and sent back by made-up officers."""
    root = tmp_path_factory.mktemp("evaluate") / "office"
    make_town(root, households=1_200, months=8)
    for file in (root / "inbox").iterdir():
        if not file.name.startswith(KEPT):
            file.unlink()
    done("simulate", "--office", str(root), "--rounds", "3", *FIRST)
    done("ingest", "--office", str(root), *LATER)
    return root


@pytest.fixture(scope="module")
def told(office: Path) -> Any:
    return json.loads(
        done("evaluate", "--office", str(office), *LATER, "--json").stdout
    )


def test_rounds_are_judged_by_what_is_known(told: Any) -> None:
    assert [one["round"] for one in told["rounds"]] == ["2026-R1", "2026-R2", "2026-R3"]
    for one in told["rounds"]:
        assert 0 < one["need_known"] < one["listed"], "not reached is not 'no need'"
        assert one["precision_low"] <= one["precision"] <= one["precision_high"]


def test_a_thin_slice_gives_no_recall_but_its_bounds(told: Any) -> None:
    city = told["city"]
    assert not city["is_estimable"]
    assert city["value"] is None
    # Teams of so few places have none for the slice, so nothing tells how many visits.
    assert city["visits_needed"] is None
    assert 0.0 <= city["worst"] <= city["best"] <= 1.0
    assert "not estimable" in city["told"]


def test_small_groups_are_not_told(told: Any) -> None:
    small = [one for one in told["groups"] if one["is_small"]]
    assert small
    assert all(one["listed"] is None and one["precision"] is None for one in small)
    assert {one["among"] for one in told["auc"]} == {"listed", "signalled", "all"}
    assert any("공동주택" in line for line in told["cannot_see"])


def test_dongs_of_few_rounds_have_no_figure_of_their_own(told: Any) -> None:
    assert told["dongs"]
    assert all(one["value"] is None for one in told["dongs"] if one["rounds"] < 4)


def test_people_read_it_as_tables(office: Path) -> None:
    shown = done("evaluate", "--office", str(office), *LATER).stdout
    assert "2026-R1" in shown
    assert "city:" in shown
    assert "cannot be seen:" in shown


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        ((), 2, "--as-of is needed"),
        (("--as-of", "2026-02-20"), 9, "no round of ours was listed 56 days"),
        (("--table", "x.parquet"), 2, "--label"),
    ],
)
def test_what_is_missing_is_said(
    office: Path, words: tuple[str, ...], exit_code: int, said: str
) -> None:
    result = blindspot("evaluate", "--office", str(office), *words)
    assert result.exit_code == exit_code, result.output
    assert said in result.stderr
