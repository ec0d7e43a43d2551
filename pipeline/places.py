"""Who gets a place: capacity of the unit, queues with shares, a total order.

Tie policy: score rounded to 6 places, then the longest time without contact (never
contacted first), then household_id.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from pipeline.campaign import ensure_campaign
from pipeline.errors import NotReady
from pipeline.policy import Params
from pipeline.sample import draw_sample
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class Shares:
    """What part of a unit's places goes where.

    `no_signal_basis` is the law that allows a look at households without a sign;
    empty, and they are never drawn. `campaign`: of all places, out of those for rank.
    """

    must: float = 0.7
    locate: float = 0.15
    sample: float = 0.05
    no_signal: float = 0.2
    no_signal_basis: str = ""
    campaign: float = 0.0

    @classmethod
    def of(cls, params: Params, campaign: float = 0.0) -> Self:
        """The shares that a policy's numbers say, and its campaign of the round."""
        return cls(
            must=params.must_share,
            locate=params.locate_share,
            sample=params.sample_share,
            no_signal=params.no_signal_share,
            no_signal_basis=params.no_signal_basis,
            campaign=campaign,
        )


def fill_places(
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    weeks: int,
    cooling_off_days: int,
    shares: Shares,
    key: bytes,
) -> int:
    """Make the temp tables _place (who got one) and _place_unit; returns places filled.

    Reads out_eligibility and _policy of the round. Places go, in this order, to the
    random slice, must-visits, who is to be located, and the rest by rank; what is left
    goes to must-visits and then to locating beyond their shares.
    Grain: _place has one row per listed household.

    Raises:
        NotReady: A household that may be listed has no score of this round and day.
    """
    _require_scores(warehouse, round_, as_of)
    params = {
        "round": round_,
        "as_of": as_of,
        "weeks": weeks,
        "cooling_off_days": cooling_off_days,
        "must_share": shares.must,
        "locate_share": shares.locate,
        "sample_share": shares.sample,
        "no_signal_basis": shares.no_signal_basis,
        "campaign_share": shares.campaign,
    }
    ensure_campaign(warehouse)
    for table in ("_unit", "_place_candidate", "_sample_no_signal", "_place_quota"):
        warehouse.run_sql(f"referral/{table}", params)
    draw_sample(
        warehouse,
        round_,
        key=key,
        no_signal_share=shares.no_signal,
        no_signal_basis=shares.no_signal_basis,
    )
    for table in ("_place_listed", "_place_team", "_place", "_place_unit"):
        warehouse.run_sql(f"referral/{table}", params)
    ((filled,),) = warehouse.rows("SELECT count(*) FROM _place")
    return int(filled)


def _require_scores(warehouse: Warehouse, round_: str, as_of: dt.date) -> None:
    unscored = warehouse.rows(
        "SELECT count(*) FROM out_eligibility AS eligible "
        "ANTI JOIN (SELECT household_id FROM out_score "
        "WHERE round = $round AND as_of = $as_of) AS scored "
        "ON scored.household_id = eligible.household_id "
        "WHERE eligible.round = $round AND eligible.is_eligible",
        {"round": round_, "as_of": as_of},
    )[0][0]
    if unscored:
        raise NotReady(
            f"{unscored} households may be listed but have no score of {round_} "
            f"as of {as_of}",
            f"score again: blindspot screen --as-of {as_of} --round {round_}",
        )
