"""The only clock of the project, in Korean time; everything else takes a date."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

# Korea has kept UTC+9 without daylight saving since 1988; a fixed offset needs no
# time-zone database on the machine.
SEOUL = timezone(timedelta(hours=9), "Asia/Seoul")

Clock = Callable[[], datetime]


def seoul_clock() -> datetime:
    """The present moment in Asia/Seoul."""
    return datetime.now(SEOUL)  # noqa: TID251 - this is the one clock


def today(clock: Clock = seoul_clock) -> date:
    """The present date in Asia/Seoul."""
    return clock().date()
