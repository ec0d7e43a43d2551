"""A table from a file: Parquet, or CSV in the encodings that offices write."""

from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

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
            return _with_index(pd.read_parquet(path))
        if path.suffix.lower() in (".csv", ".txt"):
            return _read_csv(path)
    # pyarrow has errors of its own for types that pandas cannot hold.
    except (OSError, ValueError, TypeError, NotImplementedError, pa.ArrowException):
        raise ModelError("the file cannot be read as a table", WHAT_NEXT) from None
    raise ModelError("the file is neither .parquet nor .csv", WHAT_NEXT)


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Named levels of an index are columns that were set aside when it was written."""
    for level, name in enumerate(frame.index.names):
        if name is not None and name not in frame.columns:
            frame.insert(0, name, frame.index.get_level_values(level))
    return frame.reset_index(drop=True)


def _read_csv(path: Path) -> pd.DataFrame:
    for encoding in ENCODINGS:
        try:
            return pd.read_csv(path, encoding=encoding, low_memory=False)
        except UnicodeDecodeError:
            continue
    raise ValueError
