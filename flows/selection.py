"""Models side by side: what is fitted, which one ranks, how they fare later."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flows.job import Job, working
from flows.training import training_frame
from pipeline.errors import NotReady
from pipeline.settings import Office

if TYPE_CHECKING:
    import pandas as pd

    from models.base import Floats
    from models.select import JudgedRound
    from models.training import TrainingData

SEED = 20_260_101


def models_told(office: Office) -> list[dict[str, Any]]:
    """A row per model of the registry: its state and its figures in this office."""
    from models.promotion import champion
    from models.registry import MODELS

    promoted, ranking = champion(office.models_folder), ranking_name(office)
    rows = []
    for name, spec in MODELS.items():
        card = _card_at(office, name)
        precision = (card or {}).get("metrics", {}).get("precision_at_capacity", {})
        rows.append(
            {
                "model": name,
                "title": spec.title_ko,
                "ranks": name == ranking,
                "champion": promoted is not None and promoted.card["name"] == name,
                "monotone": spec.monotone,
                "may_rank": spec.promotable,
                "fitted_as_of": (card or {}).get("as_of"),
                "precision": precision.get("value"),
                "judged_on": (card or {}).get("metrics", {}).get("test_round"),
            }
        )
    return rows


def card_of(office: Office, name: str) -> dict[str, Any]:
    """The card of a model, or of the champion with the decision that made it so.

    Raises:
        NotReady: It was not fitted here, or nobody promoted one.
        ModelError: There is no such model, or its file is not what its card tells.
    """
    from models import artefact
    from models.promotion import CHAMPION, champion, promotions
    from models.registry import spec_of

    folder = office.models_folder
    if name == CHAMPION:
        promoted = champion(folder)
        if promoted is None:
            raise NotReady(
                "nobody has promoted a model here", "see blindspot models promote"
            )
        return {**promoted.card, "promotions": [asdict(p) for p in promotions(folder)]}
    spec_of(name)
    if not (folder / name / artefact.CARD_FILE).exists():
        raise NotReady(f"{name} has not been fitted here", "run blindspot train first")
    return artefact.load(folder / name).card


def compared(job: Job, against: str | None) -> dict[str, Any]:
    """Every model beside one on the rounds after those that it learnt from.

    Raises:
        NotReady: Too few rounds have known results.
        ModelError: There is no model of this name.
    """
    from models.registry import MODELS, spec_of
    from models.select import churn, compare, listed_by

    name = against or ranking_name(job.office)
    spec_of(name)
    with working(job, "compare") as (warehouse, counts):
        rounds = judged_rounds(training_frame(warehouse, job), tuple(MODELS))
        counts["rounds"] = len(rounds)
    rounds = [one for one in rounds if name in one.scores]
    if not rounds:
        raise NotReady(
            f"no later round has enough known results to judge {name} on",
            "ingest more HISTORY extracts or returned lists, then compare again",
        )
    standings = [asdict(one) for one in compare(rounds, name, seed=SEED)]
    for row in standings:
        lists = [listed_by(one, row["model"]) for one in rounds]
        row["churn"] = churn(lists)
    return {
        "champion": name,
        "rounds": [one.round for one in rounds],
        "listings": sum(len(one.labels) for one in rounds),
        "standings": standings,
    }


def judged_rounds(frame: "pd.DataFrame", names: tuple[str, ...]) -> "list[JudgedRound]":
    """Each round with the scores of every model that could learn before it.

    Among those listed whose need is known; places are a share of them, for a team's
    own places held exactly those who were listed.
    """
    from models.errors import ModelError
    from models.fit import DEFAULT_SHARE
    from models.metrics import share_of_dongs
    from models.select import JudgedRound
    from models.splits import forward_chain
    from models.training import training_data

    try:
        data = training_data(frame, frame["label"], frame["round"], frame["dong"])
    except ModelError as few:
        raise NotReady(few.what, few.next_step) from None
    judged = []
    for train, test in forward_chain(data):
        judged.append(
            JudgedRound(
                round=str(test.rounds[0]),
                households=tuple(map(str, test.frame.index)),
                labels=test.labels,
                dongs=test.dongs,
                places=share_of_dongs(test.dongs, DEFAULT_SHARE),
                scores=_scores(names, train, test),
            )
        )
    return judged


def drifted(job: Job) -> dict[str, Any]:
    """The ranking model's drift from the rounds it learnt from to the newest one.

    Raises:
        NotReady: Fewer than two rounds are known.
    """
    from flows.models import named_model
    from models.base import matrix_of
    from models.drift import ADVICE_KO, drift

    with working(job, "drift") as (warehouse, counts):
        frame = training_frame(warehouse, job)
        model, _ = named_model(job.office, job.model)
        counts["listings"] = len(frame)
    rounds = list(dict.fromkeys(frame["round"]))
    if len(rounds) < 2:
        raise NotReady(
            "drift compares rounds, and fewer than two are known",
            "ingest more HISTORY extracts or returned lists",
        )
    then, now = frame[frame["round"] != rounds[-1]], frame[frame["round"] == rounds[-1]]
    scores = [model.scores(matrix_of(part, model.features)) for part in (then, now)]
    chances = model.calibration
    found = drift(
        then,
        now,
        *scores,
        labels=now["label"].to_numpy(dtype=float, na_value=float("nan")),
        probabilities=chances.probability_of(scores[1]) if chances else None,
    )
    return {
        "model": model.name,
        "learnt_from": f"{rounds[0]} to {rounds[-2]}",
        "newest": rounds[-1],
        "score_index": found.score_index,
        "needs_found": found.found.told,
        "needs_expected": found.expected,
        "advice": found.advice,
        "advice_ko": ADVICE_KO[found.advice],
        "why": found.why,
        "features": [asdict(one) for one in found.features],
    }


def ranking_name(office: Office) -> str:
    """The registry's name of the model that ranks in this office."""
    from models.promotion import CHAMPION, COLD_START, champion

    name = office.config.model.name
    if name != CHAMPION:
        return name
    promoted = champion(office.models_folder)
    return str(promoted.card["name"]) if promoted else COLD_START


def _card_at(office: Office, name: str) -> dict[str, Any] | None:
    """A fitted model's card as it lies there; `show` verifies it."""
    from models.artefact import CARD_FILE

    file = office.models_folder / name / CARD_FILE
    try:
        card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return card


def _scores(
    names: tuple[str, ...], train: "TrainingData", test: "TrainingData"
) -> "dict[str, Floats]":
    from models.base import matrix_of
    from models.errors import ModelError
    from models.registry import make

    found = {}
    for name in names:
        try:
            model = make(name, train).model
        except ModelError:
            continue  # too few outcomes for this one: it is not compared
        found[name] = model.scores(matrix_of(test.frame, model.features))
    return found
