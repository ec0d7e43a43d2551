"""A week under `blindspot serve`: what comes late, missing, corrected and broken."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.night import LATE, REFUSED
from pipeline.accesslog import AccessLog
from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.lib.served import served
from tests.lib.towns import copy_town, make_town
from tests.lib.week import (
    NIGHTS,
    Week,
    everything,
    nights,
    planted,
    prepare,
    seen_in,
)

# Seven processes start one after the other, each with a server's answers to wait for.
pytestmark = pytest.mark.timeout(1200)
HOUSEHOLDS = 300
MONTHS = 4
REBUILT = ("core_file", "core_visible_file", "core_as_of")


@dataclass
class Lived:
    """What the week left behind."""

    week: Week
    told: list[dict[str, Any]]
    root: Path
    peaceful: Path
    aside: Path
    temp: Path


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    base = tmp_path_factory.mktemp("week")
    root, aside, temp = base / "office", base / "aside", base / "temp"
    make_town(root, households=HOUSEHOLDS, months=MONTHS)
    settings = root / "blindspot.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[60, 300, 900]", "[1, 1, 1, 1, 1, 1, 1, 1]"))
    prepare(root, aside)
    peaceful = copy_town(root, base / "peaceful")
    with served(root, temp) as office:
        week = nights(office, aside)
    everything(peaceful, aside)
    return Lived(week, office.told, root, peaceful, aside, temp)


def test_every_night_ends_as_it_has_to(lived: Lived) -> None:
    assert [lived.week.runs[night]["state_name"] for night in NIGHTS] == [
        "Completed",
        LATE,
        REFUSED,
        LATE,
        "Failed",
        "Completed",
        "Completed",
    ]
    assert lived.week.runs[NIGHTS[0]]["name"] == "nightly 2026-07-05"
    messages = [lived.week.runs[night]["state"]["message"] for night in NIGHTS]
    assert messages[1] == "late: gas 2026-06 (0 of 1)"
    assert messages[2].startswith("refused: ")
    assert "nhis " in messages[2]
    assert "unknown UNKNOWN_NAME" in messages[2]
    assert "person.key" in messages[4]


def test_only_who_has_something_to_mend_is_told(lived: Lived) -> None:
    assert [(one["flow"], one["state"]) for one in lived.told] == [
        ("nightly", REFUSED),
        ("nightly", "Failed"),
    ]
    assert "nhis" in lived.told[0]["text"]


def test_a_busy_office_is_tried_again_and_a_damaged_key_is_not(lived: Lived) -> None:
    log = (lived.root / "logs" / "blindspot.log").read_text("utf-8")
    assert log.count("SecretError exit=4") == 1
    tries = [lived.week.tries[night] for night in NIGHTS]
    assert tries[5] > 1
    assert [*tries[:5], tries[6]] == [1] * 6


def test_each_night_its_rows_add_up_on_prefects_page(lived: Lived) -> None:
    assert "reconciliation" not in lived.week.tables[NIGHTS[4]]
    for night, tables in lived.week.tables.items():
        for row in tables.get("reconciliation", []):
            kept = row["accepted"] + row["rejected"] + row["repeated"]
            assert row["rows"] == kept + row["superseded"] + row["skipped"], night
    files = [
        sum(row["files"] for row in lived.week.tables[night].get("reconciliation", []))
        for night in NIGHTS
    ]
    assert files[1] == files[4] == 0
    assert sum(files) == len(list(lived.aside.glob("*.received")))
    (nhis,) = [row for row in lived.week.tables[NIGHTS[2]]["reconciliation"]
               if row["source"] == "nhis"]  # fmt: skip
    assert nhis["refused"] == 1


def test_what_is_late_or_missing_stands_on_prefects_page(lived: Lived) -> None:
    of = {
        night: {row["source"]: row for row in tables["coverage"]}
        for night, tables in lived.week.tables.items()
        if "coverage" in tables
    }
    assert len(of) == 6
    assert of[NIGHTS[1]]["gas"]["missing"] == 1
    assert of[NIGHTS[6]]["gas"]["missing"] == 0
    assert of[NIGHTS[6]]["water"]["missing"] == 1


def rows_of(root: Path, tables: list[str]) -> dict[str, list[Any]]:
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        found = {}
        for table in tables:
            # A file's number tells only which came first, and so does a place in a table.
            columns = warehouse.rows(
                "SELECT string_agg(column_name, ', ' ORDER BY column_name) "
                "FROM duckdb_columns() WHERE "
                "database_name = 'warehouse' AND table_name = $table "
                "AND column_name NOT LIKE '%file_id%'",
                {"table": table},
            )[0][0]
            found[table] = warehouse.rows(f"SELECT {columns} FROM {table} ORDER BY ALL")
    return found


def test_the_week_leaves_the_tables_of_an_office_left_in_peace(lived: Lived) -> None:
    with open_warehouse(load_office(lived.root), read_only=True) as warehouse:
        names = warehouse.rows(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse' "
            "AND regexp_matches(table_name, '^(core|feat|out|acc)_') ORDER BY ALL"
        )
    tables = [str(name) for (name,) in names]
    # Each night's list is kept as it was; the peaceful office had but one.
    here, there = rows_of(lived.root, tables), rows_of(lived.peaceful, tables)
    assert {t for t in tables if here[t] != there[t]} == set()
    assert here["out_referral"]


def files_outside(lived: Lived) -> Iterator[Path]:
    """Every file but the vault, the inbox and the made-up town's own truth."""
    for file in sorted([*lived.root.rglob("*"), *lived.temp.rglob("*")]):
        inside = (
            file.relative_to(lived.root).parts
            if file.is_relative_to(lived.root)
            else ()
        )
        kept = inside[:1] in (("inbox",), ("truth",)) or file.name == "vault.duckdb"
        if file.is_file() and not kept:
            yield file


def test_nobody_is_found_in_any_byte_outside_vault_and_inbox(lived: Lived) -> None:
    numbers, phones = planted([lived.root / "inbox", lived.aside])
    assert len(numbers) > HOUSEHOLDS
    assert len(phones) > 100
    scanned = list(files_outside(lived))
    assert seen_in(iter(scanned), numbers, phones) == []
    # What was looked at, and that looking finds.
    named = {file.name for file in scanned}
    assert {"prefect.db", "warehouse.duckdb", "blindspot.log", "serve.out"} <= named
    assert seen_in(
        iter(sorted((lived.root / "inbox").glob("RESIDENT_*.csv"))), numbers, phones
    )
    database = lived.root / "data" / "prefect" / "prefect.db"
    told = database.parent / "planted"
    shutil.copy2(database, told)
    with closing(sqlite3.connect(told)) as spoilt:
        spoilt.execute("UPDATE flow_run SET name = ?", (min(numbers).decode(),))
        spoilt.commit()
    assert seen_in(iter([told]), numbers, phones)
    told.unlink()


def test_the_access_log_is_whole_and_has_every_night(lived: Lived) -> None:
    entries = list(AccessLog(load_office(lived.root).path("data")).entries())
    begun = [e for e in entries if e["command"] == "nightly" and e["phase"] == "begun"]
    assert len(begun) == len(NIGHTS)
