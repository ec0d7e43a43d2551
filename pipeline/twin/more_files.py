"""The files beyond the first eight sources: who writes them, in which shape."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from pipeline.twin.extracts import Twin
from pipeline.twin.sheets import Sheet


class MoreFile(NamedTuple):
    """A file to be written: `sheet` makes its rows, traps included, when called."""

    name: str
    source: str
    day: dt.date
    sheet: Callable[[], Sheet]
    encoding: str
    line_end: str


Maker = Callable[[Twin], list[MoreFile]]

# Each makes one source's files, in order of reference date.
MORE_FILES: tuple[Maker, ...] = ()

# Two more hooks, both for `generate`:
# - `register_life.amend_register(twin, day, resident_sheet(twin, day))`, always and
#   before the traps: RESIDENT_CHANGE tells of exactly these lives;
# - with --personas, `personas.add_personas(twin, name, source, day, sheet)` for every
#   file of version 1 after its traps (its rows stay whole), `personas.write_personas`
#   beside the truth.
