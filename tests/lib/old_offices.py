"""Offices as older versions left them: kept small in tests/fixtures/offices.

`python -m tests.lib.old_offices OFFICE FILE.zip` keeps a small office of made-up people
(init --synthetic-seed 7, twin of 100 households and 2 months, run round): its tables as
Parquet with their own DDL, its settings and its inbox. Do so whenever a step is added
to pipeline/migrations, with the version before it.
"""

import io
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.identity import create_keys, load_keys
from pipeline.ledger import LEDGER_NAME, ledger_template
from pipeline.settings import CONFIG_NAME, Office, load_office
from pipeline.warehouse import Warehouse

FOLDER = Path(__file__).parents[1] / "fixtures" / "offices"
OFFICES = sorted(FOLDER.glob("*.zip"))
SEED = 7
# Made anew by every screening: their shape is kept, their rows are not.
_DERIVED = ("stg_", "feat_", "core_")
_KEPT = {"core_file", "core_account_key", "core_key_check", "core_schema"}
_DAY = (2026, 7, 1, 0, 0, 0)


def opened(office: Office, *, read_only: bool = False) -> Warehouse:
    """The databases as they are, past everything that opening an office mends."""
    keys = load_keys(office)
    return Warehouse.open(
        office.warehouse_file,
        office.vault_file,
        warehouse_key=keys.warehouse.text(),
        vault_key=keys.vault.text(),
        spill_folder=office.path("data") / "spill",
        read_only=read_only,
    )


def old_office(fixture: Path, root: Path) -> Office:
    """The office of a fixture, with databases as its version left them."""
    with zipfile.ZipFile(fixture) as kept:
        office = _folder(kept, root)
        with opened(office) as warehouse:
            for statement in kept.read("tables.sql").decode().split("\n"):
                warehouse.execute(statement)
            for name in kept.namelist():
                if name.endswith(".parquet"):
                    rows = pq.read_table(io.BytesIO(kept.read(name)))
                    database, table = name.removesuffix(".parquet").split("/")
                    warehouse.append(f"{database}.main.{table}", rows)
    return office


def fresh_office(fixture: Path, root: Path) -> Office:
    """An office of today with the same settings and inbox, nothing loaded yet."""
    with zipfile.ZipFile(fixture) as kept:
        return _folder(kept, root)


def _folder(kept: zipfile.ZipFile, root: Path) -> Office:
    for name in kept.namelist():
        if name.endswith(".toml") or name.startswith("inbox/"):
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(kept.read(name))
    if not (root / LEDGER_NAME).exists():
        text = ledger_template(synthetic=True)
        (root / LEDGER_NAME).write_text(text, encoding="utf-8")
    office = load_office(root)
    for folder in ("data", "rounds", "logs", "layouts"):
        office.path(folder).mkdir(parents=True)
    create_keys(office, SEED)
    return office


def keep(root: Path, file: Path) -> None:
    """Keep an office as a fixture."""
    office = load_office(root)
    with (
        opened(office, read_only=True) as warehouse,
        zipfile.ZipFile(file, "w") as kept,
    ):
        found = warehouse.rows(
            "SELECT database_name, table_name, sql FROM duckdb_tables() WHERE "
            "database_name IN ('warehouse', 'vault') AND NOT temporary ORDER BY ALL"
        )
        statements = []
        for database, table, sql in found:
            there = f"CREATE TABLE {database}.main."
            statements.append(sql.replace("CREATE TABLE ", there, 1).replace("\n", " "))
            rows = warehouse.fetch(f"SELECT * FROM {database}.main.{table}")
            is_made_anew = table.startswith(_DERIVED) and table not in _KEPT
            if rows.num_rows and not is_made_anew:
                content = io.BytesIO()
                pq.write_table(rows, content, compression="none")
                _put(kept, f"{database}/{table}.parquet", content.getvalue())
        _put(kept, "tables.sql", "\n".join(statements).encode())
        for path in sorted([*root.glob("*.toml"), *root.glob("inbox/*")]):
            _put(kept, str(path.relative_to(root)), path.read_bytes())
    assert (root / CONFIG_NAME).exists()


def _put(kept: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, _DAY)
    member.compress_type = zipfile.ZIP_LZMA
    kept.writestr(member, content)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
