"""The twelve households A-L of known cases, written into the ordinary files."""

import datetime as dt
from pathlib import Path

from pipeline.twin.extracts import Twin
from pipeline.twin.sheets import Sheet


def persona_rows(
    twin: Twin, file_name: str, source: str, day: dt.date
) -> list[dict[str, str]]:
    """The rows of the personas in one file, by column name."""
    return []


def add_personas(
    twin: Twin, file_name: str, source: str, day: dt.date, sheet: Sheet
) -> None:
    """Put the personas' rows at their places in a file whose traps are planted."""


def write_personas(twin: Twin, folder: Path) -> None:
    """personas.json: each persona's 세대번호 and accounts, and what must happen."""
