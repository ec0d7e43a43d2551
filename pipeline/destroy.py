"""Destroys what is due, puts down each thing, and leaves no byte behind in a database.

What is to go is put down first and marked when it is gone: a run that was killed leaves
a list to finish, never a thing that is gone and told nowhere.
"""

import csv
import datetime as dt
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from data_contracts.sources import SOURCES
from pipeline.accesslog import AccessLog
from pipeline.engine import bare_connection, engine_errors, quoted
from pipeline.errors import DiskError
from pipeline.excel_safe import safe_text
from pipeline.identity import load_keys
from pipeline.office import open_warehouse, take_lock
from pipeline.publish import write_durably
from pipeline.retention import GROUND_KO, Due, due_on, months_before
from pipeline.round_tables import LOOP_TABLES, ROUND_TABLES
from pipeline.rounds import default_round
from pipeline.settings import Office
from pipeline.staging import build_core
from pipeline.subject_decisions import forget_decisions
from pipeline.warehouse import Warehouse

FOLDER: Final = "destroyed"
# grain: one thing destroyed, or begun to be
TABLE: Final = """
CREATE TABLE IF NOT EXISTS log_destroyed (
    kind VARCHAR, name VARCHAR, sha256 VARCHAR, known_on DATE, "rows" BIGINT,
    file_id INTEGER, destroyed_on DATE, confirmed_by VARCHAR, is_done BOOLEAN
)
"""
BEGIN_TABLE: Final = """
CREATE TABLE IF NOT EXISTS log_access_begin (n BIGINT, hash VARCHAR)
"""
_METHOD_KO: Final = {
    "records": "행 삭제 후 데이터베이스를 새로 쓰고 이전 파일을 덮어씀",
}
_OVERWRITTEN_KO: Final = "덮어쓴 뒤 삭제"
_HEADERS_KO: Final = (
    "파기일", "구분", "대상", "SHA-256", "자료 받은 날", "행 수", "파기 근거",
    "파기 방법", "확인자",
)  # fmt: skip
_KIND_KO: Final = {
    "inbox": "원본 파일",
    "records": "적재 자료",
    "list": "의뢰목록",
    "access": "접속기록",
}
_BLOCK: Final = 1 << 20


def plan(office: Office, day: dt.date) -> list[Due]:
    """What is due on a day; changes nothing but the empty table of what is gone."""
    with open_warehouse(office) as warehouse:
        warehouse.execute(TABLE)
        return due_on(office, warehouse, day)


def destroy(office: Office, day: dt.date, confirmed_by: str) -> tuple[Path | None, int]:
    """Destroy what is due; the certificate and how many things are on it.

    Raises:
        OfficeBusy: Another run holds the office.
        DiskError: Something could not be removed or written; run it again.
    """
    with open_warehouse(office) as warehouse:
        warehouse.execute(TABLE)
        warehouse.execute(BEGIN_TABLE)
        due = due_on(office, warehouse, day)
        _put_down(warehouse, due, day, confirmed_by)
        _keep_beginning(office, warehouse, due)
        _delete_records(warehouse, office, day)
        for one in due:
            if one.kind != "records":
                _remove(office, one)
        left = _unfinished(warehouse)
        if any(kind == "records" for kind, _ in left):
            _forget_derived(warehouse, office)
            # The rows are gone; their bytes are not until the files are new.
            warehouse.execute("CHECKPOINT warehouse")
            warehouse.execute("CHECKPOINT vault")
    if any(kind == "records" for kind, _ in left):
        rewrite(office)
    return _certify(office, day), len(left)


def _put_down(warehouse: Warehouse, due: Sequence[Due], day: dt.date, by: str) -> None:
    with warehouse.transaction():
        for one in due:
            warehouse.execute(
                "INSERT INTO log_destroyed SELECT $kind, $name, $sha256, $known_on, "
                "$rows, $file_id, $day, $by, false WHERE NOT EXISTS (SELECT 1 FROM "
                "log_destroyed WHERE kind = $kind AND name = $name AND NOT is_done)",
                {**vars(one), "day": day, "by": by},
            )


def _delete_records(warehouse: Warehouse, office: Office, day: dt.date) -> None:
    """Rows of files whose time is over, in both databases; their manifest stays."""
    gone = "(SELECT file_id FROM log_destroyed WHERE kind = 'records')"
    before = months_before(day, office.config.retention.records_months)
    with warehouse.transaction():
        for source in SOURCES:
            table = f"vault.main.vault_{source}"
            warehouse.execute(f"DELETE FROM {table} WHERE file_id IN {gone}")
    with warehouse.transaction():
        forget_decisions(warehouse, before)
        for source in SOURCES:
            warehouse.execute(f"DELETE FROM acc_{source} WHERE file_id IN {gone}")
        warehouse.execute(f"DELETE FROM rej_row WHERE file_id IN {gone}")
        # What core_file tells is what the tables hold; the counts of old stand in the
        # certificate, and by its hash the file is known and not loaded again.
        warehouse.execute(
            'UPDATE core_file SET "rows" = 0, accepted = 0, rejected = 0, '
            f"repeated = 0, superseded = 0, skipped = 0 WHERE file_id IN {gone}"
        )
        for table in (*ROUND_TABLES, *LOOP_TABLES):
            if (
                warehouse.has_table(table)
                and "round VARCHAR" in (ROUND_TABLES | LOOP_TABLES)[table]
            ):
                warehouse.execute(
                    f"DELETE FROM {table} WHERE round < $round",
                    {"round": default_round(before)},
                )


def _forget_derived(warehouse: Warehouse, office: Office) -> None:
    """Derive anew from what is left; of people who are gone nothing stays."""
    if not warehouse.has_table("core_as_of"):
        return
    ((as_of,),) = warehouse.rows("SELECT as_of FROM core_as_of")
    with warehouse.transaction():
        build_core(warehouse, as_of, office)
        for table in ("feat_matrix", "out_score", "log_listing"):
            if warehouse.has_table(table):
                warehouse.execute(
                    f"DELETE FROM {table} WHERE household_id NOT IN "
                    "(SELECT household_id FROM core_household)"
                )


def _keep_beginning(office: Office, warehouse: Warehouse, due: Sequence[Due]) -> None:
    """Where the access log begins once old months are gone."""
    names = {Path(one.name).name for one in due if one.kind == "access"}
    last = None
    for line in AccessLog(office.path("data")).lines():
        if line.file in names and line.entry is not None:
            last = line.entry
    if last is not None:
        warehouse.execute(
            "INSERT INTO log_access_begin VALUES ($n, $hash)",
            {"n": last["n"], "hash": last["hash"]},
        )


def _remove(office: Office, one: Due) -> None:
    path = office.root / one.name
    try:
        if path.is_file():
            with path.open("r+b") as opened:
                overwrite(opened.fileno(), path.stat().st_size)
            path.unlink()
        folder = path.parent
        if one.kind == "list" and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise DiskError(
            f"{path} could not be destroyed ({error.strerror}); it is on the list",
            "give this user the right to it, then run 'blindspot retention run' again",
        ) from None


def overwrite(descriptor: int, size: int) -> None:
    """Zeros over a file's bytes, down to the disk.

    A disk that writes elsewhere than it is told (SSD, snapshots) keeps the old ones for
    a while; the certificate tells the method, not a promise of the disk's.
    """
    os.lseek(descriptor, 0, os.SEEK_SET)
    for start in range(0, size, _BLOCK):
        os.write(descriptor, b"\0" * min(_BLOCK, size - start))
    os.fsync(descriptor)


def rewrite(office: Office) -> None:
    """Write both databases anew without what was deleted; overwrite the old files.

    A killed run leaves the old file or the new one, never half of either.
    """
    keys, limits = load_keys(office), office.config.limits
    lock = take_lock(office)
    try:
        for file, key in (
            (office.warehouse_file, keys.warehouse),
            (office.vault_file, keys.vault),
        ):
            new = file.with_name(f".{file.name}.new")
            for left in (new, new.with_name(new.name + ".wal")):
                left.unlink(missing_ok=True)
            spill = office.path("data") / "spill"
            secret = f"(ENCRYPTION_KEY {quoted(key.text())}"
            with (
                bare_connection(spill, limits.memory, limits.threads) as connection,
                engine_errors(str(file)),
            ):
                connection.execute(
                    f"ATTACH {quoted(str(file))} AS old {secret}, READ_ONLY)"
                )
                connection.execute(f"ATTACH {quoted(str(new))} AS new {secret})")
                connection.execute("COPY FROM DATABASE old TO new")
                connection.execute("CHECKPOINT new")
            new.chmod(0o600)
            _take_the_place(new, file)
    finally:
        lock.close()


def _take_the_place(new: Path, file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        size = os.fstat(descriptor).st_size
        fresh = os.open(new, os.O_RDONLY)
        os.fsync(fresh)
        os.close(fresh)
        new.replace(file)
        overwrite(descriptor, size)
    finally:
        os.close(descriptor)


def _unfinished(warehouse: Warehouse) -> list[tuple[str, str]]:
    found = warehouse.rows("SELECT kind, name FROM log_destroyed WHERE NOT is_done")
    return [(str(kind), str(name)) for kind, name in found]


def _certify(office: Office, day: dt.date) -> Path | None:
    """Write 파기확인서 over all that is not on one yet, then mark it done."""
    with open_warehouse(office) as warehouse:
        rows = warehouse.rows(
            'SELECT destroyed_on, kind, name, sha256, known_on, "rows", confirmed_by '
            "FROM log_destroyed WHERE NOT is_done ORDER BY kind, name"
        )
        if not rows:
            return None
        folder = office.path("data") / FOLDER
        folder.mkdir(exist_ok=True, mode=0o700)
        number = len(list(folder.glob(f"파기확인서_{day}*.csv"))) + 1
        file = folder / f"파기확인서_{day}_{number}.csv"
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(_HEADERS_KO)
        for on, kind, name, digest, known_on, count, by in rows:
            cells = (
                on, _KIND_KO[kind], name, digest, known_on, count, GROUND_KO[kind],
                _METHOD_KO.get(kind, _OVERWRITTEN_KO), by,
            )  # fmt: skip
            writer.writerow([safe_text(str(cell)) for cell in cells])
        write_durably(file, text.getvalue().encode("utf-8-sig"))
        warehouse.execute("UPDATE log_destroyed SET is_done = true WHERE NOT is_done")
        return file
