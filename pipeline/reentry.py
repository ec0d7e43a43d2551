"""The results of a round, as officers must type them into 행복e음."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data_contracts.codes import CONTACT_METHOD, OFFICER_DECISION, RESULT_NAME
from data_contracts.sheets import REENTRY, SHEETS
from pipeline.errors import DiskError
from pipeline.list_formats import render_csv
from pipeline.list_rows import NOBODY_REGISTERED
from pipeline.publish import FOLDER_MODE, write_durably
from pipeline.round_tables import ensure_round_table, require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.sheet_cells import sheet_rows
from pipeline.sheet_files import sheet_file
from pipeline.sheet_people import Row, ask_for, fetched, forget_asked, people
from pipeline.warehouse import Warehouse

FOLDER_NAME: Final = "reentry"
_PART: Final = ".part"
_METHOD_KO: Final = {code: word for word, code in CONTACT_METHOD.items()}
_DECISION_KO: Final = {code: word for word, code in OFFICER_DECISION.items()}
# Whoever is no dong's team works under the title of the sheet that went to them.
_READER_KO: Final = {name: sheet.title_ko for name, sheet in SHEETS.items()}
# What has to be visible before results can be read, as of the day.
_RESULT_TABLES: Final = ("core/core_visible_file", "staging/stg_result")


@dataclass(frozen=True)
class Reentry:
    """Which sheets there are, with their rows, and which of them were written anew."""

    round: str
    as_of: dt.date
    folder: Path
    files: Mapping[str, int]
    written: tuple[str, ...]


def write_reentry(
    office: Office, warehouse: Warehouse, round_: str, *, as_of: dt.date
) -> Reentry:
    """Write the round's results known before a day, one sheet per reader.

    A sheet is overwritten only when it changed.

    Raises:
        NotReady: Nothing was ingested or screened yet.
        DiskError: A sheet cannot be written.
    """
    round_ = parse_round(round_)
    is_synthetic = office.config.office.synthetic
    by_file: dict[str, list[Row]] = {}
    for row in _rows(warehouse, round_, as_of):
        reader = row["reader"]
        name = sheet_file(f"{REENTRY.title_ko}_{round_}", reader, is_synthetic)
        by_file.setdefault(name, []).append(row)
    folder = office.path("rounds") / FOLDER_NAME
    contents = {
        name: render_csv(sheet_rows(REENTRY, rows, is_synthetic=is_synthetic))
        for name, rows in by_file.items()
    }
    _remove_leftovers(folder)
    written = tuple(
        name for name, content in contents.items() if _rewritten(folder / name, content)
    )
    counts = {name: len(rows) for name, rows in by_file.items()}
    return Reentry(round_, as_of, folder, counts, written)


def _remove_leftovers(folder: Path) -> None:
    """What a killed run was writing holds names, and would bar the next one's way."""
    for leftover in folder.glob(f".*{_PART}"):
        leftover.unlink(missing_ok=True)


def _rewritten(path: Path, content: bytes) -> bool:
    """Write a sheet whole, unless it says the same already."""
    temp = path.with_name(f".{path.name}{_PART}")
    try:
        if path.exists() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        write_durably(temp, content)
        temp.replace(path)
    except OSError as error:
        raise DiskError(
            f"{path} could not be written ({error.strerror})",
            "free space or mend the folder's permissions, then run it again",
        ) from None
    return True


def _rows(warehouse: Warehouse, round_: str, as_of: dt.date) -> list[Row]:
    screen = f"run: blindspot screen --as-of {as_of} --round {round_}"
    for table in ("core_household", "core_file", "acc_result"):
        require_table(warehouse, table, screen)
    for table in ("out_issued", "out_referral"):
        ensure_round_table(warehouse, table)
    params = {"round": round_, "as_of": as_of}
    # Results may have come since the round was screened, whose tables stay as they are.
    with warehouse.rehearsal():
        for name in (*_RESULT_TABLES, "sheets/_reentry"):
            warehouse.run_sql(name, params)
        results = fetched(
            warehouse, "SELECT * FROM _reentry ORDER BY place, referral_id"
        )
        names = _dong_names(warehouse)
        ask_for(
            warehouse, ((r["referral_id"], r["household_id"], None) for r in results)
        )
        known = people(warehouse)
        forget_asked(warehouse)
    return [_shown(row, known.get(row["household_id"]), names) for row in results]


def _dong_names(warehouse: Warehouse) -> dict[str, str]:
    found = warehouse.rows("SELECT dong_code, dong_name FROM core_dong WHERE is_live")
    return dict(found)


def _shown(row: Row, person: Row | None, names: Mapping[str, str]) -> Row:
    """A result in the words of the screen that it is typed into."""
    is_dongs = row["route"] == "team"
    # A dong's sheet names nobody who is protected (now); their own officer's does.
    is_named = person is not None and (
        not person["is_protected"] or row["route"] == "protected_officer"
    )
    shown = person if person and is_named else {"name": None, "birth_year": None}
    is_nobody = bool(shown.get("is_address_only"))
    return {
        **row,
        "name": NOBODY_REGISTERED if is_nobody else shown["name"],
        "birth_year": shown["birth_year"],
        "method": _METHOD_KO.get(row["method"]),
        "result_ko": RESULT_NAME[row["result_code"]],
        "officer_decision": _DECISION_KO.get(row["officer_decision"]),
        "reader": f"{row['dong_code']}_{names.get(row['dong_code'], '')}"
        if is_dongs
        else _READER_KO[row["route"]],
    }
