"""What can be wrong with how keys and roles are kept: no second copy, an open door."""

import grp
import stat
from pathlib import Path

from pipeline.errors import UserError
from pipeline.escrow import changed_since, last_escrow
from pipeline.health import BAD, GOOD, LOOK, Patient, Symptom, Symptoms
from pipeline.roles import ROLES, groups_by_role
from pipeline.settings import CONFIG_NAME, Office

_AGAIN = "blindspot keys escrow --to DIR1 --to DIR2"


def escrow_is_current(at: Patient) -> Symptoms:
    """Two parts of the keys exist, and they are of the keys of today."""
    known = last_escrow(at.office)
    if known is None:
        yield Symptom(
            LOOK, "the keys are in no escrow: whoever loses them loses the data", _AGAIN
        )
        return
    try:
        changed = changed_since(at.office, known)
    except (OSError, UserError):
        yield Symptom(BAD, "the key folder cannot be read", "see: keys")
        return
    told = f"escrow {known.set_id} of {known.made_on}"
    if changed == "keys":
        yield Symptom(BAD, f"the keys have changed since the {told}", _AGAIN)
    elif changed:
        yield Symptom(LOOK, f"teams got passwords since the {told}", _AGAIN)
    else:
        yield Symptom(GOOD, f"{told} holds these keys")


def roles_hold(at: Patient) -> Symptoms:
    """Each role has a group that is there, and the folders are behind them."""
    groups = groups_by_role(at.office)
    if not groups:
        yield Symptom(
            LOOK, "no roles: who may read this folder may run every command",
            "fine for one person; for more name groups in [roles] of blindspot.toml",
        )  # fmt: skip
        return
    for role in ROLES:
        if not (name := groups.get(role)):
            yield Symptom(
                LOOK, f"nobody is {role}: its commands are refused to all",
                f"name a group for {role} in [roles] of blindspot.toml",
            )  # fmt: skip
        elif not _exists(name):
            yield Symptom(
                BAD, f"the group {name} of {role} is not on this machine",
                f"groupadd {name}, or name another in [roles] of blindspot.toml",
            )  # fmt: skip
    if weak := _weak_places(at.office):
        yield Symptom(
            BAD, f"roles can be walked around: {weak[0]} ({len(weak)} such places)",
            "one account owns the office and nobody else may write or read there: "
            f"chown -R ACCOUNT {at.office.root}; chmod -R go= {at.office.root}",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, f"{len(groups)} roles have a group")


def _exists(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _weak_places(office: Office) -> list[str]:
    """Where somebody could go past the roles: files are the first barrier."""
    settings = office.root / CONFIG_NAME
    owner = settings.stat().st_uid
    told = []
    # Who may write the settings writes the roles; who may write the folder, the file.
    for path in (settings, office.root):
        if stat.S_IMODE(path.stat().st_mode) & 0o022:
            told.append(f"others may write {path}")
    folders = [office.path(name) for name in ("keys", "data", "rounds", "logs")]
    for path in filter(Path.exists, folders):
        about = path.stat()
        if about.st_uid != owner:
            told.append(f"{path} belongs to another account than {settings.name}")
        if stat.S_IMODE(about.st_mode) & 0o077:
            told.append(f"others may go into {path}")
    return told
