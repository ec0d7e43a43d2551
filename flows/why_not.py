"""What would have put a household on a round's list, for `explain`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    import pandas as pd

    from models.base import RankingModel

_LINE = (
    "SELECT placed.score_at_line FROM out_unit AS placed "
    "JOIN core_team AS team "
    "ON placed.unit = coalesce(team.hub_code, team.dong_code) "
    "JOIN core_household AS household "
    "ON household.current_dong_code = team.dong_code "
    "WHERE placed.round = $round AND household.household_id = $household_id"
)
_WAITS = (
    "SELECT count(*) FROM core_locate "
    "WHERE household_id = $household_id AND state <> 'parked'"
)


def what_would_have(
    warehouse: Warehouse,
    model: "RankingModel",
    household: "pd.DataFrame",
    told: dict[str, Any],
) -> dict[str, Any]:
    """The line of the household's unit, and the least facts that would pass it.

    Nothing for whom no score decides: who is listed, may not be listed, or waits to
    be located.
    """
    from models.counterfactual import NONE_WOULD, nearest_changes

    key = {name: told[name] for name in ("household_id", "round")}
    if told["listed"] or not told["is_eligible"] or told.get("score") is None:
        return {}
    if not (warehouse.has_table("out_unit") and warehouse.has_table("core_team")):
        return {}
    lines = warehouse.rows(_LINE, key)
    line = lines[0][0] if lines else None
    if line is None or told["score"] > line or _waits(warehouse, told):
        return {}
    changes = nearest_changes(model, household, float(line))
    return {
        "score_at_line": float(line),
        "would_have_listed": [asdict(change) for change in changes],
        "no_single_fact_would": None if changes else NONE_WOULD,
    }


def _waits(warehouse: Warehouse, told: dict[str, Any]) -> bool:
    if not warehouse.has_table("core_locate"):
        return False
    return bool(warehouse.rows(_WAITS, {"household_id": told["household_id"]})[0][0])
