"""An office of any older version, from the oldest on, is today's office once opened."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline import migrations, schema
from pipeline.backup import back_up
from pipeline.errors import OfficeError
from pipeline.office import open_warehouse
from pipeline.restore import restore
from pipeline.settings import Office
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse
from tests.lib.old_offices import OFFICES, fresh_office, old_office, opened
from tests.lib.towns import AS_OF, done

NAMES = [file.stem for file in OFFICES]
OLDEST = next(file for file in OFFICES if file.stem == "oldest")
# What ingest wrote; the rest is made anew by a screening, or added to by each.
STORED = "(table_name SIMILAR TO '(acc|rej|vault)_.*' OR table_name = 'core_file')"
# The number moves out of the rows into core_account_key, where it is compared.
MOVED = {"account_key"}
Rows = dict[str, list[tuple[Any, ...]]]
Shape = dict[str, dict[str, str]]


def _shape(warehouse: Warehouse) -> Shape:
    shape: Shape = {}
    for table, column, kind in warehouse.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        f"WHERE database_name IN ('warehouse', 'vault') AND {STORED} ORDER BY ALL"
    ):
        shape.setdefault(table, {})[column] = kind
    return shape


def _rows(warehouse: Warehouse, shape: Shape) -> Rows:
    """Every stored row, in the columns of a shape."""
    found = {}
    for table, columns in shape.items():
        home = "vault" if table.startswith("vault_") else "warehouse"
        names = ", ".join(f'"{name}"' for name in columns if name not in MOVED)
        found[table] = warehouse.rows(
            f"SELECT {names} FROM {home}.main.{table} ORDER BY ALL"
        )
    return found


def _account_keys(warehouse: Warehouse) -> set[tuple[Any, ...]]:
    if warehouse.has_table("core_account_key"):
        return set(warehouse.rows("SELECT * FROM core_account_key"))
    return {
        (source, *row)
        for source in ("kepco", "water", "gas")
        for row in warehouse.rows(f"SELECT account_no, account_key FROM acc_{source}")
    }


@pytest.mark.parametrize("fixture", OFFICES, ids=NAMES)
def test_every_row_of_an_old_office_is_there_in_the_shape_of_a_new_one(
    fixture: Path, tmp_path: Path
) -> None:
    office = old_office(fixture, tmp_path / "old")
    with opened(office, read_only=True) as before:
        shape, keys = _shape(before), _account_keys(before)
        rows = _rows(before, shape)
        assert sum(map(len, rows.values())) > 300
    with open_warehouse(office) as after:
        assert schema.schema_number(after) == schema.newest_number()
        assert _rows(after, shape) == rows
        assert _account_keys(after) == keys
        with Warehouse.in_memory() as new:
            ensure_tables(new)
            assert _shape(after) == _shape(new)
        assert schema.migrate(after) == []


def _list_of(office: Office) -> tuple[list[Any], dict[str, bytes]]:
    """The round's list in the warehouse and in the files that leave."""
    day = ("--office", str(office.root), "--as-of", AS_OF.isoformat())
    done("screen", *day)
    done("export", *day, "--confirm-by", "시험")
    with open_warehouse(office, read_only=True) as warehouse:
        listed = warehouse.rows("SELECT * FROM out_referral ORDER BY referral_id")
    newest = max(office.path("rounds").glob("2026-R4*"))
    return listed, {f.name: f.read_bytes() for f in sorted(newest.glob("*.csv"))}


def test_the_oldest_office_makes_the_list_of_a_fresh_one(tmp_path: Path) -> None:
    old = old_office(OLDEST, tmp_path / "old")
    fresh = fresh_office(OLDEST, tmp_path / "fresh")
    done("ingest", "--office", str(fresh.root), "--as-of", AS_OF.isoformat())
    listed, files = _list_of(old)
    assert (listed, files) == _list_of(fresh)
    assert len(listed) > 5
    assert len(files) > 3


def test_what_an_old_office_sent_is_a_listing_of_today(tmp_path: Path) -> None:
    fixture = next(file for file in OFFICES if file.stem == "first_round")
    office = old_office(fixture, tmp_path / "old")
    with opened(office, read_only=True) as before:
        sent = before.rows("SELECT referral_id FROM out_referral ORDER BY ALL")
    with open_warehouse(office) as after:
        assert after.rows("SELECT referral_id FROM out_issued ORDER BY ALL") == sent
        assert sent


def test_a_reader_is_sent_to_migrate_and_a_copy_is_taken_before(tmp_path: Path) -> None:
    office = old_office(OLDEST, tmp_path / "old")
    with pytest.raises(OfficeError, match=r"schema 0, this version reads \d") as told:
        open_warehouse(office, read_only=True)
    assert told.value.next_step == (
        "take a backup (blindspot backup), then run: blindspot migrate"
    )
    (tmp_path / "disk").mkdir()
    copy = back_up(office, tmp_path / "disk", "20260701-120000").folder
    with opened(office, read_only=True) as warehouse:
        assert schema.schema_number(warehouse) == 0
    again = restore(copy, tmp_path / "again", office.path("keys"))
    with open_warehouse(again) as warehouse:
        assert schema.schema_number(warehouse) == schema.newest_number()


@pytest.mark.parametrize("read_only", [True, False])
def test_the_office_of_a_newer_version_is_left_alone(
    tmp_path: Path, read_only: bool
) -> None:
    office = fresh_office(OLDEST, tmp_path / "new")
    newer = schema.newest_number() + 1
    with open_warehouse(office) as warehouse:
        warehouse.execute(f"INSERT INTO core_schema VALUES ({newer}, 'later')")
    before = office.warehouse_file.read_bytes()
    with pytest.raises(OfficeError, match=f"have schema {newer}") as told:
        open_warehouse(office, read_only=read_only)
    assert "install the newer version again" in told.value.next_step
    assert office.warehouse_file.read_bytes() == before


_KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline import schema
from pipeline.office import open_warehouse
from pipeline.settings import load_office
def stop(warehouse, number, title, reached=schema._reached):
    if number == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)  # all of the step is done, but its number
    reached(warehouse, number, title)
schema._reached = stop
open_warehouse(load_office(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("number", [1, len(migrations.STEPS)])
def test_a_step_that_is_killed_has_changed_nothing(number: int, tmp_path: Path) -> None:
    office = old_office(OLDEST, tmp_path / "old")
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(office.root), str(number)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with opened(old_office(OLDEST, tmp_path / "other")) as warehouse:
        for step in migrations.STEPS[: number - 1]:
            step.apply(warehouse)
        expected = _shape(warehouse)
    with opened(office) as warehouse:
        assert _shape(warehouse) == expected
        assert schema.schema_number(warehouse) == number - 1
        left = schema.pending(warehouse)
    assert [place for place, _ in left] == [*range(number, len(migrations.STEPS) + 1)]
    with open_warehouse(office) as warehouse, Warehouse.in_memory() as new:
        ensure_tables(new)
        assert _shape(warehouse) == _shape(new)


def test_migrate_tells_the_steps_and_takes_them(tmp_path: Path) -> None:
    office = old_office(OLDEST, tmp_path / "old")
    told = done("migrate", "--office", str(office.root), "--dry-run").stdout
    assert f"schema 0 → {schema.newest_number()}" in told
    assert "a team's weekly cases may be a fraction" in told
    assert done("migrate", "--office", str(office.root)).stdout == told
    told = done("migrate", "--office", str(office.root)).stdout
    assert told == f"schema {schema.newest_number()}: current\n"
