"""The sheets of a round beside the dongs' lists: places, routes, meetings."""

import datetime as dt
from collections.abc import Sequence

from pipeline.settings import Office
from pipeline.warehouse import Warehouse

Rows = Sequence[Sequence[str]]


def route_sheets(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    is_synthetic: bool,
) -> dict[str, Rows]:
    """The sheets of a round that have rows: name stem to rows of text with header."""
    return {}
