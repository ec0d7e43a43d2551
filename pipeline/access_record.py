"""Puts what is under way into the access log: begun, what was handed out, ended.

A command opens a record; deeper code says whose data it touched and what left, without
knowing which command it works for. Nothing is done that could not be put down first.
"""

import datetime as dt
import hashlib
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from pipeline.accesslog import (
    NOTHING_BEFORE,
    AccessLog,
    Actor,
    Event,
    Head,
    ids_of,
)
from pipeline.errors import UserError
from pipeline.roles import caller, refusal
from pipeline.settings import Office

# Why data of people may be touched at all (사회보장급여법), by name; commands choose.
PURPOSES: Final[Mapping[str, str]] = {
    "discovery": "위기가구 발굴 (사회보장급여법 §9의2·§12)",
    "service": "상담·지원과 결과 관리 (사회보장급여법 §15)",
    "audit": "점검·감사 (개인정보의 안전성 확보조치 기준 §8)",
    "maintenance": "시스템 운영과 점검",
    "data_subject": "정보주체의 열람·정정·처리정지 요구 (개인정보 보호법 §35~§37)",
}


# Commands that serve another purpose than finding people; a group by its first word.
_PURPOSE_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("locate", "notice", "due", "reentry", "partners"), "service"),
    **dict.fromkeys(
        ("explain", "access", "check", "evaluate", "rounds", "runs"), "audit"
    ),
    **dict.fromkeys(
        ("status", "doctor", "quarantine", "layout", "keys"), "maintenance"
    ),
    **dict.fromkeys(("ledger", "dong", "coverage", "sniff", "backup"), "maintenance"),
    "migrate": "maintenance",
    "subject": "data_subject",
}


def purpose_of(command: str) -> str:
    """The purpose of a command, by its name."""
    return _PURPOSE_OF.get(command.partition(" ")[0], "discovery")


class Record:
    """One command's entries; `touched` gathers until the next of them is written."""

    def __init__(
        self,
        log: AccessLog,
        clock: Callable[[], dt.datetime],
        command: str,
        purpose: str,
    ) -> None:
        self.log, self.clock = log, clock
        self.command, self.purpose = command, purpose
        self.actor = _actor()
        self.whose: set[str] = set()
        self.about: dict[str, Any] = {}
        self.head = Head(0, NOTHING_BEFORE)

    def begun(self) -> None:
        """Put down that it begins; nothing is done before."""
        self.head = self._put("begun", "")

    def refused(self) -> None:
        """Put down that the caller's role does not allow it."""
        self.head = self._put("refused", "NotAllowed")

    def handed(self, about: Mapping[str, Any]) -> None:
        """Put down what leaves, before it does."""
        self.about |= about
        self.head = self._put("handed", "")

    def ended(self, outcome: str) -> None:
        """Put down how it ended, and whose data were looked at since."""
        self.head = self._put("ended", outcome)

    def _put(self, phase: str, outcome: str) -> Head:
        whose = ids_of(tuple(self.whose))
        event = Event(
            self.command, phase, self.purpose, whose, dict(self.about), outcome
        )
        self.whose.clear()
        self.about.clear()
        at = self.clock().replace(microsecond=0).isoformat()
        return self.log.append(at, self.actor, event)


_current: ContextVar[Record | None] = ContextVar("access_record", default=None)


@contextmanager
def recorded(
    office: Office, clock: Callable[[], dt.datetime], command: str, purpose: str
) -> Iterator[None]:
    """Record a command from its beginning to its end; inside another one, nothing.

    Raises:
        NotAllowed: The caller's roles do not allow it; put down as refused.
        DiskError: The log cannot be written; the command does not begin.
    """
    if _current.get() is not None:
        yield
        return
    record = Record(AccessLog(office.path("data")), clock, command, purpose)
    if (why := refusal(office, command)) is not None:
        record.refused()
        raise why
    record.begun()
    token = _current.set(record)
    outcome = "done"
    try:
        yield
    except BaseException as error:
        outcome = _outcome_of(error)
        raise
    finally:
        _current.reset(token)
        record.ended(outcome)


def _outcome_of(error: BaseException) -> str:
    """How it ended; a command that did its work and ends with a code has not failed."""
    code = getattr(error, "exit_code", None)
    if isinstance(code, int) and not isinstance(error, UserError):
        return f"exit {code}" if code else "done"
    # Its kind alone: the message of an unexpected error may quote a row.
    return type(error).__name__


def touched(whose: Iterable[str], **about: Any) -> None:
    """Say whose data are looked at or leave: household ids."""
    if (record := _current.get()) is not None:
        record.whose.update(whose)
        record.about |= about


def handed(folder: str, files: Mapping[str, bytes]) -> None:
    """Say which files leave; with those who were told before to be in them."""
    if (record := _current.get()) is not None:
        hashes = {name: hashlib.sha256(files[name]).hexdigest() for name in files}
        record.handed({"folder": folder, "files": hashes})


def current_head() -> tuple[str, Head] | None:
    """The newest entry of the command under way and its moment, for keeping."""
    if (record := _current.get()) is None:
        return None
    return record.clock().replace(microsecond=0, tzinfo=None).isoformat(), record.head


def _actor() -> Actor:
    return Actor(caller().name, socket.gethostname(), os.getpid())
