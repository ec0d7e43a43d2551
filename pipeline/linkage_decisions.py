"""Officers' decisions about the grey zone: kept with the day from which they count."""

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa

from pipeline.errors import FileRefused, OptionError
from pipeline.named import NAME_LIMIT, name_of
from pipeline.quarantine import last_screened
from pipeline.warehouse import Warehouse

DECISION_DDL = """CREATE TABLE IF NOT EXISTS warehouse.main.link_decision (
    decision_no INTEGER, source VARCHAR, account_key VARCHAR, household_id VARCHAR,
    decision VARCHAR, decided_by VARCHAR, decided_on DATE, known_on DATE,
    reason VARCHAR)"""
# Codes instead of free text: what officers write of people belongs in the vault.
REASONS: Final = {
    "전화확인": "phoned",
    "방문확인": "visited",
    "가족명의": "family_name",
    "임대인": "landlord",
    "전거주자": "former_tenant",
    "오기": "misspelt",
    "기타": "other",
}
SOURCES: Final = {"전력": "kepco", "수도": "water", "가스": "gas", "제보": "tip"}
ANSWERS: Final = {"1", "2", "아님", "모름"}
_DAY: Final = re.compile(r"(\d{4})[-./]\s*(\d\d?)[-./]\s*(\d\d?)\.?")
NEEDED: Final = ("출처", "계정키", "후보1", "후보2", "판정자", "판정일", "근거")


@dataclass(frozen=True)
class Decision:
    """One verdict on an account and a household."""

    source: str
    account_key: str
    household_id: str
    decision: str
    decided_by: str
    decided_on: dt.date
    reason: str


@dataclass
class DecideReport:
    """What became of a filled-in review file; rows by number, never by content."""

    kept: int = 0
    unanswered: int = 0
    repeated: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    contradicted: list[int] = field(default_factory=list)


def ensure_decisions(warehouse: Warehouse) -> None:
    """Create the table of decisions if it is not there yet."""
    warehouse.execute(DECISION_DDL)


def decide(warehouse: Warehouse, file: Path, as_of: dt.date) -> DecideReport:
    """Keep the decisions of a filled-in review file; they count from the next day.

    A row that contradicts what was decided before is kept (the later word counts)
    and told. All or nothing is written.

    Raises:
        FileRefused: The file is no review file, or no text that can be read.
        OptionError: The day would change a round that was screened already.
    """
    screened = last_screened(warehouse)
    if screened is not None and as_of < screened:
        raise OptionError(
            f"--as-of: a round was screened as of {screened}; what is decided before "
            "would change it",
            f"give {screened} or a later day",
        )
    ensure_decisions(warehouse)
    report = DecideReport()
    answered = _read(file, report)
    for number in _unknown(warehouse, answered):
        report.refused[number] = "this office knows no such account or household"
        del answered[number]
    before = _last_words(warehouse)
    decisions: list[Decision] = []
    for number, made in answered.items():
        if any(_contradicts(each, before) for each in made):
            report.contradicted.append(number)
        new = [each for each in made if before.get(_pair(each)) != each.decision]
        report.repeated += not new
        report.kept += bool(new)
        decisions += new
    _keep(warehouse, decisions, as_of)
    return report


def _read(file: Path, report: DecideReport) -> dict[int, list[Decision]]:
    """The answered rows by row number; the others are counted in the report."""
    answered: dict[int, list[Decision]] = {}
    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(_rows(file), start=2):
        if not (answer := _answer(row)):
            report.unanswered += 1
            continue
        made = _decisions(row, answer)
        if isinstance(made, str):
            report.refused[number] = made
            continue
        account = _pair(made[0])[:2]
        if account in first:
            report.refused[number] = f"row {first[account]} answers for this account"
            continue
        first[account] = number
        answered[number] = made
    return answered


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise FileRefused(
            f"{file.name} cannot be read ({error.strerror})", "check the path"
        ) from None
    rows = _sheet(file) if content[:2] == b"PK" else _text(file, content)
    head = list(rows[0]) if rows else []
    missing = [c for c in NEEDED if c not in head]
    if missing or not any((c or "").startswith("판정(") for c in head):
        raise FileRefused(
            f"{file.name} is no review file: it has no rows, or not the columns of "
            "`blindspot linkage review`",
            "fill in the file that linkage review wrote, and keep its header row",
        )
    return [{k: (v or "") for k, v in row.items() if k} for row in rows]


def _sheet(file: Path) -> list[dict[str, str]]:
    """The rows of a review file that was saved as a workbook."""
    # Every screening imports this module, and few read a workbook here.
    from pipeline.spreadsheet import sheet_records

    records = list(sheet_records(file))
    return [dict(zip(records[0], row, strict=False)) for row in records[1:]]


def _text(file: Path, content: bytes) -> list[dict[str, str]]:
    """The rows of a review file as text, in whichever way a spreadsheet saves it."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
            head = text.partition("\n")[0]
            delimiter = max(",;\t", key=head.count)
            return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise FileRefused(
        f"{file.name} is no UTF-8 or cp949 CSV", "save it as CSV and try again"
    )


def _day(cell: str) -> dt.date:
    """A day as typed, or as a spreadsheet shows it (2026. 7. 1.)."""
    parts = _DAY.fullmatch(cell)
    if parts is None:
        return dt.date.fromisoformat(cell)
    year, month, day = (int(part) for part in parts.groups())
    return dt.date(year, month, day)


def _answer(row: dict[str, str]) -> str:
    return next((_plain(v) for k, v in row.items() if k.startswith("판정(")), "")


def _plain(cell: str) -> str:
    return cell.strip().removeprefix("'")


def _decisions(row: dict[str, str], answer: str) -> list[Decision] | str:
    """The decisions of one row, or what is wrong with it."""
    source = SOURCES.get(_plain(row["출처"]))
    households = [h for h in (_plain(row["후보1"]), _plain(row["후보2"])) if h]
    if source is None or answer not in ANSWERS:
        return "the source or the decision is none of those offered"
    if answer in {"1", "2"} and int(answer) > len(households):
        return "it names a candidate that the row does not hold"
    if (by := name_of(_plain(row["판정자"]))) is None:
        return f"who decided is missing, or no name of at most {NAME_LIMIT} letters"
    try:
        on = _day(_plain(row["판정일"]))
    except ValueError:
        return "the day of the decision is no date (YYYY-MM-DD)"
    if (why := REASONS.get(_plain(row["근거"]) or "기타")) is None:
        return f"the ground is none of: {', '.join(REASONS)}"
    verdicts = {"아님": "not_same", "모름": "unsure"}
    return [
        Decision(
            source, _plain(row["계정키"]), household,
            verdicts.get(answer, "same" if answer == str(n) else "not_same"),
            by, on, why,
        )
        for n, household in enumerate(households, start=1)
    ]  # fmt: skip


def _pair(decision: Decision) -> tuple[str, str, str]:
    return decision.source, decision.account_key, decision.household_id


def _last_words(warehouse: Warehouse) -> dict[tuple[str, str, str], str]:
    rows = warehouse.rows(
        "SELECT source, account_key, household_id, decision FROM link_decision "
        "ORDER BY known_on, decision_no"
    )
    return {(s, a, h): d for s, a, h, d in rows}


def _contradicts(decision: Decision, before: dict[tuple[str, str, str], str]) -> bool:
    """Said otherwise before, or the account was given to another household."""
    earlier = before.get(_pair(decision), decision.decision)
    if "unsure" not in {earlier, decision.decision} and earlier != decision.decision:
        return True
    return decision.decision == "same" and any(
        word == "same" and (s, a) == _pair(decision)[:2] and h != decision.household_id
        for (s, a, h), word in before.items()
    )


def _unknown(warehouse: Warehouse, answered: dict[int, list[Decision]]) -> list[int]:
    """Rows about an account or a household that no ingested file holds."""
    if not answered:
        return []
    rows = [
        {"n": n, "s": d.source, "a": d.account_key, "h": d.household_id}
        for n, made in answered.items()
        for d in made
    ]
    with warehouse.registered(pa.Table.from_pylist(rows), "_answered"):
        found = warehouse.rows(
            """SELECT DISTINCT n FROM _answered
            WHERE (s, a) NOT IN (
                SELECT (source, account_key) FROM core_account_key
                UNION ALL SELECT ('tip', tip_no) FROM acc_tip
            )
            OR h NOT IN (
                SELECT 'H' || substr(registry_no_key, 1, 15) FROM acc_resident
                UNION ALL
                SELECT 'H' || substr(registry_no_key, 1, 15) FROM acc_resident_change
                WHERE registry_no_key IS NOT NULL
            )
            ORDER BY n"""
        )
    return [int(n) for (n,) in found]


def _keep(warehouse: Warehouse, decisions: list[Decision], as_of: dt.date) -> None:
    if not decisions:
        return
    with warehouse.transaction():
        first = warehouse.rows(
            "SELECT coalesce(max(decision_no), 0) + 1 FROM link_decision"
        )[0][0]
        rows = [
            {"decision_no": first + n, "known_on": as_of, **vars(decision)}
            for n, decision in enumerate(decisions)
        ]
        warehouse.append("link_decision", pa.Table.from_pylist(rows))
