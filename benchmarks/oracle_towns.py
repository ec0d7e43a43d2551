"""Towns to judge models on, made by the commands and kept as Parquet: stage `make`."""

import datetime as dt
import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from rounds_of_a_town import blindspot

from features.build import build_features
from features.catalogue import SIGNS
from flows.job import Job
from flows.training import training_frame
from pipeline.household import registered_household_id
from pipeline.identity import load_keys, registry_no_key
from pipeline.office import open_warehouse
from pipeline.settings import Office, load_office
from pipeline.staging import build_core
from pipeline.twin.extracts import Twin
from pipeline.twin.generate import Wanted, make_twin
from pipeline.twin.hardship import in_crisis
from pipeline.warehouse import Warehouse

PAST, TOWN, ABOUT = "past.parquet", "town.parquet", "town.json"


@dataclass(frozen=True)
class Plan:
    """Which towns: their size, their months of files, and the day of judgement."""

    work: Path
    town: str
    households: int
    months: int
    as_of: dt.date
    scenarios: tuple[str, ...]
    seeds: tuple[int, ...]

    def folder(self, scenario: str, seed: int) -> Path:
        """Where one town's frames are kept."""
        size = f"{self.town}-{self.households}-{self.months}m-{self.as_of:%Y%m%d}"
        return self.work / size / f"{scenario}-{seed}"

    def twin(self, scenario: str, seed: int, households: int | None = None) -> Twin:
        """The town in memory: the same as its files tell of."""
        size = households or self.households
        return make_twin(
            Wanted(self.town, size, self.months, seed, self.as_of, scenario)
        )


@dataclass(frozen=True)
class Judged:
    """A town as the models meet it, and its truth.

    `past` are the listings that officers closed, with features of their day; `town`
    has a row per household: features, unit, has_sign, row (in the twin), crisis, need.
    """

    scenario: str
    seed: int
    past: pd.DataFrame
    town: pd.DataFrame
    slots: dict[str, int]


def load(plan: Plan, scenario: str, seed: int) -> Judged:
    """A town that was made before."""
    folder = plan.folder(scenario, seed)
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return Judged(
        scenario,
        seed,
        pd.read_parquet(folder / PAST),
        pd.read_parquet(folder / TOWN),
        {str(unit): int(slots) for unit, slots in about["slots"].items()},
    )


def missing(plan: Plan) -> list[tuple[str, int]]:
    """The towns that are not made yet, seed by seed: any stop leaves whole seeds."""
    return [
        (scenario, seed)
        for seed in plan.seeds
        for scenario in plan.scenarios
        if not (plan.folder(scenario, seed) / ABOUT).is_file()
    ]


def make(plan: Plan, jobs: int, *, keep: bool = False) -> None:
    """Make every town that is missing, `jobs` at a time."""
    todo = missing(plan)
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        begun = [pool.submit(_make_town, plan, *one, keep) for one in todo]
        for (scenario, seed), future in zip(todo, begun, strict=True):
            print(f"{scenario} {seed}: made in {future.result():.0f} s", flush=True)


def _make_town(plan: Plan, scenario: str, seed: int, keep: bool) -> float:
    begun, folder = perf_counter(), plan.folder(scenario, seed)
    shutil.rmtree(folder, ignore_errors=True)
    root = folder / "office"
    folder.mkdir(parents=True)
    here, day = ("--office", str(root)), ("--as-of", plan.as_of.isoformat())
    size = ("--households", str(plan.households), "--months", str(plan.months))
    blindspot("init", *here, "--synthetic-seed", str(seed))
    blindspot(
        "twin", *here, *day, *size, "--town", plan.town, "--seed", str(seed),
        "--scenario", scenario,
    )  # fmt: skip
    blindspot("ingest", *here, *day, "--json")
    about = _keep_frames(plan, load_office(root), folder, scenario, seed)
    if not keep:
        shutil.rmtree(root)
    seconds = perf_counter() - begun
    about |= {"scenario": scenario, "seed": seed, "seconds": round(seconds)}
    # Last of all: its presence says that the town is whole.
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    return seconds


def town_on(warehouse: Warehouse, office: Office, as_of: dt.date) -> pd.DataFrame:
    """Features of every registered household, its unit, whether it has a sign."""
    build_core(warehouse, as_of, office)
    frame: pd.DataFrame = build_features(warehouse, as_of).to_pandas()
    kinds = ", ".join(f"'{kind}'" for kind in SIGNS)
    places = warehouse.fetch(
        "SELECT h.household_id, coalesce(t.hub_code, t.dong_code) AS unit, "
        f"h.household_id IN (SELECT household_id FROM core_event WHERE event_type IN "
        f"({kinds})) AS has_sign FROM core_household h "
        "JOIN core_team t ON t.dong_code = h.current_dong_code "
        "WHERE h.kind = 'registered' AND h.members_alive > 0"
    ).to_pandas()
    return frame.merge(places, on="household_id", validate="1:1").set_index(
        "household_id"
    )


def slots_of(warehouse: Warehouse, office: Office) -> dict[str, int]:
    """The places of each unit for one round."""
    warehouse.run_sql("referral/_unit", {"weeks": office.config.round.weeks})
    return {str(u): int(s) for u, s in warehouse.rows("SELECT unit, slots FROM _unit")}


def _keep_frames(
    plan: Plan, office: Office, folder: Path, scenario: str, seed: int
) -> dict[str, Any]:
    with open_warehouse(office) as warehouse:
        past = training_frame(warehouse, Job.of(office, plan.as_of, "benchmark", {}))
        with warehouse.rehearsal():
            town = town_on(warehouse, office, plan.as_of)
            slots = slots_of(warehouse, office)
    twin, keys = plan.twin(scenario, seed), load_keys(office)
    numbers, unborn = twin.population.number, twin.population.split_month
    ids = [registered_household_id(registry_no_key(keys, n)) for n in numbers]
    row = pd.Series(np.arange(len(ids)), index=ids).reindex(town.index)
    known = row.notna() & (row.map(dict(enumerate(unborn))) <= plan.months)
    town, rows = town[known], row[known].to_numpy(dtype=np.int64)
    need = twin.payers.need[rows, -1].astype(np.float64)
    town = town.assign(row=rows, need=need, crisis=in_crisis(need).astype(np.int8))
    past.to_parquet(folder / PAST)
    town.to_parquet(folder / TOWN)
    return {"slots": slots, "listings": len(past), "households": len(town)}
