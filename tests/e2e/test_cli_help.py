import json
import subprocess
import sys

import pytest

from flows.cli import app
from tests.lib.towns import blindspot

COMMANDS = sorted(
    command.name or (command.callback.__name__ if command.callback else "")
    for command in app.registered_commands
)
WITHOUT_A_DATE = {
    *("check", "coverage", "demo", "explain", "init", "run", "serve", "sniff"),
    *("deliveries", "evaluate", "simulate", "status", "doctor"),
    *("backfill", "backup", "verify", "restore", "migrate"),
}
# What must be given before a date is asked for.
GIVEN = {
    "run": ["round"],
    "deliver": ["2026-R4", "--to", "김담당"],
    "recall": ["2026-R4", "--reason", "시험"],
}
HEAVY = ("pandas", "numpy", "duckdb", "pyarrow", "prefect", "pydantic", "sklearn")


def test_the_commands_are_those_of_the_handbook() -> None:
    named = (
        "backfill backup check coverage deliver deliveries delta demo doctor due evaluate "
        "explain export ingest init migrate recall reentry report restore rounds run screen "
        "serve simulate snapshot sniff status train twin urgent verify"
    )
    assert named.split() == COMMANDS


def test_help_lists_every_command() -> None:
    result = blindspot("--help")
    assert result.exit_code == 0
    assert all(command in result.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_explains_itself_with_an_example(command: str) -> None:
    result = blindspot(command, "--help")
    assert result.exit_code == 0
    assert f"Example: blindspot {command}" in " ".join(result.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_date_is_asked_for_wherever_the_result_depends_on_it(command: str) -> None:
    result = blindspot(command, *GIVEN.get(command, []))
    asks = "Missing option '--as-of'" in " ".join(result.output.split())
    assert asks is (command not in WITHOUT_A_DATE)


def test_help_loads_nothing_heavy() -> None:
    code = f"import json, sys, flows.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(found.stdout) == []
