"""How our own rounds fared, by what came back; mature rounds only."""

from typing import Any

from flows.job import Job, working
from pipeline.errors import NotReady

SEED = 20_260_101


def evaluated(job: Job) -> dict[str, Any]:
    """Precision, recall in the city, AUC and groups over our own rounds.

    A round counts once its label window is over; earlier its results are the easy ones.

    Raises:
        NotReady: None of our rounds is that old, or none was ever exported.
    """
    from data_contracts.labels import LABEL_WINDOW_DAYS
    from features.judged import judged_listings
    from features.labels import is_mature
    from models.own_rounds import own_rounds
    from pipeline.loop import loop_as_of
    from pipeline.round_tables import require_table

    with working(job, "evaluate") as (warehouse, counts):
        require_table(
            warehouse, "out_issued", "export a round first (blindspot export)"
        )
        with loop_as_of(warehouse, job.as_of):
            frame = judged_listings(warehouse, job.as_of).to_pandas()
        drawn_from = warehouse.rows(
            "SELECT round, CAST(sum(households) AS BIGINT), "
            "coalesce(sum(expected) FILTER (stratum = 'no_signal'), 0) > 0 "
            "FROM out_sample_frame GROUP BY round"
        )
        mature = [is_mature(job.as_of, day) for day in frame["listed_on"]]
        # By place: an empty list would select columns, and none of them.
        frame = frame.iloc[[place for place, is_old in enumerate(mature) if is_old]]
        counts |= {"rounds": frame["round"].nunique(), "listings": len(frame)}
    if not len(frame):
        raise NotReady(
            f"no round of ours was listed {LABEL_WINDOW_DAYS} days before {job.as_of}",
            "evaluate on a later day; compare models on HISTORY meanwhile "
            "(blindspot models compare)",
        )
    return own_rounds(
        frame,
        {name: households for name, households, _ in drawn_from},
        frozenset(name for name, _, is_whole in drawn_from if not is_whole),
        seed=SEED,
    )
