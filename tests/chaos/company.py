"""Company: two runs at once, and readers while a step runs."""

import json
import time
from pathlib import Path

import numpy as np

from pipeline.errors import NotReady, OfficeBusy
from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.chaos.faults import Fault
from tests.chaos.process import Ended, Running, run
from tests.chaos.town import Step, Town, compare, restore


def two_at_once(town: Town, step: Step, root: Path, rng: np.random.Generator) -> Fault:
    """The step three times over: who does not get in says who is in."""
    fault = Fault(f"two/{step.name}")
    for _ in range(2):
        restore(step, root)
        first = Running(root, step.words)
        wait = float(rng.uniform(0, 1.5 * step.starts))
        time.sleep(wait)
        others = [Running(root, step.words) for _ in range(2)]
        told = [one.finish() for one in (first, *others)]
        for ended in told:
            fault.met("company", ended, (step.code, OfficeBusy.exit_code))
            if ended.code == OfficeBusy.exit_code and "in use by" not in ended.err:
                fault.found("company", ["it does not say who holds the office"])
        if all(ended.code == OfficeBusy.exit_code for ended in told):
            fault.found("company", ["nobody got in"])
        fault.found("company", compare(step, root, run(root, *step.words)))
    return fault


def readers(town: Town, step: Step, root: Path, rng: np.random.Generator) -> Fault:
    """Who reads while a step runs is told the truth or to wait; the step never is."""
    fault = Fault(f"readers/{step.name}")
    restore(step, root)
    asked = _questions(town, step)
    truth = {words: run(root, *words).out for words in asked}
    ahead = [Running(root, words) for words in asked]
    writer = Running(root, step.words)
    while writer.is_alive() or ahead:
        for reader in [one for one in ahead if not one.is_alive()]:
            ahead.remove(reader)
            _judge(fault, reader.words, reader.finish(), truth[reader.words])
            if writer.is_alive():
                words = asked[int(rng.integers(len(asked)))]
                ahead.append(Running(root, words))
        writer.wait_for(lambda: any(not one.is_alive() for one in ahead))
        if not writer.is_alive() and ahead:
            ahead[0].process.wait()
    ended = writer.finish()
    fault.met("the step beside readers", ended, (step.code,))
    fault.found("beside readers", compare(step, root, ended))
    return fault


def _questions(town: Town, step: Step) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = [("status", "--json"), ("runs", "list", "--json")]
    asked += [("models", "list", "--json")]
    if step.name != "ingest":
        asked.append(("explain", _a_referral(step.before), "--json"))
    return asked


def _a_referral(office: Path) -> str:
    with open_warehouse(load_office(office), read_only=True) as warehouse:
        ((referral,),) = warehouse.rows(
            "SELECT min(referral_id) FROM out_issued WHERE edition > 0"
        )
    return str(referral)


def _judge(fault: Fault, words: tuple[str, ...], ended: Ended, truth: str) -> None:
    where = " ".join(words[:2])
    fault.met(where, ended, (0, OfficeBusy.exit_code, NotReady.exit_code))
    if ended.code:
        return
    told, before = json.loads(ended.out), json.loads(truth or "null")
    if words[0] == "explain" and told != before:
        fault.found(where, ["another answer than before the step"])
    if words[0] == "status" and told["busy"] is None:
        wrong = [
            row["source"] for row in told["sources"] if row["accepted"] > row["rows"]
        ]
        fault.found(where, [f"{source} does not add up" for source in wrong])
