"""Linkage of a damaged town against its truth: precision, recall, time and memory.

    python benchmarks/linkage_quality.py --inbox DIR --accounts 400000 [--unplanted]

DIR is the inbox of any synthetic office (blindspot twin); only its registers are read.
Accounts are made here, from the register, with the stated errors, so the measurement
does not depend on what errors the twin plants. --unplanted adds errors that no weight
was set from. Precision: of the accounts linked to a household, how many are its.
Recall: of the accounts of which, were every slip mended, an exact look-up in the latest
register would find one household, how many were linked to it.
Weights were set on Cheonan with damage seed 20260901 (TUNING_SEED); figures of another
town, another seed of the town and another damage seed are held out.
"""

import argparse
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.linkage_files import MIX, lay_accounts, make
from benchmarks.linkage_print import Linked, calibration, dump, report
from benchmarks.linkage_register import Register, put, read_register
from benchmarks.linkage_town import UNPLANTED, Account, Damage
from data_contracts.sources import SOURCES
from pipeline.linkage import LINKAGE_TABLES
from pipeline.staging import build_core
from pipeline.stored import ensure_tables
from pipeline.warehouse import Warehouse

TUNING_SEED = 20260901
HELD_OUT_SEED = 31


def memory_now() -> tuple[float, float]:
    """Resident memory of this process now and at its peak since the last reset, GB."""
    fields = dict(
        line.split(":", 1)
        for line in Path("/proc/self/status").read_text().splitlines()
    )
    now, peak = (int(fields[k].split()[0]) / 2**20 for k in ("VmRSS", "VmHWM"))
    return now, peak


class Measured:
    """Builds the core tables and keeps the seconds of each and the memory they took."""

    def __init__(self, warehouse: Warehouse, as_of: dt.date) -> None:
        # The kernel forgets its peak: what made the town is not the product's.
        Path("/proc/self/clear_refs").write_text("5")
        before, _ = memory_now()
        self.inputs = (
            warehouse.rows("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")[0][0]
            / 2**30
        )
        self.took: dict[str, float] = {}
        run = warehouse.run_sql

        def timed(name: str, params: object = None) -> int:
            began = time.perf_counter()
            rows = run(name, params)  # type: ignore[arg-type]
            self.took[name] = time.perf_counter() - began
            return rows

        warehouse.run_sql = timed  # type: ignore[method-assign, assignment]
        build_core(warehouse, as_of)
        self.added = memory_now()[1] - before

    def show(self) -> None:
        """Print seconds and memory of the product itself."""
        seconds = sum(self.took[name] for name in LINKAGE_TABLES)
        slow = sorted(LINKAGE_TABLES, key=lambda n: -self.took[n])[:8]
        print(
            f"\nlinkage {seconds:.1f} s, all core tables "
            f"{sum(self.took.values()):.1f} s; memory: stored files "
            f"{self.inputs:.2f} GB, peak {self.added:.2f} GB more; "
            "slowest: "
            + ", ".join(f"{n.split('/')[1]} {self.took[n]:.1f}" for n in slow)
        )


def lay(
    warehouse: Warehouse, folder: str, register: Register, damage: Damage,
    count: int, seed: int,
) -> list[Account]:  # fmt: skip
    """Lay a damaged town into an empty warehouse and say what was made."""
    warehouse.execute(f"SET temp_directory='{folder}'")
    warehouse.execute("SET memory_limit='4GB'")
    warehouse.execute("SET threads=2")
    accounts, told = make(
        register, damage, count, seed, [s for s in MIX if s in SOURCES]
    )
    ensure_tables(warehouse)
    put(warehouse, "resident", 1, register.table)
    lay_accounts(warehouse, register, accounts, told)
    print(
        f"{len(register.home):,} households, {len(register.people):,} people, "
        f"{len(accounts):,} accounts, {len(told):,} lots told, seed {seed}, {damage}"
    )
    return accounts


def registers_of(inbox: Path) -> tuple[Path, Path]:
    """The latest register of an inbox and one up to two years older."""
    registers = sorted(inbox.glob("RESIDENT_[0-9]*.csv"))
    return registers[-1], registers[-min(4, len(registers))]


def main() -> int:
    """Make, damage, link, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inbox", type=Path, required=True)
    parser.add_argument("--accounts", type=int, default=400_000)
    parser.add_argument("--households", type=int, help="only the first so many")
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED)
    parser.add_argument("--unplanted", action="store_true")
    parser.add_argument("--dump", type=Path, help="folder for linkage_splink.py")
    options = parser.parse_args()
    register = read_register(*registers_of(options.inbox), options.households)
    damage = Damage(**UNPLANTED) if options.unplanted else Damage()
    with tempfile.TemporaryDirectory() as folder, Warehouse.in_memory() as warehouse:
        accounts = lay(
            warehouse, folder, register, damage, options.accounts, options.seed
        )
        measured = Measured(warehouse, register.ref_date + dt.timedelta(days=60))
        linked: Linked = {
            (str(s), str(n)): (h, str(r))
            for s, n, h, r in warehouse.rows(
                "SELECT source, account_no, household_id, reason FROM core_link"
            )
        }
        calibration(warehouse, accounts)
        if options.dump:
            dump(warehouse, options.dump)
    report(accounts, linked)
    measured.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
