"""An office's databases: one run at a time, right keys, nothing readable on disk."""

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.errors import DiskError, NotReady, OfficeBusy, SecretError
from pipeline.identity import create_keys, load_keys
from pipeline.ingest import ingest_inbox
from pipeline.office import LOCK_NAME, SPILL_NAME, open_warehouse
from pipeline.settings import Office
from tests.lib import files


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = files.office(tmp_path / "office")
    create_keys(office, 1)
    return office


def _fill(office: Office) -> None:
    for source, name in files.NAMES.items():
        body = files.extract(source, [files.row(source)])
        files.write(office.path("inbox"), name, body)
    with open_warehouse(office) as warehouse:
        ingest_inbox(office, warehouse, load_keys(office))


def test_data_stays_and_can_be_read_again(office: Office) -> None:
    _fill(office)
    with open_warehouse(office, read_only=True) as warehouse:
        assert warehouse.rows("SELECT count(*) FROM core_file") == [(len(files.NAMES),)]
    assert office.warehouse_file.stat().st_mode & 0o777 == 0o600
    assert office.vault_file.stat().st_mode & 0o777 == 0o600
    assert office.path("data").stat().st_mode & 0o777 == 0o700


def test_a_second_run_is_told_who_holds_the_office(office: Office) -> None:
    with (
        open_warehouse(office),
        pytest.raises(OfficeBusy, match=f"in use by process {os.getpid()} "),
    ):
        open_warehouse(office)
    open_warehouse(office).close()


def test_a_reader_does_not_get_in_beside_a_writer(office: Office) -> None:
    _fill(office)
    with open_warehouse(office), pytest.raises(OfficeBusy):
        open_warehouse(office, read_only=True)


def test_the_lock_tells_no_options(office: Office, monkeypatch) -> None:
    monkeypatch.setattr(
        sys, "argv", ["/usr/bin/blindspot", "explain", "--household", "H1"]
    )
    with open_warehouse(office):
        told = (office.path("data") / LOCK_NAME).read_text(encoding="utf-8")
    assert told == f"process {os.getpid()} (blindspot explain)"
    assert (office.path("data") / LOCK_NAME).read_text(encoding="utf-8") == ""


HOLDER = """
import sys, time
from pathlib import Path
from pipeline.office import open_warehouse
from pipeline.settings import load_office
with open_warehouse(load_office(Path(sys.argv[1]), {})) as warehouse:
    warehouse.execute("BEGIN")
    warehouse.execute("INSERT INTO core_file (file_id) VALUES (99)")
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_run_leaves_the_state_before_and_no_lock(office: Office) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(office.root)],
        stdout=subprocess.PIPE,
        cwd=root,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(OfficeBusy, match=f"process {holder.pid} "):
            open_warehouse(office)
        holder.send_signal(signal.SIGKILL)
    with open_warehouse(office) as warehouse:
        assert warehouse.rows("SELECT count(*) FROM core_file") == [(0,)]


def test_what_a_broken_run_left_in_the_vault_is_swept_at_open(office: Office) -> None:
    with open_warehouse(office) as warehouse:
        warehouse.execute(
            "INSERT INTO vault.vault_gas (file_sha, file_id, name) VALUES ('a', 1, 'b')"
        )
    with open_warehouse(office) as warehouse:
        assert warehouse.rows("SELECT count(*) FROM vault.vault_gas") == [(0,)]


@pytest.mark.parametrize("name", ["person", "warehouse", "vault"])
def test_keys_of_another_office_do_not_open_this_one(
    office: Office, tmp_path: Path, name: str
) -> None:
    _fill(office)
    other = files.office(tmp_path / "other")
    create_keys(other, 2)
    mine, theirs = (each.path("keys") / f"{name}.key" for each in (office, other))
    kept = mine.read_bytes()
    mine.write_bytes(theirs.read_bytes())
    held = []  # a kept traceback must not keep a file attached
    for read_only in (True, False):
        with pytest.raises(SecretError, match="put back the key files") as caught:
            open_warehouse(office, read_only=read_only)
        held.append(caught)
    mine.write_bytes(kept)
    open_warehouse(office).close()


def test_without_keys_nothing_is_made(office: Office) -> None:
    (office.path("keys") / "vault.key").unlink()
    with pytest.raises(SecretError, match=r"vault\.key is missing"):
        open_warehouse(office)
    assert not office.path("data").exists()


def test_reading_before_anything_was_ingested(office: Office) -> None:
    with pytest.raises(NotReady, match="blindspot ingest"):
        open_warehouse(office, read_only=True)
    assert not office.path("data").exists()


_STOPPED = """
import resource, sys
from pathlib import Path
from pipeline.office import open_warehouse
from pipeline.settings import load_office
office = load_office(Path(sys.argv[1]), {})
office.path("data").mkdir()
resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))
open_warehouse(office)
"""


def test_a_first_run_that_stops_in_the_middle_of_a_database_leaves_none(
    office: Office,
) -> None:
    """A file ends where the disk does, after the first of its headers."""
    command = [sys.executable, "-c", _STOPPED, str(office.root)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    stopped = subprocess.run(command, env=env, capture_output=True, check=False)
    assert stopped.returncode
    with pytest.raises(NotReady):
        open_warehouse(office, read_only=True)
    _fill(office)
    names = {path.name for path in office.path("data").iterdir()}
    assert names == {"warehouse.duckdb", "vault.duckdb", LOCK_NAME, "spill"}


def test_databases_without_tables_hold_no_data_yet(office: Office) -> None:
    """A first run may be killed between its files and their tables."""
    with open_warehouse(office) as warehouse:
        warehouse.execute("DROP TABLE core_key_check")
    with pytest.raises(NotReady):
        open_warehouse(office, read_only=True)


def test_who_writes_waits_for_who_reads(office: Office) -> None:
    _fill(office)
    reader = open_warehouse(office, read_only=True)
    threading.Timer(0.3, reader.close).start()
    with open_warehouse(office) as warehouse:
        assert warehouse.rows("SELECT count(*) FROM core_file") == [(len(files.NAMES),)]


def test_what_a_killed_run_spilled_goes_when_the_next_one_writes(
    office: Office,
) -> None:
    _fill(office)
    spilled = office.path("data") / SPILL_NAME / "duckdb_temp_storage_DEFAULT-0.tmp"
    spilled.write_bytes(b"x")
    open_warehouse(office, read_only=True).close()  # another one may read just now
    assert spilled.exists()
    open_warehouse(office).close()
    assert not spilled.exists()


def test_a_file_that_may_not_grow_is_a_full_disk(office: Office) -> None:
    """So does a quota end: the engine tells of it as of no disk it knows."""
    with open_warehouse(office):
        pass
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_warehouse(office) as warehouse:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, hard))
        try:
            with pytest.raises(DiskError, match="taken back"):
                warehouse.execute(
                    "CREATE TABLE big AS SELECT hash(range) FROM range(999999)"
                )
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    with open_warehouse(office) as warehouse:
        assert not warehouse.has_table("big")
