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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AS_OF = "2026-07-01"
FIRST = {False: "2026-01-01", True: "2025-07-01"}
MONTHS, CAST = 18, 13
KEPT = ("KEPCO_", "GAS_", "NHIS_", "RESIDENT_2", "TEAM_", "KIKcd_H.")
ALWAYS = ("RESIDENT_2", "TEAM_", "KIKcd_H.", "HISTORY_")
FEW_MONTHS = 4  # of the holders' files before the first round
SLOTS_PER_HOUSEHOLD, WEEKS, WEEKLY = 0.009, 8, 2


@dataclass(frozen=True)
class Asked:
    """What is simulated.

    `cold`: nobody listed her before; `early`: from her fourth month of arrears on.
    """

    households: int = 400
    rounds: int = 4
    reach: str = "published"
    cold: bool = False
    early: bool = False
    kept: tuple[str, ...] = KEPT

    @property
    def first(self) -> str:
        """The day of the first round."""
        return FIRST[self.early]

    def month(self, rounds: int, months: int = 0) -> str:
        """The month of a round that comes so many after the first, as YYYYMM."""
        year, month = int(self.first[:4]), int(self.first[5:7])
        number = year * 12 + month - 1 + 2 * rounds + months
        return f"{number // 12}{number % 12 + 1:02d}"


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


def fewer_files(inbox: Path, asked: Asked) -> None:
    """Leave the files out that say nothing of her, come too early or too late."""
    begin, end = asked.month(0, -FEW_MONTHS), asked.month(asked.rounds - 1)
    kept = asked.kept if asked.cold else (*asked.kept, "HISTORY_")
    for file in inbox.iterdir():
        found = re.search(r"20\d{4}", file.name)
        month = found[0] if found else begin
        is_old = month < begin and not file.name.startswith(ALWAYS)
        if not file.name.startswith(kept) or is_old or month > end:
            file.unlink()


def rounds_of(office: Path, seed: int, asked: Asked) -> list[str]:
    """What became of her in each round: one word a round."""
    here = ("--office", str(office))
    blindspot("init", *here, "--synthetic-seed", str(seed))
    size = ("--households", str(asked.households), "--months", str(MONTHS))
    blindspot("twin", *here, *size, "--seed", str(seed), "--as-of", AS_OF, "--personas")
    inbox = office / "inbox"
    fewer_files(inbox, asked)
    slots = round(asked.households * SLOTS_PER_HOUSEHOLD) + CAST
    for file in sorted(inbox.glob("TEAM_*.csv")):
        one_team(file, slots)
    begun = ("--rounds", str(asked.rounds), "--first-as-of", asked.first)
    blindspot("simulate", *here, *begun, "--reach", asked.reach)
    return told_of(office, asked.first)


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
    given = vars(parser.parse_args())
    seeds, first_seed = given.pop("seeds"), given.pop("first_seed")
    asked = Asked(**given)
    found = met = 0
    for seed in range(first_seed, first_seed + seeds):
        with tempfile.TemporaryDirectory() as folder:
            told = rounds_of(Path(folder) / "office", seed, asked)
        by_two = any(word != "-" for word in told[:2])
        is_met = any(word.endswith("/met") for word in told)
        found, met = found + by_two, met + is_met
        print(f"seed {seed:2}: {'  '.join(told)}", flush=True)
    print(f"listed or looked for by round 2: {found} of {seeds}")
    print(f"met by round {asked.rounds}: {met} of {seeds}")


if __name__ == "__main__":
    main()
