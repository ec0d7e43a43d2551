"""What a snapshot holds: the round as ranked, and those whose results came back."""

from typing import TYPE_CHECKING

from flows.job import Job
from flows.training import training_frame
from pipeline.snapshot import round_snapshot
from pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    import pyarrow as pa


def snapshot_tables(warehouse: Warehouse, job: Job) -> "dict[str, pa.Table]":
    """The tables of a snapshot by the name of their file.

    `past`: a row per household and earlier round, with its features of that day and
    what officers found.

    Raises:
        NotReady: The round was not screened as of the job's date, or another one since.
    """
    import pyarrow as pa

    tables = round_snapshot(warehouse, job.round, job.as_of)
    protected = warehouse.rows(
        "SELECT household_id FROM core_household WHERE is_protected "
        "UNION SELECT household_id FROM core_processing_stop ORDER BY household_id"
    )
    past = training_frame(warehouse, job).reset_index()
    hidden = {household for (household,) in protected}
    if "household_id" in past.columns:
        past = past[~past["household_id"].isin(hidden)]
    tables["past"] = pa.Table.from_pandas(past, preserve_index=False)
    return tables
