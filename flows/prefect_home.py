"""Prefect's surroundings in an office: settings, home folder, telemetry off."""

import os
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

SERVICES = "PREFECT_SERVER_SERVICES_"
_API_URL = "PREFECT_API_URL"


def shipped_settings() -> dict[str, str]:
    """flows/prefect.toml as the environment variables that Prefect reads."""
    text = (resources.files("flows") / "prefect.toml").read_text(encoding="utf-8")
    return dict(_flatten("PREFECT", tomllib.loads(text)))


def prepare(
    home: Path,
    environ: MutableMapping[str, str] | None = None,
    *,
    with_services: bool = False,
) -> None:
    """Set what Prefect reads at import; must come before the first `import prefect`.

    Args:
        home: Prefect's home; inside the office, so that nothing is written elsewhere.
        environ: The environment to change; this process's own unless given.
        with_services: Leave the server's background services on (for `serve`).
    """
    target = os.environ if environ is None else environ
    # Anonymous usage reports are off whatever the environment says: an office's
    # machine calls nobody.
    target["DO_NOT_TRACK"] = "1"
    target["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    for name, value in shipped_settings().items():
        if not (with_services and name.startswith(SERVICES)):
            target.setdefault(name, value)
    target.setdefault("PREFECT_HOME", str(home))


def configured_server(environ: Mapping[str, str] | None = None) -> str | None:
    """The address of the Prefect server that the environment names, if any."""
    source = os.environ if environ is None else environ
    return source.get(_API_URL) or None


@contextmanager
def using_server(api_url: str) -> Iterator[None]:
    """Have Prefect talk to this server, and the processes that it starts.

    Entered before the first `import prefect`, which reads the address for good.
    """
    before = os.environ.get(_API_URL)
    os.environ[_API_URL] = api_url
    try:
        yield
    finally:
        if before is None:
            del os.environ[_API_URL]
        else:
            os.environ[_API_URL] = before


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{prefix}_{key.upper()}"
        if isinstance(value, Mapping):
            yield from _flatten(name, value)
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)
