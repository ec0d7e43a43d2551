"""The lists for the dong offices: one file per dong, sealed folder, named confirmation.

The list is an order of contact that a person approves, never a decision.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.access_record import touched
from pipeline.edition import MadeFiles, dongs_with_list, made_files
from pipeline.errors import NotConfirmed, NotReady
from pipeline.issued import record_edition, record_issued, was_recalled
from pipeline.list_files import ExportOptions
from pipeline.manifest import (
    MANIFEST_NAME,
    ListedFile,
    listed_files,
    manifest_bytes,
    read_manifest,
    sha256_of,
)
from pipeline.named import name_of
from pipeline.publish import edition_folder, editions, holds_the_same, publish
from pipeline.round_tables import require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

_AS_CSV: Final = ExportOptions()


@dataclass(frozen=True)
class ExportReport:
    """What an export did; `already_published` means the same lists lay there.

    `lists`: the dongs' lists, one entry per dong and format; `others`: cards and the
    sheets of the round. `rows`: referrals on the dongs' lists.
    """

    round: str
    edition: int
    folder: Path
    confirmed_by: str
    already_published: bool
    manifest_sha256: str
    rows: int
    lists: tuple[ListedFile, ...]
    others: tuple[ListedFile, ...]

    @property
    def files(self) -> int:
        """Files that left; the manifest is none of them."""
        return len({one.file for one in (*self.lists, *self.others)})


def export_round(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    confirm_by: str | None,
    only: str | None = None,
    options: ExportOptions = _AS_CSV,
) -> ExportReport:
    """Write a round's files and publish them with one rename.

    `only` (a dong's code or name) restricts the files, never the ranks; the sheets of
    the round stay behind then.

    Raises:
        NotConfirmed: Nobody is named who confirms the lists.
        NotReady: The round was not screened as of that day.
        OptionError: `only` names no dong with a team, or the round is none.
    """
    round_ = parse_round(round_)
    confirmed_by = _confirmed(confirm_by)
    _require_screened(warehouse, round_, as_of)
    dongs = dongs_with_list(warehouse, only)
    made = made_files(office, warehouse, round_, as_of, dongs, options, only is None)

    _tell_of(warehouse, made.referral_ids)
    touched((), round=round_, as_of=str(as_of), confirmed_by=confirmed_by)
    edition, is_same = _edition(office, warehouse, round_, made)
    folder = edition_folder(office.path("rounds"), round_, edition)
    if not is_same:
        contents, listed = made.contents(as_of)
        manifest = manifest_bytes(
            warehouse,
            round_,
            as_of=as_of,
            edition=edition,
            confirmed_by=confirmed_by,
            is_synthetic=office.config.office.synthetic,
            only=dongs[0].code if only is not None else None,
            listed=made.rows,
            files=listed,
        )
        publish(folder, {**contents, MANIFEST_NAME: manifest})
    every = listed_files(folder)
    report = ExportReport(
        round=round_,
        edition=edition,
        folder=folder,
        # The first confirmation of a published list stands.
        confirmed_by=str(read_manifest(folder)["confirmed_by"]),
        already_published=is_same,
        manifest_sha256=sha256_of((folder / MANIFEST_NAME).read_bytes()),
        rows=made.rows,
        lists=tuple(one for one in every if one.kind == "list"),
        others=tuple(one for one in every if one.kind != "list"),
    )
    _record(warehouse, report, as_of, made.referral_ids)
    return report


def _edition(
    office: Office, warehouse: Warehouse, round_: str, made: MadeFiles
) -> tuple[int, bool]:
    """The number of the edition, and whether it lies there already, not recalled."""
    published = editions(office.path("rounds"), round_)
    latest = max(published, default=0)
    archives = {name: archive for name, (archive, *_) in made.archives.items()}
    is_same = (
        bool(latest)
        and not was_recalled(warehouse, round_, latest)
        and holds_the_same(published[latest], made.plain, archives)
    )
    return (latest if is_same else latest + 1), is_same


def _tell_of(warehouse: Warehouse, left: Sequence[str]) -> None:
    """Whose data are in the files, for the access log."""
    found = warehouse.rows("SELECT referral_id, household_id FROM out_referral")
    household_of = dict(found)
    touched(household_of[one] for one in left if one in household_of)


def _record(
    warehouse: Warehouse, report: ExportReport, as_of: dt.date, left: Sequence[str]
) -> None:
    with warehouse.transaction():
        record_edition(
            warehouse,
            round_=report.round,
            edition=report.edition,
            folder=report.folder.name,
            confirmed_by=report.confirmed_by,
            as_of=as_of,
            files=report.files,
            rows=report.rows,
            manifest_sha256=report.manifest_sha256,
        )
        record_issued(warehouse, report.round, report.edition, left)


def _confirmed(confirm_by: str | None) -> str:
    if (name := name_of(confirm_by)) is None:
        raise NotConfirmed(
            "a list leaves only after a named person has looked at it and confirms it",
            "name who confirms: --confirm-by NAME (kept with the round)",
        )
    return name


def _require_screened(warehouse: Warehouse, round_: str, as_of: dt.date) -> None:
    screen = f"run: blindspot screen --as-of {as_of} --round {round_}"
    needed = ("out_eligibility", "out_referral", "out_score", "core_address")
    for table in (*needed, "core_as_of"):
        require_table(warehouse, table, screen)
    found = warehouse.rows(
        "SELECT (SELECT count(*) FROM out_eligibility WHERE round = $round), "
        "(SELECT min(as_of) FROM out_referral WHERE round = $round), "
        "(SELECT max(as_of) FROM out_referral WHERE round = $round)",
        {"round": round_},
    )[0]
    decided, first, last = found
    if not decided:
        raise NotReady(f"round {round_} was not screened yet", screen)
    if first is not None and (first, last) != (as_of, as_of):
        raise NotReady(
            f"round {round_} was screened as of {last}, not as of {as_of}",
            f"export with --as-of {last}, or {screen}",
        )
    # Names and addresses are those of the core tables' day; another day's would be
    # put beside this round's reasons.
    ((built_as_of,),) = warehouse.rows("SELECT as_of FROM core_as_of")
    if built_as_of != as_of:
        raise NotReady(
            f"the households were rebuilt as of {built_as_of} since round {round_} was "
            f"screened as of {as_of}",
            f"{screen} (the same files give the same lists), then export again",
        )
