"""`python -m tests.fuzz`: mutated files over every source; exit 1 when one fails."""

import argparse
import sys

from tests.fuzz.runner import failure, run_watched, table
from tests.fuzz.worker import Verdict

EVERY = 500


def _tell(verdicts: list[Verdict], done: int) -> None:
    """Failures at once, and now and then how far it is."""
    for each in verdicts:
        if each.faults:
            sys.stderr.write(failure(each) + "\n")
    if done % EVERY < len(verdicts):
        sys.stderr.write(f"{done:,} files\n")
    sys.stderr.flush()


def main() -> int:
    """Run, print the table; 1 on any failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, nargs="+", help="these numbers only")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for a step")
    given = parser.parse_args()
    numbers = given.only or list(range(given.files))
    jobs = min(given.jobs, len(numbers))
    result = run_watched(numbers, given.seed, jobs, given.limit, _tell)
    sys.stdout.write(table(result))
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
