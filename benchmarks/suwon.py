"""Persona A (Suwon): is she listed or looked for by round 2, and met by round 4?

    python benchmarks/suwon.py --seeds 20
    python benchmarks/suwon.py --seeds 20 --cold     # nobody has ever listed her
    python benchmarks/suwon.py --seeds 20 --cold --early   # from her fourth month on

Per seed a small town with the twelve personas, and four rounds by the commands
(blindspot init, twin, simulate). She owes health insurance for 10 months at the first
of them (4 with --early), nothing else is known of her, she does not live where she is
registered and has no phone. All dongs share one team, which has a place for 0.9 % of
the households and one for each persona: in so small a town they are a fiftieth.
"""

import argparse
import csv
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

AS_OF = "2026-07-01"
FIRST = {False: "2026-01-01", True: "2025-07-01"}
MONTHS, ROUNDS, CAST = 18, 4, 13
KEPT = ("KEPCO_", "GAS_", "NHIS_", "RESIDENT_2", "TEAM_", "KIKcd_H.")
ALWAYS = ("RESIDENT_2", "TEAM_", "KIKcd_H.", "HISTORY_")
FEW_MONTHS = 4  # of the holders' files before the first round
SLOTS_PER_HOUSEHOLD, WEEKS, WEEKLY = 0.009, 8, 2


def blindspot(*words: str) -> None:
    """Run a command line in this process: it starts twenty times as quickly."""
    from typer.testing import CliRunner

    from flows.cli import app

    done = CliRunner().invoke(app, list(words), prog_name="blindspot")
    if done.exit_code:
        sys.exit(done.output)


def one_team(file: Path, slots: int) -> None:
    """One team for the whole town, with so many places."""
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    code, hub, hands, weekly = (
        rows[0].index(name) for name in ("행정동코드", "권역코드", "인력", "주당건수")
    )
    first, seen = rows[1][code], set[str]()
    kept = [rows[0]]
    for row in rows[1:]:
        if row[code] in seen:
            continue  # the largest team's later strength
        seen.add(row[code])
        row[hub], row[weekly] = first, str(WEEKLY)
        fte = (slots + 0.5) / WEEKS / WEEKLY
        row[hands] = f"{fte:.2f}" if row[code] == first else "0"
        kept.append(row)
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(kept)


def fewer_files(inbox: Path, first: str, *, cold: bool) -> None:
    """Leave the files out that say nothing of her or come too early to matter."""
    year, month = int(first[:4]), int(first[5:7])
    number = year * 12 + month - 1 - FEW_MONTHS
    begin = f"{number // 12}{number % 12 + 1:02d}"
    kept = KEPT if cold else (*KEPT, "HISTORY_")
    for file in inbox.iterdir():
        found = re.search(r"20\d{4}", file.name)
        is_old = found is not None and found[0] < begin
        if not file.name.startswith(kept) or (
            is_old and not file.name.startswith(ALWAYS)
        ):
            file.unlink()


def rounds_of(office: Path, seed: int, asked: argparse.Namespace) -> list[str]:
    """What became of her in each round: one word a round, and one in the end."""
    here = ("--office", str(office))
    blindspot("init", *here, "--synthetic-seed", str(seed))
    size = ("--households", str(asked.households), "--months", str(MONTHS))
    blindspot("twin", *here, *size, "--seed", str(seed), "--as-of", AS_OF, "--personas")
    inbox, first = office / "inbox", FIRST[asked.early]
    fewer_files(inbox, first, cold=asked.cold)
    slots = round(asked.households * SLOTS_PER_HOUSEHOLD) + CAST
    for file in sorted(inbox.glob("TEAM_*.csv")):
        one_team(file, slots)
    reach = ("--reach", asked.reach)
    begun = ("--rounds", str(ROUNDS), "--first-as-of", first)
    blindspot("simulate", *here, *begun, *reach)
    return told_of(office, first)


def told_of(office: Path, first: str) -> list[str]:
    """Per round how she stood: listed as what, or in the locate queue, or nothing."""
    from datetime import date

    from flows.job import Job
    from flows.steps import ingest
    from pipeline.household import registered_household_id
    from pipeline.identity import load_keys, registry_no_key
    from pipeline.loop import loop_as_of
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    place = load_office(office)
    truth = json.loads((office / "truth" / "personas.json").read_text("utf-8"))
    number = truth["A"]["household"]
    her = registered_household_id(registry_no_key(load_keys(place), number))
    after = date.fromisoformat(first).replace(month=12, day=28)
    after = after.replace(year=2026)
    ingest(Job.of(place, after, "ingest", {}))
    key: dict[str, Any] = {"her": her}
    with open_warehouse(place) as warehouse, loop_as_of(warehouse, after):
        days = [
            day
            for (day,) in warehouse.rows(
                "SELECT DISTINCT as_of FROM out_issued ORDER BY as_of"
            )
        ]
        listed = {
            day: (slot or route, disposition)
            for day, slot, route, disposition in warehouse.rows(
                "SELECT listed_on, slot_kind, route, disposition FROM core_listing "
                "WHERE household_id = $her AND source = 'result' ORDER BY listed_on",
                key,
            )
        }
    out = []
    for day in days:
        if day in listed:
            out.append("/".join(listed[day]))
            continue
        with open_warehouse(place) as warehouse, loop_as_of(warehouse, day):
            found = warehouse.rows(
                "SELECT state FROM core_locate WHERE household_id = $her", key
            )
        out.append(f"queue:{found[0][0]}" if found else "-")
    return out


def main() -> None:
    """Print a line per seed and the shares over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--households", type=int, default=400)
    parser.add_argument("--reach", default="published")
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--early", action="store_true")
    asked = parser.parse_args()
    found = met = 0
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            told = rounds_of(Path(folder) / "office", seed, asked)
        by_two = any(word != "-" for word in told[:2])
        is_met = any(word.endswith("/met") for word in told)
        found, met = found + by_two, met + is_met
        print(f"seed {seed:2}: {'  '.join(told)}", flush=True)
    print(f"listed or looked for by round 2: {found} of {asked.seeds}")
    print(f"met by round {ROUNDS}: {met} of {asked.seeds}")


if __name__ == "__main__":
    main()
