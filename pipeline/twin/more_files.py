"""The files beyond the first eight sources: who writes them.

Two more hooks, both for `generate`:
- `register_life.amend_register(twin, day, resident_sheet(twin, day))`, always and
  before the traps: RESIDENT_CHANGE tells of exactly these lives;
- with --personas, `personas.add_personas(twin, name, source, day, sheet)` for every
  file, corrected ones too, after its traps (so that its rows stay whole) and
  `personas.write_personas` beside the truth.
"""

from collections.abc import Callable

from pipeline.twin import (
    benefits,
    cases,
    changes,
    indicators,
    kcomwel,
    nps,
    tips,
    visits,
)
from pipeline.twin.extracts import Twin
from pipeline.twin.folk import MoreFile

# Each makes one source's files, in order of reference date.
MORE_FILES: tuple[Callable[[Twin], list[MoreFile]], ...] = (
    nps.files,
    kcomwel.files,
    indicators.files,
    benefits.files,
    cases.files,
    visits.files,
    tips.files,
    changes.files,
)

__all__ = ["MORE_FILES", "MoreFile"]
