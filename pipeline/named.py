"""Who signs for something: a person's name as typed, kept with what was decided."""

from typing import Final

NAME_LIMIT: Final = 60


def name_of(text: str | None) -> str | None:
    """The name on one line; None for nothing, for too much, or for control characters.

    Free text has no place there: what officers write of people belongs in the vault.
    """
    name = " ".join((text or "").split())
    return name if name and len(name) <= NAME_LIMIT and name.isprintable() else None
