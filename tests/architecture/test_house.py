"""The house's own rules: directions of imports, sizes, parity of registries, no prints."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from data_contracts.base import Contract
from data_contracts.rejects import MEANING, Reject
from data_contracts.sources import SOURCES

ROOT = Path(__file__).parents[2]
PACKAGES = ("data_contracts", "pipeline", "features", "models", "flows")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py")
)
SQL_FILES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.sql")
)
LAYOUTS = sorted((ROOT / "data_contracts" / "layouts").glob("*.toml"))
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 60


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_ruff_has_nothing_to_say() -> None:
    found = run("ruff", "check", *PACKAGES, "tests", "benchmarks")
    assert found.returncode == 0, found.stdout


def test_ruff_would_format_nothing() -> None:
    found = run("ruff", "format", "--check", *PACKAGES)
    assert found.returncode == 0, found.stdout


def test_mypy_strict_is_clean() -> None:
    found = run("mypy")
    assert found.returncode == 0, found.stdout


def test_imports_go_one_way() -> None:
    code = "from importlinter.cli import lint_imports_command as c; c()"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_fits_on_six_screens(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_MODULE_LINES, f"{lines} lines: split it"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_function_fits_on_one_screen_and_none_is_a_stub(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{node.name}: {length} lines"
        if isinstance(node, ast.Raise):
            assert "NotImplementedError" not in ast.dump(node)


def test_only_settings_reads_the_environment() -> None:
    readers = {
        relative(path)
        for path in MODULES
        if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8"))
    }
    # Prefect is configured through the environment only: one module prepares it, the
    # other hands it on to the server process.
    prefect = {"flows/prefect_home.py", "flows/prefect_server.py"}
    assert readers <= {"pipeline/settings.py"} | prefect


def test_only_the_clock_tells_the_time() -> None:
    readers = {
        relative(path)
        for path in MODULES
        if re.search(r"datetime\.now|date\.today|time\.time\(", path.read_text("utf-8"))
    }
    assert readers <= {"flows/clock.py"}


@pytest.mark.parametrize("path", SQL_FILES, ids=relative)
def test_a_sql_file_is_one_select_with_a_header(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = set(re.findall(r"^--\s*(grain|params|home|why):", text, re.MULTILINE))
    assert {"grain", "params", "why"} <= header
    body = re.sub(r"--[^\n]*", "", text)
    assert re.match(r"\s*(WITH|SELECT)\b", body), "one SELECT, perhaps after WITH"
    assert not re.search(r"\b(CREATE|INSERT|UPDATE|DELETE|DROP)\b", body, re.IGNORECASE)
    assert body.rstrip().rstrip(";").count(";") == 0
    assert "{" not in body, "no templating"
    declared = re.search(r"^--\s*params:\s*(.*)$", text, re.MULTILINE)
    assert declared is not None
    params = {p for p in re.split(r"[,\s]+", declared[1]) if p and p != "none"}
    assert params == set(re.findall(r"\$(\w+)", body)), "declared = used parameters"


@pytest.mark.parametrize("contract", SOURCES.values(), ids=lambda c: c.source)
def test_a_source_has_its_staging_sql(contract: Contract) -> None:
    staging = ROOT / "pipeline" / "sql" / "staging" / f"stg_{contract.source}.sql"
    assert staging.exists(), f"write {relative(staging)}"


def test_layouts_and_contracts_name_the_same_fields() -> None:
    by_source: dict[str, list[set[str]]] = {}
    for path in LAYOUTS:
        layout = tomllib.loads(path.read_text(encoding="utf-8"))
        by_source.setdefault(layout["source"], []).append(set(layout["columns"]))
    assert set(by_source) == set(SOURCES)
    for source, layouts in by_source.items():
        fields = {field.name for field in SOURCES[source].fields}
        for columns in layouts:
            assert columns == fields, (source, columns ^ fields)


def test_default_layouts_use_the_headers_of_the_contract() -> None:
    for path in LAYOUTS:
        layout = tomllib.loads(path.read_text(encoding="utf-8"))
        if layout["shape"] != "delimited":
            continue
        contract = SOURCES[layout["source"]]
        headers = {field.name: field.header_ko for field in contract.fields}
        assert layout["columns"] == headers, path.name


def test_every_reject_code_is_explained() -> None:
    assert set(MEANING) == set(Reject)


def test_the_lock_names_no_index_and_hashes_everything() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    for entry in entries:
        if "==" in entry.split("\n", 1)[0]:
            assert "--hash=sha256:" in entry, entry.split("\n", 1)[0]


def test_ci_calls_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
