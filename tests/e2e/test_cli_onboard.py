"""`blindspot sniff` and `layout check` from the command line: no value is shown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib import files
from tests.lib.towns import blindspot

MAIN = "from flows.cli import main; main()"


def run(*words: str) -> tuple[int, str]:
    result = blindspot(*words)
    assert files.CANARY not in result.output
    assert files.CANARY_NAME not in result.output
    assert "Traceback" not in result.output
    return result.exit_code, result.stdout


@pytest.fixture
def history(tmp_path: Path) -> Path:
    file = tmp_path / files.NAMES["history"]
    rows = [files.row("history"), files.row("history", resident="900101-1******")]
    file.write_bytes(files.extract("history", rows))
    return file


def test_from_the_unknown_file_to_the_checked_layout(
    tmp_path: Path, history: Path
) -> None:
    unknown = tmp_path / "받은명단_202512.csv"
    unknown.write_bytes(history.read_bytes())
    layout = tmp_path / "history.toml"
    code, out = run("sniff", str(unknown), "--json", "--write", str(layout))
    told = json.loads(out)
    assert (code, told["contract"]["source"]) == (0, "history")
    assert told["layout_is_complete"]
    code, out = run("layout", "check", str(layout), str(unknown), "--json")
    assert code == 0
    assert json.loads(out)["accepted"] == 1
    assert {file.name for file in tmp_path.iterdir()} == {
        history.name,
        unknown.name,
        layout.name,
    }


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sniff", "{file}"), "resident_number"),
        (("layout", "check", "history", "{file}"), "RRN_MASKED"),
    ],
)
def test_a_person_gets_tables_without_values(
    words: tuple[str, ...], says: str, history: Path
) -> None:
    # In a process of its own: what draws tables takes from the global generator.
    given = [word.format(file=history) for word in words]
    result = subprocess.run(
        [sys.executable, "-c", MAIN, *given], capture_output=True, check=True
    )
    shown = result.stdout.decode() + result.stderr.decode()
    assert says in shown
    assert "9999-A9" in shown
    assert files.CANARY not in shown


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (("sniff", "no-such-file.csv"), 5),
        (("layout", "check", "history", "no-such-file.csv"), 5),
        (("layout", "check", "no-such-layout", "{file}"), 2),
        (("layout", "check", "kepco", "{file}"), 5),
        (("sniff", "{file}", "--write", "{file}"), 2),
        (("sniff", "{file}", "--write", "/no/such/folder/l.toml"), 11),
        (("layout", "check", "{file}", "{file}"), 8),
    ],
)
def test_what_goes_wrong_has_its_exit_code(
    words: tuple[str, ...], exit_code: int, history: Path
) -> None:
    code, _ = run(*(word.format(file=history) for word in words))
    assert code == exit_code
