"""Who gets a place: capacity of the unit, a total order, and a written tie policy.

Tie policy: score rounded to 6 places, then the longest time without contact (never
contacted first), then household_id.
"""

import datetime as dt

from pipeline.errors import NotReady
from pipeline.warehouse import Warehouse


def rank_households(
    warehouse: Warehouse, round_: str, *, as_of: dt.date, weeks: int
) -> int:
    """Make the temp tables _unit (places) and _ranked (who got one); returns places.

    Grain: _ranked has one row per listed household.

    Raises:
        NotReady: A household that may be listed has no score of this round and day.
    """
    params = {"round": round_, "as_of": as_of}
    unscored = warehouse.rows(
        "SELECT count(*) FROM out_eligibility AS eligible "
        "ANTI JOIN (SELECT household_id FROM out_score "
        "WHERE round = $round AND as_of = $as_of) AS scored "
        "ON scored.household_id = eligible.household_id "
        "WHERE eligible.round = $round AND eligible.is_eligible",
        params,
    )[0][0]
    if unscored:
        raise NotReady(
            f"{unscored} households may be listed but have no score of {round_} "
            f"as of {as_of}",
            f"score again: blindspot screen --as-of {as_of} --round {round_}",
        )
    warehouse.run_sql("referral/_unit", {"weeks": weeks})
    return warehouse.run_sql("referral/_ranked", params)
