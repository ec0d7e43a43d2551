"""Dong codes over time: which are live on a day, and where an abolished one went."""

from typing import Any

from pipeline.errors import NotReady
from pipeline.warehouse import Warehouse

# Table of contents: SQL files in the order in which they are built.
DONG_TABLES = (
    "core/_dong_register",
    "core/_dong_life",
    "core/_dong_pair",
    "core/_dong_step",
    "core/core_dong",
    "core/core_dong_succession",
    "core/_dong_seen",
    "core/core_dong_current",
    "core/core_team",
)
# After linkage has read the addresses: they tell which heir of a split dong it is.
PLACE_TABLES = ("core/core_household_dong",)


def codes_for_review(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The codes of households without a dong of today, with why and what they may be.

    Grain: dong_code, evidence; most households first.

    Raises:
        NotReady: The core tables were not built yet.
    """
    if not warehouse.has_table("warehouse.core_household_dong"):
        raise NotReady(
            "no round was screened with this version yet",
            "run: blindspot screen --as-of YYYY-MM-DD",
        )
    names = (
        "dong_code",
        "dong_name",
        "households",
        "how",
        "address",
        "may_be",
    )
    return [
        dict(zip(names, row, strict=True))
        for row in warehouse.rows(
            "SELECT h.dong_code, max(n.dong_name), count(*), max(h.how), h.evidence, "
            "max(c.heirs) FROM core_household_dong AS h "
            "LEFT JOIN core_dong_current AS c ON h.dong_code = c.dong_code "
            "LEFT JOIN core_dong AS n ON h.dong_code = n.dong_code "
            "WHERE h.dong_code IS NOT NULL AND h.current_dong_code IS NULL "
            "GROUP BY h.dong_code, h.evidence "
            "ORDER BY count(*) DESC, h.dong_code, h.evidence"
        )
    ]
