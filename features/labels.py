"""What officers found, as a label: need, no need, or not known."""

from datetime import date

import pyarrow as pa

from pipeline.warehouse import Warehouse

LABEL_SCHEMA = pa.schema(
    [
        ("household_id", pa.string()),
        ("label", pa.int8()),
        ("result_code", pa.string()),
    ]
)


def build_labels(warehouse: Warehouse, as_of: date, selected_on: date) -> pa.Table:
    """The label of every household listed on `selected_on`, as known before `as_of`.

    People are put into households by core_household_member, so the core tables must
    be those of `selected_on`. 1 is need, 0 no need, null unknown.
    Grain: one row per household with a result, sorted by household_id.
    Source: the rule itself is in features/sql/label.sql.
    """
    dates = {"as_of": as_of, "selected_on": selected_on}
    warehouse.run_sql("features/label", dates)
    found = warehouse.fetch("SELECT * FROM label ORDER BY household_id")
    return found.cast(LABEL_SCHEMA)
