"""Pages that come from code are what the code says today; documented commands exist."""

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from typer.main import get_command

from data_contracts.codes import RESULT_NAME
from data_contracts.columns_ko import COLUMN_MEANING_KO
from data_contracts.outputs import REFERRAL_ROW
from flows.cli import app
from flows.docs import FOLDER
from flows.docs import PAGES as GENERATED
from pipeline.settings import Config
from tests.lib.documents import (
    PAGES,
    ROOT,
    command_problem,
    commands_of,
    file_problem,
    files_named,
    link_problem,
    make_targets,
    read,
    settings_problem,
    targets_of,
    typed_in,
)

Claim = TypeVar("Claim")
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _problems(
    check: Callable[[Claim], str | None], claims: Iterable[Claim]
) -> list[str]:
    return [problem for claim in claims if (problem := check(claim))]


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_current(name: str) -> None:
    on_disk = (FOLDER / name).read_text(encoding="utf-8")
    assert on_disk == GENERATED[name](), "stale: run `make docs` and commit"


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_links_lead_to_a_document_and_a_heading(path: Path) -> None:
    page = read(path)
    assert not _problems(lambda href: link_problem(page, href), page.links)


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_commands_in_documents_exist_with_their_options(path: Path) -> None:
    page = read(path)
    assert not _problems(command_problem, commands_of(page))
    whole = partial(command_problem, is_whole=True)
    assert not _problems(whole, typed_in(page))


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_settings_files_and_targets_in_documents_exist(path: Path) -> None:
    page = read(path)
    paths = [one for span in page.spans for one in files_named(span)]
    assert not _problems(settings_problem, page.spans)
    assert not _problems(file_problem, paths)
    assert set(targets_of(page)) <= make_targets()


def test_settings_shown_in_documents_are_read() -> None:
    shown = 0
    for path in PAGES:
        for language, text in read(path).blocks:
            if language != "toml" or not text.startswith("# blindspot.toml"):
                continue
            shown += 1
            needed = {"office": {"name": "시", "dong_prefixes": ["4413"]}}
            Config.model_validate(needed | tomllib.loads(text))
    assert shown


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["nightly"], "has no command nightly"),
        (["access"], "which of"),
        (["access", "look"], "has no command look"),
        (["access", "show|look"], "has no command look"),
        (["status", "--as-off", "2026-07-01"], "--as-off"),
        (["status", "--as-of"], "--as-of"),
        (["doctor", "--json=yes"], "--json"),
        (["doctor", "now"], "does not take"),
        (["runs", "diff", "A", "B"], None),
        (["runs", "show|diff", "A"], None),
    ],
)
def test_a_command_that_is_not_there_is_found(
    words: list[str], problem: str | None
) -> None:
    found = command_problem(words)
    assert (found is None) if problem is None else (found and problem in found)


def test_a_command_that_is_shown_whole_lacks_nothing() -> None:
    assert command_problem(["screen"]) is None
    problem = command_problem(["screen"], is_whole=True)
    assert problem == "blindspot screen lacks ['as_of']"
    assert command_problem(["screen", "--as-of", "DAY"], is_whole=True) is None


def test_claims_are_found_where_readers_copy_from(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(
        "# A b\n\n[x](#a-b) [y](#c) `blindspot gone --now` `[limits] ram`\n"
        "`tests/unit/test_gone.py` `tests/architecture/test_docs.py::test_gone`\n\n"
        "```console\n$ cd a && BLINDSPOT_OFFICE=b blindspot status \\\n  --tomorrow # c\n"
        "$ make gone\nblindspot prints this\n```\n"
    )
    page = read(file)
    assert [link_problem(page, href) for href in page.links] == [
        None,
        "#c: no such heading",
    ]
    assert commands_of(page) == [["status", "--tomorrow"], ["gone", "--now"]]
    assert len(_problems(settings_problem, page.spans)) == 1
    paths = [one for span in page.spans for one in files_named(span)]
    assert len(_problems(file_problem, paths)) == 2
    assert targets_of(page) == ["gone"]


def test_both_readmes_tell_of_every_command() -> None:
    for readme in ("README.md", "README.ko.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        missing = {name for name in COMMANDS if f"`{name}" not in text}
        assert not missing, (readme, missing)


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_a_readme_tells_of_every_subcommand_and_of_no_option_that_is_not_there(
    readme: str,
) -> None:
    told = 0
    for line in (ROOT / readme).read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| ((?:`[a-z]+`(?:, )?)+) \|(.*)\|$", line)
        if row is None:
            continue
        told += 1
        commands = [COMMANDS[name] for name in re.findall("`([a-z]+)`", row[1])]
        inside = {k: v for c in commands for k, v in getattr(c, "commands", {}).items()}
        known = {
            option
            for command in [*commands, *inside.values()]
            for parameter in command.params
            for option in parameter.opts
        }
        assert set(re.findall("--[a-z-]+", row[2])) <= known, line
        assert set(inside) <= set(re.findall("`([a-z-]+)", row[2])), line
    assert told > 30


def test_the_officers_page_names_codes_and_columns_that_exist() -> None:
    page = read(ROOT / "docs" / "officer.ko.md")
    codes = {span for span in page.spans if re.fullmatch(r"[A-Z]\d", span)}
    assert codes == set(RESULT_NAME)
    assert set(COLUMN_MEANING_KO) == {column.name for column in REFERRAL_ROW}
