"""Who may run which command: roles held by groups of the operating system.

The second barrier. The first are the rights to the files: who may read the keys and the
databases as themselves needs no command of ours.
"""

import grp
import os
import pwd
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import NotAllowed
from pipeline.settings import Office, RolesSection

ROLES: Final = tuple(RolesSection.model_fields)
# Set by the login, kept through su and sudo, and not to be set by the user again.
_LOGIN: Final = Path("/proc/self/loginuid")
_NO_LOGIN: Final = 2**32 - 1

_ALL: Final = frozenset(ROLES)
_LOOKS: Final = frozenset({"analyst", "exporter", "auditor"})
_MAKES: Final = frozenset({"analyst"})
_LISTS: Final = frozenset({"exporter"})
_WORKS: Final = frozenset({"analyst", "exporter"})
_SEES_LOG: Final = frozenset({"auditor"})
_HOLDS: Final = frozenset({"keyholder"})
_NO_OFFICE: Final[frozenset[str]] = frozenset()

# Who may run a command; none: it works on no office that could have roles yet.
COMMANDS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("init", "demo", "sniff", "restore", "keys recover"), _NO_OFFICE),
    **dict.fromkeys(("verify", "ledger template", "layout check"), _NO_OFFICE),
    "features build": _NO_OFFICE,
    **dict.fromkeys(("status", "doctor"), _ALL),
    # Figures and settings, nobody by name.
    **dict.fromkeys(("check", "coverage", "delta", "evaluate", "rounds"), _LOOKS),
    **dict.fromkeys(("ledger check", "policy show"), _LOOKS),
    **dict.fromkeys(("policy check", "policy public"), _LOOKS),
    **dict.fromkeys(("dong review", "dong trace", "linkage report"), _LOOKS),
    **dict.fromkeys(("models list", "models show", "models compare"), _LOOKS),
    **dict.fromkeys(("models drift", "report", "quarantine list"), _LOOKS),
    **dict.fromkeys(("runs list", "runs show", "runs diff"), _LOOKS),
    # What makes a round, and lets nothing leave.
    **dict.fromkeys(("ingest", "train", "screen", "backfill", "twin"), _MAKES),
    **dict.fromkeys(("nightly", "serve", "simulate", "snapshot"), _MAKES),
    **dict.fromkeys(("run ingest", "run train", "run screen"), _MAKES),
    **dict.fromkeys(("run nightly", "models promote", "quarantine retry"), _MAKES),
    **dict.fromkeys(("linkage review", "linkage decide"), _MAKES),
    # A list that holders of a source get: row numbers and codes, no person.
    "quarantine export": _WORKS,
    # Made again and compared; nothing changes.
    "runs replay": frozenset({"analyst", "auditor"}),
    "migrate": frozenset({"analyst", "keyholder"}),
    # What leaves with names, and what comes of it.
    **dict.fromkeys(("export", "run round", "round", "deliver"), _LISTS),
    **dict.fromkeys(("recall", "urgent", "reentry"), _LISTS),
    **dict.fromkeys(("locate list", "locate decide", "locate transfer"), _LISTS),
    **dict.fromkeys(("notice add", "notice done", "notice list"), _LISTS),
    **dict.fromkeys(("deliveries", "due"), frozenset({"exporter", "auditor"})),
    # Meetings and partners: pages without names, and sealed sheets of who agreed.
    **dict.fromkeys(("partners case-sheet", "partners council-brief"), _LISTS),
    **dict.fromkeys(("partners support-team", "partners agencies"), _LISTS),
    **dict.fromkeys(("partners consent", "partners consents"), _LISTS),
    "partners dong-profile": _WORKS,
    # What a person asks about themselves.
    **dict.fromkeys(("subject show", "subject correct", "subject settle"), _LISTS),
    **dict.fromkeys(("subject stop", "subject resume"), _LISTS),
    "subject list": frozenset({"exporter", "auditor"}),
    # A person looked up.
    "explain": frozenset({"exporter", "auditor"}),
    **dict.fromkeys(("access show", "access verify", "access review"), _SEES_LOG),
    "access anchor": frozenset({"auditor", "keyholder"}),
    **dict.fromkeys(("keys escrow", "keys rotate", "backup"), _HOLDS),
    "retention plan": frozenset({"auditor", "keyholder"}),
    "retention run": _HOLDS,
}


@dataclass(frozen=True)
class Caller:
    """Who is behind a command: the one who logged in, also behind su or sudo."""

    name: str
    groups: frozenset[str]


def caller() -> Caller:
    """The caller and the groups that they are in."""
    mine, login = os.getuid(), _login()
    if login is None or login == mine:
        return Caller(_name_of(mine), _names_of({os.getgid(), *os.getgroups()}))
    try:
        account = pwd.getpwuid(login)
    except KeyError:
        return Caller(f"uid {login} as {_name_of(mine)}", frozenset())
    numbers = os.getgrouplist(account.pw_name, account.pw_gid)
    return Caller(f"{account.pw_name} as {_name_of(mine)}", _names_of(numbers))


def roles_of(office: Office, who: Caller) -> frozenset[str]:
    """The roles of a caller; every one where the office has named no group at all."""
    groups = groups_by_role(office)
    if not groups:
        return _ALL
    return frozenset(role for role, group in groups.items() if group in who.groups)


def groups_by_role(office: Office) -> dict[str, str]:
    """The group of each role that has one."""
    told: dict[str, str] = office.config.roles.model_dump()
    return {role: group for role, group in told.items() if group}


def refusal(office: Office, command: str) -> NotAllowed | None:
    """Why the caller may not run a command, or nothing.

    A command that is not on the list is refused: a new one must be put there.
    """
    if not groups_by_role(office):
        return None
    wanted = COMMANDS.get(command)
    if wanted == _NO_OFFICE:
        return None
    held = roles_of(office, caller())
    if wanted and held & wanted:
        return None
    named = " or ".join(sorted(wanted or ROLES))
    mine = ", ".join(sorted(held)) or "none"
    return NotAllowed(
        f"'blindspot {command}' is for the role {named}; yours: {mine}",
        "ask whoever has that role, or the keeper of this office to put you into its "
        "group ([roles] in blindspot.toml); this attempt was put down",
    )


def _login() -> int | None:
    try:
        number = int(_LOGIN.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if number == _NO_LOGIN else number


def _name_of(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def _names_of(numbers: Iterable[int]) -> frozenset[str]:
    names = set()
    for number in numbers:
        try:
            names.add(grp.getgrgid(number).gr_name)
        except KeyError:
            continue
    return frozenset(names)
