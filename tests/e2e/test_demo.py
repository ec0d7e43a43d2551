"""The demo a newcomer runs first: it shows what it promises, and twice the same."""

import csv
import os
import re
import subprocess
import sys
from itertools import pairwise
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
        # The server of the flows' tests, if they ran before in this process.
        env={k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")},
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
        "Rejected, by code",
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
    assert len([name for name in names[0] if name.startswith("의뢰목록_")]) == 31
    for name in names[0]:
        assert (rounds[0] / name).read_bytes() == (rounds[1] / name).read_bytes()


# A resident number or a phone, with or without hyphens, wherever digits run.
NUMBERS = re.compile(rb"(?=(\d{13}|\d{6}-\d{7}|01\d{9}|01\d-\d{4}-\d{4}))")


def as_written(digits: str, *hyphens: int) -> set[bytes]:
    """A number as plain digits and with its hyphens."""
    parts = [digits[a:b] for a, b in pairwise((0, *hyphens, len(digits)))]
    return {digits.encode(), "-".join(parts).encode()}


def personal_of(inbox: Path) -> dict[str, set[bytes]]:
    """Every resident number, phone and road address of the register, as bytes."""
    found: dict[str, set[bytes]] = {"numbers": set(), "phones": set(), "places": set()}
    for file in sorted(inbox.glob("RESIDENT_*.csv")):
        with file.open(encoding="cp949", newline="") as rows:
            for row in csv.DictReader(rows):
                digits = row["주민번호"].replace("-", "")
                if digits.isdigit() and len(digits) == 13:
                    found["numbers"] |= as_written(digits, 6)
                phone = row["연락처"].replace("-", "")
                if len(phone) == 11:
                    found["phones"] |= as_written(phone, 3, 7)
                road = row["도로명주소"].partition(" (")[0]
                if road.count(" ") >= 4:
                    found["places"].add(road.encode())
    return found


def test_nobody_else_on_the_machine_can_read_what_it_left(
    told: tuple[str, Path],
) -> None:
    _, office = told
    folders = [office / name for name in ("keys", "data", "rounds", "logs")]
    left = [file for folder in folders for file in (folder, *folder.rglob("*"))]
    assert len(left) > 50
    assert [file for file in left if file.stat().st_mode & 0o077] == []


def test_nothing_personal_is_in_any_file_but_the_inbox_and_the_lists(
    told: tuple[str, Path],
) -> None:
    output, office = told
    personal = personal_of(office / "inbox")
    assert {
        kind: len(words) > 100 for kind, words in personal.items()
    } == dict.fromkeys(("numbers", "phones", "places"), True)
    left = [
        file
        for file in sorted(office.rglob("*"))
        if file.is_file()
        and file.relative_to(office).parts[0] not in {"inbox", "truth"}
    ]
    kinds = {file.suffix for file in left}
    assert {".duckdb", ".db", ".html", ".json", ".skops", ".log", ".csv"} <= kinds
    for file in left:
        body = file.read_bytes()
        words = set(NUMBERS.findall(body))
        assert not words & personal["numbers"], f"a resident number is in {file.name}"
        if file.suffix != ".csv":
            assert not words & personal["phones"], f"a phone number is in {file.name}"
            assert not any(place in body for place in personal["places"]), file.name
    assert not set(NUMBERS.findall(output.encode())) & personal["numbers"]
