"""Account to household: an exact cascade in which every decision carries its reason."""

from enum import StrEnum

from pipeline.warehouse import Warehouse

# Table of contents: SQL files in the order in which they are built.
LINKAGE_TABLES = (
    "core/_account_state",
    "core/_part_clock",
    "core/_stop",
    "linkage/_register_person",
    "linkage/_account",
    "linkage/_address_text",
    "linkage/_address_part",
    "linkage/_register_home",
    "linkage/_lot_road",
    "linkage/_account_place",
    "linkage/_door",
    "linkage/_lot_candidate",
    "linkage/_waterworks_dong",
    "linkage/_match_candidate",
    "linkage/_match",
    "linkage/_decision",
    "linkage/_clerical",
    "linkage/_rest",
    "linkage/_near_name",
    "linkage/_pair",
    "linkage/_pair_level",
    "linkage/_candidate",
    "linkage/_decided",
    "linkage/_nobody_registered",
    "core/core_link",
)


class MatchReason(StrEnum):
    """Why an account is a household's or nobody's, in the order of the cascade."""

    REGISTER_KEY = "REGISTER_KEY"
    NAME_BIRTH_ADDRESS_UNIT = "NAME_BIRTH_ADDRESS_UNIT"
    NAME_BIRTH_ADDRESS = "NAME_BIRTH_ADDRESS"
    NAME_ADDRESS_UNIT = "NAME_ADDRESS_UNIT"
    NAME_ADDRESS = "NAME_ADDRESS"
    ADDRESS_UNIT_ONLY = "ADDRESS_UNIT_ONLY"
    NAME_PHONE = "NAME_PHONE"
    NAME_BIRTH = "NAME_BIRTH"
    NAME_LOT_UNIT = "NAME_LOT_UNIT"
    NAME_LOT = "NAME_LOT"
    PROBABLE = "PROBABLE"
    CLERICAL = "CLERICAL"
    NOBODY_REGISTERED = "NOBODY_REGISTERED"
    MASTER_METER = "MASTER_METER"
    NOT_RESIDENTIAL = "NOT_RESIDENTIAL"
    AMBIGUOUS = "AMBIGUOUS"
    NO_MATCH = "NO_MATCH"


def link_report(warehouse: Warehouse) -> list[tuple[str, str, int]]:
    """How many accounts of each source were linked on which ground.

    Grain: source, reason, in the order of the cascade.
    """
    counted = {
        (str(source), str(reason)): int(accounts)
        for source, reason, accounts in warehouse.rows(
            "SELECT source, reason, count(*) FROM core_link GROUP BY source, reason"
        )
    }
    return [
        (source, reason.value, counted[source, reason.value])
        for source in sorted({source for source, _ in counted})
        for reason in MatchReason
        if (source, reason.value) in counted
    ]
