"""What a change of the person key leaves to heed: closed rounds, former ids."""

from typing import Final

from pipeline.errors import NotReady
from pipeline.warehouse import Warehouse

# The access log tells of households under the ids of then; their names lie in this
# database too, so that the way back gives nothing away.
# grain: one former id of one household
FORMER: Final = "vault_former_household"


def require_open_round(warehouse: Warehouse, round_: str) -> None:
    """A round that was listed under former ids is not drawn a second time.

    Raises:
        NotReady: It was closed when the keys were changed.
    """
    if not warehouse.has_table("warehouse.log_key_rotation"):
        return
    found = warehouse.rows(
        "SELECT max(rotated_on) FROM log_key_rotation "
        "WHERE list_contains(closed_rounds, $round)",
        {"round": round_},
    )
    if found[0][0] is not None:
        raise NotReady(
            f"the round {round_} was listed before the person key was changed on "
            f"{found[0][0]}: its lists stay as they are",
            "screen the next round; 'blindspot backfill' screens an old one beside it",
        )


def ids_of_household(warehouse: Warehouse, household_id: str) -> set[str]:
    """A household's id and those that it had under former keys, and the other way."""
    names = {household_id}
    if warehouse.has_table(f"vault.{FORMER}"):
        names |= {
            one
            for row in warehouse.rows(
                f"SELECT former, current FROM vault.main.{FORMER} "  # noqa: S608
                "WHERE current IN (SELECT current FROM "
                f"vault.main.{FORMER} WHERE $id IN (former, current))",
                {"id": household_id},
            )
            for one in row
        }
    return names
