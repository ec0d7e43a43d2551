"""CPU seconds of the whole registry on a survey and on a register.

Usage: python -m benchmarks.table_speed
"""

import resource
import time

from benchmarks.table_worlds import WORLDS
from models.table import evaluate_table

CORES = 2


def cpu() -> float:
    """Seconds of this process and of those it has waited for."""
    used = [
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    from joblib.externals.loky import get_reusable_executor

    for name in ("register 3 %", "survey 1.5 %"):
        frame = WORLDS[name](1).frame
        started, used = time.perf_counter(), cpu()
        evaluate_table(frame, "y", "household", capacity=0.05, jobs=CORES)
        wall = time.perf_counter() - started
        get_reusable_executor().shutdown(wait=True)
        spent = cpu() - used
        rows, columns = frame.shape
        print(
            f"{name:<14} {rows:,} x {columns - 2}: {wall:.0f} s on this machine now, "
            f"{spent:.0f} CPU s, {spent / CORES:.0f} s on {CORES} free cores"
        )


if __name__ == "__main__":
    main()
