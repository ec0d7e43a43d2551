"""The policy of a round: every rule is asked, and what fired is kept."""

import datetime as dt
from typing import Any

from pipeline.errors import NotReady
from pipeline.policy_file import Params, Policy, Rule, load_policy, shipped
from pipeline.round_tables import ensure_round_table, replace_round, require_table
from pipeline.sql_files import load_sql
from pipeline.warehouse import Warehouse

__all__ = [
    "Params",
    "Policy",
    "apply_policy",
    "differences",
    "fired_in",
    "is_applied",
    "load_policy",
]


def differences(policy: Policy) -> list[str]:
    """What a policy says otherwise than ours, a line each."""
    ours = shipped()
    numbers = policy.params.model_dump()
    own = {rule.code: rule for rule in policy.rules}
    kept = [rule.code for rule in ours.rule if rule.code in own]
    return [
        *(
            f"{name}: {numbers[name]!r} instead of {value!r}"
            for name, value in ours.params.model_dump().items()
            if numbers[name] != value
        ),
        *(f"{r.code} ({r.kind}): left out" for r in ours.rule if r.code not in own),
        *(
            f"{rule.code}: other words for officers"
            for rule in ours.rule
            if rule.code in own and own[rule.code].label_ko != rule.label_ko
        ),
        *(
            f"campaign {name}: months {', '.join(map(str, campaign.months))}, "
            f"up to {campaign.share:.0%} of the places"
            for name, campaign in policy.campaign.items()
        ),
        *(["the rules are asked in another order"] if kept != list(own) else []),
    ]


def apply_policy(
    policy: Policy, warehouse: Warehouse, round_: str, *, as_of: dt.date
) -> dict[str, int]:
    """Ask every rule; returns households per rule, in the order of the policy.

    Makes the temp table _policy and replaces the round's rows of out_policy.
    Grain: one row per household and rule that fired.
    """
    for table in ("out_transfer", "out_issued"):
        ensure_round_table(warehouse, table)
    given: dict[str, Any] = {
        **policy.params.model_dump(),
        "as_of": as_of,
        "round": round_,
        "cooling_off_days": policy.cooling_off_days,
    }
    for table in ("_policy_kind", "_policy_sign", "_policy_fact", "_policy_transfer"):
        warehouse.run_sql(f"policy/{table}", given)
    _empty(warehouse, round_, as_of)
    fired = {
        rule.code: _ask(warehouse, rule, place, given)
        for place, rule in enumerate(policy.rules, start=1)
    }
    # Of whom nothing is to be processed no rule says anything, to anybody.
    warehouse.execute(
        "DELETE FROM _policy WHERE household_id IN "
        "(SELECT household_id FROM core_processing_stop)"
    )
    replace_round(
        warehouse,
        "out_policy",
        f"SELECT '{round_}' AS round, household_id, rule, detail_ko FROM _policy "
        "ORDER BY household_id, place",
        round_,
    )
    return fired


def fired_in(policy: Policy, warehouse: Warehouse, round_: str) -> dict[str, int]:
    """Households per rule of a round that was screened.

    Raises:
        NotReady: It was not.
    """
    require_table(warehouse, "out_policy", "run: blindspot screen")
    found = dict(
        warehouse.rows(
            "SELECT rule, count(*) FROM out_policy WHERE round = $round GROUP BY rule",
            {"round": round_},
        )
    )
    if not found:
        raise NotReady(
            f"no rule was asked in {round_}", "screen it: blindspot screen --round"
        )
    return {rule.code: int(found.get(rule.code, 0)) for rule in policy.rules}


def is_applied(warehouse: Warehouse, round_: str, as_of: dt.date) -> bool:
    """Whether _policy is there and speaks of this round and day."""
    if not warehouse.has_table("temp._policy_asked"):
        return False
    return warehouse.rows("SELECT round, as_of FROM _policy_asked") == [(round_, as_of)]


def _empty(warehouse: Warehouse, round_: str, as_of: dt.date) -> None:
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE _policy (household_id VARCHAR, rule VARCHAR, "
        "kind VARCHAR, place INTEGER, label_ko VARCHAR, detail_ko VARCHAR)"
    )
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE _policy_asked AS "
        "SELECT CAST($round AS VARCHAR) AS round, CAST($as_of AS DATE) AS as_of",
        {"round": round_, "as_of": as_of},
    )


def _ask(warehouse: Warehouse, rule: Rule, place: int, given: dict[str, Any]) -> int:
    sql = load_sql(rule.sql)
    return warehouse.execute(
        "INSERT INTO _policy SELECT household_id, $_rule, $_kind, "
        f"CAST($_place AS INTEGER), $_label, detail_ko FROM (\n{sql.select}\n)",
        {
            **sql.pick(given),
            "_rule": rule.code,
            "_kind": rule.kind,
            "_place": place,
            "_label": rule.label_ko,
        },
    )
