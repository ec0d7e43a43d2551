"""Accepted rows as ingest leaves them, drawn small: files, rows and their vault part."""

import datetime as dt
from importlib import import_module

from data_contracts.derive import acc_columns, vault_columns
from data_contracts.sources import SOURCES
from pipeline.account_keys import ACCOUNT_KEY_DDL, account_field
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse
from tests.lib.tables import load, read

FILE = {
    "file_id": "INTEGER",
    "source": "VARCHAR",
    "form": "VARCHAR",
    "file_name": "VARCHAR",
    "ref_date": "DATE",
    "version": "INTEGER",
    "known_on": "DATE",
    "sha256": "VARCHAR",
}
DEFAULTS = {
    "kepco": {"contract_kind": "home", "months_overdue": "3", "limit_kind": "arrears"},
    "water": {
        "use_kind": "home",
        "households": "1",
        "waterworks_dong": "101",
        "months_overdue": "3",
    },
    "gas": {"months_overdue": "3"},
    "nhis": {"subscriber_kind": "1", "months_overdue": "3"},
    "resident": {
        "relation": "head",
        "birth_month_no": str(1980 * 12 + 6),
        "sex": "F",
        "is_foreigner": "false",
        "moved_in_on": "2015-05-01",
        "dong_code": "4413151000",
        "is_residence_unknown": "false",
        "disability_level": "0",
        "is_protected": "false",
    },
    "team": {"fte": "2", "weekly_cases": "4", "starts_on": "2024-01-01"},
    "history": {"attempts": "1"},
    "kikcd_h": {"sido": "충청남도", "sgg": "천안시 서북구"},
    "nps": {"subscriber_kind": "local", "months_overdue": "3", "is_exempt": "false"},
    "kcomwel": {"workers": "2", "employment_months_overdue": "3"},
    "benefit": {"benefit_kind": "livelihood", "status": "receiving"},
    "case_management": {"stage": "plan"},
    "visit": {"agency": "노인복지센터", "service": "elder_care"},
    "tip": {"reporter_kind": "neighbour"},
    "kikmix": {"sido": "충청남도", "sgg": "천안시 서북구"},
}
DEFAULTS["resident_change"] = {**DEFAULTS["resident"], "change_kind": "move_in"}


def columns(source: str) -> tuple[dict[str, str], dict[str, str]]:
    """(warehouse, vault) columns of a source, name → type, from its contract."""
    contract = import_module(f"data_contracts.sources.{source}").CONTRACT
    return dict(acc_columns(contract)), dict(vault_columns(contract))


def ingested(warehouse: Warehouse, files: str, **rows: str) -> None:
    """Put drawn files and rows where ingest would: core_file, acc_*, vault.vault_*.

    A source that is not drawn has an empty table. Rows draw the columns of both homes
    side by side, with `file_id`; rows are numbered as drawn, and an account's key is
    `k` + its number unless drawn.
    """
    load(warehouse, "core_file", files, FILE, {"version": "1", "sha256": "s"})
    warehouse.execute(
        ACCOUNT_KEY_DDL.replace("CREATE TABLE IF NOT EXISTS", "CREATE OR REPLACE TABLE")
    )
    for source in SOURCES:
        kept, personal = columns(source)
        head = {"file_id": "INTEGER", "row_no": "BIGINT"}
        has_key = account_field(SOURCES[source]) is not None
        drawn_key = {"account_key": "VARCHAR"} if has_key else {}
        schema = {**head, **kept, **drawn_key, **personal}
        text = rows.get(source, "file_id")
        if unknown := set(read(text).types) - set(schema):
            raise AssertionError(f"{source} has no columns {sorted(unknown)}")
        load(warehouse, "_drawn", text, schema, DEFAULTS.get(source, {}))
        if has_key:
            warehouse.execute(
                f"INSERT INTO core_account_key SELECT DISTINCT '{source}', account_no, "
                "coalesce(account_key, 'k' || account_no) FROM _drawn "
                "WHERE account_no IS NOT NULL"
            )
        number = "row_number() OVER () AS row_no"
        warehouse.execute(
            f"CREATE OR REPLACE TABLE acc_{source} AS SELECT file_id, {number}, "
            + ", ".join(kept)
            + " FROM _drawn"
        )
        warehouse.execute(
            f"CREATE OR REPLACE TABLE vault.main.vault_{source} AS SELECT "
            + ", ".join(["'s' AS file_sha", "file_id", number, *personal])
            + " FROM _drawn"
        )
    _count_rows(warehouse)


def _count_rows(warehouse: Warehouse) -> None:
    """Every file tells the rows that were drawn for it, as ingest would."""
    drawn = " UNION ALL ".join(f"SELECT file_id FROM acc_{s}" for s in SOURCES)
    warehouse.execute(
        "CREATE OR REPLACE TABLE core_file AS SELECT f.*, n.n AS rows, "
        "n.n AS accepted, 0::BIGINT AS rejected, 0::BIGINT AS repeated, "
        "0::BIGINT AS superseded, 0::BIGINT AS skipped, '{}' AS rejected_by_code, "
        f"'{{}}' AS skipped_by_kind FROM core_file AS f JOIN (SELECT file_id, "
        f"(SELECT count(*) FROM ({drawn}) AS d WHERE d.file_id = c.file_id) AS n "
        "FROM core_file AS c) AS n USING (file_id)"
    )
    warehouse.execute(
        "CREATE OR REPLACE TABLE rej_row "
        "(file_id INTEGER, row_no BIGINT, codes VARCHAR[])"
    )


def core(warehouse: Warehouse, as_of: str, files: str, **rows: str) -> dict[str, int]:
    """Draw what was ingested and build the core tables of a day."""
    ingested(warehouse, files, **rows)
    return build_core(warehouse, dt.date.fromisoformat(as_of))
