"""An office under `blindspot serve`: the process, Prefect's API, a webhook's listener."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import sleep
from typing import Any

FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
NEVER = "30 2 29 2 *"
_COMMAND = "from flows.cli import main; main()"
_TRIES = 6_000
_BUSY_TRIES = 60


@dataclass
class Served:
    """A served office; `night` has a run of its schedule's deployment begin."""

    root: Path
    port: int
    process: "subprocess.Popen[bytes]"
    told: list[dict[str, Any]] = field(default_factory=list)

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request to Prefect's API; tried again while its database is busy.

        So does Prefect's own client: SQLite lets one write at a time.
        """
        for _ in range(_BUSY_TRIES):
            try:
                return self._ask(path, body)
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                error.close()
                sleep(0.5)
        raise AssertionError("Prefect's database stays busy")

    def _ask(self, path: str, body: dict[str, Any] | None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def deployment(self, flow: str) -> str:
        """The id of a flow's deployment, once it is there."""
        for _ in range(_TRIES):
            assert self.process.poll() is None, "serve ended"
            try:
                return str(self.api(f"deployments/name/{flow}/{flow}")["id"])
            except (OSError, urllib.error.HTTPError):
                sleep(0.1)
        raise AssertionError("no deployment in time")

    def start(self, flow: str, moment: str) -> str:
        """Schedule a run for a moment; its id."""
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": moment}}
        path = f"deployments/{self.deployment(flow)}/create_flow_run"
        wanted = {"state": state, "idempotency_key": f"{flow} {moment}"}
        return str(self.api(path, wanted)["id"])

    def ended(self, run: str) -> dict[str, Any]:
        """The run, once it has ended."""
        for _ in range(_TRIES):
            assert self.process.poll() is None, "serve ended"
            found: dict[str, Any] = self.api(f"flow_runs/{run}")
            if found["state_type"] in FINAL:
                return found
            sleep(0.1)
        raise AssertionError("the run did not end in time")

    def night(self, day: str, flow: str = "nightly") -> dict[str, Any]:
        """The run of a night at half past two, once it has ended."""
        return self.ended(self.start(flow, f"{day}T02:30:00+09:00"))

    def tasks(self, run: str) -> dict[str, dict[str, Any]]:
        """The task runs of a run, by name."""
        wanted = {"flow_runs": {"id": {"any_": [run]}}}
        return {one["name"]: one for one in self.api("task_runs/filter", wanted)}

    def tables(self, run: str) -> dict[str, list[dict[str, Any]]]:
        """The artifacts of a run, by key."""
        wanted = {"artifacts": {"flow_run_id": {"any_": [run]}}}
        found = self.api("artifacts/filter", wanted)
        # Those without a key are Prefect's own: where it keeps an error.
        return {one["key"]: json.loads(one["data"]) for one in found if one["key"]}


@contextmanager
def served(root: Path, temp: Path) -> Iterator[Served]:
    """`blindspot serve` as a process of its own, ended by Ctrl-C; `temp`: its TMPDIR."""
    told: list[dict[str, Any]] = []
    with _listener(told) as address:
        settings = root / "blindspot.toml"
        text = settings.read_text("utf-8")
        settings.write_text(text.replace('webhook = ""', f'webhook = "{address}"'))
        temp.mkdir(exist_ok=True)
        environ = os.environ | {
            "TMPDIR": str(temp),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        }
        for name in ("PREFECT_API_URL", "PREFECT_HOME"):
            environ.pop(name, None)
        port = _free_port()
        words = ("serve", "--office", str(root), "--port", str(port), "--cron", NEVER)
        with (temp / "serve.out").open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", _COMMAND, *words],
                stdout=out,
                stderr=out,
                env=environ,
                start_new_session=True,
            )
        try:
            yield Served(root, port, process, told)
        finally:
            # As systemd does; a shell's background jobs do not hear Ctrl-C.
            process.send_signal(signal.SIGTERM)
            process.wait(120)


@contextmanager
def _listener(told: list[dict[str, Any]]) -> Iterator[str]:
    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            told.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
