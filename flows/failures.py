"""The one user-error branch: a message, a next step, an exit code, no traceback."""

import errno
import sys
from pathlib import Path

import typer

from pipeline.errors import (
    EXIT_INTERRUPTED,
    EXIT_UNEXPECTED,
    ContractBroken,
    DiskError,
    UserError,
)

# Typer ends a command by these; its usage errors already tell what to mend.
KNOWN_EXITS = (typer.Exit, typer.Abort, typer.TyperException)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# A new thread wants a stack, a library that is imported late its pages.
_NO_ROOM = ("can't start new thread", "failed to map segment", "annot allocate memory")
INTERRUPTED = "interrupted; nothing half-written; run again"


def exit_code_of(error: BaseException) -> int:
    """Tell the user what happened on stderr; returns the exit code that means it."""
    if _is_interrupt(error):
        _tell(INTERRUPTED)
        return EXIT_INTERRUPTED
    if isinstance(error, UserError):
        _tell(f"Error: {error.what}\n  → {error.next_step}")
        return error.exit_code
    if (ran_out := _ran_out(error)) is not None:
        _tell(
            f"Error: {ran_out} at {place_of(error)}; nothing half-written\n  → free "
            "space, or close other programs, and run again"
        )
        return DiskError.exit_code
    if _is_model_error(error):
        _tell(f"Error: {getattr(error, 'what', '')}\n  → {_next_step(error)}")
        return ContractBroken.exit_code
    # The message of an unexpected error may quote a row: only its kind and place go
    # out, the frames are in the office's log.
    _tell(
        f"Error: unexpected {type(error).__name__} at {place_of(error)}; "
        "nothing half-written\n  → see logs/blindspot.log in the office folder "
        "and report it with this line"
    )
    return EXIT_UNEXPECTED


def place_of(error: BaseException) -> str:
    """`file:line` where an error arose, in a file of ours if one is on its path."""
    import traceback

    root = Path(__file__).parents[1]
    found = "?"
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(root) and "site-packages" not in file.parts:
            found = f"{file.relative_to(root)}:{frame.lineno}"
    return found


def _is_interrupt(error: BaseException | None) -> bool:
    # A library that is interrupted while it loads raises its own ImportError from it.
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _ran_out(error: BaseException | None) -> str | None:
    """What there was too little of, whichever library noticed it first."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return f"the disk is full ({error.strerror})"
        if isinstance(error, MemoryError) or any(one in str(error) for one in _NO_ROOM):
            return "memory ran out"
        error = error.__cause__ or error.__context__
    return None


def _is_model_error(error: BaseException) -> bool:
    # models may not import pipeline and so has a user error of its own; looked up
    # without importing models, which is heavy.
    module = sys.modules.get("models.errors")
    return module is not None and isinstance(error, module.ModelError)


def _next_step(error: BaseException) -> str:
    return str(getattr(error, "next_step", "see the README"))


def _tell(text: str) -> None:
    typer.echo(text, err=True)
