"""The table as it was given, checked once: label, ids, capacity, directions."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import ModelError
from models.table.folds import LEAST_POSITIVES
from models.table.persons import holds_a_person, holds_personal_numbers
from models.table.task import Ints

YES: Final = frozenset({"1", "true", "y", "yes", "예", "t", "o", "있음", "유", "해당"})
NO: Final = frozenset(
    {"0", "false", "n", "no", "아니오", "아니요", "f", "x", "없음", "무", "비해당"}
)
LEAST_ROWS: Final = 50


def checked(
    frame: pd.DataFrame, label: str, id_column: str | None, time: str | None
) -> None:
    """Whether the named columns are there, once each, and hold no persons.

    Raises:
        ModelError: they do not.
    """
    names = _named(frame)
    for option, name in (("label", label), ("id", id_column), ("time", time)):
        if name is not None and name not in names:
            raise ModelError(
                f"the table has no column for --{option}",
                f"name one of its {len(names)} columns after --{option}",
            )
    given = [name for name in (label, id_column, time) if name is not None]
    if len(set(given)) < len(given):
        raise ModelError(
            "label, id and time name the same column", "name a column for each"
        )
    for option, name in (("id", id_column), ("time", time)):
        if name is not None and holds_personal_numbers(frame[name]):
            raise ModelError(
                f"the {option} column holds what looks like resident numbers",
                "replace them by numbers that name nobody and try again",
            )


def _named(frame: pd.DataFrame) -> list[str]:
    """The columns' names.

    Raises:
        ModelError: one of them is a person's number, or two are the same.
    """
    names = [str(name) for name in frame.columns]
    if any(holds_a_person(name) for name in names):
        raise ModelError(
            "the name of a column holds what looks like a resident number",
            "give the table a first row that names the columns",
        )
    if len(set(names)) < len(names):
        raise ModelError(
            "two columns of the table have the same name", "rename one of them"
        )
    return names


def labels_of(values: pd.Series) -> tuple[Ints, NDArray[np.bool_]]:
    """Labels as 0 and 1, and which rows have one.

    Raises:
        ModelError: the values are not two-sided, or too few to judge by.
    """
    texts = values.astype("string").str.strip().str.lower()
    texts = texts.mask(texts == "")
    known: NDArray[np.bool_] = texts.notna().to_numpy(dtype=bool)
    # "1.00" and 1.0 are 1, however many noughts the file writes.
    bare = texts.str.replace(r"^([01])\.0*$", r"\1", regex=True)
    read = bare.map({**dict.fromkeys(YES, 1), **dict.fromkeys(NO, 0)})
    if read.isna().to_numpy()[known].any():
        raise ModelError(
            "the label holds values other than 0 and 1",
            "recode it: 1 for those to be found, 0 for the others, empty if unknown",
        )
    labels: Ints = np.asarray(read[known], dtype=np.int64)
    positives = int(labels.sum())
    few = min(positives, len(labels) - positives) < LEAST_POSITIVES
    if len(labels) < LEAST_ROWS or few:
        raise ModelError(
            f"the table has {len(labels)} rows with a label, {positives} of them 1; "
            f"{LEAST_ROWS} rows and {LEAST_POSITIVES} of each label are the least",
            "give a table with more rows",
        )
    return labels, known


def groups_of(values: pd.Series | None, rows: int) -> Ints:
    """Rows of one id share a number; a row without an id stands alone."""
    if values is None:
        return np.arange(rows, dtype=np.int64)
    if values.dtype == object:
        values = values.map(str, na_action="ignore")
    codes, names = pd.factorize(values)
    codes = codes.astype(np.int64)
    empty = codes < 0
    codes[empty] = len(names) + np.arange(int(empty.sum()))
    return codes


def places_of(capacity: float | None, rows: int, positives: int) -> int:
    """How many are listed: a number, a share below 1, or as many as positives.

    Raises:
        ModelError: the capacity is not above 0.
    """
    if capacity is None:
        return positives
    if not np.isfinite(capacity) or capacity <= 0:
        raise ModelError(
            "the capacity is not above 0",
            "give a number of rows, or a share of them between 0 and 1",
        )
    places = capacity * rows if capacity < 1 else capacity
    return int(max(1, min(rows, round(places))))


def directions_of(
    given: Mapping[str, int] | Path | None, names: set[str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Directions by column and warnings about columns that are not there.

    A file is TOML: ``column = 1`` (more is more risk), ``-1`` (less is), ``0`` (keep,
    no direction), at the top or in a table ``[directions]``.

    Raises:
        ModelError: the file cannot be read or holds other values.
    """
    if given is None:
        return {}, ()
    found = _read(given) if isinstance(given, Path) else dict(given)
    wrong = [
        name
        for name, way in found.items()
        if isinstance(way, bool) or way not in (-1, 0, 1)
    ]
    if wrong:
        raise ModelError(
            f"{len(wrong)} directions are other than 1, -1 and 0",
            'write for each column: "name" = 1 (more is more risk), -1 or 0',
        )
    absent = sorted(name for name in found if name not in names)
    warnings = (
        (f"{len(absent)} directions name columns that the table does not have",)
        if absent
        else ()
    )
    return {str(k): int(v) for k, v in found.items() if k in names}, warnings


def _read(path: Path) -> dict[str, Any]:
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ModelError(
            "the file of directions cannot be read as TOML",
            'write one line per column: "name" = 1, -1 or 0',
        ) from None
    inside = read.get("directions", read)
    return inside if isinstance(inside, dict) else read
