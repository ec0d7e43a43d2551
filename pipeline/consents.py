"""Who agreed that an agency is told of them (사회보장급여법 §12⑤), or took it back."""

import datetime as dt
from typing import Any, Final

from pipeline.errors import OptionError
from pipeline.loop import issued_household
from pipeline.named import name_of
from pipeline.round_tables import ensure_round_table
from pipeline.warehouse import Warehouse

_COLUMNS: Final = ("referral_id", "agency", "given_on", "withdrawn_on")


def keep_consent(
    warehouse: Warehouse,
    referral_id: str,
    *,
    agency: str,
    on: dt.date,
    kept_by: str,
    is_withdrawn: bool = False,
) -> None:
    """Keep that somebody agreed, or took it back; rows are only added.

    Raises:
        OptionError: Unknown referral, no name, or nothing that could be taken back.
    """
    household_id, _ = issued_household(warehouse, referral_id)
    whom, who = name_of(agency), name_of(kept_by)
    if whom is None or who is None:
        raise OptionError(
            "--agency and --by: a name of one line was expected",
            "write the agency as the service register does, and --by 김담당",
        )
    if is_withdrawn and (household_id, whom) not in agreed(warehouse, on):
        raise OptionError(
            "no consent to this agency holds on that day",
            "see blindspot partners consents; the agency's name must be the same",
        )
    warehouse.execute(
        "INSERT INTO out_consent BY NAME SELECT $referral_id AS referral_id, "
        "$household_id AS household_id, $agency AS agency, "
        "CAST($given AS DATE) AS given_on, CAST($withdrawn AS DATE) AS withdrawn_on, "
        "$kept_by AS kept_by",
        {
            "referral_id": referral_id,
            "household_id": household_id,
            "agency": whom,
            "given": None if is_withdrawn else on,
            "withdrawn": on if is_withdrawn else None,
            "kept_by": who,
        },
    )


def agreed(warehouse: Warehouse, as_of: dt.date) -> set[tuple[str, str]]:
    """Household and agency of every consent that holds on a day.

    Taken back on a day it no longer holds, though it was given on that very day.
    """
    ensure_round_table(warehouse, "out_consent")
    return set(
        warehouse.rows(
            "SELECT household_id, agency FROM out_consent "
            "GROUP BY household_id, agency "
            "HAVING max(given_on) FILTER (given_on <= $as_of) "
            "> coalesce(max(withdrawn_on) FILTER (withdrawn_on <= $as_of), "
            "DATE '1900-01-01')",
            {"as_of": as_of},
        )
    )


def consents(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Everything that was kept, by referral; who kept it is not shown.

    Grain: referral_id, agency, the day given or taken back.
    """
    ensure_round_table(warehouse, "out_consent")
    found = warehouse.rows(
        "SELECT referral_id, agency, given_on, withdrawn_on FROM out_consent "
        "ORDER BY referral_id, agency, coalesce(given_on, withdrawn_on), given_on"
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]
