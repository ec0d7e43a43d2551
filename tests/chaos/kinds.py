"""Every kind of fault beside kill -9, by name."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from tests.chaos.company import readers, two_at_once
from tests.chaos.faults import Fault, full_disk, little_memory, other_clock
from tests.chaos.town import STEPS, Step, Town

KINDS: Final[dict[str, Callable[[Town, Step, Path, np.random.Generator], Fault]]] = {
    "disk": full_disk,
    "memory": little_memory,
    "clock": other_clock,
    "two": two_at_once,
    "readers": readers,
}


def run_fault(town: Town, name: str, seed: int, root: Path) -> Fault:
    """One kind of fault on one step, by its name: `disk/screen`."""
    kind, _, step = name.partition("/")
    places = [list(KINDS).index(kind), list(STEPS).index(step)]
    rng = np.random.default_rng([seed, *places])
    try:
        return KINDS[kind](town, town.steps[step], root, rng)
    except Exception:  # noqa: BLE001 - the other faults still have their turn
        return Fault(name, faults=[traceback.format_exc()])


def fault_names() -> list[str]:
    """Every fault on every step."""
    return [f"{kind}/{step}" for kind in KINDS for step in STEPS]
