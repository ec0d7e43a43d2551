"""A table from a file: Parquet, or CSV in the encodings that offices write."""

from pathlib import Path
from typing import Final

import pandas as pd

from models.errors import ModelError

ENCODINGS: Final = ("utf-8-sig", "cp949")
WHAT_NEXT: Final = "give a .parquet file, or a .csv in UTF-8 or CP949 with a header"


def read_table(path: Path) -> pd.DataFrame:
    """The table of a file.

    Raises:
        ModelError: the file is not there or not a table.
    """
    if not path.is_file():
        raise ModelError("the file of the table is not there", WHAT_NEXT)
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        if path.suffix.lower() in (".csv", ".txt"):
            return _read_csv(path)
    except (OSError, ValueError):
        raise ModelError("the file cannot be read as a table", WHAT_NEXT) from None
    raise ModelError("the file is neither .parquet nor .csv", WHAT_NEXT)


def _read_csv(path: Path) -> pd.DataFrame:
    for encoding in ENCODINGS:
        try:
            return pd.read_csv(path, encoding=encoding, low_memory=False)
        except UnicodeDecodeError:
            continue
    raise ValueError
