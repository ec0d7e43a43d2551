"""What a model learns from: households as they were known when they were listed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import ModelError

_ROUND: Final = re.compile(r"(\d{4})-R(\d+)")
LEAST_PER_CLASS: Final = 10
# Other things that are learnt than need: by name, the column of their label.
OTHER_LABELS: Final = {
    "supported": "label_supported",
    "deep": "label_deep",
    "deepest": "label_deepest",
}
# Of a need, how deep it is: the same listings asked a harder question.
DEEPER: Final = ("deep", "deepest")
# When a listing was made and when its result was known, where the frame tells.
SELECTED_ON: Final = "selected_on"
LABELLED_ON: Final = "labelled_on"


@dataclass(frozen=True)
class TrainingData:
    """Labelled listings, aligned by position.

    Grain: one row per household and round; the index of ``frame`` is the household.

    Attributes:
        unknown: listings whose need is not known, which were left out.
        others: the same rounds with another label, by its name.
        known: what was already made of these listings: models by name, the folds. A
            blend's members and the folds of a card are fitted once, not per question.
    """

    frame: pd.DataFrame
    labels: NDArray[np.int8]
    rounds: NDArray[np.object_]
    dongs: NDArray[np.object_]
    unknown: int
    others: "Mapping[str, TrainingData]" = field(default_factory=dict)
    known: dict[str, Any] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def rows(self, mask: NDArray[np.bool_]) -> "TrainingData":
        """The listings of a mask; of other labels those of the same rounds."""
        rounds = self.rounds[mask]
        latest = self._known_by(mask)
        return TrainingData(
            self.frame.loc[mask],
            self.labels[mask],
            rounds,
            self.dongs[mask],
            self.unknown,
            {
                name: other.rows(
                    np.isin(other.rounds.astype(str), sorted(set(rounds)))
                    & other.is_known_by(latest)
                )
                for name, other in self.others.items()
            },
        )

    def is_known_by(self, day: "np.datetime64 | None") -> NDArray[np.bool_]:
        """Whose result was known by a day; all where no day is told."""
        if day is None or LABELLED_ON not in self.frame:
            return np.ones(len(self.labels), dtype=np.bool_)
        days = self.frame[LABELLED_ON].to_numpy(dtype="datetime64[D]")
        return np.asarray(days <= day)

    def _known_by(self, mask: NDArray[np.bool_]) -> "np.datetime64 | None":
        """The day by which every listing of the mask had its result."""
        if LABELLED_ON not in self.frame or not mask.any():
            return None
        days = self.frame.loc[mask, LABELLED_ON].to_numpy(dtype="datetime64[D]")
        return np.datetime64(days.max())

    @property
    def round_names(self) -> list[str]:
        """The rounds in the order of time."""
        return sorted(set(self.rounds), key=round_order)

    @property
    def needs(self) -> int:
        """How many listings ended in a confirmed need."""
        return int(self.labels.sum())

    @property
    def levels(self) -> "tuple[TrainingData, ...]":
        """Need, and each deeper level of it that some reached and some did not."""
        deeper = (self.others[name] for name in DEEPER if name in self.others)
        return self, *(level for level in deeper if 0 < level.needs < len(level.labels))

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

    The frame may tell `selected_on` and `labelled_on` of each listing, and labels other
    than need (OTHER_LABELS). Whoever was not reached, refused or is still waiting is no
    negative: dropping them is the least wrong thing, and the card tells how many.

    Raises:
        ModelError: the parts differ in length, or hardly anybody's need is known.
    """
    parts = [labels, rounds, *([] if dongs is None else [dongs])]
    if any(len(part) != len(frame) for part in parts):
        raise ModelError(
            "features, labels and rounds differ in length",
            "pass one row per household and round in each, in the same order",
        )
    where = [""] * len(frame) if dongs is None else dongs.astype(str).to_numpy()
    names = rounds.to_numpy(dtype=object)
    places = np.asarray(where, dtype=object)
    others = {
        name: _aligned(frame, frame[column], names, places)
        for name, column in OTHER_LABELS.items()
        if column in frame
    }
    data = replace(_aligned(frame, labels, names, places), others=others)
    if not data.is_learnable:
        raise ModelError(
            f"of {len(frame)} listings only {data.needs} have a confirmed need and "
            f"{len(data.labels) - data.needs} a confirmed absence of need; a fitted "
            f"model needs {LEAST_PER_CLASS} of each",
            "ingest more HISTORY extracts, or screen with scorecard_v1 meanwhile",
        )
    return data


def _aligned(
    frame: pd.DataFrame,
    labels: pd.Series,
    rounds: NDArray[np.object_],
    dongs: NDArray[np.object_],
) -> TrainingData:
    values = labels.to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(values)
    if not np.isin(values[known], (0.0, 1.0)).all():
        raise ModelError(
            "a label is neither 0, 1 nor empty",
            "build the labels again with this version",
        )
    return TrainingData(
        frame.loc[known],
        values[known].astype(np.int8),
        rounds[known],
        dongs[known],
        int((~known).sum()),
    )
