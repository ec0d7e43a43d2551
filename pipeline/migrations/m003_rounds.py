"""Lists tell why a household has its place, and what left is kept in out_issued."""

from typing import Final

from pipeline.migrations.columns import add_columns
from pipeline.warehouse import Warehouse

TITLE: Final = "rounds get the columns of the loop, and what left is kept"
_COLUMNS: Final = {
    "out_referral": (
        "hub_code VARCHAR", "route VARCHAR", "slot_kind VARCHAR", "worked_by VARCHAR",
        "rank_in_unit INTEGER", "due_on DATE", "caution_ko VARCHAR",
        "suggest_ko VARCHAR", "escalate_ko VARCHAR", "must_code VARCHAR",
        "locate_step VARCHAR", "months_max INTEGER", "stops_in_force INTEGER",
        "kinds INTEGER",
    ),
    "out_score": ("probability DOUBLE",),
}  # fmt: skip
_ISSUED: Final = """CREATE TABLE warehouse.main.out_issued (
    round VARCHAR, edition INTEGER, as_of DATE, referral_id VARCHAR,
    household_id VARCHAR, dong_code VARCHAR, route VARCHAR, slot_kind VARCHAR,
    locate_step VARCHAR, must_code VARCHAR)"""


def apply(warehouse: Warehouse) -> None:
    """Add the columns; rounds that left before are listings like any other."""
    add_columns(warehouse, _COLUMNS)
    has_left = all(
        warehouse.has_table(f"warehouse.{name}")
        for name in ("out_export", "out_referral")
    )
    if warehouse.has_table("warehouse.out_issued") or not has_left:
        return
    warehouse.execute(_ISSUED)
    warehouse.execute(
        "INSERT INTO out_issued BY NAME "
        "WITH left_ AS (SELECT round, max(edition) AS edition, "
        "max(as_of) AS as_of FROM out_export GROUP BY round) "
        "SELECT r.round, l.edition, r.as_of, r.referral_id, r.household_id, "
        "r.dong_code, coalesce(r.route, 'team') AS route, r.slot_kind, "
        "r.locate_step, r.must_code FROM out_referral AS r JOIN left_ AS l "
        # A round screened again since, as of another day, is not what left.
        "ON l.round = r.round AND l.as_of = r.as_of ORDER BY r.referral_id"
    )
