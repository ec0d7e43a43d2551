"""How long a run may take: what is over its time is ended as by Ctrl-C."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pipeline.errors import TookTooLong


class RunTimedOut(TookTooLong, TimeoutError):
    """What Prefect takes for a run that timed out, and a command for a user's error."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """End the block after so many seconds; what it had not committed is taken back.

    It is interrupted as by Ctrl-C, for which every step is made: an error in between
    could be taken for that of a file. Signals reach the main thread only; elsewhere
    (a notebook's kernel) there is no limit.

    Raises:
        RunTimedOut: It took longer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    fired = []

    def ring(_number: int, _frame: FrameType | None) -> None:
        fired.append(True)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    left, again = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except BaseException:
        # An engine may turn the interrupt into an error of its own.
        if fired:
            raise RunTimedOut(
                f"the run took longer than the {seconds:,.0f} seconds that it may; "
                "nothing half-written",
                "look at the seconds of its steps (blindspot runs list); a longer "
                "limit: timeout_seconds under [schedule]",
            ) from None
        raise
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left, again)
