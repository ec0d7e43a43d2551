"""Who got which list when, until when it may be used, and what was called back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.errors import ContractBroken, NotReady, OptionError
from pipeline.list_files import PROTECTED_OFFICER
from pipeline.manifest import ListedFile, listed_files, read_manifest, sha256_of
from pipeline.policy import load_policy
from pipeline.publish import editions
from pipeline.receipt import receipt_text, write_receipt
from pipeline.round_tables import ensure_round_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

_TEXT_LIMIT: Final = 60
_EXPORT = "run: blindspot export --as-of DATE --round {round} --confirm-by NAME"


@dataclass(frozen=True)
class Delivery:
    """A list that somebody has, or had.

    `state`: out, expired (to be destroyed) or recalled.
    """

    round: str
    edition: int
    dong_code: str
    file: str
    sha256: str
    delivered_to: str
    delivered_on: dt.date
    expires_on: dt.date
    recalled_on: dt.date | None
    recall_reason: str | None
    state: str


@dataclass(frozen=True)
class Handover:
    """What was handed over, and the paper to be signed."""

    files: tuple[ListedFile, ...]
    expires_on: dt.date
    receipt: Path
    already_delivered: bool


def deliver(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    to: str,
    dong: str | None = None,
) -> Handover:
    """Keep who got the newest edition's files, and write the receipt to be signed.

    Without `dong` everything is handed over but what only the named officer may see.

    Grain: out_delivery has one row per edition, dong and file.

    Raises:
        NotReady: The round was not exported, or its edition was called back.
        OptionError: Nobody is named, no file is for that dong, or others have it.
        ContractBroken: A file is not the one that was published.
    """
    round_, to = parse_round(round_), _words(to, "--to", "who gets the lists")
    edition, folder = _newest(office, round_)
    files = _chosen(listed_files(folder), dong)
    _require_untouched(folder, files)
    published = dt.date.fromisoformat(str(read_manifest(folder)["as_of"]))
    if as_of < published:
        raise OptionError(
            f"the lists are as of {published}: they cannot be delivered before",
            "give --as-of the day of the delivery",
        )
    expires_on = _expires_on(office, published)
    ensure_round_table(warehouse, "out_delivery")
    before = [
        one
        for one in deliveries(warehouse, as_of=as_of)
        if (one.round, one.edition) == (round_, edition)
        and (one.dong_code, one.file) in {(f.dong_code, f.file) for f in files}
    ]
    _require_free(before, to, round_)
    known = {(one.dong_code, one.file) for one in before}
    fresh = [f for f in _per_dong(files) if (f.dong_code, f.file) not in known]
    delivered_on = as_of if fresh else min(one.delivered_on for one in before)
    receipt = write_receipt(
        office, folder.name, dong,
        receipt_text(
            office.config.office.name, round_, edition, files,
            to=to, delivered_on=delivered_on, expires_on=expires_on,
            confirmed_by=str(read_manifest(folder)["confirmed_by"]),
        ),
    )  # fmt: skip
    with warehouse.transaction():
        for one in fresh:
            _insert(warehouse, round_, edition, one, to, as_of, expires_on)
    return Handover(tuple(files), expires_on, receipt, not fresh)


def recall(
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    reason: str,
    dong: str | None = None,
) -> list[Delivery]:
    """Call delivered lists of a round back, of every edition; returns which.

    Raises:
        NotReady: Nothing of it is out.
        OptionError: No reason is given, or the day lies before a delivery.
    """
    round_ = parse_round(round_)
    reason = _words(reason, "--reason", "why the lists are called back")
    out = [
        one
        for one in deliveries(warehouse, as_of=as_of)
        if one.round == round_ and one.recalled_on is None
    ]
    if dong is not None:
        # A workbook or container is called back whole: it cannot be in part.
        held = {(o.edition, o.file) for o in out if o.dong_code == dong.strip()}
        out = [one for one in out if (one.edition, one.file) in held]
    if not out:
        raise NotReady(
            f"no list of round {round_} is out that could be called back",
            "see who has which: blindspot deliveries",
        )
    if any(as_of < one.delivered_on for one in out):
        raise OptionError(
            "a list cannot be called back before it was delivered",
            "give --as-of the day of the recall",
        )
    with warehouse.transaction():
        for one in out:
            warehouse.execute(
                "UPDATE out_delivery SET recalled_on = $as_of, recall_reason = $reason "
                "WHERE round = $round AND edition = $edition "
                "AND dong_code = $dong AND file = $file AND recalled_on IS NULL",
                {
                    "as_of": as_of, "reason": reason, "round": one.round,
                    "edition": one.edition, "dong": one.dong_code, "file": one.file,
                },
            )  # fmt: skip
    called = {(one.edition, one.dong_code, one.file) for one in out}
    return [
        one
        for one in deliveries(warehouse, as_of=as_of)
        if one.round == round_ and (one.edition, one.dong_code, one.file) in called
    ]


def deliveries(warehouse: Warehouse, *, as_of: dt.date) -> list[Delivery]:
    """Every list that was handed over, and how it stands on a day."""
    if not warehouse.has_table("out_delivery"):
        return []
    found = warehouse.fetch(
        "SELECT round, edition, dong_code, file, sha256, delivered_to, delivered_on, "
        "expires_on, recalled_on, recall_reason FROM out_delivery "
        "ORDER BY round, edition, dong_code, file"
    )
    return [Delivery(**row, state=_state(row, as_of)) for row in found.to_pylist()]


def _state(row: Mapping[str, Any], as_of: dt.date) -> str:
    recalled_on: dt.date | None = row["recalled_on"]
    if recalled_on is not None and recalled_on <= as_of:
        return "recalled"
    return "expired" if as_of > row["expires_on"] else "out"


def _newest(office: Office, round_: str) -> tuple[int, Path]:
    published = editions(office.path("rounds"), round_)
    if not published:
        raise NotReady(
            f"round {round_} was not exported yet", _EXPORT.format(round=round_)
        )
    edition = max(published)
    return edition, published[edition]


def _chosen(files: Sequence[ListedFile], dong: str | None) -> list[ListedFile]:
    """What goes to a dong's office: its team's container, else the files with it."""
    if dong is None:
        return [one for one in files if _reader(one) != PROTECTED_OFFICER]
    wanted = dong.strip()
    names = {one.file for one in files if one.recipient == wanted} or {
        one.file for one in files if wanted in (one.dong_code, one.dong_name)
    }
    if not names:
        raise OptionError(
            "--dong names no dong of which this edition holds a file",
            "give the 10-digit code or the whole name of a dong, city, or "
            f"{PROTECTED_OFFICER}",
        )
    return [one for one in files if one.file in names]


def _reader(one: ListedFile) -> str:
    return one.recipient or one.dong_code


def _per_dong(files: Sequence[ListedFile]) -> list[ListedFile]:
    """One row per dong and file: a container holds a dong's list and cards."""
    return list({(one.dong_code, one.file): one for one in files}.values())


def _require_untouched(folder: Path, files: Sequence[ListedFile]) -> None:
    published = {one.file: one.sha256 for one in files}
    spoilt = [
        name
        for name, digest in published.items()
        if not (folder / name).is_file()
        or sha256_of((folder / name).read_bytes()) != digest
    ]
    if spoilt:
        raise ContractBroken(
            f"{folder.name}: {len(spoilt)} files are gone or no longer what was "
            f"published ({spoilt[0]})",
            "a published file is never edited: put the backup's copy back, or move the "
            "folder away and export again",
        )


def _require_free(before: Sequence[Delivery], to: str, round_: str) -> None:
    if any(one.recalled_on is not None for one in before):
        raise NotReady(
            f"this edition of round {round_} was called back",
            "export again, which makes a new edition, then deliver that: "
            + _EXPORT.format(round=round_),
        )
    if any(one.delivered_to != to for one in before):
        raise OptionError(
            "these lists were handed to somebody else already",
            "see who has them (blindspot deliveries); recall them first",
        )


def _expires_on(office: Office, published: dt.date) -> dt.date:
    worked = dt.timedelta(weeks=office.config.round.weeks)
    kept = dt.timedelta(days=load_policy(office).params.expiry_days)
    return published + worked + kept


def _insert(
    warehouse: Warehouse,
    round_: str,
    edition: int,
    one: ListedFile,
    to: str,
    as_of: dt.date,
    expires_on: dt.date,
) -> None:
    row = {
        "round": round_, "edition": edition, "dong_code": one.dong_code,
        "file": one.file, "sha256": one.sha256, "delivered_to": to,
        "delivered_on": as_of, "expires_on": expires_on,
    }  # fmt: skip
    columns = ", ".join(f"${name} AS {name}" for name in row)
    warehouse.execute(f"INSERT INTO out_delivery BY NAME SELECT {columns}", row)


def _words(text: str, option: str, what: str) -> str:
    words = " ".join(text.split())
    if not words or len(words) > _TEXT_LIMIT or not words.isprintable():
        raise OptionError(
            f"{option} is empty, longer than {_TEXT_LIMIT} letters or not printable",
            f"say {what}: {option} TEXT",
        )
    return words
