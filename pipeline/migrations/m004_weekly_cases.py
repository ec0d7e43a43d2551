"""A team's visits a week may be a fraction: two and a half were two before."""

from typing import Final

from pipeline.warehouse import Warehouse

TITLE: Final = "a team's weekly cases may be a fraction"


def apply(warehouse: Warehouse) -> None:
    """Widen the column; whole numbers stay what they are."""
    if warehouse.has_table("warehouse.acc_team"):
        warehouse.execute(
            "ALTER TABLE warehouse.main.acc_team "
            "ALTER COLUMN weekly_cases TYPE DECIMAL(6, 2)"
        )
