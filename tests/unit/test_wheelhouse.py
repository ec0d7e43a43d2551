"""Without a network nothing is installed but what was carried in, hashes checked."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def source(tmp_path: Path) -> Path:
    """A copy of what the rule of the installation reads, nothing installed yet."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def installs(told: str) -> list[str]:
    return [line for line in told.splitlines() if "pip install" in line]


def test_a_wheelhouse_is_all_that_pip_may_look_into(tmp_path: Path) -> None:
    here = source(tmp_path)
    (here / "wheels of May").mkdir()
    told = make("-n", "install-offline", "WHEELHOUSE=wheels of May", cwd=here).stdout
    lines = installs(told)
    assert len(lines) == 2
    for line in lines:
        assert '--isolated --no-index --find-links "wheels of May"' in line
    assert "--require-hashes" in lines[0]
    assert "--no-build-isolation" in lines[1]


def test_every_target_that_installs_honours_it(tmp_path: Path) -> None:
    here = source(tmp_path)
    lines = installs(make("-n", "demo", "WHEELHOUSE=w", cwd=here).stdout)
    assert all('--no-index --find-links "w"' in line for line in lines)
    assert len(lines) == 2
    assert "--no-index" not in make("-n", "demo", cwd=here).stdout


def test_without_a_wheelhouse_it_says_what_to_name(tmp_path: Path) -> None:
    here = source(tmp_path)
    told = make("install-offline", cwd=here)
    assert told.returncode == 2
    assert "WHEELHOUSE=DIR has to name the folder" in told.stderr
    assert not (here / ".venv").exists()


def test_what_is_carried_is_what_the_lock_names(tmp_path: Path) -> None:
    told = make("-n", "wheelhouse", cwd=source(tmp_path)).stdout
    assert "--require-hashes -r requirements.lock -d wheelhouse" in told
    assert "--only-binary :all:" in told
