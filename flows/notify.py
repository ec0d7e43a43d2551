"""Tells a person that a run did not end well, by webhook or e-mail, inside the network.

Prefect calls it when a flow fails or crashes. What is sent says which office, which run
and how it ended; the message of an error stays in the office's log. A message that
cannot be delivered is logged and changes nothing else.
"""

import json
import smtplib
import urllib.request
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from flows.night import TOLD
from pipeline.logs import LOGGER, office_log
from pipeline.settings import NotifySection, Office, load_office

SECONDS: Final = 10


def on_end(flow: Any, flow_run: Any, state: Any) -> None:
    """Prefect's hook for a run that ended well: tells only what a person must mend."""
    if state.name in TOLD:
        on_trouble(flow, flow_run, state)


def on_trouble(flow: Any, flow_run: Any, state: Any) -> None:
    """Prefect's hook for a run that failed or crashed; never raises."""
    try:
        office = load_office(Path(str(flow_run.parameters["office"])))
        told = {
            "office": office.config.office.name,
            "flow": str(flow.name),
            "run": str(flow_run.name),
            "state": str(state.name),
            **_why(state),
            "next_step": TOLD.get(
                state.name,
                "blindspot doctor; blindspot runs list; logs/blindspot.log",
            ),
        }
        with office_log(office.path("logs")):
            notify(office, told)
    except Exception as error:  # noqa: BLE001 - a message must not undo anything
        LOGGER.error("notification failed: %s", type(error).__name__)


def _why(state: Any) -> dict[str, str]:
    """Of a night that ended, what was refused or due: sources and codes, no values."""
    return {"why": str(state.message)} if state.name in TOLD else {}


def notify(office: Office, told: Mapping[str, str]) -> int:
    """Send to every address of the settings; how many were reached."""
    wanted = office.config.notify
    ways = []
    if wanted.webhook:
        ways.append(("webhook", _post))
    if wanted.email_to:
        ways.append(("e-mail", _mail))
    reached = 0
    for name, way in ways:
        try:
            way(wanted, told)
            reached += 1
        except (OSError, ValueError, smtplib.SMTPException) as error:
            LOGGER.error("%s was not delivered: %s", name, type(error).__name__)
    return reached


def _post(wanted: NotifySection, told: Mapping[str, str]) -> None:
    """One JSON object; `text` is what chat servers show."""
    body = {**told, "text": _text(told)}
    request = urllib.request.Request(  # noqa: S310 - checked to be http(s)
        wanted.webhook,
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    # No proxy of the environment: what leaves goes where the settings say.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=SECONDS):
        pass


def _mail(wanted: NotifySection, told: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["Subject"] = f"[blindspot] {told['office']}: {told['flow']} {told['state']}"
    message["From"], message["To"] = wanted.email_from, ", ".join(wanted.email_to)
    message.set_content(_text(told))
    with smtplib.SMTP(wanted.smtp_host, wanted.smtp_port, timeout=SECONDS) as server:
        server.send_message(message)


def _text(told: Mapping[str, str]) -> str:
    return (
        f"{told['office']}: {told['flow']} ({told['run']}) {told['state']}\n"
        + (f"{told['why']}\n" if "why" in told else "")
        + f"→ {told['next_step']}"
    )
