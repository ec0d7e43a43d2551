"""`python -m tests.chaos`: kill -9 and other faults; exit 1 when one leaves a trace."""

import argparse
import pickle
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos.faults import Fault
from tests.chaos.kills import Chain, planned, run_chain
from tests.chaos.kinds import fault_names, run_fault
from tests.chaos.town import Town, make_town

_TELLING = threading.Lock()
_KEPT = "town.pickle"


def _tell(text: str) -> None:
    with _TELLING:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def main() -> int:
    """Make the town, disturb it, print the tables; 1 on any failure."""
    given = _arguments()
    started = time.perf_counter()
    folder, town = _town(given)
    chains = _kills(town, given, folder)
    faults = _others(town, given, folder)
    sys.stdout.write(_kills_table(chains) + _faults_table(faults))
    failed = sum(bool(one.faults) for one in (*chains, *faults))
    hits = sum(chain.hits for chain in chains)
    minutes = (time.perf_counter() - started) / 60
    sys.stdout.write(
        f"{hits} kills, {len(faults)} other faults in {minutes:.1f} minutes; "
        f"{failed} failures\n"
    )
    if not failed and not given.again:
        shutil.rmtree(folder)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", help="these chains and faults, by name")
    parser.add_argument("--folder", type=Path, help="where the offices are made")
    parser.add_argument("--again", type=Path, help="the kept offices of an earlier run")
    return parser.parse_args()


def _town(given: argparse.Namespace) -> tuple[Path, Town]:
    """The offices before each step, made now or kept from before."""
    if given.again:
        town: Town = pickle.loads((given.again / _KEPT).read_bytes())
        return given.again, town
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=given.folder))
    _tell(f"offices: {folder}")
    town = make_town(folder, given.households, given.seed, _tell)
    (folder / _KEPT).write_bytes(pickle.dumps(town))
    return folder, town


def _kills(town: Town, given: argparse.Namespace, folder: Path) -> list[Chain]:
    plan = [
        one
        for one in planned(given.kills)
        if not given.only or f"{one[0]}/{one[1]}" in given.only
    ]

    def one_chain(step: str, number: int, length: int) -> Chain:
        root = folder / f"{step}-{number}"
        chain = run_chain(town, step, number, length, given.seed, root)
        _close(chain, f"{chain.hits} kills", given, root)
        return chain

    with ThreadPoolExecutor(given.jobs) as pool:
        return [
            each.result() for each in [pool.submit(one_chain, *one) for one in plan]
        ]


def _others(town: Town, given: argparse.Namespace, folder: Path) -> list[Fault]:
    """One after the other: each takes disk, memory or processors from the next."""
    done = []
    for name in fault_names():
        if given.only and name not in given.only:
            continue
        root = folder / name.replace("/", "-")
        done.append(run_fault(town, name, given.seed, root))
        _close(done[-1], "done", given, root)
    return done


def _close(
    one: Chain | Fault, told: str, given: argparse.Namespace, root: Path
) -> None:
    """Tell how it went; what failed is kept, with the command that does it again."""
    if not one.faults:
        _tell(f"{one.name}: {told}")
        shutil.rmtree(root, ignore_errors=True)
        return
    again = (
        f"python -m tests.chaos --kills {given.kills} --seed {given.seed} "
        f"--again {root.parent} --only {one.name}"
    )
    lines = [f"FAILED {one.name}", *one.faults[:20], f"kept: {root}", again]
    _tell("\n  ".join(lines))


def _kills_table(chains: list[Chain]) -> str:
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


def _faults_table(faults: list[Fault]) -> str:
    lines = ["how disturbed commands ended"] if faults else []
    for fault in faults:
        told = ", ".join(f"{n} x {how}" for how, n in sorted(fault.outcomes.items()))
        lines.append(f"{fault.name:<16}{told}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
