"""The rows of the lists: a round's referrals beside names and addresses, in memory."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from data_contracts.outputs import REFERRAL_ROW, SLOT_KIND_KO
from pipeline.borrowed_unit import add_borrowed_units
from pipeline.errors import ContractBroken
from pipeline.excel_safe import hyphened_phone, safe_text
from pipeline.sheet_people import Asked, ask_for, forget_asked
from pipeline.warehouse import Warehouse

NOBODY_REGISTERED: Final = "(등록자 없음)"


def rows_by_dong(
    warehouse: Warehouse, round_: str
) -> defaultdict[str, list[dict[str, Any]]]:
    """The round's rows with names and addresses, in memory only.

    Raises:
        ContractBroken: A listed household has gone from core, or is protected now.
    """
    try:
        ask_for(warehouse, _listed(warehouse, round_))
        for table in ("sheets/_sheet_person", "referral/_export_row"):
            warehouse.run_sql(table, {"round": round_})
        found = warehouse.fetch(
            "SELECT * FROM _export_row ORDER BY dong_code, visit_order"
        ).to_pylist()
    finally:
        warehouse.execute("DROP TABLE IF EXISTS temp._export_row")
        forget_asked(warehouse)
    changed = sum(row["is_address_only"] is None for row in found)
    protected = sum(bool(row["is_protected"]) for row in found)
    if changed or protected:
        raise ContractBroken(
            f"the register changed after the screening: {changed} listed households "
            f"are gone and {protected} have a protected address now",
            "screen the round again, then export",
        )
    add_borrowed_units(warehouse, found)
    rows = defaultdict(list)
    for row in found:
        rows[row["dong_code"]].append(row)
    return rows


def _listed(warehouse: Warehouse, round_: str) -> list[Asked]:
    found = warehouse.rows(
        "SELECT household_id FROM out_referral WHERE round = $round "
        "AND route = 'team' ORDER BY household_id",
        {"round": round_},
    )
    return [(household, household, None) for (household,) in found]


def list_cells(row: Mapping[str, Any]) -> list[str]:
    """The cells of one row in the order of the contract; an officer's are empty."""
    phone = hyphened_phone(row["phone"] or "")
    shown = {
        **row,
        "name": NOBODY_REGISTERED if row["is_address_only"] else row["name"],
        # With a word behind it, no spreadsheet rewrites the date in its own fashion.
        "data_date": f"{row['data_date']} 기준",
        "due_on": f"{row['due_on']}까지" if row["due_on"] else None,
        "slot_kind": SLOT_KIND_KO[row["slot_kind"]],
    }
    cells = [
        ""
        if column.filled_by == "officer" or shown[column.name] is None
        else safe_text(str(shown[column.name]))
        for column in REFERRAL_ROW
    ]
    # Hyphens keep its zero; as text 010-… is neither date nor formula.
    cells[_PHONE_AT] = phone
    return cells


_PHONE_AT: Final = [column.name for column in REFERRAL_ROW].index("phone")
