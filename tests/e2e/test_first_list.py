"""A city's first own list in a morning (docs/analyst.md), typed as it is written; then
what an auditor looks at (docs/auditor.md) in the same office."""

import shutil
from pathlib import Path

import pytest

from tests.lib.towns import AS_OF, done
from tests.lib.walkthrough import Shell, Step, prints, steps

DOCS = Path(__file__).parents[2] / "docs"
WALKS = (
    (DOCS / "analyst.md", "A city's first own list in a morning"),
    (DOCS / "auditor.md", "Look for yourself"),
)
HELD = ("KIKcd_H.", "RESIDENT_2", "TEAM_", "KEPCO_", "GAS_", "NHIS_")


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the page's city was sent: two months, the waterworks' under its own name."""
    root = tmp_path_factory.mktemp("holders") / "town"
    done("init", "--office", str(root), "--synthetic-seed", "7")
    sizes = ("--households", "600", "--months", "2", "--seed", "7")
    done("twin", "--office", str(root), *sizes, "--as-of", AS_OF.isoformat())
    folder = root.parent / "extracts"
    folder.mkdir()
    for file in (root / "inbox").iterdir():
        if file.name.startswith(HELD) and file.suffix != ".received":
            shutil.copy(file, folder)
    water = root / "inbox" / "WATER_STOP_202606.csv"
    shutil.copy(water, folder / "상수도_정수현황_202606.csv")
    return folder


def test_the_morning_goes_as_written(
    extracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(extracts, tmp_path / "extracts")
    monkeypatch.chdir(tmp_path)
    shell = Shell(tmp_path, {})
    for page, section in WALKS:
        walked = list(steps(page, section))
        for step in walked:
            code, told = shell.run(step)
            # `doctor` may find something bad in the machine that runs this test.
            allowed = {0, 8} if step.text == "blindspot doctor" else {0}
            where = f"{page.name}:{step.line}: {step.text}\n{told}"
            assert code in allowed, where
            assert prints(step.printed, told), where
        assert len(walked) > 5, page
    assert list((tmp_path / "my-office" / "rounds" / "2026-R4").glob("의뢰목록_*.xlsx"))


@pytest.mark.parametrize(
    ("expected", "told", "is_so"),
    [
        ((), "", True),
        ((), "more\n", False),
        (("a  b",), "a b\n", True),
        (("a ... c",), "a  b c\n", True),
        (("...", "c"), "a\nb\nc\n", True),
        (("...", "c"), "a\nb\nc\nd\n", False),
        (("a", "..."), "a\n", True),
        (("rows │ 3",), "rows │ 4\n", False),
    ],
)
def test_a_page_that_says_otherwise_is_found(
    expected: tuple[str, ...], told: str, is_so: bool
) -> None:
    assert prints(expected, told) is is_so


def test_steps_are_those_of_the_section(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "## A\n```console\n$ no\n```\n## B\n```console\n$ one \\\n  two\nout\n$ three\n```\n"
        "```toml\n# x.toml\nk = 1\n```\n"
    )
    assert list(steps(page, "B")) == [
        Step(6, "one    two", ("out",)),
        Step(6, "three"),
        Step(12, "\nk = 1\n", file="x.toml"),
    ]
