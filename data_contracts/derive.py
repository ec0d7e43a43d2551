"""Contract -> checking SQL and DDL: nothing is written twice."""

from data_contracts.base import Contract
from data_contracts.quick import Quick, quick
from data_contracts.types import Column, clean_sql

# A vault column may also be something that an identifier's digits tell.
_VAULT_COLUMNS = {"birth_date"}


def _text(name: str) -> str:
    return f"text_{name}"


def _typed(contract: Contract) -> list[tuple[Column, bool]]:
    """Every typed column of a contract, with whether it belongs in the vault."""
    return [
        (column, field.vault or column.name in _VAULT_COLUMNS)
        for field in contract.fields
        for column in field.type.columns(field.name, _text(field.name))
    ]


def acc_columns(contract: Contract) -> list[tuple[str, str]]:
    """(name, type) of the columns that the warehouse keeps of an accepted row."""
    return [(c.name, c.sql_type) for c, vault in _typed(contract) if not vault]


def vault_columns(contract: Contract) -> list[tuple[str, str]]:
    """(name, type) of the columns that only the vault keeps."""
    return [(c.name, c.sql_type) for c, vault in _typed(contract) if vault]


def key_columns(contract: Contract) -> list[str]:
    """The typed columns that make the key of a row within its reference date."""
    return [
        contract.field(name).type.columns(name, _text(name))[0].name
        for name in contract.key
    ]


def _ddl(table: str, head: str, columns: list[tuple[str, str]]) -> str:
    body = ", ".join(f"{name} {sql_type}" for name, sql_type in columns)
    return f"CREATE TABLE IF NOT EXISTS {table} ({head}{', ' if body else ''}{body})"


def acc_ddl(contract: Contract) -> str:
    """DDL of the accepted rows. Grain: one accepted row of one file."""
    head = "file_id INTEGER, row_no BIGINT"
    return _ddl(f"warehouse.main.acc_{contract.source}", head, acc_columns(contract))


def vault_ddl(contract: Contract) -> str:
    """DDL of the personal part. Grain: one accepted row of one file."""
    head = "file_sha VARCHAR, file_id INTEGER, row_no BIGINT"
    return _ddl(f"vault.main.vault_{contract.source}", head, vault_columns(contract))


def _reject_expressions(contract: Contract) -> list[str]:
    expressions = []
    for field in contract.fields:
        text = _text(field.name)
        if field.required:
            expressions.append(
                f"CASE WHEN NOT ({field.type.present(text)}) "
                f"THEN 'REQUIRED_MISSING' END"
            )
        if (reject := field.type.reject(field.name, text)) is not None:
            expressions.append(reject)
    return expressions


def _rules(contract: Contract) -> list[str]:
    return [
        f"CASE WHEN {rule.broken_when} THEN '{rule.code}' END"
        for rule in contract.rules
    ]


def checking_sql(contract: Contract, table: str) -> str:
    """One SELECT over text columns: typed columns, `reasons` array, `repaired`.

    Grain: one row per text row of `table` (its columns are the contract's field names
    and row_no). Parameters: $ref_date, and $ipad/$opad where something is keyed.
    """
    texts = ", ".join(
        f"{clean_sql(field.name)} AS {_text(field.name)}" for field in contract.fields
    )
    values = ", ".join(f"{c.sql} AS {c.name}" for c, _ in _typed(contract))
    repaired = " OR ".join(
        f"coalesce({sql}, false)"
        for field in contract.fields
        if (sql := field.type.repaired(_text(field.name))) is not None
    )
    rejects = ", ".join(_reject_expressions(contract) + _rules(contract))
    names = ", ".join(c.name for c, _ in _typed(contract))
    # Two steps, so that a value is computed once and its refusal only looks at it.
    return (
        f"WITH cleaned AS (SELECT row_no, {texts} FROM {table}), "
        f"typed AS (SELECT *, {values} FROM cleaned) "
        f"SELECT row_no, {names}, list_filter([{rejects}]::VARCHAR[], "
        f"lambda code: code IS NOT NULL) AS reasons, ({repaired or 'false'}) "
        f"AS repaired FROM typed"
    )


def quick_sql(contract: Contract, table: str) -> str:
    """The same SELECT for a table whose column `is_plain` tells plain rows.

    Equal to `checking_sql` row by row and several times quicker where most rows are
    plain (see `data_contracts.quick`); planning it takes longer.
    """
    ways = {
        each.name: quick(each.type, each.name, _text(each.name)) or Quick()
        for each in contract.fields
    }
    texts = ", ".join(
        f"CASE WHEN is_plain THEN nullif({name}, '') ELSE {clean_sql(name)} END "
        f"AS {_text(name)}"
        for name in ways
    )
    reads = [
        f"CASE WHEN is_plain THEN {sql} END AS {name}"
        for way in ways.values()
        for name, sql in way.reads.items()
    ]
    typed = {name: sql for way in ways.values() for name, sql in way.typed.items()}
    keyed = {name: sql for way in ways.values() for name, sql in way.keyed.items()}
    columns = [column for column, _ in _typed(contract)]
    long_way = {c.name: c.sql for c in columns if c.name not in {**typed, **keyed}}
    reasons = _quick_reasons(contract, ways)
    names = ", ".join(column.name for column in columns)
    steps = (
        f"WITH cleaned AS (SELECT row_no, is_plain, {texts} FROM {table}), "
        f"read AS (SELECT {', '.join(['*', *reads])} FROM cleaned), "
        f"typed AS (SELECT {_named({**long_way, **typed})} FROM read), "
        f"keyed AS (SELECT {_named(keyed)} FROM typed) "
    )
    return f"{steps}SELECT row_no, {names}, {reasons} AS reasons FROM keyed"


def rules_sql(contract: Contract, table: str) -> str | None:
    """The codes of rows of typed columns that break a rule; None without rules.

    Grain: one broken row of `table`, by row_no.
    """
    if not contract.rules:
        return None
    several = ", ".join(_rules(contract))
    return (
        f"SELECT row_no, list_filter([{several}]::VARCHAR[], "
        f"lambda code: code IS NOT NULL) AS reasons FROM {table} "
        f"WHERE coalesce({several}) IS NOT NULL ORDER BY row_no"
    )


def _named(columns: dict[str, str]) -> str:
    return ", ".join(["*", *(f"{sql} AS {name}" for name, sql in columns.items())])


def _quick_reasons(contract: Contract, ways: dict[str, Quick]) -> str:
    """The array of reasons, made for rows only that have one."""
    found = []
    for each in contract.fields:
        way, text = ways[each.name], _text(each.name)
        if each.required:
            first = each.type.columns(each.name, text)[0].name
            found.append(
                f"CASE WHEN {first} IS NULL AND NOT ({each.type.present(text)}) "
                "THEN 'REQUIRED_MISSING' END"
            )
        reject = way.reject or each.type.reject(each.name, text)
        if reject is not None:
            found.append(reject)
    found += _rules(contract)
    if not found:
        return "[]::VARCHAR[]"
    several = ", ".join(found)
    return (
        f"CASE WHEN coalesce({several}) IS NULL THEN []::VARCHAR[] ELSE "
        f"list_filter([{several}]::VARCHAR[], lambda code: code IS NOT NULL) END"
    )


def plain_marks(contract: Contract) -> dict[str, str | None]:
    """Field -> bytes beside digits that a plain cell may hold; None: any clean text."""
    ways = {each.name: quick(each.type, each.name, "t") for each in contract.fields}
    return {name: way.marks if way else None for name, way in ways.items()}


def parameters(contract: Contract) -> tuple[str, ...]:
    """The parameters that the contract's checking SQL takes."""
    sql = checking_sql(contract, "rows")
    return tuple(name for name in ("ref_date", "ipad", "opad") if f"${name}" in sql)
