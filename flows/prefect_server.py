"""A Prefect server of the office's own: for one run, or for as long as `serve`."""

import http.client
import os
import signal
import socket
import subprocess  # noqa: S404 - starts our own interpreter only
import sys
import threading
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from pipeline.errors import ContractBroken, OptionError

HOST = "127.0.0.1"
_NOTE = "serving-port"
_READY_WITHIN_SECONDS = 180.0
_STOP_WITHIN_SECONDS = 10.0


class LocalServer:
    """A server process on 127.0.0.1 that ends with this process, whatever ends it.

    Started before the heavy imports and awaited after them: the two overlap. Its
    lines go to a log file, never to the terminal, and Ctrl-C reaches only us.
    """

    def __init__(self, log_file: Path, *, port: int = 0, page: bool = False) -> None:
        self.port = _free_port(port)
        self.address = f"http://{HOST}:{self.port}"
        self.api_url = f"{self.address}/api"
        self._log_file = log_file
        log_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        environ = dict(os.environ)
        environ["PREFECT_UI_ENABLED"] = "true" if page else "false"
        environ["PREFECT_UI_API_URL"] = self.api_url
        environ.pop("PREFECT_API_URL", None)
        log_file.touch(mode=0o600)
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "flows.prefect_server", str(self.port)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environ,
                start_new_session=True,
            )

    def wait_ready(self) -> Self:
        """Return once the server answers.

        Raises:
            ContractBroken: It ended or did not answer in time.
        """
        deadline = monotonic() + _READY_WITHIN_SECONDS
        while monotonic() < deadline and self._process.poll() is None:
            if _is_healthy(self.port):
                return self
            sleep(0.05)
        self.stop()
        raise ContractBroken(
            "Prefect's server did not start",
            f"see {self._log_file}; the steps also run without it: "
            "blindspot ingest, screen, export, report",
        )

    def stop(self) -> None:
        """End the server; safe to call twice."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def announce(home: Path, port: int) -> Path:
    """Leave a note where the office's own server listens, for `blindspot run`."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = home / _NOTE
    note.write_text(str(port), encoding="ascii")
    return note


def running_server(home: Path) -> str | None:
    """The API address of the office's own server, if one answers."""
    try:
        port = int((home / _NOTE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return f"http://{HOST}:{port}/api" if _is_healthy(port) else None


def _free_port(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise OptionError(
                f"port {port} of {HOST} is in use",
                "name another with --port, or stop what listens there",
            ) from None
        return int(probe.getsockname()[1])


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _end_with_parent() -> None:
    # The pipe closes when the parent ends, by Ctrl-C or by kill -9 alike.
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _serve(port: int) -> None:
    import uvicorn

    threading.Thread(target=_end_with_parent, daemon=True).start()
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host=HOST,
        port=port,
        log_level="error",
        lifespan="on",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
