"""`blindspot serve`: a Prefect server of the office's own and the nightly schedule."""

from collections.abc import Callable
from os import environ
from typing import Any

from flows.prefect_home import configured_server, prepare
from flows.prefect_server import LocalServer, announce
from flows.runner import prefect_folder
from pipeline.errors import OptionError
from pipeline.settings import Office

ZONE = "Asia/Seoul"


def serve_nightly(
    office: Office, *, port: int, cron: str | None, tell: Callable[[str], None]
) -> None:
    """Serve until interrupted: the page, and the nightly flow, one run at a time.

    Raises:
        OptionError: The cron is none, or the port is taken.
    """
    home = prefect_folder(office)
    prepare(home, with_services=True)
    schedule = _checked(cron or office.config.schedule.nightly_cron)
    if known := configured_server():
        tell(f"using the configured server {known}")
        _work(office, schedule, tell)
        return
    log = office.path("logs") / "prefect-server.log"
    with LocalServer(log, port=port, page=True) as local:
        environ["PREFECT_API_URL"] = local.api_url
        local.wait_ready()
        note = announce(home, local.port)
        try:
            tell(f"Prefect's page: {local.address}")
            _work(office, schedule, tell)
        finally:
            note.unlink(missing_ok=True)
            del environ["PREFECT_API_URL"]


def _checked(cron: str) -> str:
    from prefect.client.schemas.schedules import CronSchedule

    try:
        CronSchedule(cron=cron, timezone=ZONE)
    except ValueError:
        raise OptionError(
            "the cron of the nightly run is none: expected five fields",
            'write it like "30 2 * * *" in [schedule] nightly_cron or --cron',
        ) from None
    return cron


def _work(office: Office, cron: str, tell: Callable[[str], None]) -> None:
    from prefect import serve
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.flows import nightly

    deployment: Any = nightly.to_deployment(
        name="nightly",
        schedule=Cron(cron, timezone=ZONE),
        parameters={"office": str(office.root)},
        entrypoint_type=EntrypointType.MODULE_PATH,
        description="Loads what arrived and ranks anew; lets nothing leave.",
    )
    tell(f"nightly: {cron} ({ZONE}); Ctrl-C ends")
    serve(deployment, limit=1, print_starting_message=False)
