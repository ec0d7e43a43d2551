"""Makes a screen of the past again and says whether it is the same to the letter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.job import Job, working
from flows.screening import make
from pipeline.errors import NotReady
from pipeline.settings import Office
from pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    from models.base import RankingModel


@dataclass(frozen=True)
class Replayed:
    """A screen made again; the tables are as they were then while the block lasts.

    Attributes:
        differences: A line for each entry that is not as it was kept; none: the same.
    """

    warehouse: Warehouse
    screen: dict[str, Any]
    office: Office
    model: "RankingModel"
    differences: list[dict[str, Any]]


@contextmanager
def replayed(job: Job, run_id: str) -> Iterator[Replayed]:
    """Lay everything back to a run's screen, make it again, and leave no trace.

    Raises:
        OptionError: The run screened nothing.
        NotReady: Its model was not kept, or rows of its files were destroyed.
    """
    from pipeline.lineage import lay_back, office_as_then, texts_of
    from pipeline.run_history import run_of, screen_of

    with working(job, "replay") as (warehouse, counts):
        screen = screen_of(warehouse, run_of(warehouse, run_id))
        model = model_of(warehouse, job.office, screen)
        texts = texts_of(warehouse, screen)
        with office_as_then(job.office, texts) as then, warehouse.rehearsal():
            lay_back(warehouse, screen)
            again = replace(
                job, office=then, as_of=screen["as_of"], round=screen["round"]
            )
            make(warehouse, again, model, screen["model_hash"], counts)
            yield Replayed(
                warehouse, screen, then, model, differences(warehouse, screen)
            )


def model_of(
    warehouse: Warehouse, office: Office, screen: dict[str, Any]
) -> "RankingModel":
    """The very model that ranked: kept with its screen, else the one of today.

    Raises:
        NotReady: It was not kept and is not the one of today.
    """
    from flows.models import named_model
    from models.artefact import from_bytes
    from models.base import model_hash
    from models.errors import ModelError
    from pipeline.lineage import stored_model

    wanted, name = screen["model_hash"], screen["model"]
    if (kept := stored_model(warehouse, wanted)) is not None:
        model = from_bytes(kept, f"log_model {name}")
        if model_hash(model) == wanted:
            return model
    try:
        model, content_hash = named_model(office, name)
    except (ModelError, NotReady):
        content_hash = ""
    if content_hash != wanted:
        raise NotReady(
            f"the model that ranked ({name}) was not kept, and today's is another",
            "its list is kept: blindspot runs show",
        )
    return model


def differences(warehouse: Warehouse, screen: dict[str, Any]) -> list[dict[str, Any]]:
    """What the tables hold of a screen's round against the list that it kept."""
    from pipeline.lineage import has_other_ids
    from pipeline.run_history import entries_of, kept_entries

    left_out = {"row_sha256"} if has_other_ids(warehouse, screen) else set()
    then = {row["household_id"]: row for row in kept_entries(warehouse, screen)}
    now = {
        row["household_id"]: row
        for row in entries_of(warehouse, screen["round"]).to_pylist()
    }
    return [
        {"household_id": one, "field": name, "kept": before, "again": after}
        for one in sorted({*then, *now})
        for name, before, after in _fields(then.get(one), now.get(one))
        if name not in left_out
    ]


def _fields(
    then: dict[str, Any] | None, now: dict[str, Any] | None
) -> Iterator[tuple[str, Any, Any]]:
    if then is None or now is None:
        yield "listed", then is not None, now is not None
        return
    for name, before in then.items():
        # Lists kept by an earlier edition have no hash of the whole row.
        if before != now[name] and not (name == "row_sha256" and before is None):
            yield name, before, now[name]
