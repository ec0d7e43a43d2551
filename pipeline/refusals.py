"""Why a whole file is refused: one code each, kept in rej_file."""

from enum import StrEnum

from pipeline.errors import FileRefused


class Reason(StrEnum):
    """A refusal code; it names a kind of file, never a value."""

    UNKNOWN_NAME = "UNKNOWN_NAME"
    NAME_DATE_BAD = "NAME_DATE_BAD"
    RECEIVED_BAD = "RECEIVED_BAD"
    UNREADABLE = "UNREADABLE"
    CUT_OFF = "CUT_OFF"
    ENCODING = "ENCODING"
    NO_HEADER = "NO_HEADER"
    MISSING_COLUMN = "MISSING_COLUMN"
    RECORD_LENGTH = "RECORD_LENGTH"
    TRAILER = "TRAILER"
    REFERENCE_TAKEN = "REFERENCE_TAKEN"
    NO_LEDGER = "NO_LEDGER"
    LEDGER_EXPIRED = "LEDGER_EXPIRED"
    LIST_FOREIGN = "LIST_FOREIGN"
    LIST_RECALLED = "LIST_RECALLED"
    LIST_EXPIRED = "LIST_EXPIRED"
    TOO_MANY_REJECTED = "TOO_MANY_REJECTED"


class Refused(FileRefused):
    """A file that is refused whole, with the code of the reason."""

    def __init__(self, reason: Reason, what: str, next_step: str) -> None:
        super().__init__(what, next_step)
        self.reason = reason


ASK_AGAIN = "ask the holder for the whole file again; nothing of this one was loaded"


def cut_off(why: str) -> Refused:
    """The refusal of a file that does not reach its own end."""
    return Refused(Reason.CUT_OFF, f"cut off: {why}", ASK_AGAIN)
