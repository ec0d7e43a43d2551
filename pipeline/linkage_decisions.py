"""Officers' decisions about the grey zone: kept with the day from which they count."""

from pipeline.warehouse import Warehouse

DECISION_DDL = """CREATE TABLE IF NOT EXISTS warehouse.main.link_decision (
    decision_no INTEGER, source VARCHAR, account_key VARCHAR, household_id VARCHAR,
    decision VARCHAR, decided_by VARCHAR, decided_on DATE, known_on DATE,
    reason VARCHAR)"""


def ensure_decisions(warehouse: Warehouse) -> None:
    """Create the table of decisions if it is not there yet."""
    warehouse.execute(DECISION_DDL)
