"""Lives that the population does not lead by itself: who leaves, comes, is corrected."""

import datetime as dt

from pipeline.twin.extracts import Twin
from pipeline.twin.sheets import Sheet


def amend_register(twin: Twin, day: dt.date, sheet: Sheet) -> Sheet:
    """A clean register with the leavers still in it and the newcomers not yet."""
    return sheet
