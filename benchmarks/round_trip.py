"""Returned lists edited at random: is a cell ever lost without a word?

python -m benchmarks.round_trip --edits 1000
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from tests.lib.returned import Office, edited_list, losses

# Files that one office takes before the next one opens: its ledger stays small.
_PER_OFFICE = 100


def main() -> int:
    """Edit, bring back and compare; 1 when something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20260701)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    found: Counter[str] = Counter()
    lost: list[str] = []
    done = 0
    while done < given.edits:
        with tempfile.TemporaryDirectory() as folder:
            office = Office(Path(folder))
            for _ in range(min(_PER_OFFICE, given.edits - done)):
                listed = edited_list(office.ids, rng)
                told = office.take(listed.write(), f"list {done}.{listed.kind}")
                lost += losses(listed, told, office)
                found.update([told.status, *listed.done])
                found["rows kept"] += told.accepted
                found["rows rejected"] += told.rejected
                done += 1
    for line in lost[:50]:
        print(line)  # noqa: T201 - a benchmark tells
    told_all = ", ".join(f"{name} {number:,}" for name, number in found.most_common())
    print(f"{done:,} edited lists; lost {len(lost):,}; {told_all}")  # noqa: T201
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
