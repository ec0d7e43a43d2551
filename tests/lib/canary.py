"""Looking for a resident number where it must never be."""

from pipeline.settings import Office
from pipeline.warehouse import Warehouse
from tests.lib.files import CANARY

HYPHENATED = f"{CANARY[:6]}-{CANARY[6:]}"


def bytes_on_disk(office: Office) -> bytes:
    """Every byte of an office's databases, spills and logs."""
    folders = [office.path("data"), office.path("logs")]
    found = [p for f in folders for p in sorted(f.rglob("*")) if p.is_file()]
    return b"".join(path.read_bytes() for path in found)


def assert_unseen(text: str | bytes) -> None:
    """No form of the canary is in it."""
    for form in (CANARY, HYPHENATED, CANARY[1:]):
        if isinstance(text, bytes):
            for encoding in ("utf-8", "utf-16-le"):
                assert form.encode(encoding) not in text
        else:
            assert form not in text


def assert_in_no_table(warehouse: Warehouse) -> None:
    """No table of either database holds it."""
    tables = warehouse.rows(
        "SELECT database_name, table_name FROM duckdb_tables() ORDER BY ALL"
    )
    for database, table in tables:
        assert_unseen(repr(warehouse.rows(f"SELECT * FROM {database}.main.{table}")))
