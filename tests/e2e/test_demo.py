"""The demo a newcomer runs first: it shows what it promises, and twice the same."""

import subprocess
import sys
from pathlib import Path

import pytest

SMALL = ("--households", "400", "--months", "5", "--seed", "11")


def demo(office: Path) -> str:
    """Run the demo as a program of its own; returns what it printed."""
    found = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "demo"]
        + ["--office", str(office), *SMALL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert "Traceback" not in found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    office = tmp_path_factory.mktemp("demo") / "office"
    return demo(office), office


def test_it_shows_the_reconciliation_a_list_the_stages_and_the_places(
    told: tuple[str, Path],
) -> None:
    output, office = told
    for promised in (
        "Every row accounted for",
        "of the list",
        "사유1",
        "Stages",
        str(office / "rounds"),
        "blindspot explain",
    ):
        assert promised in output
    for source in ("kepco", "water", "gas", "nhis", "resident", "team", "kikcd_h"):
        line = next(row for row in output.splitlines() if row.startswith(f" {source} "))
        assert " yes " in line, f"the rows of {source} do not add up"


def test_the_same_seed_gives_the_same_lists_to_the_byte(
    told: tuple[str, Path], tmp_path: Path
) -> None:
    _, first = told
    demo(tmp_path / "again")
    rounds = [root / "rounds" / "2026-R4" for root in (first, tmp_path / "again")]
    names = [sorted(file.name for file in folder.glob("*.csv")) for folder in rounds]
    assert names[0] == names[1]
    assert len(names[0]) == 31
    for name in names[0]:
        assert (rounds[0] / name).read_bytes() == (rounds[1] / name).read_bytes()
