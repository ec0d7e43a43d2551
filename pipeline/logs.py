"""A quiet log in the office's own folder: what ran and where it failed, no values."""

import logging
import logging.handlers
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from pipeline.errors import DiskError

LOG_NAME = "blindspot.log"
LOGGER = logging.getLogger("blindspot")
_MAX_BYTES = 2_000_000
_KEPT_FILES = 5


@contextmanager
def office_log(folder: Path) -> Iterator[Path]:
    """Write the program's log lines to `folder` for as long as the block lasts.

    Inside another such block of the same folder it does nothing: one line, once.

    Raises:
        DiskError: The folder cannot be written.
    """
    file = folder / LOG_NAME
    if any(getattr(h, "baseFilename", "") == str(file) for h in LOGGER.handlers):
        yield file
        return
    handler = _handler(file)
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%FT%T%z")
    )
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    # Nothing of ours goes to the terminal or to another library's handlers.
    LOGGER.propagate = False
    shown, warnings.showwarning = warnings.showwarning, _log_warning
    try:
        yield file
    finally:
        warnings.showwarning = shown
        LOGGER.removeHandler(handler)
        handler.close()


def _handler(file: Path) -> "_OwnersHandler":
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _OwnersHandler(
            file, maxBytes=_MAX_BYTES, backupCount=_KEPT_FILES, encoding="utf-8"
        )
    except OSError as error:
        raise DiskError(
            f"the log {file} cannot be written ({error.strerror})",
            "free space or give this user the folder, then run again",
        ) from None


class _OwnersHandler(logging.handlers.RotatingFileHandler):
    """Nobody else reads the log, nor the new one that a rotation begins.

    A line that a full disk does not take is lost: the work itself tells of the disk,
    and the library would print a traceback instead.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def close(self) -> None:
        with suppress(OSError):  # what it could not write it tries again here
            super().close()

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).touch(mode=0o600)
        return super()._open()


def frames(error: BaseException) -> list[str]:
    """Where an error arose, outermost first: `file:line function`, never a value."""
    lines = []
    for step in _chain(error):
        lines.append(type(step).__name__)
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(step.__traceback__)
        ]
    return lines


def log_failure(error: BaseException) -> None:
    """Log an unexpected error's type and frames.

    Its message stays out: engines and libraries quote the row they choke on.
    """
    for line in frames(error):
        LOGGER.error(line)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    LOGGER.warning("%s at %s:%d", category.__name__, filename, lineno)
