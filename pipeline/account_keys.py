"""An account's key: what stands for its number, made once in the account's life."""

from data_contracts.base import Contract
from data_contracts.identifiers import Digits, account_key_sql
from pipeline.identity import Keys, pads
from pipeline.warehouse import Warehouse

# grain: one account of a holder.
ACCOUNT_KEY_DDL = """CREATE TABLE IF NOT EXISTS warehouse.main.core_account_key (
    source VARCHAR, account_no VARCHAR, account_key VARCHAR)"""


def add_account_keys(
    warehouse: Warehouse, contract: Contract, file_id: int, keys: Keys
) -> int:
    """Make the keys of a file's accounts that have none yet; returns how many."""
    account = account_field(contract)
    if account is None:
        return 0
    distinct = "" if contract.key == (account,) else "DISTINCT"
    return warehouse.execute(
        "INSERT INTO core_account_key (source, account_no, account_key) "
        f"SELECT $source, account_no, {account_key_sql('$source', 'account_no')} "
        f"FROM (SELECT {distinct} {account} AS account_no FROM acc_{contract.source} "
        "WHERE file_id = $file_id) AS a ANTI JOIN (SELECT account_no "
        "FROM core_account_key WHERE source = $source) AS k USING (account_no)",
        {"source": contract.source, "file_id": file_id, **pads(keys)},
    )


def account_field(contract: Contract) -> str | None:
    """The field that holds the account's number, in a holder's extract of accounts."""
    return next(
        (
            field.name
            for field in contract.fields
            if isinstance(field.type, Digits) and field.type.account_of is not None
        ),
        None,
    )
