"""What left: who confirmed which edition, and every referral that it held."""

import datetime as dt
from collections.abc import Sequence

from pipeline.round_tables import ensure_round_table
from pipeline.warehouse import Warehouse


def record_edition(
    warehouse: Warehouse,
    *,
    round_: str,
    edition: int,
    folder: str,
    confirmed_by: str,
    as_of: dt.date,
    files: int,
    rows: int,
    manifest_sha256: str,
) -> None:
    """Keep who confirmed an edition; a killed run's missing row is caught up."""
    key = {"round": round_, "edition": edition}
    # First, so that this edition is none of those that left before it was there.
    ensure_round_table(warehouse, "out_issued")
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
            "folder": folder,
            "confirmed_by": confirmed_by,
            "as_of": as_of,
            "files": files,
            "rows": rows,
            "sha": manifest_sha256,
        },
    )


def record_issued(
    warehouse: Warehouse, round_: str, edition: int, referral_ids: Sequence[str]
) -> int:
    """Keep every referral that left with an edition; returns how many were new.

    Rows are only ever added: what left cannot be called back by screening again.

    Grain: out_issued has one row per referral and edition.
    """
    ensure_round_table(warehouse, "out_issued")
    return warehouse.execute(
        "INSERT INTO out_issued BY NAME "
        "SELECT round, CAST($edition AS INTEGER) AS edition, as_of, referral_id, "
        "household_id, dong_code, route, slot_kind, locate_step, must_code "
        "FROM out_referral AS referral WHERE round = $round "
        "AND referral_id IN (SELECT unnest(CAST($left AS VARCHAR[]))) "
        "AND NOT EXISTS (SELECT 1 FROM out_issued AS issued "
        "WHERE issued.referral_id = referral.referral_id "
        "AND issued.edition = $edition) "
        "ORDER BY referral_id",
        {"round": round_, "edition": edition, "left": list(referral_ids)},
    )


def was_recalled(warehouse: Warehouse, round_: str, edition: int) -> bool:
    """Whether a list of the edition was called back: it never counts as published."""
    if not warehouse.has_table("out_delivery"):
        return False
    found = warehouse.rows(
        "SELECT count(recalled_on) FROM out_delivery "
        "WHERE round = $round AND edition = $edition",
        {"round": round_, "edition": edition},
    )
    return bool(found[0][0])
