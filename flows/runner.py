"""Runs a flow through Prefect: a configured server, the office's own, or a new one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flows.job import confirmed_by
from flows.prefect_home import configured_server, prepare, using_server
from flows.prefect_server import LocalServer, running_server
from pipeline.settings import Office

SERVER_LOG = "prefect-server.log"


def prefect_folder(office: Office) -> Path:
    """Prefect's home in the office."""
    return office.path("data") / "prefect"


@contextmanager
def server(office: Office) -> Iterator[None]:
    """See that flows have a Prefect server, for as long as the block lasts."""
    home = prefect_folder(office)
    prepare(home)
    if known := configured_server() or running_server(home):
        with using_server(known):
            yield
        return
    with (
        LocalServer(office.path("logs") / SERVER_LOG) as local,
        using_server(local.api_url),
    ):
        # Imports take seconds, and so does the server's start: let them overlap.
        import flows.flows  # noqa: F401

        local.wait_ready()
        yield


def run_flow(
    office: Office,
    flow: str,
    as_of: date,
    first_step: str | None = None,
    *,
    only: str | None = None,
    confirm_by: str | None = None,
) -> dict[str, Any]:
    """Run one flow; returns the counts of its steps."""
    with server(office):
        from flows.flows import PREFECT_FLOWS

        token = confirmed_by.set(confirm_by)
        try:
            results: dict[str, Any] = PREFECT_FLOWS[flow](
                office=str(office.root),
                as_of=as_of.isoformat(),
                first_step=first_step,
                options={"only": only} if only else {},
            )
        finally:
            confirmed_by.reset(token)
    return results
