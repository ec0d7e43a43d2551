"""The models on a later round against the truth of a synthetic town.

    python benchmarks/models_later_round.py --office DIR \
        --trained-as-of 2026-03-01 --as-of 2026-07-01

Each model learns from what was known before the first date and ranks the town as on
the second. Truth: the household is in crisis in the month before --as-of (--need broad:
in the wider hardship that officers call need). Places: the
slots of each unit (hub or dong) for the round. Intervals: 95 %, stratified bootstrap.
Nothing of it is kept in the office.
"""

import argparse
import csv
import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from features.build import build_features
from features.catalogue import SIGNS
from flows.job import Job
from flows.training import training_frame
from models.base import matrix_of
from models.errors import ModelError
from models.fit import fit
from models.metrics import evaluate
from models.registry import MODELS
from pipeline.household import registered_household_id
from pipeline.identity import load_keys, registry_no_key
from pipeline.office import open_warehouse
from pipeline.settings import Office, load_office
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse

SEED = 2026


def crisis_of(
    office: Office, truth: Path, as_of: dt.date, need: str = "crisis"
) -> pd.Series:
    """household_id → in crisis, or broad hardship, in the month before a date."""
    keys = load_keys(office)
    column = f"{need}_{as_of - dt.timedelta(days=as_of.day):%Y%m}"
    with (truth / "households.csv").open(encoding="utf-8", newline="") as rows:
        return pd.Series(
            {
                registered_household_id(registry_no_key(keys, row["household"])): int(
                    row[column]
                )
                for row in csv.DictReader(rows)
                if row[column] != ""
            }
        )


def town_on(warehouse: Warehouse, office: Office, as_of: dt.date) -> pd.DataFrame:
    """Features of every registered household, its unit, whether it has a sign."""
    build_core(warehouse, as_of, office)
    frame = build_features(warehouse, as_of).to_pandas()
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


def line(name: str, who: str, figures: dict[str, object], needs: int) -> str:
    """One row of the table."""
    auc, ap = figures["roc_auc"], figures["average_precision"]
    cap, at = figures["precision_at_capacity"], figures["at_capacity"]
    return (
        f"{name:13} {who:9} {figures['households']:>7} {needs:>6} "
        f"{auc.value:.3f} [{auc.low:.3f}-{auc.high:.3f}] "
        f"{ap.value:.3f} [{ap.low:.3f}-{ap.high:.3f}] "
        f"{cap.value:.3f} [{cap.low:.3f}-{cap.high:.3f}] "
        f"{at.recall.expected:.3f} of {at.places}"
    )


def compare(
    past: pd.DataFrame,
    town: pd.DataFrame,
    crisis: pd.Series,
    slots: dict[str, int],
    learned: dt.date,
) -> None:
    """Fit on the past, rank the later day, print a line per model and population."""
    print(
        f"{'model':13} {'among':9} {'homes':>7} {'needs':>6} {'ROC-AUC':19} "
        f"{'average precision':19} {'precision at places':19} recall at places"
    )
    for name in MODELS:
        try:
            model = fit(
                name, past, past["label"], past["round"], as_of=learned,
                dongs=past["dong"],
            ).model  # fmt: skip
        except ModelError as error:
            print(f"{name:13} cannot be fitted: {error.what}")
            continue
        scores = pd.Series(
            model.scores(matrix_of(town, model.features)), index=town.index
        )
        for who, chosen in (("all", slice(None)), ("signalled", town["has_sign"])):
            part = crisis.loc[chosen]
            figures = evaluate(
                scores.loc[chosen].to_numpy(),
                part.to_numpy(),
                town.loc[chosen, "unit"].to_numpy(),
                slots,
                seed=SEED,
            )
            print(line(name, who, figures, int(part.sum())))


def main() -> int:
    """Compare the models on a later round."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--office", type=Path, required=True)
    parser.add_argument("--truth", type=Path, help="default: OFFICE/truth")
    parser.add_argument("--trained-as-of", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--need", choices=("crisis", "broad"), default="crisis")
    options = parser.parse_args()
    office = load_office(options.office)
    truth = options.truth or office.root / "truth"
    learned, as_of = options.trained_as_of, options.as_of
    with open_warehouse(office) as warehouse:
        past = training_frame(warehouse, Job.of(office, learned, "benchmark", {}))
        with warehouse.rehearsal():
            town = town_on(warehouse, office, as_of)
            slots = slots_of(warehouse, office)
    print(
        f"learned from {past['round'].nunique()} rounds, {len(past)} listings, "
        f"{int(past['label'].notna().sum())} with a label, known before {learned}\n"
    )
    crisis = crisis_of(office, truth, as_of, options.need).reindex(town.index).dropna()
    compare(past, town.loc[crisis.index], crisis.astype(np.int8), slots, learned)
    return 0


if __name__ == "__main__":
    sys.exit(main())
