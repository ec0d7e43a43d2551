"""What a round leaves in the warehouse: one set of rows per round, replaced whole."""

from typing import Final

from pipeline.errors import NotReady
from pipeline.warehouse import Warehouse

ROUND_TABLES: Final = {
    "out_eligibility": (
        "round VARCHAR, household_id VARCHAR, is_eligible BOOLEAN, reason VARCHAR"
    ),
    "out_referral": (
        "round VARCHAR, as_of DATE, referral_id VARCHAR, household_id VARCHAR, "
        "dong_code VARCHAR, hub_code VARCHAR, rank_in_dong INTEGER, "
        "rank_in_unit INTEGER, band VARCHAR, reason_1 VARCHAR, reason_2 VARCHAR, "
        "reason_3 VARCHAR, seen_ko VARCHAR, data_date DATE, first_step_ko VARCHAR, "
        "score DOUBLE, last_contact_on DATE"
    ),
    "out_export": (
        "round VARCHAR, edition INTEGER, folder VARCHAR, confirmed_by VARCHAR, "
        "as_of DATE, files INTEGER, rows BIGINT, manifest_sha256 VARCHAR"
    ),
}


def ensure_round_table(warehouse: Warehouse, table: str) -> None:
    """Make the table when it is not there yet."""
    warehouse.execute(
        f"CREATE TABLE IF NOT EXISTS warehouse.main.{table} ({ROUND_TABLES[table]})"
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
