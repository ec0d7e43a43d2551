"""What holds for every test: seeded randomness, no network, few derandomised examples."""

import os
import random  # noqa: TID251 - only to watch that nobody uses it
import socket
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import rich.style  # noqa: F401 - it draws a number when it is first imported
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

settings.register_profile(
    "ci",
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "nightly", parent=settings.get_profile("ci"), max_examples=500
)
settings.load_profile(os.environ.get("BLINDSPOT_TEST_PROFILE", "ci"))

LOCAL = {"127.0.0.1", "localhost", "::1", "0.0.0.0"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write the golden round anew; review the diff like code",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that bring Prefect into the process come last: see the guard below."""
    with_prefect = {"e2e", "flows"}
    items.sort(key=lambda item: not with_prefect.isdisjoint(item.path.parts[-3:]))


class _ByFile(LoadFileScheduling):
    """A file's tests stay together, and those of the flows: they share one server."""

    def _split_scope(self, nodeid: str) -> str:
        folder = "tests/flows/"
        return folder if nodeid.startswith(folder) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may leave the machine, not even a look-up."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in LOCAL:
            raise AssertionError("a test tried to reach the network")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _no_global_randomness() -> Iterator[None]:
    """Unseeded global generators make yesterday's failure impossible to see again."""
    if "prefect" in sys.modules:  # its threads draw from them, also between tests
        yield
        return
    before = (random.getstate(), np.random.get_state()[1].tobytes())  # type: ignore[index,union-attr]
    yield
    after = (random.getstate(), np.random.get_state()[1].tobytes())  # type: ignore[index,union-attr]
    assert before == after, "the test used a global random generator; seed your own"
