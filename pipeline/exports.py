"""The lists for the dong offices: one file per dong, sealed folder, named confirmation.

The list is an order of contact that a person approves, never a decision.
"""

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data_contracts.outputs import HEADERS_KO, REFERRAL_ROW, SLOT_KIND_KO
from pipeline.borrowed_unit import add_borrowed_units
from pipeline.errors import ContractBroken, NotConfirmed, NotReady, OptionError
from pipeline.excel_safe import hyphened_phone, safe_text
from pipeline.manifest import (
    MANIFEST_NAME,
    ListedFile,
    manifest_bytes,
    read_manifest,
    sha256_of,
)
from pipeline.publish import edition_folder, editions, holds_the_same, publish
from pipeline.referral import PHONE_FIRST
from pipeline.round_tables import ensure_round_table, require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

SYNTHETIC_KO, REAL_KO = "합성", "실자료"
NOBODY_REGISTERED: Final = "(등록자 없음)"
VISIT_WITHOUT_PHONE: Final = "방문(연락처 없음)"
_NAME_LIMIT: Final = 60

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class ExportFormat:
    """How a list is written: the end of its name, and rows of text to bytes."""

    suffix: str
    render: Callable[[Rows], bytes]


def render_csv(rows: Rows) -> bytes:
    """UTF-8 with BOM and CRLF: what a Korean Excel opens by double click."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


EXPORT_FORMATS: Final = {"csv": ExportFormat(".csv", render_csv)}


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
    _record(warehouse, report, as_of)
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
    rows = _rows_by_dong(warehouse, round_)
    lists, contents = [], {}
    for code, name, team in dongs:
        shared = {"data_kind": kind, "dong_name": name, "team_name": team}
        cells = [list(HEADERS_KO), *(_cells({**row, **shared}) for row in rows[code])]
        file = f"의뢰목록_{round_}_{code}_{_in_file_name(name)}{end}{form.suffix}"
        contents[file] = form.render(cells)
        digest = sha256_of(contents[file])
        lists.append(ListedFile(file, code, name, len(rows[code]), digest))
    return lists, contents


def _rows_by_dong(
    warehouse: Warehouse, round_: str
) -> defaultdict[str, list[dict[str, Any]]]:
    """The round's rows with names and addresses, in memory only.

    Raises:
        ContractBroken: A listed household has gone from core, or is protected now.
    """
    warehouse.run_sql("referral/_export_row", {"round": round_})
    try:
        found = warehouse.fetch(
            "SELECT * FROM _export_row ORDER BY dong_code, visit_order"
        ).to_pylist()
    finally:
        warehouse.execute("DROP TABLE _export_row")
    changed = sum(row["is_address_only"] is None for row in found)
    protected = sum(bool(row["is_protected"]) for row in found)
    if changed or protected:
        raise ContractBroken(
            f"the register changed after the screening: {changed} listed households "
            f"are gone and {protected} have a protected address now",
            "screen the round again, then export",
        )
    add_borrowed_units(warehouse, found)
    rows = defaultdict(list)
    for row in found:
        rows[row["dong_code"]].append(row)
    return rows


def _cells(row: Mapping[str, Any]) -> list[str]:
    """The cells of one row in the order of the contract; an officer's are empty."""
    phone = hyphened_phone(row["phone"] or "")
    step = row["first_step_ko"]
    if not phone and not row["is_address_only"]:
        step = step.replace(PHONE_FIRST, VISIT_WITHOUT_PHONE)
    shown = {
        **row,
        "name": NOBODY_REGISTERED if row["is_address_only"] else row["name"],
        # With a word behind it, no spreadsheet rewrites the date in its own fashion.
        "data_date": f"{row['data_date']} 기준",
        "first_step_ko": step,
        "slot_kind": SLOT_KIND_KO[row["slot_kind"]],
    }
    cells = [
        ""
        if column.filled_by == "officer" or shown[column.name] is None
        else safe_text(str(shown[column.name]))
        for column in REFERRAL_ROW
    ]
    # Hyphens keep its zero; as text 010-… is neither date nor formula.
    cells[_PHONE_AT] = phone
    return cells


_PHONE_AT: Final = [column.name for column in REFERRAL_ROW].index("phone")


def _in_file_name(name: str) -> str:
    return "".join("_" if letter in '/\\:*?"<>|' else letter for letter in name)


def _record(warehouse: Warehouse, report: ExportReport, as_of: dt.date) -> None:
    """Keep who confirmed which edition; a killed run's missing row is caught up."""
    key = {"round": report.round, "edition": report.edition}
    with warehouse.transaction():
        ensure_round_table(warehouse, "out_export")
        warehouse.execute(
            "DELETE FROM out_export WHERE round = $round AND edition = $edition", key
        )
        warehouse.execute(
            "INSERT INTO out_export BY NAME SELECT $round AS round, "
            "$edition AS edition, $folder AS folder, $confirmed_by AS confirmed_by, "
            "$as_of AS as_of, $files AS files, $rows AS rows, $sha AS manifest_sha256",
            {
                **key,
                "folder": report.folder.name,
                "confirmed_by": report.confirmed_by,
                "as_of": as_of,
                "files": len(report.lists),
                "rows": report.rows,
                "sha": report.manifest_sha256,
            },
        )
