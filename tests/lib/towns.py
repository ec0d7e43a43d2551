"""A small made-up town in an office of its own, loaded and screened by the commands."""

import shutil
from datetime import date
from pathlib import Path

from typer.testing import CliRunner, Result

from flows.cli import app

AS_OF = date(2026, 7, 1)
SEED = 7


def blindspot(*words: str, env: dict[str, str] | None = None) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, list(words), env=env, prog_name="blindspot")


def done(*words: str) -> Result:
    """Run a command that has to end well."""
    result = blindspot(*words)
    assert result.exit_code == 0, result.output
    return result


def make_town(root: Path, *, households: int = 300, months: int = 8) -> Path:
    """An office with a made-up town's files in its inbox, nothing loaded yet."""
    done("init", "--office", str(root), "--synthetic-seed", str(SEED))
    sizes = ("--households", str(households), "--months", str(months))
    day = ("--as-of", AS_OF.isoformat(), "--seed", str(SEED))
    done("twin", "--office", str(root), *sizes, *day)
    return root


def make_listed_town(root: Path, *, months: int = 4) -> Path:
    """A made-up town whose newest round is loaded, ranked, and its lists are out."""
    make_town(root, months=months)
    words = ("--as-of", AS_OF.isoformat(), "--office", str(root))
    done("ingest", *words)
    done("screen", *words)
    done("export", *words, "--confirm-by", "김담당")
    return root


def copy_town(town: Path, root: Path) -> Path:
    """A copy that a test may spoil."""
    shutil.copytree(town, root)
    return root
