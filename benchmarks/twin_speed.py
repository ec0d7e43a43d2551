"""How long a made-up town takes and how much memory, all its files written.

    python benchmarks/twin_speed.py --town cheonan --households 300000 --months 24 \
        --seed 2026 --as-of 2026-07-01

In a process of its own, into a folder that is removed. Aim at 300,000 × 24: under 120 s
and 4 GB.
"""

import argparse
import datetime as dt
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from pipeline.twin.generate import write_town


def main() -> int:
    """Write a town once and print what it took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--town", default="cheonan")
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, required=True)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="twin-") as folder:
        inbox, begin = Path(folder) / "inbox", time.perf_counter()
        made = write_town(
            inbox, Path(folder) / "truth", town=options.town,
            households=options.households, months=options.months, seed=options.seed,
            as_of=options.as_of,
        )  # fmt: skip
        seconds = time.perf_counter() - begin
        size = sum(file.stat().st_size for file in inbox.iterdir())
    used = resource.getrusage(resource.RUSAGE_SELF)
    rows = sum(count for name, count in made.items() if name.startswith("rows_"))
    print(
        f"{options.town}: {made['households']:,} households × {options.months} months, "
        f"{made['files']} files, {rows:,} rows, {size / 1e6:,.0f} MB\n"
        f"{seconds:.1f} s ({used.ru_utime + used.ru_stime:.1f} s of processor; load "
        f"{load:.1f} on {os.cpu_count()} cores before), "
        f"{used.ru_maxrss / 1024**2:.2f} GB at most"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
