"""`blindspot serve`: a Prefect server of the office's own and the nightly schedule."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.clock import seoul_clock
from flows.prefect_home import configured_server, prepare, using_server
from flows.prefect_server import LocalServer, announce
from flows.runner import SERVER_LOG, prefect_folder
from pipeline.errors import OptionError
from pipeline.settings import Office

ZONE = "Asia/Seoul"
CRON_FIELDS = 5
# A round is started by hand and stops before its lists leave: a person confirms them.
DEPLOYED = ("nightly", "round", "train", "retention", "screen", "ingest")
_CRON_FIELD = re.compile(r"[0-9A-Za-z*/,\-]+")


def serve_nightly(
    office: Office, *, port: int, cron: str | None, tell: Callable[[str], None]
) -> None:
    """Serve until interrupted: the page, and the nightly flow, one run at a time.

    Raises:
        OptionError: The cron is none, or the port is taken.
    """
    crons = {"nightly": _checked(cron or office.config.schedule.nightly_cron)}
    for name, when in (
        ("train", office.config.schedule.train_cron),
        ("retention", office.config.schedule.retention_cron),
    ):
        if when:
            crons[name] = _checked(when)
    home = prefect_folder(office)
    prepare(home, with_services=True)
    if known := configured_server():
        tell(f"using the configured server {known}")
        _work(office, crons, tell)
        return
    log = office.path("logs") / SERVER_LOG
    with (
        LocalServer(log, port=port, page=True) as local,
        using_server(local.api_url),
    ):
        local.wait_ready()
        note = announce(home, local.port)
        try:
            tell(f"Prefect's page: {local.address}")
            _work(office, crons, tell)
        finally:
            note.unlink(missing_ok=True)


def _checked(cron: str) -> str:
    # Looked at without Prefect: once imported it would not see the server's address.
    fields = cron.split()
    if len(fields) != CRON_FIELDS or not all(_CRON_FIELD.fullmatch(f) for f in fields):
        raise OptionError(
            "a cron of the schedule is none: expected five fields",
            'write it like "30 2 * * *" in [schedule] or --cron',
        )
    return cron


def _work(
    office: Office, crons: Mapping[str, str], tell: Callable[[str], None]
) -> None:
    from prefect import serve

    from flows.missed import make_up

    for name, when in crons.items():
        tell(f"{name}: {when} ({ZONE})")
    make_up("nightly", crons["nightly"], seoul_clock(), tell)
    tell("Ctrl-C ends")
    # One run at a time by the runner and the office's lock. A limit of the deployment
    # would keep its slot in the database when the machine dies, and run never again.
    with _terminal_to(office.path("logs") / SERVER_LOG):
        serve(
            *(_deployment(office, name, crons.get(name)) for name in DEPLOYED),
            limit=1,
            print_starting_message=False,
        )
    tell("ended; runs under way were stopped and left nothing half-written")


def _deployment(office: Office, name: str, cron: str | None) -> Any:
    """A flow on Prefect's page; without a cron it is started there by hand."""
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.flows import PREFECT_FLOWS

    flow: Any = PREFECT_FLOWS[name]
    return flow.to_deployment(
        name=name,
        schedule=Cron(cron, timezone=ZONE) if cron else None,
        parameters={"office": str(office.root)},
        entrypoint_type=EntrypointType.MODULE_PATH,
        description=flow.description,
    )


@contextmanager
def _terminal_to(log_file: Path) -> Iterator[None]:
    """Send what Prefect and its run processes print to a log file.

    They share our terminal, and on Ctrl-C each prints a traceback of its own.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [(fd, os.dup(fd)) for fd in (1, 2)]
    with log_file.open("ab") as log:
        for fd, _ in kept:
            os.dup2(log.fileno(), fd)
    try:
        yield
    finally:
        for fd, copy in kept:
            os.dup2(copy, fd)
            os.close(copy)
