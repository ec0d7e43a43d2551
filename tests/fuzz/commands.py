"""A file by the command line, as an officer would: exit codes, and what is shown."""

import os
import subprocess
import sys
from pathlib import Path

from pipeline.errors import EXIT_UNEXPECTED, UserError
from pipeline.settings import Office
from tests.fuzz import oracle
from tests.fuzz.corpus import Case

_MAIN = "from flows.cli import main; main()"
_SECONDS = 120
DOCUMENTED = {0, *(each.exit_code for each in UserError.__subclasses__()), 1}


def faults_by_command(
    case: Case, path: Path, office: Office, layout: Path
) -> list[str]:
    """What `ingest` and one of `sniff`, `layout check` break on a file."""
    commands = {
        "blindspot ingest": (
            ["ingest", "--office", str(office.root), "--as-of", "2026-07-01", "--json"]
        ),
        "blindspot sniff": ["sniff", str(path), "--json"],
        "blindspot layout check": ["layout", "check", str(path), str(layout)],
    }
    del commands[("blindspot sniff", "blindspot layout check")[case.number % 2]]
    return [
        f"{name}: {fault}"
        for name, arguments in commands.items()
        for fault in _faults(arguments, case, path)
    ]


def _faults(arguments: list[str], case: Case, path: Path) -> list[str]:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _MAIN, *arguments],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except subprocess.TimeoutExpired:
        return [f"no end after {_SECONDS} s"]
    told = (done.stdout + done.stderr).decode("utf-8", "replace")
    found = []
    if "Traceback" in told:
        found.append("a traceback")
    if done.returncode not in DOCUMENTED or done.returncode == EXIT_UNEXPECTED:
        found.append(f"exit code {done.returncode}")
    if oracle.FAULT_OF_OURS in told:
        found.append("a fault of ours")
    if oracle.leaks(told.replace(path.name, "")):
        found.append("a value shown")
    return found
