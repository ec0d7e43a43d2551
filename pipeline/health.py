"""What can be wrong with an office's machine, keys and folders, one check per thing."""

import datetime as dt
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.access_verify import beginning, heads_of_warehouse, verify
from pipeline.accesslog import AccessLog
from pipeline.engine import bare_connection
from pipeline.errors import UserError
from pipeline.identity import load_keys
from pipeline.ledger import load_ledger
from pipeline.schema import newest_number, pending, schema_number
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

GOOD, LOOK, BAD = "good", "look", "bad"
# A night writes its databases anew next to the old ones, and spills beside them.
TIMES_FREE: Final = 3
LEAST_FREE: Final = 2_000_000_000
ANCHOR_DAYS: Final = 3
_SEOUL_HOURS: Final = 9
_LEFTOVERS: Final = (
    "rounds/.publishing-*",
    "data/spill/*",
    "data/**/.*.part",
    "data/.*.new*",
    "data/.*.rotated*",
    "keys/.*",
)


@dataclass(frozen=True)
class Patient:
    """What is examined; without a warehouse what only that knows is left out."""

    office: Office
    now: dt.datetime
    warehouse: Warehouse | None


@dataclass(frozen=True)
class Symptom:
    """How one thing stands.

    Attributes:
        level: good; look: works today, not for ever; bad: not at all or not safely.
        mend: The command or the act that mends it; empty where it is good.
    """

    level: str
    what: str
    mend: str = ""


Symptoms = Iterator[Symptom]
Check = Callable[[Patient], Symptoms]


def keys(at: Patient) -> Symptoms:
    """Three keys, readable by their owner alone, not beside the data."""
    folder = at.office.path("keys")
    try:
        load_keys(at.office)
    except UserError as error:
        yield Symptom(BAD, error.what, error.next_step)
        return
    data = at.office.path("data").resolve()
    if folder.resolve().is_relative_to(data):
        yield Symptom(
            BAD, f"the keys lie in the data folder {data}: one copy takes both away",
            "move them out and set [paths] keys in blindspot.toml",
        )  # fmt: skip
    yield Symptom(GOOD, f"three keys in {folder}; keep a copy elsewhere")


def permissions(at: Patient) -> Symptoms:
    """Nobody else on the machine can read what is the office's."""
    open_ones = []
    for name in ("keys", "data", "rounds", "logs"):
        folder = at.office.path(name)
        for path in (folder, *sorted(folder.rglob("*"))) if folder.exists() else ():
            if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077:
                open_ones.append(path)
    if open_ones:
        first = open_ones[0]
        yield Symptom(
            BAD, f"{len(open_ones)} files or folders are open to others, e.g. {first}",
            f"chmod -R go= {at.office.root}",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, "only this user reads keys, data, rounds and logs")


def encrypted_disk(at: Patient) -> Symptoms:
    """Lists lie in plain text in the rounds folder unless sealed: is the disk?"""
    device = _device_of(at.office.path("rounds"))
    if device is None:
        yield Symptom(
            LOOK, "cannot tell whether the disk of the rounds folder is encrypted",
            "ask whoever set the machine up; export with --sealed meanwhile",
        )  # fmt: skip
    elif device:
        yield Symptom(GOOD, f"the rounds folder is on the encrypted volume {device}")
    else:
        yield Symptom(
            LOOK, "the rounds folder is on a disk without encryption: lists lie there",
            "export with --sealed, or move the office to an encrypted volume",
        )  # fmt: skip


def disk(at: Patient) -> Symptoms:
    """Room for the next nights."""
    data = at.office.path("data")
    held = sum(
        file.stat().st_size
        for file in (at.office.warehouse_file, at.office.vault_file)
        if file.exists()
    )
    wanted = max(LEAST_FREE, TIMES_FREE * held)
    free = shutil.disk_usage(data if data.exists() else at.office.root).free
    told = f"{free / 1e9:.1f} GB free, {wanted / 1e9:.1f} GB wanted"
    if free < wanted:
        yield Symptom(
            BAD if free < max(held, LEAST_FREE // 2) else LOOK, told,
            f"free space on the disk of {data}, or move the office",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, told)


def engine(at: Patient) -> Symptoms:
    """The engine and its encryption load without a network."""
    spill = at.office.path("data") / "spill"
    try:
        bare_connection(spill, at.office.config.limits.memory, 1).close()
    except UserError as error:
        yield Symptom(BAD, error.what, error.next_step)
        return
    yield Symptom(GOOD, "the engine's encryption loads")


def clock(at: Patient) -> Symptoms:
    """The clock is not behind what was put down, and the zone is Korea's."""
    last = None
    for entry in AccessLog(at.office.path("data")).entries():
        last = max(last or "", str(entry["at"]))
    if last and dt.datetime.fromisoformat(last) > at.now:
        yield Symptom(
            BAD, f"the clock says {at.now:%Y-%m-%d %H:%M}, and {last} was put down",
            "set the clock of the machine; then see: blindspot access verify",
        )  # fmt: skip
    local = dt.datetime.fromtimestamp(at.now.timestamp()).astimezone()
    if local.utcoffset() != dt.timedelta(hours=_SEOUL_HOURS):
        yield Symptom(
            LOOK, f"the machine's zone is {local.tzname()}; ours is always Asia/Seoul",
            "timedatectl set-timezone Asia/Seoul, so that cron means the same hours",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, f"{at.now:%Y-%m-%d %H:%M}, Asia/Seoul")


def access_log(at: Patient) -> Symptoms:
    """The chain of the access log, and how old its newest anchor is."""
    log = AccessLog(at.office.path("data"))
    if at.warehouse is None:
        verdict = verify(log, [])
    else:
        known = heads_of_warehouse(at.warehouse)
        verdict = verify(log, known, beginning(at.warehouse))
    if verdict.findings:
        first = verdict.findings[0]
        yield Symptom(
            BAD, f"{len(verdict.findings)} findings, first: {first.where} {first.what}",
            "blindspot access verify; keep the folder as it is",
        )  # fmt: skip
    elif not at.office.config.access.anchors:
        yield Symptom(
            LOOK, f"{verdict.entries:,} entries hold; no anchor is kept elsewhere",
            "name a folder off the machine in [access] anchors of blindspot.toml",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, f"{verdict.entries:,} entries hold")
    for folder in at.office.config.access.anchors:
        if not folder.is_dir():
            yield Symptom(
                BAD, f"the anchor folder {folder} is not there", f"mount {folder}"
            )


def ledger(at: Patient) -> Symptoms:
    """Every source is held on a ground that lasts."""
    try:
        standing = load_ledger(at.office.root).standing(at.now.date())
    except UserError as error:
        yield Symptom(BAD, error.what, error.next_step)
        return
    ends = [one for one in standing if one.state == "expires soon"]
    none = [one.source for one in standing if one.state in ("expired", "not yet valid")]
    for one in ends:
        yield Symptom(
            LOOK, f"the letter for {one.source} ends in {one.days_left} days",
            "have it renewed, then: blindspot ledger check",
        )  # fmt: skip
    if none:
        yield Symptom(
            BAD, f"no letter holds today for {', '.join(none)}: files are refused",
            "blindspot ledger check tells which and whom to ask",
        )  # fmt: skip
    if not ends and not none:
        yield Symptom(GOOD, "every entry of the ledger holds")


def schema(at: Patient) -> Symptoms:
    """The tables are those of this version."""
    if at.warehouse is None:
        yield Symptom(LOOK, f"this version writes schema {newest_number()}", "")
        return
    number = schema_number(at.warehouse)
    try:
        steps = pending(at.warehouse)
    except UserError as error:
        yield Symptom(BAD, error.what, error.next_step)
        return
    if steps:
        yield Symptom(
            BAD, f"the data have schema {number}, this version {newest_number()}",
            "take a backup (blindspot backup), then: blindspot migrate",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, f"schema {number}, that of this version")


def leftovers(at: Patient) -> Symptoms:
    """What a killed run left; the next one removes most of it."""
    found = [path for each in _LEFTOVERS for path in at.office.root.glob(each)]
    if found:
        yield Symptom(
            LOOK, f"a run that was killed left {len(found)} files, e.g. {found[0]}",
            "run the step again: it removes them",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, "nothing is left of a killed run")


CHECKS: Final[dict[str, Check]] = {
    "keys": keys,
    "permissions": permissions,
    "encrypted disk": encrypted_disk,
    "disk space": disk,
    "engine": engine,
    "clock": clock,
    "access log": access_log,
    "ledger": ledger,
    "schema": schema,
    "leftovers": leftovers,
}


def _device_of(folder: Path) -> str | None:
    """The encrypted device under a folder, "" where it is none, None: not told."""
    here = folder if folder.exists() else folder.parent
    try:
        number = here.stat().st_dev
        stack = [Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")]
        if not stack[0].exists():
            return None
        while stack:
            device = stack.pop().resolve()
            told = device / "dm" / "uuid"
            if told.is_file() and told.read_text().startswith("CRYPT-"):
                return device.name
            stack += list((device / "slaves").glob("*"))
    except OSError:
        return None
    return ""


LOCKED_VERSION: Final = re.compile(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==([^ ;\\]+)")
