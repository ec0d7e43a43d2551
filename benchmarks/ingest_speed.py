"""How fast large files become committed rows, beside a peer and the limit.

    python -m benchmarks.ingest_speed --rows 1000000 [--shape kepco] [--repeat 3]
        [--peer-python PATH of a Python with pandas, pandera and pyarrow]

Each measure runs in its own process, in turns: `rows` only reads (decoded, cut into
cells); `load` is bytes on disk → hashed, checked, keyed → committed in a fresh
encrypted warehouse and vault; `again` is a following file with the same accounts, as
nearly every file is (its own steps timed, not those of the first); `duckdb` is
DuckDB's bare parse of the same text in UTF-8 into a table in memory; `peer` is pandas
with pandera. Medians are printed; the seconds of processor a row costs tell more than
rows/s where others use the machine.
"""

import argparse
import datetime as dt
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb

from benchmarks.ingest_files import SHAPES, write_file
from data_contracts.codes import PENSION_KIND
from data_contracts.sources import SOURCES
from pipeline.identity import Keys, Secret
from pipeline.ingest import sha256_of
from pipeline.layouts import load_layouts
from pipeline.load import FileToLoad, load_file
from pipeline.readers import read_rows
from pipeline.stored import ensure_tables
from pipeline.text_rows import Counts
from pipeline.warehouse import Warehouse

REF = dt.date(2026, 1, 31)
KEYS = Keys(Secret(b"p" * 32), Secret(b"w" * 32), Secret(b"v" * 32))


def read_only(shape: str, path: Path) -> int:
    """Rows of the file, decoded and cut into cells."""
    layout = load_layouts()[shape]
    return sum(each.rows.num_rows for each in read_rows(path, layout, Counts()))


def load_again(shape: str, path: Path) -> int:
    """Rows of a following file whose accounts are known."""
    return load(shape, path, again=True)


def load(shape: str, path: Path, *, again: bool = False) -> int:
    """Rows of the file that a fresh encrypted warehouse and vault have accepted."""
    sha256 = sha256_of(path)
    given = FileToLoad(
        path=path,
        layout=load_layouts()[shape],
        contract=SOURCES[shape],
        ref_date=REF,
        version=1,
        known_on=REF,
        sha256=sha256,
        size=path.stat().st_size,
    )
    with (
        tempfile.TemporaryDirectory(dir=path.parent) as name,
        Warehouse.open(
            Path(name) / "warehouse.duckdb",
            Path(name) / "vault.duckdb",
            warehouse_key=KEYS.warehouse.text(),
            vault_key=KEYS.vault.text(),
            spill_folder=Path(name) / "spill",
            memory=MEMORY,
        ) as warehouse,
    ):
        ensure_tables(warehouse)
        accepted = load_file(warehouse, given, KEYS).accepted
        if not again:
            return accepted
        begun, used = time.perf_counter(), time.process_time()
        sha256 = sha256_of(path)
        following = replace(given, sha256=f"{sha256}2", version=2)
        accepted = load_file(warehouse, following, KEYS).accepted
        _STARTED.extend((begun, used))
        return accepted


def bare_parse(shape: str, path: Path) -> int:
    """Rows that DuckDB alone splits into text columns in memory."""
    delimiter = SHAPES[shape].delimiter or "\x01"  # fixed width: one column, uncut
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(
        "CREATE TABLE t AS FROM read_csv($path, delim = $delimiter, "
        "all_varchar = true, header = $header, quote = '', auto_detect = false, "
        "columns = $columns)",
        {
            "path": f"{path}.utf8",
            "delimiter": delimiter,
            "header": bool(SHAPES[shape].delimiter),
            "columns": dict.fromkeys(
                SHAPES[shape].cells if SHAPES[shape].delimiter else ["line"], "VARCHAR"
            ),
        },
    )
    found = connection.execute("SELECT count(*) FROM t").fetchone()
    return int(found[0]) if found else 0


MEASURES = {
    "rows": read_only,
    "load": load,
    "again": load_again,
    "duckdb": bare_parse,
}
# When the measure's own part began, if not at once.
_STARTED: list[float] = []
MEMORY = "2GB"  # the default of an office


def one(measure: str, shape: str, path: Path) -> dict[str, float]:
    """One measure in this process: rows, seconds, peak of memory before and after."""
    begun, used = time.perf_counter(), time.process_time()
    rows = MEASURES[measure](shape, path)
    ended, spent = time.perf_counter(), time.process_time()
    if _STARTED:
        begun, used = _STARTED
    return {
        "rows": rows,
        "seconds": ended - begun,
        "cpu": spent - used,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    # Not getrusage: its peak is handed down from the process that started this one.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(n.split()[1]) for n in lines if n.startswith("VmHWM")) // 1024


def _child(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def compare(shape: str, path: Path, peer: Path | None, repeat: int) -> None:
    """Run all measures in turns and print the median of each."""
    me = [sys.executable, "-m", "benchmarks.ingest_speed", "--one"]
    commands = {name: [*me, name, "--shape", shape, str(path)] for name in MEASURES}
    if peer is None or not SHAPES[shape].delimiter:
        _say(f"{shape:6} peer   left out (no --peer-python, or fixed width)")
    else:
        script = Path(__file__).with_name("ingest_peer.py")
        commands["peer"] = [str(peer), str(script), shape, str(path)]
    told: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            told[name].append(_child(command))
    for name, runs in told.items():
        speed = statistics.median(run["rows"] / run["seconds"] for run in runs)
        cost = statistics.median(run["cpu"] / run["rows"] for run in runs)
        peak = max(run["peak_mb"] for run in runs)
        _say(
            f"{shape:6} {name:6} {speed:12,.0f} rows/s  {cost * 1e6:5.2f} us of "
            f"processor a row  peak {peak:5.0f} MB  "
            f"{runs[0]['rows']:,.0f} rows"
        )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Make the files, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--shape", choices=SHAPES, action="append")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peer-python", type=Path)
    parser.add_argument("--one", choices=MEASURES, help=argparse.SUPPRESS)
    parser.add_argument("file", type=Path, nargs="?", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        _say(json.dumps(one(asked.one, asked.shape[0], asked.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for shape in asked.shape or SHAPES:
            kind = next(iter(PENSION_KIND))
            path = write_file(SHAPES[shape], asked.rows, Path(folder), kind)
            compare(shape, path, asked.peer_python, asked.repeat)
            for each in (path, Path(f"{path}.utf8")):
                each.unlink()


if __name__ == "__main__":
    main()
