"""The passwords of sealed lists: one per team, in a file that only the office reads."""

import csv
import io
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pipeline.errors import DiskError, SecretError
from pipeline.excel_safe import safe_text
from pipeline.identity import Secret
from pipeline.settings import Office

FILE_NAME: Final = "team_passwords.csv"
_HEADER: Final = ("team", "name", "password")
# Without what is mistaken for another when it is read out: I l 1, O o 0.
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
LENGTH: Final = 20
_SHORTEST: Final = 12


def password_file(office: Office) -> Path:
    """Where the teams' passwords lie."""
    return office.path("keys") / FILE_NAME


def team_passwords(office: Office, teams: Mapping[str, str]) -> dict[str, Secret]:
    """The passwords of teams (code to name); who has none yet gets one.

    Raises:
        SecretError: The file is open to others or damaged.
        DiskError: A new password cannot be kept.
    """
    file = password_file(office)
    known = _read(file) if file.exists() else {}
    made = {
        team: (
            safe_text(name),
            "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
        )
        for team, name in sorted(teams.items())
        if team not in known
    }
    if made:
        _write(file, known | made)
    every = known | made
    return {team: Secret(every[team][1].encode()) for team in teams}


def _read(file: Path) -> dict[str, tuple[str, str]]:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise SecretError(
            f"{file} can be read by other users (mode {mode:04o}, expected 0600)",
            f"run: chmod 600 {file}",
        )
    try:
        lines = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise _damaged(file) from None
    if not lines or tuple(lines[0]) != _HEADER:
        raise _damaged(file)
    known: dict[str, tuple[str, str]] = {}
    for line in lines[1:]:
        if len(line) != len(_HEADER) or len(line[2]) < _SHORTEST or line[0] in known:
            raise _damaged(file)
        known[line[0]] = (line[1], line[2])
    return known


def _write(file: Path, passwords: Mapping[str, tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows([team, *rest] for team, rest in sorted(passwords.items()))
    temp = file.with_name(f".{file.name}.new")
    try:
        temp.unlink(missing_ok=True)
        handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text.getvalue())
            out.flush()
            os.fsync(out.fileno())
        temp.replace(file)
    except OSError as error:
        raise DiskError(
            f"{file} could not be written ({error.strerror}); nothing is published",
            "free space or mend the folder's permissions, then export again",
        ) from None


def _damaged(file: Path) -> SecretError:
    return SecretError(
        f"{file} is damaged: expected the columns team,name,password, each team once, "
        f"passwords of at least {_SHORTEST} characters",
        "put back the office's own copy, or move it away: new passwords are made then",
    )
