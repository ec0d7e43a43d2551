"""What a user can get wrong: one message, one next step, one exit code each.

Exit codes: 0 done · 1 any other mistake · 2 an option or argument · 3 the office's
folder, settings or ledger · 4 a key · 5 a file was refused (no ledger entry, too many
rejected rows, unreadable …; the others are loaded) · 6 nothing to ingest · 7 the office
is in use · 8 a layout, table or check does not hold · 9 an earlier step is missing ·
10 not confirmed by a person · 11 disk or memory · 12 for another role than the
caller's · 13 a run took longer than it may · 70 unexpected, a fault of ours ·
130 interrupted.
"""


class UserError(Exception):
    """A mistake or a missing thing that the user can mend.

    Args:
        what: Where it happened and what was expected; never a value out of a row.
        next_step: What to do next, as an instruction.
    """

    exit_code = 1

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what}\n  → {next_step}")
        self.what = what
        self.next_step = next_step


class OptionError(UserError):
    """A command-line option or argument that cannot be used."""

    exit_code = 2


class OfficeError(UserError):
    """The office folder or its configuration is missing or unusable."""

    exit_code = 3


class SecretError(UserError):
    """A key file is missing, readable by others, or not the right one."""

    exit_code = 4


class FileRefused(UserError):
    """A file cannot be loaded; nothing of it was."""

    exit_code = 5


class InboxEmpty(UserError):
    """There is nothing to ingest."""

    exit_code = 6


class OfficeBusy(UserError):
    """Another run holds the office's databases."""

    exit_code = 7


class ContractBroken(UserError):
    """A layout, contract, table or model of ours does not fit the others."""

    exit_code = 8


class NotReady(UserError):
    """An earlier step has not been run yet."""

    exit_code = 9


class NotConfirmed(UserError):
    """A list leaves only after a named person confirms it."""

    exit_code = 10


class DiskError(UserError):
    """The disk is full, memory ran out, or a file cannot be written."""

    exit_code = 11


class NotAllowed(UserError):
    """The command is for another role than the caller's."""

    exit_code = 12


class TookTooLong(UserError):
    """A run was ended because it took longer than the settings allow."""

    exit_code = 13


# A person's Ctrl-C is no error, but a program calling us must be able to tell.
EXIT_INTERRUPTED = 130
EXIT_UNEXPECTED = 70
