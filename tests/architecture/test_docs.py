"""Pages that come from code are what the code says today; documented commands exist."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from flows.cli import app
from flows.docs import FOLDER, PAGES

ROOT = Path(__file__).parents[2]
PROSE = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if "generated" not in path.parts
)


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_current(name: str) -> None:
    on_disk = (FOLDER / name).read_text(encoding="utf-8")
    assert on_disk == PAGES[name](), "stale: run `make docs` and commit"


@pytest.mark.parametrize("path", PROSE, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", PROSE, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_and_options_in_documents_exist(path: Path) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"(?:\$ |`)blindspot ([a-z]+[^\n`|#]*)", text):
        name, *rest = line.split()
        assert name in commands, f"blindspot {name}"
        command = commands[name]
        if inside := getattr(command, "commands", None):
            assert rest, f"blindspot {name}: which of {sorted(inside)}"
            assert rest[0] in inside or "|" in rest[0], f"blindspot {name} {rest[0]}"
            command = inside.get(rest[0], command)
        known = {option for p in command.params for option in p.opts}
        used = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert used <= known | {"--help"}, (name, used - known)


def test_both_readmes_tell_of_every_command() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for readme in ("README.md", "README.ko.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        missing = {name for name in commands if f"`{name}" not in text}
        assert not missing, (readme, missing)
