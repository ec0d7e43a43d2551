"""What each source could have shown: files expected and come, dongs that are silent."""

from typing import Final

from data_contracts.sources import SOURCES

# The days that a file speaks of, by the contract's cadence: of a month (31: its last),
# or every so many months from the first file on (-6). Other sources are never late.
DUE_DAYS: Final = {
    "monthly": [31],
    "twice a month": [15, 31],
    "every half year": [-6],
}
# Table of contents: SQL files in the order in which they are built.
COVERAGE_TABLES = (
    "core/_coverage_home",
    "core/_coverage_place",
    "core/_coverage_seen",
    "core/core_coverage_month",
    "core/core_coverage",
    "core/core_coverage_now",
    "core/core_coverage_flag",
    "core/core_coverage_meter",
)


def regular_sources() -> list[str]:
    """The sources whose files are due on known days, by name."""
    return [name for name, each in SOURCES.items() if each.cadence in DUE_DAYS]


def coverage_params() -> dict[str, list[str] | list[list[int]]]:
    """The parameters of the coverage tables."""
    names = regular_sources()
    return {
        "cadence_sources": names,
        "cadence_days": [DUE_DAYS[SOURCES[name].cadence] for name in names],
    }
