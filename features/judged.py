"""Our own lists with what officers found: what every evaluation starts from."""

from datetime import date

import pyarrow as pa

from data_contracts.labels import LABEL_DEFINITIONS
from features.labels import build_labels
from pipeline.warehouse import Warehouse


def judged_listings(warehouse: Warehouse, as_of: date) -> pa.Table:
    """Every household that a team had on one of our lists, with its labels.

    To be called where core_listing is that of `as_of`. Households that never came back
    have every label empty: not reached is not "no need".
    Grain: one row per round and household, sorted by both.
    """
    listings = warehouse.fetch_sql("features/judged_listing")
    days = sorted({day for day in listings["listed_on"].to_pylist() if day})
    found = [_labels(warehouse, as_of, day) for day in days]
    labels = pa.concat_tables(found) if found else _labels(warehouse, as_of, as_of)
    joined = listings.join(labels, keys=["household_id", "listed_on"])
    return joined.sort_by([("round", "ascending"), ("household_id", "ascending")])


def _labels(warehouse: Warehouse, as_of: date, day: date) -> pa.Table:
    kept = ["household_id", "result_code", *LABEL_DEFINITIONS]
    labels = build_labels(warehouse, as_of, day).select(kept)
    days = pa.repeat(pa.scalar(day, pa.date32()), labels.num_rows)
    return labels.append_column("listed_on", days)
