"""`blindspot doctor`: every check of the machine, the schedule and what runs left."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from pipeline.errors import NotReady, OfficeBusy, UserError
from pipeline.health import (
    BAD,
    CHECKS,
    GOOD,
    LOCKED_VERSION,
    LOOK,
    Check,
    Patient,
    Symptom,
    Symptoms,
)
from pipeline.key_health import escrow_is_current, roles_hold
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

# A night that did not come is late after a day and two hours.
LATE_HOURS: Final = 26
# What the figures and the encryption hang on; others may differ by a patch.
PINNED: Final = ("duckdb", "duckdb-extension-httpfs", "prefect", "scikit-learn")
_LOCK: Final = Path(__file__).parents[1] / "requirements.lock"


def versions(at: Patient) -> Symptoms:
    """What is installed is what was locked."""
    if not _LOCK.is_file():
        yield Symptom(LOOK, "requirements.lock is not beside the program", "install it")
        return
    lines = _LOCK.read_text(encoding="utf-8").splitlines()
    found = [match for line in lines if (match := LOCKED_VERSION.match(line))]
    locked = {match.group(1): match.group(2) for match in found}
    wrong = []
    for name in PINNED:
        try:
            here = version(name)
        except PackageNotFoundError:
            here = "none"
        if here != locked.get(name):
            wrong.append(f"{name} {here} instead of {locked.get(name)}")
    if wrong:
        yield Symptom(BAD, "; ".join(wrong), "install from requirements.lock again")
    else:
        yield Symptom(GOOD, ", ".join(f"{name} {locked[name]}" for name in PINNED))


def prefect(at: Patient) -> Symptoms:
    """Whether somebody runs the nights."""
    from flows.prefect_home import configured_server
    from flows.prefect_server import running_server
    from flows.runner import prefect_folder

    if known := configured_server() or running_server(prefect_folder(at.office)):
        yield Symptom(GOOD, f"a server answers at {known}")
    else:
        yield Symptom(
            LOOK, "no server runs, so no night comes by itself",
            "blindspot serve, by systemd or by hand",
        )  # fmt: skip


def last_night(at: Patient) -> Symptoms:
    """The newest run of each flow ended well, and the night is not overdue."""
    if at.warehouse is None or not at.warehouse.has_table("log_run"):
        yield Symptom(LOOK, "nothing ran yet", "blindspot run nightly")
        return
    rows = at.warehouse.rows(
        "SELECT flow, max(started_at), "
        "max_by(run_id || ' ' || step || ' ' || status, (started_at, step)), "
        "max_by(status, (started_at, step)) FROM log_run GROUP BY flow ORDER BY flow"
    )
    now = at.now.replace(tzinfo=None)
    for flow, begun, told, status in rows:
        if status != "completed":
            yield Symptom(
                BAD, f"the newest {flow} did not end well: {told}",
                "see logs/blindspot.log, then run it again",
            )  # fmt: skip
        elif flow == "nightly" and now - begun > dt.timedelta(hours=LATE_HOURS):
            yield Symptom(
                BAD, f"the last night was on {begun:%Y-%m-%d}",
                "blindspot run nightly, and see that blindspot serve runs",
            )  # fmt: skip
        else:
            yield Symptom(GOOD, f"{flow}: {begun:%Y-%m-%d %H:%M}, completed")


def sources(at: Patient) -> Symptoms:
    """Sources that are late or never came."""
    from pipeline.coverage_findings import findings, require_coverage
    from pipeline.ledger import load_ledger

    if at.warehouse is None:
        return
    try:
        require_coverage(at.warehouse)
        found = findings(at.warehouse, load_ledger(at.office.root), at.now.date())
    except NotReady as error:
        yield Symptom(LOOK, error.what, error.next_step)
        return
    late = sorted({one.source for one in found if one.kind == "late"})
    never = sorted({one.source for one in found if one.kind == "never came"})
    if late:
        yield Symptom(LOOK, f"late: {', '.join(late)}", "blindspot coverage")
    if never:
        yield Symptom(LOOK, f"never came: {', '.join(never)}", "blindspot coverage")
    if not late and not never:
        yield Symptom(GOOD, "every source is fresh")


def quarantine(at: Patient) -> Symptoms:
    """Files that were refused and wait for a person."""
    from pipeline.quarantine import in_doubt

    if at.warehouse is None:
        return
    waiting = {name: count for name, count in in_doubt(at.warehouse).items() if count}
    if waiting:
        told = ", ".join(f"{n:,} {name}" for name, n in waiting.items())
        yield Symptom(LOOK, told.replace("_", " "), "blindspot quarantine list")
    else:
        yield Symptom(GOOD, "empty")


def requests(at: Patient) -> Symptoms:
    """What people asked of their own data and waits for the source agency."""
    from pipeline.subject_decisions import ANSWER_DAYS, waiting

    if at.warehouse is None:
        return
    if count := waiting(at.warehouse, at.now.date()):
        yield Symptom(
            LOOK, f"{count} disputes of people are open for over {ANSWER_DAYS} days",
            "ask the source agency again; blindspot subject list, subject settle",
        )  # fmt: skip
    else:
        yield Symptom(GOOD, "no dispute waits too long")


ALL_CHECKS: Final[dict[str, Check]] = {
    **CHECKS,
    "escrow": escrow_is_current,
    "roles": roles_hold,
    "versions": versions,
    "Prefect": prefect,
    "runs": last_night,
    "sources": sources,
    "quarantine": quarantine,
    "requests": requests,
}


def examine(office: Office, now: dt.datetime) -> list[dict[str, Any]]:
    """Every check's symptoms; a check that itself fails is a symptom, not an end."""
    told = []
    with _read_only(office) as (warehouse, why):
        patient = Patient(office, now, warehouse)
        if why:
            told.append({"check": "data", **vars(why)})
        for name, check in ALL_CHECKS.items():
            told += [{"check": name, **vars(one)} for one in _tried(check, patient)]
    return told


def _tried(check: Check, patient: Patient) -> list[Symptom]:
    try:
        return list(check(patient))
    except UserError as error:
        return [Symptom(BAD, error.what, error.next_step)]
    except OSError as error:
        where = error.filename or "a file"
        return [
            Symptom(
                BAD, f"{where} cannot be read ({error.strerror})",
                "give this user the right to read it",
            )
        ]  # fmt: skip


@contextmanager
def _read_only(office: Office) -> Iterator[tuple[Warehouse | None, Symptom | None]]:
    """The warehouse, or why it is not looked into."""
    from pipeline.office import open_warehouse

    try:
        warehouse = open_warehouse(office, read_only=True, as_it_is=True)
    except OfficeBusy as error:
        yield None, Symptom(LOOK, f"{error.what}: its data were not looked at", "")
        return
    except NotReady as error:
        yield None, Symptom(LOOK, error.what, error.next_step)
        return
    except UserError as error:
        yield None, Symptom(BAD, error.what, error.next_step)
        return
    with warehouse:
        yield warehouse, None
