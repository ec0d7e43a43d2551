"""A table from a file: Parquet, or CSV in the encodings that offices write."""

import csv
import re
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from models.errors import ModelError

ENCODINGS: Final = ("utf-8-sig", "cp949")
# What spreadsheets call "Unicode text" starts with one of these.
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS: Final = (",", ";", "\t")
WHAT_NEXT: Final = "give a .parquet file, or a .csv in UTF-8 or CP949 with a header"
# pyarrow has errors of its own for types that pandas cannot hold.
UNREADABLE: Final = (OSError, ValueError, TypeError, NotImplementedError, csv.Error)


def read_table(path: Path) -> pd.DataFrame:
    """The table of a file.

    Raises:
        ModelError: the file is not there or not a table.
    """
    if not path.is_file():
        raise ModelError("the file of the table is not there", WHAT_NEXT)
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            _named_once(pq.read_schema(path).names)
            return _with_index(pd.read_parquet(path))
        if path.suffix.lower() in (".csv", ".txt", ".tsv"):
            return _read_csv(path)
    except (*UNREADABLE, pa.ArrowException):
        raise ModelError("the file cannot be read as a table", WHAT_NEXT) from None
    raise ModelError("the file is neither .parquet nor .csv", WHAT_NEXT)


def _named_once(names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise ModelError(
            "two columns of the table have the same name", "rename one of them"
        )


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Named levels of an index are columns that were set aside when it was written."""
    for level, name in enumerate(frame.index.names):
        if name is not None and name not in frame.columns:
            frame.insert(0, name, frame.index.get_level_values(level))
    return frame.reset_index(drop=True)


def _read_csv(path: Path) -> pd.DataFrame:
    with path.open("rb") as file:
        wide = file.read(2) in UTF_16
    for encoding in ("utf-16",) if wide else ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                first = file.readline()
            bare = re.sub(r'"[^"]*"', "", first)
            separator = max(SEPARATORS, key=bare.count)
            # pandas would name the second of two equal columns anew, unasked.
            header = next(csv.reader([first], delimiter=separator), [])
            _named_once([name for name in header if name.strip()])
            return pd.read_csv(path, encoding=encoding, sep=separator, low_memory=False)
        except UnicodeDecodeError:
            continue
    raise ValueError
