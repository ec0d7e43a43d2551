"""Who is told when a run fails: by webhook and e-mail, without any value of a row."""

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.runner import run_flow
from pipeline.errors import NotReady, OfficeError
from pipeline.settings import load_office
from tests.lib.towns import AS_OF

EARLY = AS_OF.replace(year=2020)


class _Webhook(BaseHTTPRequestHandler):
    got: list[dict[str, Any]]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.got.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


class _Mail(socketserver.StreamRequestHandler):
    """As much of a mail server as one message needs."""

    got: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    text += part
                self.got.append(text.decode())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def listeners() -> Iterator[tuple[Any, Any]]:
    hook = type("Hook", (_Webhook,), {"got": []})
    mail = type("Mail", (_Mail,), {"got": []})
    web = HTTPServer(("127.0.0.1", 0), hook)
    post = socketserver.ThreadingTCPServer(("127.0.0.1", 0), mail)
    for server in (web, post):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield (web, hook.got), (post, mail.got)  # type: ignore[attr-defined]
    for server in (web, post):
        server.shutdown()
        server.server_close()


def told_to(root: Path, *, webhook: str, port: int) -> None:
    settings = root / "blindspot.toml"
    text = settings.read_text().replace('webhook = ""', f'webhook = "{webhook}"')
    text = text.replace("email_to = []", 'email_to = ["a@city.kr", "b@city.kr"]')
    text = text.replace(
        'smtp_host = "localhost"', f'smtp_host = "127.0.0.1"\nsmtp_port = {port}'
    )
    settings.write_text(text)


def test_a_failed_run_is_told_by_webhook_and_mail(
    office_root: Path, prefect_server: str, listeners: tuple[Any, Any]
) -> None:
    (web, hooks), (post, mails) = listeners
    told_to(
        office_root,
        webhook=f"http://127.0.0.1:{web.server_port}/x",
        port=post.server_address[1],
    )
    office = load_office(office_root)
    with pytest.raises(NotReady):
        run_flow(office, "screen", EARLY)
    (hook,), (mail,) = hooks, mails
    assert (hook["flow"], hook["state"]) == ("screen", "Failed")
    assert hook["office"] == office.config.office.name
    assert "blindspot doctor" in hook["text"]
    assert "To: a@city.kr, b@city.kr" in mail
    # The error's own words stay in the log; the run's name has its day.
    assert "was known before" not in json.dumps(hook) + mail


def test_a_run_that_ends_well_tells_nobody(
    office_root: Path, prefect_server: str, listeners: tuple[Any, Any]
) -> None:
    (web, hooks), (post, mails) = listeners
    told_to(
        office_root,
        webhook=f"http://127.0.0.1:{web.server_port}/x",
        port=post.server_address[1],
    )
    run_flow(load_office(office_root), "screen", AS_OF)
    assert (hooks, mails) == ([], [])


def test_nobody_there_changes_nothing_and_is_logged(
    office_root: Path, prefect_server: str
) -> None:
    told_to(office_root, webhook="http://127.0.0.1:9/x", port=9)
    office = load_office(office_root)
    with pytest.raises(NotReady):
        run_flow(office, "screen", EARLY)
    log = (office.path("logs") / "blindspot.log").read_text()
    assert "webhook was not delivered" in log
    assert "e-mail was not delivered" in log


def test_an_address_that_is_none_is_told_when_the_office_is_opened(
    office_root: Path,
) -> None:
    told_to(office_root, webhook="file:///etc/passwd", port=25)
    with pytest.raises(OfficeError, match="webhook"):
        load_office(office_root)
