"""What became of every listing, as of a day, on top of the households last screened."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pipeline.checks import require_sound, run_check
from pipeline.errors import NotReady, OptionError
from pipeline.referral_id import is_valid_referral_id
from pipeline.round_tables import LOOP_TABLES, ensure_round_table
from pipeline.staging import LISTING_TABLES, LOCATE_TABLES
from pipeline.warehouse import Warehouse

# Laws of the loop: they hold for every round, whatever came back.
LAWS: Final = ("must_listing_have_one_disposition", "must_unreached_be_in_locate")
_NEEDED: Final = (
    "core_household",
    "core_household_alias",
    "core_event",
    "core_address",
)
_FRESH: Final = (
    "core/core_as_of",
    "core/core_visible_file",
    "staging/stg_result",
    "staging/stg_history",
    "staging/stg_case_management",
    *(name for name in LISTING_TABLES if name != "core/_household_transfer"),
    *LOCATE_TABLES,
)


@contextmanager
def loop_as_of(warehouse: Warehouse, as_of: dt.date) -> Iterator[None]:
    """The listings, the ledger and the locate queue as of a day; nothing is kept.

    Results that came back since the last screening count; households and signs are
    those of the screening.

    Raises:
        NotReady: No round was screened yet.
        ContractBroken: A law of the loop does not hold.
    """
    if not all(warehouse.has_table(f"warehouse.{name}") for name in _NEEDED):
        raise NotReady(
            "no round was screened with this version yet",
            "run: blindspot screen --as-of YYYY-MM-DD",
        )
    with warehouse.rehearsal():
        for table in ("out_referral", *LOOP_TABLES):
            ensure_round_table(warehouse, table)
        for name in _FRESH:
            warehouse.run_sql(name, {"as_of": as_of, "round": None})
        require_sound([run_check(warehouse, law, as_of) for law in LAWS])
        yield


def issued_household(warehouse: Warehouse, referral_id: str) -> tuple[str, str]:
    """The household and the round of a referral that left.

    Raises:
        OptionError: It is no referral id, or none that left this office.
    """
    if not is_valid_referral_id(referral_id):
        raise OptionError(
            "this is no referral id: its check character does not fit",
            "copy the whole 의뢰번호, e.g. from the list",
        )
    ensure_round_table(warehouse, "out_issued")
    found = warehouse.rows(
        "SELECT household_id, round FROM out_issued WHERE referral_id = $id "
        "ORDER BY edition DESC LIMIT 1",
        {"id": referral_id},
    )
    if not found:
        raise OptionError(
            "no list that left this office holds this referral id",
            "check --office, and that the round's lists were exported",
        )
    return str(found[0][0]), str(found[0][1])
