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
# What a warehouse has once a list of ours left; an older one has only HISTORY.
_OWN_TABLES = ("out_issued", "acc_result", "core_household_alias")


def build_labels(warehouse: Warehouse, as_of: date, selected_on: date) -> pa.Table:
    """The label of every household listed on `selected_on`, as known before `as_of`.

    Rounds made elsewhere (HISTORY) and our own alike. People are put into households by
    core_household_member, so the core tables must be those of `selected_on`. 1 is need,
    0 no need, null unknown; of two results for a household one in need decides.
    Grain: one row per household with a result, sorted by household_id.
    Source: the rule itself is in features/sql/label.sql.
    """
    dates = {"as_of": as_of, "selected_on": selected_on}
    warehouse.run_sql("features/label", dates)
    columns = ", ".join(LABEL_SCHEMA.names)
    found = f"SELECT {columns} FROM label"
    if all(warehouse.has_table(table) for table in _OWN_TABLES):
        warehouse.run_sql("features/label_own", dates)
        found += f" UNION ALL SELECT {columns} FROM label_own"
    both = warehouse.fetch(
        f"SELECT * FROM ({found}) QUALIFY row_number() OVER (PARTITION BY household_id "
        "ORDER BY coalesce(label, -1) DESC, result_code) = 1 ORDER BY household_id"
    )
    return both.cast(LABEL_SCHEMA)
