"""The files of an urgent night, and who left in them."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from data_contracts.sheets import URGENT
from pipeline.errors import NotConfirmed
from pipeline.list_formats import Rows, render_csv
from pipeline.list_rows import list_cells
from pipeline.manifest import MANIFEST_NAME, read_manifest, sha256_of
from pipeline.named import name_of
from pipeline.settings import Office
from pipeline.sheet_cells import DATA_KIND_KO
from pipeline.sheet_files import Published, dong_file, publish_edition
from pipeline.sheet_people import Row
from pipeline.warehouse import Warehouse

# Of no edition of the round's lists: it leaves between them.
EDITION: Final = 0
NEW_STOP: Final = "NEW_STOP"
_KEPT: Final = ("referral_id", "household_id", "dong_code", "locate_step")


@dataclass(frozen=True)
class Night:
    """Which night: stops known from `since` on and before `as_of`."""

    round: str
    as_of: dt.date
    since: dt.date
    confirmed_by: str


def confirmed_name(given: str | None) -> str:
    """Who confirms what leaves.

    Raises:
        NotConfirmed: Nobody, or that is no name.
    """
    if (name := name_of(given)) is None:
        raise NotConfirmed(
            "an urgent list leaves only when a named person answers for it",
            "name who confirms: --confirm-by NAME (kept with the list)",
        )
    return name


def publish_night(office: Office, night: Night, rows: Sequence[Row]) -> Published:
    """Publish one list per dong that has somebody; the same night only once.

    Raises:
        DiskError: A file cannot be written; nothing is published.
    """
    is_synthetic = office.config.office.synthetic
    files: dict[str, Rows] = {}
    for code in dict.fromkeys(row["dong_code"] for row in rows):
        of_dong = [row for row in rows if row["dong_code"] == code]
        shared = {"data_kind": DATA_KIND_KO[is_synthetic]}
        cells = [
            list_cells({**row, **shared, "visit_order": place})
            for place, row in enumerate(of_dong, 1)
        ]
        stem = f"{URGENT.title_ko}_{night.as_of:%Y%m%d}"
        name = dong_file(stem, code, of_dong[0]["dong_name"], is_synthetic)
        files[name] = [list(URGENT.headers_ko), *cells]
    return publish_edition(
        office.path("rounds"),
        f"urgent_{night.as_of:%Y%m%d}",
        files,
        {MANIFEST_NAME: _manifest(night, files, is_synthetic)},
    )


def _manifest(night: Night, files: dict[str, Rows], is_synthetic: bool) -> bytes:
    told = {
        "urgent": True,
        "round": night.round,
        "as_of": night.as_of.isoformat(),
        "since": night.since.isoformat(),
        "confirmed_by": night.confirmed_by,
        "synthetic": is_synthetic,
        "files": [
            {"file": name, "rows": len(rows) - 1, "sha256": sha256_of(render_csv(rows))}
            for name, rows in files.items()
        ],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def first_confirmation(night: Night, made: Published) -> Night:
    """The night with the name that stands: the first one, when it lay there before."""
    manifest = read_manifest(made.folder)
    return replace(night, confirmed_by=str(manifest["confirmed_by"]))


def record_night(
    warehouse: Warehouse, night: Night, made: Published, rows: Sequence[Row]
) -> None:
    """Keep who left, so that results come back; what a killed run missed is added."""
    with warehouse.transaction():
        for row in rows:
            warehouse.execute(
                "INSERT INTO out_issued BY NAME SELECT $round AS round, "
                "$edition AS edition, $as_of AS as_of, $referral_id AS referral_id, "
                "$household_id AS household_id, $dong_code AS dong_code, "
                "'team' AS route, 'must' AS slot_kind, $must_code AS must_code, "
                "$locate_step AS locate_step "
                "WHERE NOT EXISTS (FROM out_issued "
                "WHERE referral_id = $referral_id AND edition = $edition)",
                {
                    "round": night.round,
                    "edition": EDITION,
                    "as_of": night.as_of,
                    "must_code": NEW_STOP,
                    **{name: row[name] for name in _KEPT},
                },
            )
        # A night's row is told by its folder: every night is of edition 0.
        warehouse.execute(
            "DELETE FROM out_export WHERE folder = $folder",
            {"folder": made.folder.name},
        )
        warehouse.execute(
            "INSERT INTO out_export BY NAME SELECT $round AS round, "
            "$edition AS edition, $folder AS folder, $confirmed_by AS confirmed_by, "
            "$as_of AS as_of, $files AS files, $rows AS rows, $sha AS manifest_sha256",
            {
                "round": night.round,
                "edition": EDITION,
                "folder": made.folder.name,
                "confirmed_by": night.confirmed_by,
                "as_of": night.as_of,
                "files": len(made.files),
                "rows": len(rows),
                "sha": sha256_of((made.folder / MANIFEST_NAME).read_bytes()),
            },
        )
