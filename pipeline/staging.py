"""From accepted rows to the core tables of one day."""

import datetime as dt

from data_contracts.indicators import indicator_params
from data_contracts.sources import SOURCES
from pipeline.address import ADDRESS_TABLES
from pipeline.coverage import COVERAGE_TABLES, coverage_params
from pipeline.dong import DONG_TABLES, PLACE_TABLES
from pipeline.errors import NotReady
from pipeline.household import DOUBT_TABLES, HOUSEHOLD_TABLES, MEMBER_TABLES
from pipeline.linkage import LINKAGE_TABLES
from pipeline.linkage_decisions import ensure_decisions
from pipeline.linkage_weights import linkage_params
from pipeline.round_tables import LOOP_TABLES, ensure_round_table
from pipeline.settings import Office
from pipeline.subject_decisions import ensure_subject_decisions
from pipeline.warehouse import Warehouse

# Before the addresses are weighed: who was found there, and who was handed over.
LISTING_TABLES = (
    "core/core_listing",
    "core/core_survey",
    "core/core_repeat",
    "core/_household_transfer",
)
EVENT_TABLES = (
    "core/_indicator_kind",
    "core/_event_account",
    "core/_event_person",
    "core/_event_listing",
    "core/core_event",
)
# After the events: a new sign brings back whoever was parked.
LOCATE_TABLES = (
    "core/_locate_step",
    "core/_locate_park",
    "core/core_locate",
)
# Table of contents: SQL files in the order in which they are built.
CORE_TABLES = (
    "core/core_as_of",
    "core/core_visible_file",
    "core/core_dispute",
    "core/core_source_clock",
    *(f"staging/stg_{source}" for source in SOURCES),
    *DONG_TABLES,
    *MEMBER_TABLES,
    "core/core_processing_stop",
    *LISTING_TABLES,
    *LINKAGE_TABLES,
    *PLACE_TABLES,
    *HOUSEHOLD_TABLES,
    *ADDRESS_TABLES,
    *DOUBT_TABLES,
    *EVENT_TABLES,
    *LOCATE_TABLES,
    *COVERAGE_TABLES,
)


def build_core(
    warehouse: Warehouse,
    as_of: dt.date,
    office: Office | None = None,
    round_: str | None = None,
) -> dict[str, int]:
    """Build every core table as it was known on a day; all or nothing.

    Args:
        warehouse: An open warehouse in which files were ingested.
        as_of: Only files received before this day are used.
        office: Its dong prefixes narrow core_dong; without one every dong counts.
        round_: The round being made: what left of it already and never came back is
            no earlier listing.

    Returns:
        Rows per table, in the order in which they were built.

    Raises:
        NotReady: Nothing was ingested yet.
    """
    needed = ["core_file", *(f"acc_{source}" for source in SOURCES)]
    if not all(warehouse.has_table(table) for table in needed):
        raise NotReady(
            "the warehouse holds no ingested files",
            "put the extracts into the inbox and run: blindspot ingest",
        )
    prefixes = list(office.config.office.dong_prefixes) if office else []
    params = {
        "as_of": as_of,
        "round": round_,
        "dong_prefixes": prefixes,
        **linkage_params(),
        **indicator_params(),
        **coverage_params(),
    }
    ensure_decisions(warehouse)
    ensure_subject_decisions(warehouse)
    # Lists that came back are read against the rounds that they belong to.
    for table in ("out_referral", *LOOP_TABLES):
        ensure_round_table(warehouse, table)
    with warehouse.transaction():
        return {
            name.rpartition("/")[2]: warehouse.run_sql(name, params)
            for name in CORE_TABLES
        }
