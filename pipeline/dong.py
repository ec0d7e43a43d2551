"""Dong codes over time: which are live on a day, and where an abolished one went."""

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


def unresolved_dongs(warehouse: Warehouse) -> list[tuple[str, int]]:
    """Abolished or unknown codes that households still carry, with how many do.

    Grain: dong_code, most households first.
    """
    return [
        (str(code), int(households))
        for code, households in warehouse.rows(
            "SELECT h.dong_code, count(*) FROM core_household AS h "
            "WHERE h.dong_code IS NOT NULL AND h.current_dong_code IS NULL "
            "GROUP BY h.dong_code ORDER BY count(*) DESC, h.dong_code"
        )
    ]
