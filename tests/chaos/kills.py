"""Chains of kill -9 on one office: kill, look, kill again, finish, compare."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from tests.chaos.process import SHORT, Ended, Running, run
from tests.chaos.state import digest, look
from tests.chaos.town import Eyes, Step, Town, compare, restore

# Kills of one chain, and its share of all.
LENGTHS: Final = {"ingest": 12, "train": 10, "screen": 12, "export": 6}
SHARES: Final = {"ingest": 0.40, "train": 0.13, "screen": 0.35, "export": 0.12}
_AT_SIGHT: Final = 0.3  # of the kills: the moment that something is seen to change
_JUST_AFTER: Final = 0.02  # seconds at most from there
_TRIES: Final = 4  # as many attempts a kill that hits, at most


@dataclass
class Chain:
    """What became of one chain."""

    step: str
    number: int
    hits: int = 0
    held: int = 0
    at_sight: int = 0
    late: int = 0
    compared: int = 0
    swept: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.step}/{self.number}"


def planned(kills: int) -> list[tuple[str, int, int]]:
    """Step, number and length of the chains that make so many kills together."""
    chains = []
    left = kills
    for step, share in SHARES.items():
        mine = left if step == list(SHARES)[-1] else min(left, round(kills * share))
        left -= mine
        number = 0
        while mine > 0:
            length = min(mine, LENGTHS[step])
            chains.append((step, number, length))
            mine -= length
            number += 1
    return chains


def run_chain(
    town: Town, step: str, number: int, length: int, seed: int, root: Path
) -> Chain:
    """Kill a step until it was hit so often; let it finish; compare."""
    chain = Chain(step, number)
    try:
        _Links(town, town.steps[step], chain, seed, root).run(length)
    except Exception:  # noqa: BLE001 - the other chains still have their turn
        chain.faults.append(traceback.format_exc())
    return chain


class _Links:
    def __init__(
        self, town: Town, step: Step, chain: Chain, seed: int, root: Path
    ) -> None:
        self.town, self.step, self.chain, self.root = town, step, chain, root
        steps = list(SHARES).index(step.name)
        self.rng = np.random.default_rng([seed, steps, chain.number])

    def run(self, length: int) -> None:
        restore(self.step, self.root)
        for _ in range(_TRIES * length):
            if self.chain.hits == length or self.chain.faults:
                break
            ended, how = self._attempt(length)
            if ended.is_killed:
                self.chain.hits += 1
                self.chain.held += ended.held
                self.chain.at_sight += how == "sight"
                self._look(how)
            else:
                self.chain.late += 1
                self._compare(ended)
                if not self.chain.faults:
                    restore(self.step, self.root)
        if not self.chain.faults:
            self._compare(run(self.root, *self.step.words))

    def _attempt(self, length: int) -> tuple[Ended, str]:
        how = "sight" if self.rng.random() < _AT_SIGHT else "time"
        wait = self._seen(length) if how == "sight" else self._time(length)
        running = Running(self.root, self.step.words)
        if running.wait_for(wait(running), SHORT):
            return running.kill(), how
        return running.finish(), how

    def _time(self, length: int) -> Callable[[Running], Callable[[], bool]]:
        """What a killed ingest has committed stays, so its kills come in a stream."""
        step = self.step
        work = max(step.seconds - step.starts, 0.1)
        at = 0.9 * step.starts
        if step.name == "ingest":
            at += self.rng.exponential(work / length)
        else:
            at += self.rng.uniform(0, 1.15 * step.seconds - at)
        return lambda running: lambda: running.seconds() >= at

    def _seen(self, length: int) -> Callable[[Running], Callable[[], bool]]:
        most = self.step.changes
        if self.step.name == "ingest":
            most = 1 + 2 * most // length
        change = int(self.rng.integers(1, most + 1))
        delay = float(self.rng.choice([0.0, self.rng.uniform(0, _JUST_AFTER)]))

        def begin(running: Running) -> Callable[[], bool]:
            eyes, seen_at = Eyes(self.root), [0.0]

            def is_time() -> bool:
                if not seen_at[0] and eyes.seen() >= change:
                    seen_at[0] = running.seconds()
                return bool(seen_at[0]) and running.seconds() >= seen_at[0] + delay

            return is_time

        return begin

    def _look(self, how: str) -> None:
        found = look(self.root, self.town.files)
        self.chain.swept += found.to_sweep
        faults = list(found.faults)
        if not faults and self.step.name != "ingest":
            faults = self._halves()
        self.chain.faults += [f"after a kill ({how}): {fault}" for fault in faults]

    def _halves(self) -> list[str]:
        """What a step changes changes together; a model or page by itself is whole."""
        now, was, wanted = digest(self.root), self.step.was, self.step.wanted
        changed = {name for name in was.keys() | wanted.keys()
                   if was.get(name) != wanted.get(name)}  # fmt: skip
        faults = [f"{name} changed" for name in was
                  if name not in changed and now.get(name) != was[name]]  # fmt: skip
        alone = {name for name in changed if name.startswith("data/models/")}
        states = set()
        for name in sorted(changed - alone):
            if now.get(name) == was.get(name):
                states.add("before")
            elif now.get(name) == wanted.get(name):
                states.add("after")
            else:
                faults.append(f"{name} is neither as before nor as after")
        if len(states) > 1 and self.step.name != "export":
            faults.append("half of the tables are as before, half as after")
        return faults

    def _compare(self, ended: Ended) -> None:
        self.chain.compared += 1
        if self.step.name != "ingest":
            self.step.took(ended.seconds)
        self.chain.faults += compare(self.step, self.root, ended)
