"""A returned list against what was sent: foreign, recalled and stale lists, days."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from data_contracts.derive import acc_columns
from data_contracts.rejects import Reject
from data_contracts.sources import SOURCES
from pipeline.list_files import CITY, PROTECTED_OFFICER
from pipeline.refusals import Reason, Refused
from pipeline.text_rows import told_row
from pipeline.warehouse import Warehouse

# After that a list's households have been screened several times since.
STALE_AFTER: Final = dt.timedelta(days=180)
_MOST_TOLD: Final = 20
_DAYS: Final = ("attempt1_on", "attempt2_on", "attempt3_on", "contacted_on")
_FIRST_DAY: Final = f"least({', '.join(_DAYS)})"
_SENT, _BAD = "_returned_sent", "_returned_bad"
# What an officer wrote, of the columns that the warehouse keeps.
_FIELDS: Final = tuple(
    name for name, _ in acc_columns(SOURCES["result"]) if name != "referral_id"
)
_NOTHING_SENT: Final = (
    "SELECT '' AS referral_id, '' AS round, 0 AS edition, '' AS dong_code, "
    "CAST(NULL AS DATE) AS as_of WHERE false"
)
_NOTHING_DELIVERED: Final = (
    "SELECT '' AS round, 0 AS edition, '' AS dong_code, "
    "CAST($day AS DATE) AS recalled_on, CAST($day AS DATE) AS expires_on WHERE false"
)
# Under which name a referral's file is delivered: only a team's is in its dong's list.
_READER: Final = (
    f"CASE WHEN route = 'protected_officer' THEN '{PROTECTED_OFFICER}' "
    f"WHEN route <> 'team' THEN '{CITY}' ELSE dong_code END AS dong_code"
)
# Grain: a dong's list of an edition, in whatever files it left.
_DELIVERED: Final = (
    "SELECT round, edition, dong_code, CASE WHEN "
    "count(*) FILTER (recalled_on IS NULL OR recalled_on > $day) = 0 "
    "THEN max(recalled_on) END AS recalled_on, max(expires_on) AS expires_on "
    "FROM out_delivery GROUP BY ALL"
)


class Returned:
    """Looks at one returned list whose rows are written but not yet committed.

    `known_on` is the day on which it came back.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        personal: Warehouse,
        file_id: int,
        known_on: dt.date,
    ) -> None:
        self._warehouse = warehouse
        self._personal = personal
        self._known_on = known_on
        self._this = {"file_id": file_id}

    def check(self, absent: Iterable[str] = ()) -> tuple[str, ...]:
        """Reject rows that fit no list that was sent; returns what to tell of the file.

        Raises:
            Refused: None of its referrals was sent by this office, or the lists that
                held them were recalled or expired long ago.
        """
        self._gather_sent()
        try:
            is_known = bool(self._count(f"FROM {_SENT}"))
            if is_known:
                self._refuse_whole()
                self._reject_rows()
        finally:
            self._warehouse.execute(f"DROP TABLE temp.main.{_SENT}")
        return self._told(absent, is_known=is_known)

    def _count(self, what: str) -> int:
        params = {n: v for n, v in self._this.items() if f"${n}" in what}
        return int(self._warehouse.rows(f"SELECT count(*) {what}", params)[0][0])

    def _gather_sent(self) -> None:
        """Grain: referral_id; since when it is out, and until when its list counts."""
        has = {
            # Not by the other connection: its first look at the vault is at the sums,
            # once the vault's own transaction has ended.
            table: self._personal.has_table(f"warehouse.{table}")
            for table in ("out_issued", "out_referral", "out_delivery")
        }
        sent = [_NOTHING_SENT]
        if has["out_issued"]:
            sent.append(
                f"SELECT referral_id, round, edition, {_READER}, as_of FROM out_issued"
            )
        if has["out_referral"]:
            # Rounds that left before what leaves was kept.
            kept = "SELECT round FROM out_issued" if has["out_issued"] else "SELECT ''"
            sent.append(
                "SELECT referral_id, round, CAST(NULL AS INTEGER), dong_code, as_of "
                f"FROM out_referral WHERE round NOT IN ({kept})"
            )
        delivered = _DELIVERED if has["out_delivery"] else _NOTHING_DELIVERED
        # A list that is out in any edition that was not called back still counts.
        self._warehouse.execute(
            f"CREATE OR REPLACE TEMP TABLE {_SENT} AS "
            f"WITH sent AS ({' UNION ALL '.join(sent)}), delivered AS ({delivered}) "
            "SELECT s.referral_id, min(s.as_of) AS as_of, "
            "CASE WHEN count(*) = count(d.recalled_on) THEN max(d.recalled_on) END "
            "AS recalled_on, "
            "CASE WHEN count(*) = count(d.expires_on) THEN max(d.expires_on) END "
            "AS expires_on FROM sent AS s LEFT JOIN delivered AS d "
            "USING (round, edition, dong_code) GROUP BY s.referral_id",
            {"day": self._known_on},
        )

    def _refuse_whole(self) -> None:
        ((rows, ids, recalled, recalled_on, stale, expires_on),) = self._warehouse.rows(
            "SELECT count(*), count(s.referral_id), count(s.recalled_on), "
            "max(s.recalled_on), count(*) FILTER (s.expires_on < $since), "
            f"max(s.expires_on) FROM acc_result AS a LEFT JOIN {_SENT} AS s "
            "USING (referral_id) WHERE a.file_id = $file_id",
            {**self._this, "since": self._known_on - STALE_AFTER},
        )
        if rows and not ids:
            raise Refused(
                Reason.LIST_FOREIGN,
                f"none of its {rows:,} referrals was ever sent by this office",
                "check that it is this office's list (--office), or send it to the "
                "office whose list it is; nothing of it was loaded",
            )
        if ids and recalled == ids:
            raise Refused(
                Reason.LIST_RECALLED,
                f"the list was recalled on {recalled_on}",
                "put its results on the list that took its place and send that one; "
                "nothing of it was loaded",
            )
        if ids and stale == ids:
            raise Refused(
                Reason.LIST_EXPIRED,
                f"the list expired on {expires_on}, more than {STALE_AFTER.days} days "
                "before it came back",
                "export the round again and put the results on that list; nothing of "
                "it was loaded",
            )

    def _reject_rows(self) -> None:
        found = self._warehouse.fetch(
            "SELECT row_no, list_filter(["
            f"CASE WHEN s.referral_id IS NULL THEN '{Reject.REFERRAL_UNKNOWN}' END, "
            f"CASE WHEN s.recalled_on IS NOT NULL THEN '{Reject.REFERRAL_RECALLED}' "
            "END, "
            f"CASE WHEN {_FIRST_DAY} < s.as_of THEN '{Reject.DATE_BEFORE_ROUND}' END], "
            "lambda code: code IS NOT NULL) AS reasons "
            f"FROM acc_result AS a LEFT JOIN {_SENT} AS s USING (referral_id) "
            "WHERE a.file_id = $file_id AND len(reasons) > 0 ORDER BY row_no",
            self._this,
        )
        if found.num_rows:
            self._take_back(found)

    def _take_back(self, bad: pa.Table) -> None:
        """Out of both databases, into the quarantine."""
        for where, table in (
            (self._warehouse, "acc_result"),
            (self._personal, "vault.main.vault_result"),
        ):
            with where.registered(bad, _BAD):
                where.execute(
                    f"DELETE FROM {table} WHERE file_id = $file_id "
                    f"AND row_no IN (SELECT row_no FROM {_BAD})",
                    self._this,
                )
        with self._warehouse.registered(bad, _BAD):
            self._warehouse.execute(
                f"INSERT INTO rej_row SELECT $file_id, row_no, reasons FROM {_BAD} "
                "ORDER BY row_no",
                self._this,
            )

    def _told(self, absent: Iterable[str], *, is_known: bool) -> tuple[str, ...]:
        notes = [self._told_results()]
        notes += [f"{code} in {_rows(rows)}" for code, rows in self._rejected()]
        contract = SOURCES["result"]
        if headers := [contract.field(name).header_ko for name in sorted(absent)]:
            notes.append(f"it has no column {', '.join(headers)}")
        if not is_known:
            notes.append(
                "no list that this office sent is on record, so that it was not "
                "checked against one"
            )
        return tuple(notes)

    def _told_results(self) -> str:
        before = ", ".join(
            f"max_by({n}, (f.known_on, f.version, f.file_id, a.row_no)) AS {n}"
            for n in _FIELDS
        )
        # A blank takes nothing back, so it is no change.
        changed = " OR ".join(
            f"(a.{n} IS NOT NULL AND a.{n} IS DISTINCT FROM b.{n})" for n in _FIELDS
        )
        filled = " OR ".join(f"{n} IS NOT NULL" for n in _FIELDS)
        # What an earlier list said stays on record, but counts no more.
        replaced = " OR ".join(f"a.{n} <> b.{n}" for n in _FIELDS)
        ((rows, results, new, turned, early, other),) = self._warehouse.rows(
            f"WITH before AS (SELECT a.referral_id, {before} FROM acc_result AS a "
            "JOIN core_file AS f USING (file_id) WHERE a.file_id <> $file_id "
            "GROUP BY a.referral_id), "
            f"this AS (SELECT *, {filled} AS is_filled, list_filter("
            "[attempt1_on, attempt2_on, attempt3_on], lambda d: d IS NOT NULL) "
            "AS tries FROM acc_result WHERE file_id = $file_id) "
            "SELECT count(*), count(*) FILTER (a.is_filled), "
            f"count(*) FILTER ({changed}), "
            "count(*) FILTER (a.tries <> list_sort(a.tries)), "
            "count(*) FILTER (a.contacted_on < list_min(a.tries)), "
            f"list(a.row_no ORDER BY a.row_no) FILTER ({replaced}) "
            "FROM this AS a LEFT JOIN before AS b USING (referral_id)",
            self._this,
        )
        told = f"{rows:,} rows, {results:,} with a result, {new:,} new or changed"
        if other:
            told += f", {len(other):,} other than an earlier list said ({_rows(other)})"
        if turned:
            told += f", {turned:,} with attempts out of order (put in order)"
        if early:
            told += f", {early:,} met before the first attempt"
        return told

    def _rejected(self) -> list[tuple[str, list[int]]]:
        found = self._warehouse.rows(
            "SELECT code, list(row_no ORDER BY row_no) FROM (SELECT row_no, "
            "unnest(codes) AS code FROM rej_row WHERE file_id = $file_id) "
            "GROUP BY code ORDER BY code",
            self._this,
        )
        return [(str(code), list(rows)) for code, rows in found]


def _rows(rows: list[int]) -> str:
    more = f" and {len(rows) - _MOST_TOLD} more" if len(rows) > _MOST_TOLD else ""
    return ", ".join(map(told_row, rows[:_MOST_TOLD])) + more
