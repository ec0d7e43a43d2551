"""What a model learns from: households as they were known when they were listed."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import ModelError

_ROUND: Final = re.compile(r"(\d{4})-R(\d+)")
LEAST_PER_CLASS: Final = 10


@dataclass(frozen=True)
class TrainingData:
    """Labelled listings, aligned by position.

    Grain: one row per household and round; the index of ``frame`` is the household.
    """

    frame: pd.DataFrame
    labels: NDArray[np.int8]
    rounds: NDArray[np.object_]
    dongs: NDArray[np.object_]
    unknown: int

    def rows(self, mask: NDArray[np.bool_]) -> "TrainingData":
        """The listings of a mask."""
        return TrainingData(
            self.frame.loc[mask],
            self.labels[mask],
            self.rounds[mask],
            self.dongs[mask],
            self.unknown,
        )

    @property
    def round_names(self) -> list[str]:
        """The rounds in the order of time."""
        return sorted(set(self.rounds), key=round_order)

    @property
    def needs(self) -> int:
        """How many listings ended in a confirmed need."""
        return int(self.labels.sum())

    @property
    def is_learnable(self) -> bool:
        """Whether both outcomes occur often enough to compare anything."""
        return min(self.needs, len(self.labels) - self.needs) >= LEAST_PER_CLASS


def round_order(name: str) -> tuple[int, int]:
    """A round's place in time: 2025-R10 comes after 2025-R9.

    Raises:
        ModelError: the name is no round.
    """
    match = _ROUND.fullmatch(name)
    if match is None:
        raise ModelError(
            "a round of the training data is not written YYYY-Rn",
            "correct the 회차 column of the HISTORY extract and ingest it again",
        )
    return int(match.group(1)), int(match.group(2))


def training_data(
    frame: pd.DataFrame,
    labels: pd.Series,
    rounds: pd.Series,
    dongs: pd.Series | None = None,
) -> TrainingData:
    """Check and align what a model learns from; listings of unknown outcome leave.

    Whoever was not reached, refused or is still waiting is no negative: dropping
    them is the least wrong thing, and the card tells how many they were.

    Raises:
        ModelError: the parts differ in length, or hardly anybody's need is known.
    """
    parts = [labels, rounds, *([] if dongs is None else [dongs])]
    if any(len(part) != len(frame) for part in parts):
        raise ModelError(
            "features, labels and rounds differ in length",
            "pass one row per household and round in each, in the same order",
        )
    values = labels.to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(values)
    if not np.isin(values[known], (0.0, 1.0)).all():
        raise ModelError(
            "a label is neither 0, 1 nor empty",
            "build the labels again with this version",
        )
    where = [""] * len(frame) if dongs is None else dongs.astype(str).to_numpy()
    data = TrainingData(
        frame.loc[known],
        values[known].astype(np.int8),
        rounds.to_numpy(dtype=object)[known],
        np.asarray(where, dtype=object)[known],
        int((~known).sum()),
    )
    if not data.is_learnable:
        raise ModelError(
            f"of {len(frame)} listings only {data.needs} have a confirmed need and "
            f"{len(data.labels) - data.needs} a confirmed absence of need; a fitted "
            f"model needs {LEAST_PER_CLASS} of each",
            "ingest more HISTORY extracts, or screen with scorecard_v1 meanwhile",
        )
    return data
