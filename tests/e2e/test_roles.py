"""Roles: every command has one, a stranger to it is refused and put down."""

import grp
import inspect
import os
import pwd
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from flows.cli import app
from flows.clock import seoul_clock
from flows.doctor import examine
from pipeline import roles
from pipeline.accesslog import AccessLog
from pipeline.roles import COMMANDS, ROLES, Caller, caller
from pipeline.settings import load_office
from tests.lib.towns import blindspot, done

MINE = grp.getgrgid(os.getgid()).gr_name
# A group of the machine in which this process is not.
NOT_MINE = next(
    group.gr_name
    for group in grp.getgrall()
    if group.gr_gid not in {os.getgid(), *os.getgroups()}
)


def commands() -> Iterator[tuple[str, Any]]:
    def walk(command: Any, before: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        for name, one in command.commands.items():
            if hasattr(one, "commands"):
                yield from walk(one, (*before, name))
            else:
                yield " ".join((*before, name)), one

    yield from walk(typer.main.get_command(app), ())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    words = ("--office", str(tmp_path / "office"), "--dong-prefix", "4413")
    done("init", *words)
    return tmp_path / "office"


def held_by(root: Path, **groups: str) -> Path:
    settings = root / "blindspot.toml"
    text = settings.read_text(encoding="utf-8")
    for role in ROLES:
        text = re.sub(
            rf'(?m)^{role} = ".*?"', f'{role} = "{groups.get(role, NOT_MINE)}"', text
        )
    settings.write_text(text, encoding="utf-8")
    return root


def entries(root: Path) -> list[Any]:
    return list(AccessLog(root / "data").entries())


def test_every_command_has_a_role_and_every_role_a_command() -> None:
    named = dict(commands())
    flows = {"run"}
    assert set(named) - {"run"} <= set(COMMANDS)
    # Those that run by night are named by their flow; nothing else stands there.
    by_night = {"nightly", "round"}
    others = {name for name in COMMANDS if not name.startswith("run ")} - by_night
    assert others <= set(named) | flows
    assert set().union(*COMMANDS.values()) == set(ROLES)
    for name, command in named.items():
        # What opens an office is for a role; restore opens the one that it has made.
        source = inspect.getsource(inspect.unwrap(command.callback))
        if "with opened(office)" in source and name != "run":
            assert COMMANDS[name], f"{name} opens an office and is for nobody"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("keys", "escrow", "--to", ".", "--to", ".."), "keys escrow"),
        (("retention", "plan", "--as-of", "2026-07-01"), "retention plan"),
        (("export", "--as-of", "2026-07-01", "--confirm-by", "김"), "export"),
        (("run", "round", "--as-of", "2026-07-01", "--confirm-by", "김"), "run round"),
        (("explain", "R20264-7Q2M8K3CW"), "explain"),
        (("access", "show"), "access show"),
    ],
)
def test_an_analyst_is_refused_and_it_is_put_down(
    root: Path, words: tuple[str, ...], name: str
) -> None:
    held_by(root, analyst=MINE)
    result = blindspot(*words, "--office", str(root))
    assert result.exit_code == 12, result.output
    assert f"'blindspot {name}' is for the role" in result.output
    assert "yours: analyst" in result.output
    assert [(e["command"], e["phase"]) for e in entries(root)] == [(name, "refused")]
    assert result.output.count("\n") < 5
    assert not list((root / "data").glob("*.duckdb"))


def test_who_has_the_role_goes_on_and_an_office_without_roles_lets_all(
    root: Path,
) -> None:
    assert blindspot("access", "verify", "--office", str(root)).exit_code == 0
    held_by(root, auditor=MINE)
    done("access", "verify", "--office", str(root))
    assert entries(root)[-1]["outcome"] == "done"
    assert (
        blindspot("ingest", "--as-of", "2026-07-01", "--office", str(root)).exit_code
        == 12
    )
    result = done("access", "show", "--office", str(root), "--json")
    assert "refused" in result.stdout


def test_behind_sudo_the_one_who_logged_in_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = next(one for one in pwd.getpwall() if one.pw_uid != os.getuid())
    login = tmp_path / "loginuid"
    login.write_text(str(other.pw_uid))
    monkeypatch.setattr(roles, "_LOGIN", login)
    found = caller()
    mine = pwd.getpwuid(os.getuid()).pw_name
    assert found.name == f"{other.pw_name} as {mine}"
    assert grp.getgrgid(other.pw_gid).gr_name in found.groups
    login.write_text(str(2**32 - 1))
    assert caller() == Caller(mine, caller().groups)
    assert MINE in caller().groups


def test_the_doctor_tells_of_roles(root: Path) -> None:
    def told() -> list[tuple[str, str]]:
        found = examine(load_office(root), seoul_clock())
        return [(e["level"], e["what"]) for e in found if e["check"] == "roles"]

    assert [level for level, _ in told()] == ["look"]
    held_by(root, **dict.fromkeys(ROLES, MINE))
    assert [level for level, _ in told()] == ["good"]
    held_by(root, analyst=MINE, auditor="no-such-group", exporter="", keyholder=MINE)
    assert [level for level, _ in told()] == ["look", "bad", "good"]
    held_by(root, **dict.fromkeys(ROLES, MINE))
    (root / "blindspot.toml").chmod(0o666)
    ((level, what),) = told()
    assert level == "bad"
    assert "blindspot.toml" in what
    (root / "blindspot.toml").chmod(0o600)
    (root / "data").chmod(0o750)
    assert "others may go into" in told()[0][1]
