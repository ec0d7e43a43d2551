"""Twelve rounds of a town with its simulated town hall, beside the national figures.

    python benchmarks/rounds_of_a_town.py                      # 20,000 households
    python benchmarks/rounds_of_a_town.py --households 300000 --office DIR

Makes an office, a town and its rounds by the commands (blindspot init, twin, simulate,
rounds) and prints per round: listed, met, locate, carried, routed, the shares, the load
spread within hubs, and the seconds. `--office DIR` keeps the office, and reads its
rounds again when they are there already.
"""

import argparse
import csv
import datetime as dt
import json
import math
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

FIRST_AS_OF = dt.date(2024, 7, 1)
MONTHS_BEFORE = 12  # of files before the first round: each sign looks back a year
WEEKS = 8  # of a round
HUB_OF = 4  # so many neighbouring teams share a hub: else no hub here has two teams
RUN = "from flows.cli import main; main()"
TOLD = "simulated.json"
SHOWN = ("listed", "met", "locate", "carried", "routed")


def blindspot(*words: str) -> str:
    """Run a command as a program of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def months_on(day: dt.date, months: int) -> dt.date:
    """The same day of a later month."""
    number = day.year * 12 + day.month - 1 + months
    return day.replace(year=number // 12, month=number % 12 + 1)


def make_rounds(office: Path, asked: argparse.Namespace) -> None:
    """Office, town and rounds, from nothing."""
    here = ("--office", str(office))
    end = months_on(FIRST_AS_OF, 2 * asked.rounds)
    months = MONTHS_BEFORE + 2 * asked.rounds
    blindspot("init", *here, "--synthetic-seed", str(asked.seed))
    size = ("--households", str(asked.households), "--months", str(months))
    town = ("--town", asked.town, "--seed", str(asked.seed), "--personas")
    begun = perf_counter()
    blindspot("twin", *here, *size, *town, "--as-of", end.isoformat())
    print(f"town made in {perf_counter() - begun:.0f} s")
    for file in sorted((office / "inbox").glob("TEAM_*.csv")):
        share_hubs(file)
    habits = ["--reach", asked.reach, "--late-share", str(asked.late_share)]
    habits += ["--reach-by-need"] if asked.reach_by_need else []
    first = ("--first-as-of", FIRST_AS_OF.isoformat())
    told = blindspot(
        "simulate", *here, "--rounds", str(asked.rounds), *first, *habits, "--json"
    )
    (office / TOLD).write_text(told, encoding="utf-8")


def share_hubs(file: Path) -> None:
    """Put the dongs that have a team of their own and no hub into hubs of HUB_OF.

    The twin gives teams of few households few visits a week; officers who share a hub
    have one norm, so their hands are counted in it. The places stay as they are.
    """
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    names = ("행정동코드", "권역코드", "인력", "주당건수")
    code, hub, hands, weekly = (rows[0].index(name) for name in names)
    taken = {row[hub] for row in rows[1:] if row[hub]}
    own = [
        row
        for row in rows[1:]
        if not row[hub] and row[code] not in taken and float(row[hands]) > 0
    ]
    dongs = sorted({row[code] for row in own})
    first = {dong: dongs[n - n % HUB_OF] for n, dong in enumerate(dongs)}
    places = [int(float(row[hands]) * int(row[weekly]) * WEEKS) for row in own]
    norm = max(1, round(sum(places) / len(places) / WEEKS / 2))
    for row, wanted in zip(own, places, strict=True):
        row[hub], row[weekly] = first[row[code]], str(norm)
        row[hands] = f"{math.ceil(wanted / WEEKS / norm * 100) / 100:.2f}"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def percent(share: float | None) -> str:
    """A share as people read it; nothing for none."""
    return "" if share is None else f"{share:.1%}"


def print_rounds(
    figures: dict[str, Any], told: dict[str, dict[str, Any]]
) -> dict[str, int]:
    """One line a round; returns the sums that the goals are about."""
    names = ("returned", "met", "repeat", "blind", "spread", "days", "seconds")
    print("round   ", *(f"{name:>8}" for name in (*SHOWN, *names)))
    sums = dict.fromkeys((*SHOWN, "by_team", "repeated", "repeated_blindly"), 0)
    for one in figures["rounds"]:
        assert one["listed"] == sum(one[name] for name in SHOWN[1:])
        if one["round"] not in told:
            continue
        shares = ("returned_share", "met_share", "repeat_share", "blind_repeat_share")
        cells = [str(one[name]) for name in SHOWN]
        cells += [percent(one[name]) for name in (*shares, "load_spread")]
        seconds = sum(told[one["round"]]["seconds"].values())
        cells += [str(one["days_to_contact"] or ""), f"{seconds:.1f}"]
        print(one["round"], *(f"{cell:>8}" for cell in cells))
        for name in sums:
            sums[name] += one[name]
    return sums


def main() -> None:
    """Print what became of the listings of so many rounds."""
    asked = options()
    with tempfile.TemporaryDirectory() as folder:
        office = asked.office or Path(folder) / "office"
        if not (office / TOLD).exists():
            make_rounds(office, asked)
        rounds = json.loads((office / TOLD).read_text(encoding="utf-8"))
        told = {one["round"]: one for one in rounds}
        # The last round's lists are out: its results count once they are back.
        last = months_on(dt.date.fromisoformat(rounds[-1]["as_of"]), 4)
        here = ("--office", str(office), "--as-of", last.isoformat(), "--json")
        blindspot("ingest", *here)
        figures = json.loads(blindspot("rounds", *here))
        sums = print_rounds(figures, told)
    print_goals(sums, figures, rounds)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


def print_goals(
    sums: dict[str, int], figures: dict[str, Any], rounds: list[dict[str, Any]]
) -> None:
    """The goals, the national figures, and what a round spends its seconds on."""
    whole, by_team = sums["listed"], max(sums["by_team"], 1)
    print(f"\nlisted {whole:,} = met + locate + carried + routed in every round: yes")
    blind, goals = sums["repeated_blindly"] / by_team, figures["goals"]
    print(
        f"listings after two or more unmet and no locate step between: {blind:.2%} "
        f"(goal: under {goals['blind_repeat_share']:.0%})"
    )
    spreads = [one["load_spread"] for one in figures["rounds"]]
    widest = max((one for one in spreads if one is not None), default=None)
    print(
        f"widest load spread within a hub: {percent(widest) or 'no hub with two teams'}"
        f" (goal: under {goals['load_spread']:.0%})"
    )
    print(f"repeat share over all: {sums['repeated'] / max(whole, 1):.1%}")
    for one in figures["national"]:
        print(f"  national: {one['figure']}: {one['value']}")
    steps = {name: 0.0 for name in rounds[0]["seconds"]}
    for told in rounds[1:]:  # the first one loads the whole town
        for name, seconds in told["seconds"].items():
            steps[name] += seconds / max(len(rounds) - 1, 1)
    each = ", ".join(f"{name} {seconds:.1f}" for name, seconds in steps.items())
    print(f"seconds of a round after the first: {sum(steps.values()):.1f} ({each})")


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--town", default="cheonan")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--reach", default="published")
    parser.add_argument("--reach-by-need", action="store_true")
    parser.add_argument("--late-share", type=float, default=0.1)
    parser.add_argument("--office", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
