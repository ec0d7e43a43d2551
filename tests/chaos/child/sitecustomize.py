"""Sets the clock of one process: the shifts of CHAOS_CLOCK, in seconds, one a call.

Only flows/clock.py tells the time, so only there it is another; the machine's clock
stays what it is. After the last shift it begins with the first again: time jumps within
a run, back and forth.
"""

import datetime as dt
import importlib.abc
import importlib.machinery
import itertools
import os
import sys
from types import ModuleType

_SEAM = "flows.clock"


class _Later(importlib.abc.MetaPathFinder):
    """Waits for the module that tells the time."""

    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        if name != _SEAM:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            _shift(module)

        spec.loader.exec_module = exec_module
        return spec


def _shift(module: ModuleType) -> None:
    shifts = itertools.cycle(map(int, os.environ["CHAOS_CLOCK"].split(",")))

    class Shifted(dt.datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return dt.datetime.now(tz) + dt.timedelta(seconds=next(shifts))  # noqa: TID251

    module.datetime = Shifted  # type: ignore[attr-defined]


if os.environ.get("CHAOS_CLOCK"):
    sys.meta_path.insert(0, _Later())
