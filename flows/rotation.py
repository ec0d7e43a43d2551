"""Glue of a change of keys: what is put down in the access log, what is told."""

from datetime import date
from typing import Any, Final

from pipeline.access_record import touched
from pipeline.escrow import key_files, key_fingerprint
from pipeline.key_pairs import begin, cancel, coming_key, pair_inbox, progress
from pipeline.office import open_warehouse
from pipeline.rekey import finish
from pipeline.rotation import Rotation, rotate_databases
from pipeline.settings import Office

_NEXT: Final = (
    "blindspot keys escrow; keep the former escrow as long as a backup of before; "
    "then blindspot backup"
)


def change_databases(office: Office, day: date) -> dict[str, Any]:
    """New keys of both databases."""
    touched((), which="databases", former=_mark(office))
    rotate_databases(office, day)
    touched((), coming=_mark(office))
    return {"changed": "the keys of warehouse and vault", "next": _NEXT}


def change_persons(
    office: Office, day: date, step: str, *, allow_unseen: bool, close_round: bool
) -> dict[str, Any]:
    """A step of the change of the person key; none: only how far it is."""
    touched((), which="persons", step=step or "look", former=_mark(office))
    if step == "finish":
        done = finish(office, day, allow_unseen=allow_unseen, close_round=close_round)
        touched((), seen=done.seen, unseen=done.unseen, coming=_mark(office))
        return _finished(done)
    with open_warehouse(office) as warehouse:
        if step == "cancel":
            cancel(office, warehouse)
            return {"cancelled": "ids stay what they are"}
        if step == "begin":
            begin(office)
        if coming_key(office) is not None:
            pair_inbox(office, warehouse)
        counts = progress(warehouse)
    return {
        "keys_known": counts["known"],
        "seen_under_the_coming_key": counts["seen"],
        "not_seen": counts["unseen"],
        "residents_not_seen": counts["unseen_here"],
        "next": (
            "blindspot keys rotate --which persons --finish"
            if not counts["unseen_here"]
            else "ingest the next whole register, then --finish"
        ),
    }


def _finished(done: Rotation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "changed": "the person key and those of both databases",
        "seen": done.seen,
        "not_seen": done.unseen,
    }
    if done.closed_rounds:
        told["rounds_that_stay_as_they_are"] = ", ".join(done.closed_rounds)
    return told | {"next": _NEXT}


def _mark(office: Office) -> str:
    return key_fingerprint(key_files(office.path("keys")))
