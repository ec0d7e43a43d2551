"""How near the models come to all that can be known: the oracle benchmark.

    python benchmarks/oracle.py make  --work DIR            # towns, by the commands
    python benchmarks/oracle.py judge --work DIR [--json]   # models against the oracle

Towns of every scenario × seed are made by the commands (init, twin, ingest); each model
learns from the town's own history and ranks the town, at the places that its units
have. The oracle has P(crisis | rows received before the day), learnt from the
generator (oracle_learned.py); the latent ceiling ranks by the true need. Exit code 1:
the champion does not reach what is asked of it, or a model is declared better where
nothing can be.
"""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from oracle_learned import Size, oracle_of
from oracle_report import asked, report, tables
from oracle_towns import Plan, load, make, missing

from pipeline.twin.scenarios import SCENARIOS

RIVALS = ("signs_v1", "dutch_v1", "national_v1")
ENOUGH = 0.85  # of the oracle, in the worst scenario that is not null


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stage", choices=("make", "judge", "all"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--town", default="cheonan")
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument(
        "--as-of", type=dt.date.fromisoformat, default=dt.date(2026, 7, 1)
    )
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="the offices too")
    parser.add_argument("--models", default="", help="default: the whole registry")
    parser.add_argument("--champion", default="blend_v1")
    parser.add_argument("--oracle-towns", type=int, default=Size.towns)
    parser.add_argument("--oracle-households", type=int, default=Size.households)
    parser.add_argument(
        "--told", action="store_true", help="and trees told the truth of other towns"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def plan_of(options: argparse.Namespace) -> Plan:
    """The towns that are asked for."""
    return Plan(
        options.work.resolve(), options.town, options.households, options.months,
        options.as_of, tuple(options.scenarios.split(",")),
        tuple(int(seed) for seed in options.seeds.split(",")),
    )  # fmt: skip


def judge(plan: Plan, options: argparse.Namespace) -> dict[str, Any]:
    """Every scenario's figures."""
    size = Size(options.oracle_towns, options.oracle_households)
    names = tuple(filter(None, options.models.split(",")))
    found: dict[str, Any] = {}
    for scenario in plan.scenarios:
        folder = plan.folder(scenario, 0).parent
        chances, about = oracle_of(plan, scenario, size, folder)
        towns = [load(plan, scenario, seed) for seed in plan.seeds]
        found[scenario] = {
            **report(
                scenario,
                towns,
                chances,
                names,
                options.champion,
                RIVALS,
                is_told=options.told,
            ),
            "oracle_curve": about,
        }
        print(f"{scenario}: judged", file=sys.stderr, flush=True)
    return found


def main() -> int:
    """Make the towns, judge the models."""
    options = _options()
    plan = plan_of(options)
    if options.stage in ("make", "all"):
        make(plan, options.jobs, keep=options.keep)
    if options.stage == "make":
        return 0
    if todo := missing(plan):
        print(f"not made yet: {todo}; run the stage make", file=sys.stderr)
        return 2
    found = judge(plan, options)
    answer = asked(found, options.champion, RIVALS, ENOUGH)
    if options.json:
        print(json.dumps({"scenarios": found, "asked": answer}, indent=1))
    else:
        print(tables(found, answer, options.champion))
    return 0 if answer["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
