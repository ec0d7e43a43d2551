"""What officers found, as labels: need, no need, or not known; several side by side."""

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.labels import LABEL_DEFINITIONS, LABEL_WINDOW_DAYS
from pipeline.warehouse import Warehouse

LABEL_SCHEMA = pa.schema(
    [
        ("household_id", pa.string()),
        ("label", pa.int8()),
        ("result_code", pa.string()),
        ("label_confirmed", pa.int8()),
        ("label_crisis", pa.int8()),
        ("label_deep", pa.int8()),
        ("label_deepest", pa.int8()),
        ("label_supported", pa.int8()),
        ("labelled_on", pa.date32()),
        ("is_mature", pa.bool_()),
    ]
)
_RESULT_SCHEMA = pa.schema(
    [
        ("household_id", pa.string()),
        ("result_code", pa.string()),
        ("need_confirmed", pa.string()),
        ("crisis_level", pa.int32()),
        ("labelled_on", pa.date32()),
        ("origin", pa.string()),
    ]
)
# What a warehouse has once a list of ours left; an older one has only HISTORY.
_OWN_TABLES = ("out_issued", "acc_result", "core_household_alias")


def is_mature(as_of: date, selected_on: date) -> bool:
    """Whether the label window of a list is over."""
    return as_of >= selected_on + timedelta(days=LABEL_WINDOW_DAYS)


def build_labels(warehouse: Warehouse, as_of: date, selected_on: date) -> pa.Table:
    """The labels of every household listed on `selected_on`, as known before `as_of`.

    Rounds made elsewhere (HISTORY) and our own alike. People are put into households by
    core_household_member, so the core tables must be those of `selected_on`. 1 is need,
    0 no need, null unknown; of two results for a household one in need decides. Before
    the label window is over every label is null.
    Grain: one row per household with a result, sorted by household_id.
    Source: the rule itself is in features/sql/label.sql.
    """
    dates = {"as_of": as_of, "selected_on": selected_on}
    for name, needed in (
        ("_history_result", ("acc_history",)),
        ("_own_result", _OWN_TABLES),
    ):
        if all(warehouse.has_table(table) for table in needed):
            warehouse.run_sql(f"features/{name}", dates)
        else:
            warehouse.put(name, _RESULT_SCHEMA.empty_table(), home="temp")
    found = warehouse.fetch_sql("features/label", {})
    mature = is_mature(as_of, selected_on)
    for name in LABEL_DEFINITIONS if not mature else ():
        place = found.column_names.index(name)
        empty = pc.if_else(pa.scalar(False), found[name], pa.scalar(None, pa.int8()))
        found = found.set_column(place, name, empty)
    flags = pa.repeat(pa.scalar(mature), found.num_rows)
    return found.append_column("is_mature", flags).cast(LABEL_SCHEMA)
