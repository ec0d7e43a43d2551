"""Fits the models on the rounds whose results are known, each as it was listed."""

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from flows.job import Job, working
from pipeline.errors import NotReady
from pipeline.run import Counts
from pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    from models.errors import ModelError
    from models.fit import Fitted
    from models.training import TrainingData

# Older rounds teach little of today and each costs a rebuild of the core tables.
MOST_ROUNDS = 8


def train(job: Job) -> Counts:
    """Fit every model on HISTORY's rounds known before the date; write artefacts.

    The core tables are rebuilt as of each earlier selection date inside a transaction
    that is rolled back: training leaves the warehouse as it found it.

    Raises:
        NotReady: The office ranks by a fitted model and no result is known yet.
    """
    with working(job, "train") as (warehouse, counts):
        frame = training_frame(warehouse, job)
        counts |= {"rounds": frame["round"].nunique(), "listings": len(frame)}
        counts["labelled"] = int(frame["label"].notna().sum())
        counts["models"] = _fit_all(job, frame)
    return counts


def listed_rounds(warehouse: Warehouse, as_of: date) -> list[tuple[str, date]]:
    """The rounds with results known before a date and when they were selected.

    Rounds made elsewhere (HISTORY) and our own whose lists came back.
    """
    known = []
    if warehouse.has_table("acc_history"):
        known.append(
            "SELECT h.round, h.selected_on, f.known_on FROM acc_history AS h "
            "JOIN core_file AS f USING (file_id)"
        )
    if warehouse.has_table("out_issued") and warehouse.has_table("acc_result"):
        known.append(
            "SELECT i.round, i.as_of AS selected_on, f.known_on FROM acc_result AS r "
            "JOIN (SELECT referral_id, round, min(as_of) AS as_of FROM out_issued "
            "WHERE edition > 0 GROUP BY ALL) AS i USING (referral_id) "
            "JOIN core_file AS f ON f.file_id = r.file_id"
        )
    if not known:
        return []
    found = warehouse.rows(
        f"SELECT round, selected_on FROM ({' UNION ALL '.join(known)}) "
        "WHERE known_on < $as_of AND selected_on < $as_of "
        "GROUP BY ALL ORDER BY selected_on DESC, round DESC",
        {"as_of": as_of},
    )
    return list(reversed(found[:MOST_ROUNDS]))


def training_frame(warehouse: Warehouse, job: Job) -> pd.DataFrame:
    """The listings of earlier rounds, each with its features of the day and its label.

    Grain: one row per household and round, indexed by household_id.
    """
    frames: list[pd.DataFrame] = []
    for name, selected_on in listed_rounds(warehouse, job.as_of):
        # One rehearsal each: what is rolled back stays in memory until then.
        with warehouse.rehearsal():
            frames.append(_one_round(warehouse, job, name, selected_on))
    if not frames:
        return pd.DataFrame({"round": [], "label": [], "dong": []})
    return pd.concat(frames)


def _one_round(
    warehouse: Warehouse, job: Job, name: str, selected_on: date
) -> pd.DataFrame:
    from features.build import build_features
    from features.labels import build_labels
    from pipeline.staging import build_core

    build_core(warehouse, selected_on, job.office, name)
    labels = build_labels(warehouse, job.as_of, selected_on).to_pandas()
    features = build_features(warehouse, selected_on, labels["household_id"])
    dongs = warehouse.fetch(
        "SELECT household_id, current_dong_code AS dong FROM core_household"
    ).to_pandas()
    frame: pd.DataFrame = features.to_pandas().merge(
        labels, on="household_id", validate="1:1"
    )
    frame = frame.merge(dongs, on="household_id", validate="1:1")
    # A date32 of Arrow comes as an object; models compare days.
    days = pd.to_datetime(frame["labelled_on"])
    frame = frame.assign(
        round=name, selected_on=pd.Timestamp(selected_on), labelled_on=days
    )
    return frame.set_index("household_id")


def _fit_all(job: Job, frame: pd.DataFrame) -> int:
    from models import artefact
    from models.errors import ModelError
    from models.registry import MODELS
    from models.training import training_data

    data: TrainingData | ModelError
    try:
        data = training_data(frame, frame["label"], frame["round"], frame["dong"])
    except ModelError as few:
        data = few
    made = {
        name: _fitted(name, job, data) for name, spec in MODELS.items() if spec.stored
    }
    for name, fitted in made.items():
        if fitted is not None:
            folder = job.office.models_folder / name
            artefact.save(fitted.model, folder, fitted.card)
    return sum(fitted is not None for fitted in made.values())


def _fitted(name: str, job: Job, data: "TrainingData | ModelError") -> "Fitted | None":
    """A model and its card; of one that cannot be fitted yet nothing."""
    from models.card import make_card
    from models.errors import ModelError
    from models.fit import Fitted, fit_on
    from models.registry import ready_model, spec_of

    try:
        if isinstance(data, ModelError):
            raise data
        return fit_on(name, data, as_of=job.as_of)
    except ModelError as error:
        if not spec_of(name).needs_outcomes:
            model = ready_model(name)
            return Fitted(model, make_card(model, job.as_of))
        if name == job.model:
            raise NotReady(
                f"{name} cannot be fitted: {error.what}", error.next_step
            ) from None
        return None
