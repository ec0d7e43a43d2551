"""Who may be listed in a round, each household with its reason."""

import datetime as dt
import re
from collections.abc import Sequence

from data_contracts.outputs import ELIGIBILITY_KO
from pipeline.errors import NotReady
from pipeline.policy import apply_policy, is_applied, load_policy
from pipeline.round_tables import replace_round
from pipeline.settings import Office
from pipeline.warehouse import Warehouse


def town_pattern(dong_prefixes: Sequence[str]) -> str:
    """A pattern for the dong codes of an office's town."""
    return f"^({'|'.join(re.escape(prefix) for prefix in dong_prefixes)})"


def decide_eligibility(
    office: Office, warehouse: Warehouse, round_: str, *, as_of: dt.date
) -> dict[str, int]:
    """Write the round's rows of out_eligibility; returns households per reason.

    Reads what the policy says of the round, and applies it when nobody has yet.
    Grain: one row per household of core_household.

    Raises:
        NotReady: There are no households.
    """
    if not is_applied(warehouse, round_, as_of):
        apply_policy(load_policy(office), warehouse, round_, as_of=as_of)
    prefixes = office.config.office.dong_prefixes
    warehouse.run_sql("referral/_eligibility", {"town_pattern": town_pattern(prefixes)})
    rows = replace_round(
        warehouse,
        "out_eligibility",
        f"SELECT '{round_}' AS round, * FROM _eligibility ORDER BY household_id",
        round_,
    )
    if not rows:
        raise NotReady(
            "no household is known on that day: there is no register to screen",
            "ingest a RESIDENT file received before that day, then screen again",
        )
    return eligibility_counts(warehouse, round_)


def eligibility_counts(warehouse: Warehouse, round_: str) -> dict[str, int]:
    """Households per reason, in the order in which the rules are asked."""
    found = dict(
        warehouse.rows(
            "SELECT reason, count(*) FROM out_eligibility WHERE round = $round "
            "GROUP BY reason",
            {"round": round_},
        )
    )
    return {code: int(found.get(code, 0)) for code in ELIGIBILITY_KO}
