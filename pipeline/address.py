"""Written addresses as comparable parts; the steps are in linkage/_address_part.sql."""

from collections.abc import Sequence

import pyarrow as pa

from pipeline.warehouse import Warehouse

# Table of contents: SQL files built once households and their accounts are known.
ADDRESS_TABLES = ("core/core_address",)

PARTS = (
    "sido",
    "city",
    "town",
    "road_name",
    "road_key",
    "lot_key",
    "area",
    "building_name",
    "unit_key",
    "door_key",
    "is_apartment",
    "is_shared_building",
)


def address_parts(
    warehouse: Warehouse, addresses: Sequence[tuple[str | None, str | None]]
) -> list[dict[str, str | bool | None]]:
    """Split written (address, detail) pairs into their comparable parts, in order.

    Only temp tables are used: an address is personal data.
    """
    text = pa.table(
        {
            "address_id": pa.array(range(len(addresses)), pa.int64()),
            "address": pa.array([road for road, _ in addresses], pa.string()),
            "detail": pa.array([detail for _, detail in addresses], pa.string()),
        }
    )
    warehouse.put("_address_text", text, home="temp")
    warehouse.run_sql("linkage/_address_part")
    columns = ", ".join(PARTS)
    rows = warehouse.rows(f"SELECT {columns} FROM _address_part ORDER BY address_id")
    return [dict(zip(PARTS, row, strict=True)) for row in rows]
