"""`python -m tests.chaos`: kill -9 and other faults; exit 1 when one leaves a trace."""

import argparse
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.chaos.kills import Chain, planned, run_chain
from tests.chaos.town import Town, make_town

_TELLING = threading.Lock()


def _tell(text: str) -> None:
    with _TELLING:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def main() -> int:
    """Make the town, disturb it, print the table; 1 on any failure."""
    given = _arguments()
    started = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=given.folder))
    _tell(f"offices: {folder}")
    town = make_town(folder, given.households, given.seed, _tell)
    chains = _kills(town, given, folder)
    sys.stdout.write(_table(chains))
    failed = [chain for chain in chains if chain.faults]
    minutes = (time.perf_counter() - started) / 60
    sys.stdout.write(f"{minutes:.1f} minutes; {len(failed)} failures\n")
    if not failed:
        shutil.rmtree(folder)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", help="these chains or faults, by name")
    parser.add_argument("--folder", type=Path, help="where the offices are made")
    return parser.parse_args()


def _kills(town: Town, given: argparse.Namespace, folder: Path) -> list[Chain]:
    plan = [
        one for one in planned(given.kills)
        if not given.only or f"{one[0]}/{one[1]}" in given.only
    ]  # fmt: skip
    done = []
    with ThreadPoolExecutor(given.jobs) as pool:
        waiting = [
            pool.submit(
                run_chain, town, *one, given.seed, folder / f"{one[0]}-{one[1]}"
            )
            for one in plan
        ]
        for each in as_completed(waiting):
            chain = each.result()
            done.append(chain)
            root = folder / f"{chain.step}-{chain.number}"
            _tell(f"{chain.name}: {chain.hits} kills" + _failure(chain, given, root))
            if not chain.faults:
                shutil.rmtree(root)
    return sorted(done, key=lambda chain: (chain.step, chain.number))


def _failure(chain: Chain, given: argparse.Namespace, root: Path) -> str:
    if not chain.faults:
        return ""
    again = (
        f"python -m tests.chaos --kills {given.kills} --households {given.households} "
        f"--seed {given.seed} --only {chain.name}"
    )
    lines = [f"FAILED {chain.name}", *chain.faults[:20], f"kept: {root}", again]
    return "\n  ".join(["", *lines])


def _table(chains: list[Chain]) -> str:
    names = ("hits", "held", "at_sight", "late", "compared", "swept")
    heads = (
        "kills",
        "in its work",
        "at sight",
        "too late",
        "compared",
        "rows to sweep",
    )
    lines = [f"{'step':<8}" + "".join(f"{head:>14}" for head in heads)]
    for step in [*dict.fromkeys(chain.step for chain in chains), "all"]:
        mine = [chain for chain in chains if step in (chain.step, "all")]
        sums = [sum(getattr(chain, name) for chain in mine) for name in names]
        lines.append(f"{step:<8}" + "".join(f"{number:>14,}" for number in sums))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
