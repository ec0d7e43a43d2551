"""The door that the register lacks, read from the same holder's gas or power bill.

Only at the export: the warehouse knows in which vault row it stands, not the number.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from pipeline.address import address_parts
from pipeline.warehouse import Warehouse

_BILL_KO: Final = {"gas": "가스", "kepco": "전기"}
_UNIT = re.compile(r"(?:(?P<block>[^-]+)-)?(?P<cellar>지하)?(?P<door>.+)")


def add_borrowed_units(warehouse: Warehouse, rows: Sequence[dict[str, Any]]) -> None:
    """Put `(가스 계약 주소: 302호)` behind each address that lacks its door, in place.

    The texts that are read stay in memory and are dropped at once.
    """
    lacking = [row for row in rows if row["unit_from_source"] is not None]
    if not lacking:
        return
    written = [(row["unit_address"], row["unit_detail"]) for row in lacking]
    try:
        parts = address_parts(warehouse, written)
    finally:
        for table in ("_address_text", "_address_part"):
            warehouse.execute(f"DROP TABLE IF EXISTS temp.{table}")
    for row, part in zip(lacking, parts, strict=True):
        if unit := part["unit_key"]:
            bill = _BILL_KO[row["unit_from_source"]]
            row["address"] = (
                f"{row['address']} ({bill} 계약 주소: {unit_ko(str(unit))})"
            )


def unit_ko(unit_key: str) -> str:
    """A comparable unit (`101-302`, `지하1`, `2층`) as a visitor reads it."""
    found = _UNIT.fullmatch(unit_key)
    if found is None:
        return unit_key
    door = found["door"]
    words = [
        f"{found['block']}동" if found["block"] else "",
        "지하" if found["cellar"] else "",
        f"{door}호" if door.isdigit() else door,
    ]
    return " ".join(word for word in words if word)
