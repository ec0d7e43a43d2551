"""What a round leaves in the warehouse: one set of rows per round, replaced whole."""

from typing import Final

from pipeline.errors import NotReady
from pipeline.warehouse import Warehouse

# A round's rows, replaced whole when it is screened again.
ROUND_TABLES: Final = {
    "out_eligibility": (
        "round VARCHAR, household_id VARCHAR, is_eligible BOOLEAN, reason VARCHAR"
    ),
    "out_policy": (
        "round VARCHAR, household_id VARCHAR, rule VARCHAR, detail_ko VARCHAR"
    ),
    "out_referral": (
        "round VARCHAR, as_of DATE, referral_id VARCHAR, household_id VARCHAR, "
        "dong_code VARCHAR, hub_code VARCHAR, route VARCHAR, slot_kind VARCHAR, "
        "worked_by VARCHAR, rank_in_dong INTEGER, rank_in_unit INTEGER, band VARCHAR, "
        "reason_1 VARCHAR, reason_2 VARCHAR, reason_3 VARCHAR, seen_ko VARCHAR, "
        "data_date DATE, first_step_ko VARCHAR, due_on DATE, caution_ko VARCHAR, "
        "suggest_ko VARCHAR, escalate_ko VARCHAR, must_code VARCHAR, "
        "locate_step VARCHAR, months_max INTEGER, stops_in_force INTEGER, "
        "kinds INTEGER, score DOUBLE, last_contact_on DATE, campaign VARCHAR"
    ),
    "out_unit": (
        "round VARCHAR, unit VARCHAR, dongs INTEGER, teams INTEGER, fte DOUBLE, "
        "slots BIGINT, eligible BIGINT, below_line BIGINT, must_wanted BIGINT, "
        "must_listed BIGINT, must_to_city BIGINT, locate_wanted BIGINT, "
        "locate_listed BIGINT, rank_listed BIGINT, sample_listed BIGINT, "
        "carried BIGINT, score_at_line DOUBLE, campaign_listed BIGINT"
    ),
    "out_sample": (
        "round VARCHAR, unit VARCHAR, household_id VARCHAR, stratum VARCHAR, "
        "probability DOUBLE"
    ),
    "out_sample_frame": (
        "round VARCHAR, unit VARCHAR, stratum VARCHAR, households BIGINT, "
        "expected DOUBLE, legal_basis VARCHAR"
    ),
    "out_export": (
        "round VARCHAR, edition INTEGER, folder VARCHAR, confirmed_by VARCHAR, "
        "as_of DATE, files INTEGER, rows BIGINT, manifest_sha256 VARCHAR"
    ),
}
# What happened to a round's referrals: rows are added, never replaced.
LOOP_TABLES: Final = {
    "out_issued": (
        "round VARCHAR, edition INTEGER, as_of DATE, referral_id VARCHAR, "
        "household_id VARCHAR, dong_code VARCHAR, route VARCHAR, slot_kind VARCHAR, "
        "locate_step VARCHAR, must_code VARCHAR"
    ),
    "out_delivery": (
        "round VARCHAR, edition INTEGER, dong_code VARCHAR, file VARCHAR, "
        "sha256 VARCHAR, delivered_to VARCHAR, delivered_on DATE, expires_on DATE, "
        "recalled_on DATE, recall_reason VARCHAR"
    ),
    "out_transfer": (
        "referral_id VARCHAR, household_id VARCHAR, round VARCHAR, to_dong VARCHAR, "
        "to_city VARCHAR, reason VARCHAR, status VARCHAR, decided_by VARCHAR, "
        "decided_on DATE"
    ),
    "out_notice": (
        "referral_id VARCHAR, household_id VARCHAR, obtained_from VARCHAR, "
        "obtained_on DATE, due_on DATE, told_on DATE, told_by VARCHAR"
    ),
    "out_consent": (
        "referral_id VARCHAR, household_id VARCHAR, agency VARCHAR, given_on DATE, "
        "withdrawn_on DATE, kept_by VARCHAR"
    ),
}


def ensure_round_table(warehouse: Warehouse, table: str) -> None:
    """Make the table when it is not there yet, with the columns it has gained since."""
    columns = (ROUND_TABLES | LOOP_TABLES)[table]
    is_new = not warehouse.has_table(table)
    warehouse.execute(f"CREATE TABLE IF NOT EXISTS warehouse.main.{table} ({columns})")
    for column in columns.split(", "):
        warehouse.execute(
            f"ALTER TABLE warehouse.main.{table} ADD COLUMN IF NOT EXISTS {column}"
        )
    if is_new and table == "out_issued":
        _issue_what_left_before(warehouse)


def _issue_what_left_before(warehouse: Warehouse) -> None:
    """Rounds that left before what leaves was kept are listings like any other."""
    if not (warehouse.has_table("out_export") and warehouse.has_table("out_referral")):
        return
    ensure_round_table(warehouse, "out_referral")
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


def replace_round(warehouse: Warehouse, table: str, select: str, round_: str) -> int:
    """Replace a round's rows by those of a SELECT; other rounds stay as they are."""
    ensure_round_table(warehouse, table)
    warehouse.execute(f"DELETE FROM {table} WHERE round = $round", {"round": round_})
    return warehouse.execute(f"INSERT INTO {table} BY NAME {select}")


def require_table(warehouse: Warehouse, table: str, next_step: str) -> None:
    """Stop when an earlier step has not left its table.

    Raises:
        NotReady: The table is not there.
    """
    if not warehouse.has_table(table):
        raise NotReady(f"{table} is not there yet", next_step)
