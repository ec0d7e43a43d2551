"""The files of one edition of a round, made in memory out of warehouse and vault."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data_contracts.outputs import HEADERS_KO
from pipeline.access_record import current_head
from pipeline.access_verify import seal_comment
from pipeline.errors import OptionError
from pipeline.list_files import (
    REAL_KO,
    RECIPIENT_KO,
    SYNTHETIC_KO,
    Dong,
    DongList,
    Edition,
    ExportOptions,
    File,
    UnitFigures,
    referral_ids,
    sealed_entries,
)
from pipeline.list_formats import Rows
from pipeline.list_rows import list_cells, rows_by_dong
from pipeline.manifest import ListedFile
from pipeline.route_sheets import route_sheets
from pipeline.sealed import Archive
from pipeline.settings import Office
from pipeline.team_passwords import team_passwords
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class MadeFiles:
    """What is to lie in a folder, and which referrals stand in it."""

    files: list[File]
    archives: dict[str, tuple[Archive, list[ListedFile], str]]
    rows: int
    referral_ids: list[str]

    @property
    def plain(self) -> dict[str, bytes]:
        return {} if self.archives else {file.name: file.content for file in self.files}

    def contents(self, as_of: dt.date) -> tuple[dict[str, bytes], list[ListedFile]]:
        """The bytes of the folder and what the manifest says of them."""
        if not self.archives:
            return self.plain, [one for file in self.files for one in file.listed]
        contents, listed = {}, []
        # Tampering with the access log is found back to any list that has left.
        kept = current_head()
        comment = seal_comment(kept[1]) if kept else b""
        for name, (archive, entries, who) in self.archives.items():
            contents[name] = archive.sealed(as_of, comment)
            listed += [
                replace(one, recipient=who).of(contents[name]) for one in entries
            ]
        return contents, listed


def dongs_with_list(warehouse: Warehouse, only: str | None) -> list[Dong]:
    """The dongs that get a list, or the one that `only` names.

    Raises:
        OptionError: `only` names no dong with a team.
    """
    warehouse.run_sql("referral/_export_dong")
    every = [
        Dong(*map(str, row))
        for row in warehouse.rows(
            "SELECT dong_code, dong_name, unit, team_code, team_name "
            "FROM _export_dong ORDER BY dong_code"
        )
    ]
    if only is None:
        return every
    chosen = [dong for dong in every if only.strip() in (dong.code, dong.name)]
    if len(chosen) != 1:
        raise OptionError(
            f"--only fits {len(chosen)} of the {len(every)} dongs that have a team",
            "give the 10-digit dong code or the whole name of one of them",
        )
    return chosen


def made_files(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    as_of: dt.date,
    dongs: Sequence[Dong],
    options: ExportOptions,
    with_sheets: bool,
) -> MadeFiles:
    """Every file of an edition, in memory.

    Raises:
        ContractBroken: A listed household has gone from core, or is protected now.
        SecretError: The file of the teams' passwords cannot be used.
    """
    is_synthetic = office.config.office.synthetic
    figures = _figures(warehouse, round_)
    edition = Edition(round_, as_of, is_synthetic, options, figures)
    lists = _lists(warehouse, round_, dongs, SYNTHETIC_KO if is_synthetic else REAL_KO)
    sheets: Mapping[str, Rows] = {}
    if with_sheets:
        sheets = route_sheets(
            office, warehouse, round_, as_of=as_of, is_synthetic=is_synthetic
        )
    files = [*edition.dong_files(lists), *edition.sheet_files(sheets)]
    ids = referral_ids([[HEADERS_KO, *one.rows] for one in lists] + [*sheets.values()])
    rows = sum(len(one.rows) for one in lists)
    archives = _archives(office, edition, files, dongs) if options.sealed else {}
    return MadeFiles(files, archives, rows, ids)


def _lists(
    warehouse: Warehouse, round_: str, dongs: Sequence[Dong], kind: str
) -> list[DongList]:
    rows = rows_by_dong(warehouse, round_)
    lists = []
    for dong in dongs:
        shared = {"data_kind": kind, "dong_name": dong.name}
        cells, teams = [], {dong.team_code: None}
        for row in rows[dong.code]:
            team = row["team_name"] or dong.team_name
            cells.append(list_cells({**row, **shared, "team_name": team}))
            teams[row["team_code"] or dong.team_code] = None
        lists.append(DongList(dong, cells, tuple(teams)))
    return lists


def _figures(warehouse: Warehouse, round_: str) -> dict[str, UnitFigures]:
    if not warehouse.has_table("out_unit"):
        return {}
    return {
        str(unit): UnitFigures(*figures)
        for unit, *figures in warehouse.rows(
            "SELECT unit, dongs, slots, below_line, must_to_city FROM out_unit "
            "WHERE round = $round ORDER BY unit",
            {"round": round_},
        )
    }


def _archives(
    office: Office, edition: Edition, files: Sequence[File], dongs: Sequence[Dong]
) -> dict[str, tuple[Archive, list[ListedFile], str]]:
    """A container for each recipient, with the files that it may read."""
    named = {dong.code: dong.name for dong in dongs} | RECIPIENT_KO
    mine: dict[str, list[File]] = {}
    for file in files:
        for recipient in file.recipients:
            mine.setdefault(recipient, []).append(file)
    passwords = team_passwords(office, {who: named.get(who, who) for who in mine})
    archives = {}
    for who, held in sorted(mine.items()):
        name = edition.sealed_name(who, named.get(who, who))
        archive = Archive({file.name: file.content for file in held}, passwords[who])
        archives[name] = (archive, sealed_entries(name, held), who)
    return archives
