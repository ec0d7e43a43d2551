"""The source ledger: what is held without ground is refused, and the rest goes on."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.errors import OfficeError
from pipeline.identity import create_keys
from pipeline.ingest import FileReport, ingest_inbox
from pipeline.ledger import (
    LEDGER_NAME,
    PUBLIC_REGISTERS,
    ledger_template,
    load_ledger,
    needing_entries,
)
from pipeline.quarantine import refused_files
from pipeline.refusals import Refused
from pipeline.warehouse import Warehouse
from tests.lib import files

ENTRY = """
[[{source}]]
legal_basis = "사회보장급여법 제12조"
letter_no = "복지-1"
valid_from = {since}
expires_on = {until}
contact = "고객지원부"
"""


def entry(source: str = "gas", since: str = "2026-01-01", until: str = "2026-12-31"):
    return ENTRY.format(source=source, since=since, until=until)


def book(folder: Path, text: str):
    (folder / LEDGER_NAME).write_text(text, encoding="utf-8")
    return load_ledger(folder)


@pytest.mark.parametrize(
    ("day", "state", "left"),
    [
        ("2025-12-31", "not yet valid", None),
        ("2026-01-01", "valid", 364),
        ("2026-12-01", "expires soon", 30),
        ("2026-12-31", "expires soon", 0),  # the last day is included
        ("2027-01-01", "expired", None),
    ],
)
def test_an_entry_holds_from_its_first_to_its_last_day(
    tmp_path: Path, day: str, state: str, left: int | None
) -> None:
    ledger = book(tmp_path, entry())
    on = dt.date.fromisoformat(day)
    told = {one.source: one for one in ledger.standing(on)}["gas"]
    assert (told.state, told.days_left) == (state, left)
    if left is None:
        with pytest.raises(Refused, match=f"valid on {day}"):
            ledger.require("gas", on)
    else:
        ledger.require("gas", on)


def test_a_renewed_letter_is_a_further_entry(tmp_path: Path) -> None:
    later = entry(since="2027-02-01", until="2028-01-31")
    ledger = book(tmp_path, entry() + later)
    ledger.require("gas", dt.date(2026, 5, 1))
    ledger.require("gas", dt.date(2027, 5, 1))
    with pytest.raises(Refused):
        ledger.require("gas", dt.date(2027, 1, 15))  # between the two


def test_public_registers_need_none_and_everything_else_does(tmp_path: Path) -> None:
    ledger = book(tmp_path, "")
    for source in PUBLIC_REGISTERS:
        ledger.require(source, dt.date(2026, 1, 1))
    assert not PUBLIC_REGISTERS & set(needing_entries())
    assert {"team", "resident", "nhis"} <= set(needing_entries())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (entry("coal"), "[[coal]]: no source of that name"),
        (entry().replace("contact", "phone"), "[[gas]] number 1 contact"),
        (entry().replace('"복지-1"', '" "'), "[[gas]] number 1 letter_no"),
        (entry(until="2025-01-01"), "expires_on lies before valid_from"),
        (entry(since='"soon"'), "[[gas]] number 1 valid_from"),
        ('gas = "yes"', "[[gas]] number 1"),
        ("[[gas", "no valid TOML"),
    ],
)
def test_a_ledger_that_cannot_be_used_says_where(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(OfficeError) as raised:
        book(tmp_path, text)
    assert told in str(raised.value)
    assert "고객지원부" not in str(raised.value)
    assert "\n  → " in str(raised.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OfficeError) as raised:
        book(tmp_path, entry("coal") + entry(until="2025-01-01"))
    assert "coal" in str(raised.value)
    assert "before valid_from" in str(raised.value)


def test_a_new_offices_template_holds_for_nobody_until_it_is_filled_in(
    tmp_path: Path,
) -> None:
    blank = book(tmp_path, ledger_template(synthetic=False))
    states = {one.state for one in blank.standing(dt.date(2026, 1, 1))}
    assert states == {"missing"}
    filled = book(tmp_path, ledger_template(synthetic=True))
    states = {one.state for one in filled.standing(dt.date(2026, 1, 1))}
    assert states == {"valid"}


def test_the_blank_template_becomes_valid_by_filling_it_in(tmp_path: Path) -> None:
    text = ledger_template(synthetic=False).replace("\n#[[", "\n[[")
    for name, value in (
        ("legal_basis", '"법"'),
        ("letter_no", '"1"'),
        ("valid_from", "2026-01-01"),
        ("expires_on", "2026-12-31"),
        ("contact", '"과"'),
    ):
        text = text.replace(f'#{name} = ""', f"{name} = {value}")
        text = text.replace(f"#{name} =\n", f"{name} = {value}\n")
    ledger = book(tmp_path, text)
    assert {one.state for one in ledger.standing(dt.date(2026, 6, 1))} == {"valid"}


def ingested(tmp_path: Path, text: str) -> tuple[dict[str, FileReport], Warehouse]:
    office = files.office(tmp_path)
    (tmp_path / LEDGER_NAME).write_text(text, encoding="utf-8")
    for source in ("gas", "team", "kikcd_h"):
        body = files.extract(source, [files.row(source)])
        files.write(office.path("inbox"), files.NAMES[source], body)
    warehouse = Warehouse.in_memory()
    reports = ingest_inbox(
        office, warehouse, create_keys(office, 1), day=dt.date(2026, 4, 1)
    )
    return {report.file: report for report in reports}, warehouse


def test_a_source_without_a_valid_entry_is_refused_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    text = entry("gas", until="2026-03-19")  # the files were received on 20 March
    reports, warehouse = ingested(tmp_path, text)
    told = {name: report.status for name, report in reports.items()}
    assert told == {
        files.NAMES["gas"]: "refused",
        files.NAMES["team"]: "refused",
        files.NAMES["kikcd_h"]: "loaded",
    }
    assert [
        (one["source"], one["reason_code"]) for one in refused_files(warehouse)
    ] == [("gas", "LEDGER_EXPIRED"), ("team", "NO_LEDGER")]
    assert warehouse.rows("SELECT count(*) FROM acc_gas") == [(0,)]
    assert reports[files.NAMES["team"]].message == (
        "TEAM_20260101.csv: ledger.toml has no entry for the source team: without a "
        "legal basis and a letter its files are not taken in\n"
        f"  → fill in [[team]] in {tmp_path / LEDGER_NAME}, then run this again "
        "(blindspot ledger check lists what is missing)"
    )


def test_an_office_without_a_ledger_holds_public_registers_only(
    tmp_path: Path,
) -> None:
    office = files.office(tmp_path)
    (tmp_path / LEDGER_NAME).unlink()
    body = files.extract("gas", [files.row("gas")])
    files.write(office.path("inbox"), files.NAMES["gas"], body)
    keys, warehouse = create_keys(office, 1), Warehouse.in_memory()
    (report,) = ingest_inbox(office, warehouse, keys)
    assert (report.status, report.source) == ("refused", "gas")


def test_what_was_loaded_stays_a_replay_when_the_letter_has_expired(
    tmp_path: Path,
) -> None:
    office = files.office(tmp_path)
    body = files.extract("gas", [files.row("gas")])
    files.write(office.path("inbox"), files.NAMES["gas"], body)
    keys, warehouse = create_keys(office, 1), Warehouse.in_memory()
    ingest_inbox(office, warehouse, keys)
    (tmp_path / LEDGER_NAME).write_text(entry(until="2026-01-02"), encoding="utf-8")
    (report,) = ingest_inbox(office, warehouse, keys)
    assert report.status == "replayed"
