"""A round as Parquet files for notebooks: households by number, not who they are.

Read-only copies: a notebook never opens the warehouse. Whoever has a protected address
is not in them.
"""

import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import NotReady, OptionError
from pipeline.publish import publish
from pipeline.round_tables import ensure_round_table, require_table
from pipeline.warehouse import Warehouse

SNAPSHOT_FILES: Final = (
    *("household", "feature", "unit"),
    *("event", "file", "reject", "coverage", "link"),
)
_READ: Final = ("out_referral", "out_eligibility", "out_sample", "out_unit")


def round_snapshot(
    warehouse: Warehouse, round_: str, as_of: dt.date
) -> dict[str, pa.Table]:
    """The round and the quality of what it was made of, one table for each file.

    Raises:
        NotReady: The round was not screened as of this date, or another one since.
    """
    again = f"screen it first: blindspot screen --as-of {as_of} --round {round_}"
    for table in ("out_score", "feat_matrix", "core_household", "core_coverage"):
        require_table(warehouse, table, again)
    for table in _READ:
        ensure_round_table(warehouse, table)
    known = warehouse.rows(
        "SELECT (SELECT count(*) FROM out_score WHERE round = $round "
        "AND as_of = $as_of), (SELECT count(*) FROM feat_matrix WHERE as_of = $as_of)",
        {"round": round_, "as_of": as_of},
    )
    if not all(known[0]):
        raise NotReady(
            f"the warehouse does not hold {round_} as ranked on {as_of}", again
        )
    params = {"round": round_, "as_of": as_of}
    return {
        name: warehouse.fetch_sql(f"snapshot/{name}", params) for name in SNAPSHOT_FILES
    }


def write_snapshot(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables as Parquet into a new folder, all of them or none.

    Raises:
        OptionError: The folder is there already.
        DiskError: It cannot be written.
    """
    if folder.exists():
        raise OptionError(
            f"{folder} is there already",
            "name a new folder with --out, or remove the old snapshot",
        )
    publish(
        folder, {f"{name}.parquet": _bytes(table) for name, table in tables.items()}
    )


def _bytes(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
