"""What ingest keeps: the tables of loaded, accepted, rejected and refused."""

from data_contracts.derive import acc_ddl, vault_ddl
from data_contracts.sources import SOURCES
from pipeline.account_keys import ACCOUNT_KEY_DDL
from pipeline.schema import mark_new
from pipeline.warehouse import Warehouse

WAREHOUSE_DDL = (
    """CREATE TABLE IF NOT EXISTS warehouse.main.core_file (
        file_id INTEGER, source VARCHAR, form VARCHAR, file_name VARCHAR,
        ref_date DATE, version INTEGER, known_on DATE, sha256 VARCHAR,
        "rows" BIGINT, accepted BIGINT, rejected BIGINT, repeated BIGINT,
        superseded BIGINT, skipped BIGINT, rejected_by_code VARCHAR,
        skipped_by_kind VARCHAR)""",
    """CREATE TABLE IF NOT EXISTS warehouse.main.rej_row (
        file_id INTEGER, row_no BIGINT, codes VARCHAR[])""",
    """CREATE TABLE IF NOT EXISTS warehouse.main.rej_file (
        file_name VARCHAR, sha256 VARCHAR, source VARCHAR,
        reason_code VARCHAR, message VARCHAR, refused_on DATE, tried_on DATE,
        tries INTEGER, rejected_by_code VARCHAR)""",
    # grain: one rejected row of a file that was stopped for having too many.
    """CREATE TABLE IF NOT EXISTS warehouse.main.rej_stopped_row (
        sha256 VARCHAR, source VARCHAR, ref_date DATE, row_no BIGINT,
        codes VARCHAR[])""",
    # grain: one file loaded although too many of its rows were rejected.
    """CREATE TABLE IF NOT EXISTS warehouse.main.log_override (
        accepted_at TIMESTAMP, accepted_by VARCHAR, reason VARCHAR, sha256 VARCHAR,
        file_id INTEGER, file_name VARCHAR, source VARCHAR, data_rows BIGINT,
        rejected BIGINT, threshold DECIMAL(6, 4), rejected_by_code VARCHAR)""",
    ACCOUNT_KEY_DDL,
    # What a screening makes anew; until the first one nobody asked for a stop.
    """CREATE TABLE IF NOT EXISTS warehouse.main.core_processing_stop (
        household_id VARCHAR)""",
    """CREATE TABLE IF NOT EXISTS warehouse.main.core_key_check (
        fingerprint VARCHAR)""",
)


def ensure_tables(warehouse: Warehouse) -> None:
    """Create what is not there yet, in both databases; each in its own transaction."""
    with warehouse.transaction():
        for ddl in WAREHOUSE_DDL:
            warehouse.execute(ddl)
        for contract in SOURCES.values():
            warehouse.execute(acc_ddl(contract))
        mark_new(warehouse)
    with warehouse.transaction():
        for contract in SOURCES.values():
            warehouse.execute(vault_ddl(contract))
