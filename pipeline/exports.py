"""The lists for the dong offices: one file per dong, sealed folder, named confirmation.

The list is an order of contact that a person approves, never a decision.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data_contracts.outputs import HEADERS_KO
from pipeline.errors import NotConfirmed, NotReady, OptionError
from pipeline.issued import record_edition, record_issued
from pipeline.list_formats import EXPORT_FORMATS, ExportFormat
from pipeline.list_rows import list_cells, rows_by_dong
from pipeline.manifest import (
    MANIFEST_NAME,
    ListedFile,
    manifest_bytes,
    read_manifest,
    sha256_of,
)
from pipeline.publish import edition_folder, editions, holds_the_same, publish
from pipeline.round_tables import require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

SYNTHETIC_KO, REAL_KO = "합성", "실자료"
_NAME_LIMIT: Final = 60


@dataclass(frozen=True)
class ExportReport:
    """What an export did; `already_published` means the same lists lay there."""

    round: str
    edition: int
    folder: Path
    confirmed_by: str
    already_published: bool
    manifest_sha256: str
    lists: tuple[ListedFile, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.lists)


def export_round(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    confirm_by: str | None,
    only: str | None = None,
    export_format: str = "csv",
) -> ExportReport:
    """Write a round's lists and publish them with one rename.

    `only` (a dong's code or name) restricts the files, never the ranks.

    Raises:
        NotConfirmed: Nobody is named who confirms the lists.
        NotReady: The round was not screened as of that day.
        OptionError: `only` names no dong with a team, or the round is none.
    """
    round_ = parse_round(round_)
    confirmed_by = _confirmed(confirm_by)
    _require_screened(warehouse, round_, as_of)
    dongs = _dongs(warehouse, only)
    is_synthetic = office.config.office.synthetic
    lists, contents = _lists(
        warehouse, round_, dongs, is_synthetic, EXPORT_FORMATS[export_format]
    )

    rounds = office.path("rounds")
    published = editions(rounds, round_)
    latest = max(published, default=0)
    is_same = bool(latest) and holds_the_same(published[latest], contents)
    edition = latest if is_same else latest + 1
    folder = edition_folder(rounds, round_, edition)
    if not is_same:
        manifest = manifest_bytes(
            warehouse,
            round_,
            as_of=as_of,
            edition=edition,
            confirmed_by=confirmed_by,
            is_synthetic=is_synthetic,
            only=dongs[0][0] if only is not None else None,
            files=lists,
        )
        publish(folder, {**contents, MANIFEST_NAME: manifest})
    report = ExportReport(
        round=round_,
        edition=edition,
        folder=folder,
        # The first confirmation of a published list stands.
        confirmed_by=str(read_manifest(folder)["confirmed_by"]),
        already_published=is_same,
        manifest_sha256=sha256_of((folder / MANIFEST_NAME).read_bytes()),
        lists=tuple(lists),
    )
    with warehouse.transaction():
        record_edition(
            warehouse,
            round_=round_,
            edition=edition,
            folder=folder.name,
            confirmed_by=report.confirmed_by,
            as_of=as_of,
            files=len(lists),
            rows=report.rows,
            manifest_sha256=report.manifest_sha256,
        )
        left = None if only is None else [dong[0] for dong in dongs]
        record_issued(warehouse, round_, edition, left)
    return report


def _confirmed(confirm_by: str | None) -> str:
    name = " ".join((confirm_by or "").split())
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
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


def _dongs(warehouse: Warehouse, only: str | None) -> list[tuple[str, str, str]]:
    warehouse.run_sql("referral/_export_dong")
    every = [
        (str(code), str(name), str(team))
        for code, name, team in warehouse.rows(
            "SELECT dong_code, dong_name, team_name FROM _export_dong "
            "ORDER BY dong_code"
        )
    ]
    if only is None:
        return every
    chosen = [dong for dong in every if only.strip() in dong[:2]]
    if len(chosen) != 1:
        raise OptionError(
            f"--only fits {len(chosen)} of the {len(every)} dongs that have a team",
            "give the 10-digit dong code or the whole name of one of them",
        )
    return chosen


def _lists(
    warehouse: Warehouse,
    round_: str,
    dongs: Sequence[tuple[str, str, str]],
    is_synthetic: bool,
    form: ExportFormat,
) -> tuple[list[ListedFile], dict[str, bytes]]:
    kind = SYNTHETIC_KO if is_synthetic else REAL_KO
    end = f"_{SYNTHETIC_KO}" if is_synthetic else ""
    rows = rows_by_dong(warehouse, round_)
    lists, contents = [], {}
    for code, name, team in dongs:
        shared = {"data_kind": kind, "dong_name": name, "team_name": team}
        cells = [
            list(HEADERS_KO),
            *(list_cells({**row, **shared}) for row in rows[code]),
        ]
        file = f"의뢰목록_{round_}_{code}_{_in_file_name(name)}{end}{form.suffix}"
        contents[file] = form.render(cells)
        digest = sha256_of(contents[file])
        lists.append(ListedFile(file, code, name, len(rows[code]), digest))
    return lists, contents


def _in_file_name(name: str) -> str:
    return "".join("_" if letter in '/\\:*?"<>|' else letter for letter in name)
