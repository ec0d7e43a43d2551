"""The end of a change of the person key: every id of both databases goes over a map.

An id is found by its value, in whatever column it stands, so that a table which is new
tomorrow is rewritten too; and nothing of a former id may be left when it is done.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import duckdb

from data_contracts.identifiers import account_key_sql, keyed_sql
from pipeline.closed_rounds import FORMER
from pipeline.errors import ContractBroken, NotReady
from pipeline.identity import Keys, fingerprint, load_keys, pads
from pipeline.key_pairs import (
    PAIRS,
    READ,
    coming_key,
    known_ids_sql,
    pair_inbox,
    progress,
)
from pipeline.rotation import DATABASES, Rotation, rewrite_with
from pipeline.rounds import ROUNDS_PER_YEAR, default_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

_ID: Final = "[0-9a-f]{32}|[HA][0-9a-f]{15}"
# In these an id that no loaded file tells of any more (it was destroyed) goes over too.
_ALWAYS: Final = ("household_id", "household_no", "person_key", "member_key")
_LEFT_OUT: Final = (PAIRS, READ)


def finish(
    office: Office, day: dt.date, *, allow_unseen: bool, close_round: bool
) -> Rotation:
    """Rewrite every id under the coming person key and destroy the former one.

    Raises:
        NotReady: Nothing was begun, somebody who lives here was not seen, or the round
            of today has begun.
        OfficeBusy: Another run holds the office.
    """
    coming = coming_key(office)
    if coming is None:
        raise NotReady(
            "no change of the person key was begun",
            "blindspot keys rotate --which persons --begin",
        )
    now = load_keys(office)
    mapped = Mapped(Keys(person=coming, warehouse=now.warehouse, vault=now.vault), day)

    def look(warehouse: Warehouse) -> Rotation:
        pair_inbox(office, warehouse)
        counts, listed = progress(warehouse), _listed_rounds(warehouse)
        _require(
            day,
            0 if allow_unseen else counts["unseen_here"],
            () if close_round else listed,
        )
        return Rotation(day, "persons", counts["seen"], counts["unseen"], tuple(listed))

    return rewrite_with(office, {"person": coming}, look, mapped.copy, mapped.prove)


def _require(day: dt.date, unseen: int, listed: Sequence[str]) -> None:
    if unseen:
        raise NotReady(
            f"{unseen:,} people who live here were in no file since the change "
            "began: nobody would know them again",
            "ingest the next whole register and finish then; or --allow-unseen",
        )
    if default_round(day) in listed:
        raise NotReady(
            f"the round {default_round(day)} was screened already: under other ids its "
            "ties and random slice would be drawn anew",
            f"finish on {_next_round(day)} before its first screening, or at once with "
            "--close-round: this round's lists then stay as they are",
        )


class Mapped:
    """Copies a database with every id mapped; proves that no former one is left."""

    def __init__(self, after: Keys, day: dt.date) -> None:
        self._after, self._day = after, day
        self._has_map = False

    def copy(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Copy one database's tables row by row in their order."""
        if not self._has_map:
            self._make_map(connection)
            self._has_map = True
        connection.execute(f"COPY FROM DATABASE old_{name} TO new_{name} (SCHEMA)")
        for table in _LEFT_OUT:
            connection.execute(f"DROP TABLE IF EXISTS new_{name}.main.{table}")
        texts = _texts(connection, f"old_{name}")
        for table in _tables(connection, f"new_{name}"):
            self._copy_table(connection, name, table, texts.get(table, {}))
        if name == "warehouse":
            connection.execute(
                "UPDATE new_warehouse.main.core_key_check SET fingerprint = $mine",
                {"mine": fingerprint(self._after)},
            )

    def prove(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing of a former id is left, but where the access log needs it.

        Raises:
            ContractBroken: A column holds one.
        """
        self._keep_former(connection)
        for name in DATABASES:
            texts = _texts(connection, f"new_{name}")
            for table, columns in texts.items():
                told = ", ".join(
                    f'CAST("{column}" AS VARCHAR)'
                    for column in columns
                    if (table, column) != (FORMER, "former")
                )
                if _count(
                    connection,
                    f"(SELECT unnest(regexp_extract_all(concat_ws(' ', {told}), "  # noqa: S608
                    f"'{_ID}')) AS id FROM new_{name}.main.\"{table}\") AS t "
                    "SEMI JOIN (FROM _id_map WHERE former <> coming) AS m "
                    "ON t.id = m.former",
                ):
                    raise ContractBroken(
                        f"{table} still holds former ids; nothing has changed",
                        "this is a fault in the program: report this line",
                    )

    def _make_map(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Temp table _id_map: former and coming of people, 세대, accounts, homes."""
        # Who was not seen: a new id that no number leads to, the same wherever it is.
        unseen = keyed_sql("'former:' || k.former")
        connection.execute(
            "CREATE TEMP TABLE _id_map AS "
            f"SELECT k.former, coalesce(p.coming, {unseen}) AS coming, k.kind "  # noqa: S608
            f"FROM ({known_ids_sql('old_warehouse')}) AS k "
            f"LEFT JOIN old_warehouse.main.{PAIRS} AS p USING (former) "
            "UNION ALL SELECT account_key, "
            f"{account_key_sql('source', 'account_no')}, 'A' "
            "FROM old_warehouse.main.core_account_key",
            pads(self._after),
        )
        connection.execute(
            "INSERT INTO _id_map SELECT kind || left(former, 15), "
            "kind || left(coming, 15), 'home' FROM _id_map WHERE kind IN ('H', 'A')"
        )

    def _copy_table(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        table: str,
        texts: Mapping[str, str],
    ) -> None:
        old, new = f'old_{name}.main."{table}"', f'new_{name}.main."{table}"'
        if not _count(connection, f"(FROM {old} LIMIT 1)"):
            return
        mapped = [
            column
            for column, kind in texts.items()
            if kind == "VARCHAR" and self._holds_ids(connection, old, column)
        ]
        if not mapped:
            connection.execute(f"INSERT INTO {new} SELECT * FROM {old}")  # noqa: S608
            return
        joins = "".join(
            f" LEFT JOIN _id_map AS m{at} ON {_id_in(column)} = m{at}.former"
            for at, column in enumerate(mapped)
        )
        told = ", ".join(
            f'{_gone_over(column, at)} AS "{column}"'
            for at, column in enumerate(mapped)
        )
        connection.execute(
            f"INSERT INTO {new} SELECT t.* REPLACE ({told}) FROM {old} AS t{joins} "
            "ORDER BY t.rowid",
            pads(self._after) if "$ipad" in told else {},
        )

    @staticmethod
    def _holds_ids(
        connection: duckdb.DuckDBPyConnection, table: str, column: str
    ) -> bool:
        return column in _ALWAYS or bool(
            _count(
                connection,
                f"(SELECT 1 FROM {table} AS t SEMI JOIN _id_map AS m "  # noqa: S608
                f"ON {_id_in(column)} = m.former LIMIT 1)",
            )
        )

    def _keep_former(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS new_vault.main.{FORMER} "
            "(former VARCHAR, current VARCHAR, rotated_on DATE)"
        )
        connection.execute(
            f"INSERT INTO new_vault.main.{FORMER} "
            "SELECT former, coming, $day FROM _id_map WHERE kind = 'home' "
            "AND former <> coming ORDER BY former",
            {"day": self._day},
        )


def _id_in(column: str) -> str:
    """SQL: the id in a text; some stand behind or before a word and a stroke."""
    return f"regexp_extract(t.\"{column}\", '{_ID}')"


def _gone_over(column: str, at: int) -> str:
    kept = f't."{column}"'
    mapped = f"replace({kept}, m{at}.former, m{at}.coming)"
    if column not in _ALWAYS:
        return f"coalesce({mapped}, {kept})"
    fresh = keyed_sql(f"'former:' || {kept}")
    return (
        f"CASE WHEN m{at}.coming IS NOT NULL THEN {mapped} "
        f"WHEN regexp_full_match({kept}, '[0-9a-f]{{32}}') THEN {fresh} "
        f"WHEN regexp_full_match({kept}, 'H[0-9a-f]{{15}}') "
        f"THEN 'H' || left({fresh}, 15) ELSE {kept} END"
    )


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> Sequence[str]:
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = $database "
        "ORDER BY ALL",
        {"database": database},
    ).fetchall()
    return [str(name) for (name,) in found]


def _texts(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[str, dict[str, str]]:
    """By table the columns of text, also within lists and maps, with their types."""
    told: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = $database AND contains(data_type, 'VARCHAR') "
        "ORDER BY table_name, column_index",
        {"database": database},
    ).fetchall():
        told.setdefault(str(table), {})[str(column)] = str(kind)
    return told


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {source}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _listed_rounds(warehouse: Warehouse) -> list[str]:
    """Rounds that were screened so far."""
    if not warehouse.has_table("out_referral"):
        return []
    found = warehouse.rows("SELECT DISTINCT round FROM out_referral ORDER BY ALL")
    return [str(name) for (name,) in found]


def _next_round(day: dt.date) -> dt.date:
    months = 12 // ROUNDS_PER_YEAR
    place = (day.month - 1) // months + 1
    return dt.date(
        day.year + place // ROUNDS_PER_YEAR, place % ROUNDS_PER_YEAR * months + 1, 1
    )
