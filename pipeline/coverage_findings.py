"""What coverage shows to be late, silent or out of line, and whom to ask about it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from data_contracts.sources import SOURCES
from pipeline.coverage import regular_sources
from pipeline.errors import NotReady
from pipeline.ledger import Ledger, Standing
from pipeline.warehouse import Warehouse

# In the order in which they are told.
KINDS: Final = (
    "never came",
    "late",
    "missing",
    "silent",
    "reports nothing",
    "share high",
    "share low",
    "jump high",
    "jump low",
)
_OF_DONG: Final = {"silent": "silent", "reports_nothing": "reports nothing"}
_MONTHS_TOLD: Final = 3


@dataclass(frozen=True)
class SourceCoverage:
    """A source's files and dongs as on a day.

    `homes_unseen`: homes of dongs that it tells nothing of, all when it is stale;
    `homes_blind`: others that are apartments; their 관리비 holds power and water.
    """

    source: str
    files_expected: int
    files_arrived: int
    files_missing: int
    last_ref_date: dt.date | None
    days_old: int | None
    is_stale: bool
    dongs_reporting: int
    dongs_silent: int
    dongs_without: int
    homes: int
    homes_unseen: int
    homes_blind: int


@dataclass(frozen=True)
class Finding:
    """One thing to ask about; without a dong it is of the whole source."""

    source: str
    kind: str
    dong_code: str | None
    dong_name: str | None
    detail: str
    next_step: str


def require_coverage(warehouse: Warehouse) -> dt.date:
    """The day as of which the coverage tables stand.

    Raises:
        NotReady: They were not built yet.
    """
    if not warehouse.has_table("warehouse.core_coverage_now"):
        raise NotReady(
            "no coverage was counted yet",
            "run: blindspot screen --as-of DATE, or give coverage an --as-of",
        )
    day: dt.date = warehouse.rows("SELECT as_of FROM core_as_of")[0][0]
    return day


def source_coverage(warehouse: Warehouse, as_of: dt.date) -> list[SourceCoverage]:
    """Every regular source, by name, as it stands on a day."""
    found = warehouse.rows(
        """
        WITH source AS (SELECT unnest($sources) AS source),
        month AS (
            SELECT source, sum(files_expected) AS expected,
                sum(least(files_arrived, files_expected)) AS come,
                sum(greatest(files_expected - files_arrived, 0)) AS missing
            FROM core_coverage_month GROUP BY source
        ),
        dong AS (
            SELECT source, count(*) FILTER (is_observed) AS reporting,
                count(*) FILTER (state = 'silent') AS silent,
                count(*) FILTER (state IN ('reports_nothing', 'never')) AS without,
                sum(homes) AS homes,
                sum(homes) FILTER (NOT is_observed) AS unseen,
                sum(homes_blind) FILTER (is_observed) AS blind
            FROM core_coverage_now GROUP BY source
        )
        SELECT s.source, coalesce(m.expected, 0)::BIGINT, coalesce(m.come, 0)::BIGINT,
            coalesce(m.missing, 0)::BIGINT, c.last_ref_date,
            $as_of::DATE - c.last_ref_date, coalesce(c.is_stale, false),
            CASE WHEN c.is_stale THEN 0 ELSE coalesce(d.reporting, 0) END,
            coalesce(d.silent, 0), coalesce(d.without, 0), coalesce(d.homes, 0)::BIGINT,
            coalesce(CASE WHEN c.is_stale THEN d.homes ELSE d.unseen END, 0)::BIGINT,
            CASE WHEN c.is_stale THEN 0 ELSE coalesce(d.blind, 0) END::BIGINT
        FROM source AS s
        LEFT JOIN month AS m ON s.source = m.source
        LEFT JOIN core_source_clock AS c ON s.source = c.source
        LEFT JOIN dong AS d ON s.source = d.source
        ORDER BY s.source
        """,
        {"sources": regular_sources(), "as_of": as_of},
    )
    return [SourceCoverage(*row) for row in found]


def dong_coverage(warehouse: Warehouse, dong_code: str) -> list[dict[str, Any]]:
    """How each regular source last stood in one dong, by source."""
    names = ("source", "month_no", "state", "rows", "accounts", "homes", "homes_blind")
    quoted = ", ".join(f'"{name}"' for name in names)
    rows = warehouse.rows(
        f"SELECT {quoted} FROM core_coverage_now WHERE dong_code = $dong "
        "ORDER BY source",
        {"dong": dong_code},
    )
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return [
        {"source": r.pop("source"), "month": month_text(r.pop("month_no")), **r}
        for r in told
    ]


def findings(warehouse: Warehouse, ledger: Ledger, as_of: dt.date) -> list[Finding]:
    """Everything to ask about, with whom to ask, by kind, source and dong."""
    ask = _Ask(ledger, as_of)
    found = [
        *_never(warehouse, ask),
        *_files(warehouse, ask),
        *_dongs(warehouse, ask),
        *_flags(warehouse, ask),
    ]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(
        found, key=lambda f: (order[f.kind], f.source, f.dong_code or "", f.detail)
    )


def month_text(month_no: int) -> str:
    """A month number (year * 12 + month) as YYYY-MM."""
    year, month = divmod(month_no - 1, 12)
    return f"{year}-{month + 1:02d}"


class _Ask:
    """Whom to ask about a source, as the ledger tells on a day."""

    def __init__(self, ledger: Ledger, day: dt.date) -> None:
        self._standing = {one.source: one for one in ledger.standing(day)}

    def of(self, source: str) -> Standing:
        return self._standing[source]

    def __call__(self, source: str, what: str) -> str:
        entry, holder = self.of(source).entry, SOURCES[source].holder
        if entry is None:
            return f"ask {holder} (ledger.toml names no contact): {what}"
        return f"ask {entry.contact} ({holder}, letter {entry.letter_no}): {what}"


def _never(warehouse: Warehouse, ask: _Ask) -> Iterable[Finding]:
    come = {
        source for (source,) in warehouse.rows("SELECT source FROM core_source_clock")
    }
    for source in regular_sources():
        if source in come:
            continue
        if ask.of(source).state in ("valid", "expires soon"):
            step = ask(source, "when will the first file come?")
        else:
            step = f"if this office is to hold it, fill in [[{source}]] in ledger.toml"
        yield Finding(source, "never came", None, None, "no file", step)


def _files(warehouse: Warehouse, ask: _Ask) -> Iterable[Finding]:
    rows = warehouse.rows(
        """
        SELECT m.source, m.month_no, m.files_arrived, m.files_expected,
            m.month_no >= l.last_month AS is_latest
        FROM core_coverage_month AS m
        INNER JOIN (
            SELECT source, max(month_no) FILTER (files_arrived > 0) AS last_month
            FROM core_coverage_month GROUP BY source
        ) AS l ON m.source = l.source
        WHERE m.files_arrived < m.files_expected
        ORDER BY m.source, m.month_no
        """
    )
    groups: dict[tuple[str, str], list[str]] = {}
    for source, month_no, come, expected, is_latest in rows:
        key = (source, "late" if is_latest else "missing")
        text = f"{month_text(month_no)} ({come} of {expected})"
        groups.setdefault(key, []).append(text)
    for (source, kind), months in groups.items():
        what = "send the file that is due" if kind == "late" else "send what is lacking"
        yield Finding(source, kind, None, None, _few(months), ask(source, what))


def _dongs(warehouse: Warehouse, ask: _Ask) -> Iterable[Finding]:
    rows = warehouse.rows(
        """
        SELECT n.source, n.state, n.dong_code, d.dong_name, max(c.month_no)
        FROM core_coverage_now AS n
        LEFT JOIN core_dong AS d ON n.dong_code = d.dong_code
        LEFT JOIN core_coverage AS c
            ON n.source = c.source AND n.dong_code = c.dong_code AND c."rows" > 0
        WHERE n.state IN ('silent', 'reports_nothing')
        GROUP BY ALL ORDER BY ALL
        """
    )
    for source, state, code, name, last in rows:
        if state == "silent":
            detail = f"last row in {month_text(last)}"
            what = "why does this dong's part no longer come?"
        else:
            detail = "never a row"
            what = "does its part report at all, or does another supply it?"
        yield Finding(source, _OF_DONG[state], code, name, detail, ask(source, what))


def _flags(warehouse: Warehouse, ask: _Ask) -> Iterable[Finding]:
    rows = warehouse.rows(
        "SELECT f.source, f.dong_code, d.dong_name, f.kind, f.accounts::BIGINT, "
        "f.expected FROM core_coverage_flag AS f "
        "LEFT JOIN core_dong AS d ON f.dong_code = d.dong_code "
        "ORDER BY f.source, f.dong_code, f.kind"
    )
    for source, code, name, kind, accounts, expected in rows:
        detail = f"{accounts:,} accounts where about {expected:,} would be in line"
        what = "is more or less reported here than elsewhere?"
        yield Finding(
            source, kind.replace("_", " "), code, name, detail, ask(source, what)
        )


def _few(texts: Sequence[str]) -> str:
    """The last of many, and how many more there are."""
    more = len(texts) - _MONTHS_TOLD
    head = f"{more} more, " if more > 0 else ""
    return head + ", ".join(texts[-_MONTHS_TOLD:])
