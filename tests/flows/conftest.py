"""One made-up town and one Prefect server for all tests of the flows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.prefect_home import prepare, using_server
from flows.prefect_server import LocalServer
from tests.lib.towns import AS_OF, copy_town, done, make_town


@pytest.fixture(scope="session")
def loaded_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town whose files are loaded; never changed by a test."""
    root = make_town(tmp_path_factory.mktemp("flows") / "office")
    done("ingest", "--office", str(root), "--as-of", AS_OF.isoformat())
    return root


@pytest.fixture
def office_root(loaded_town: Path, tmp_path: Path) -> Path:
    return copy_town(loaded_town, tmp_path / "office")


@pytest.fixture(scope="session", autouse=True)
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server that `blindspot run` starts, once for the session."""
    before = dict(os.environ)
    home = tmp_path_factory.mktemp("prefect")
    prepare(home)
    log = home / "server.log"
    with LocalServer(log) as server, using_server(server.api_url):
        # Here and not in a test: once imported, Prefect draws from the global generators.
        import flows.flows  # noqa: F401

        yield server.wait_ready().api_url
    for name in set(os.environ) - set(before):
        del os.environ[name]
    assert log.read_text("utf-8") == ""
