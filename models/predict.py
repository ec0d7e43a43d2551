"""Features in, scores out: one row per household, with its band and its reasons."""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import FEATURES
from models.base import Floats, RankingModel, matrix_of
from models.errors import ModelError
from models.explain import REASON_COUNT, top_reasons

CHUNK_ROWS: Final = 32_768
REASONS: Final = tuple(f"reason_{number}" for number in range(1, REASON_COUNT + 1))
COLUMNS: Final = (
    "household_id", "score", "band", *REASONS, "reason_codes", "probability",
)  # fmt: skip


def score(
    frame: pd.DataFrame, model: RankingModel, *, chunk_rows: int = CHUNK_ROWS
) -> pd.DataFrame:
    """Score every household of a frame, in its order.

    Grain: one row per household, whose id is the frame's index (or its column
    ``household_id``).
    Units: points; ``probability`` between 0 and 1, empty where none was fitted.

    Raises:
        ModelError: ids are missing or doubled, or a column that the model reads is.
    """
    if "household_id" in frame.columns:
        frame = frame.set_index("household_id")
    if frame.index.hasnans or not frame.index.is_unique:
        raise ModelError(
            "the feature table has a household without an id, or one twice",
            "rebuild the features: their grain is one row per household",
        )
    chunks = [
        _score_chunk(frame.iloc[start : start + chunk_rows], model)
        for start in range(0, max(len(frame), 1), chunk_rows)
    ]
    return pd.concat(chunks, ignore_index=True)


def _score_chunk(frame: pd.DataFrame, model: RankingModel) -> pd.DataFrame:
    matrix = matrix_of(frame, model.features)
    scores = model.scores(matrix)
    sentences, codes = _reasons(model, matrix)
    columns: dict[str, Any] = {
        "household_id": frame.index.to_numpy(dtype=object),
        "score": scores,
        "band": model.band_of(scores),
    }
    for place, name in enumerate(REASONS):
        columns[name] = sentences[:, place]
    columns["reason_codes"] = codes
    columns["probability"] = np.full(len(scores), np.nan)
    if model.calibration is not None:
        columns["probability"] = model.calibration.probability_of(scores)
    kinds = {"score": float, "probability": float}
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=kinds.get(name, object))
            for name, values in columns.items()
        },
        columns=list(COLUMNS),
    )


def _reasons(
    model: RankingModel, matrix: Floats
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Sentences and their features; parts are taken apart only where one can speak."""
    sentences = np.full((len(matrix), REASON_COUNT), None, dtype=object)
    codes = np.empty(len(matrix), dtype=object)
    codes[:] = [[] for _ in range(len(matrix))]
    rows = np.flatnonzero(_can_speak(model, matrix))
    if len(rows):
        told = np.asfortranarray(matrix[rows])
        said, named = top_reasons(model, told, model.contributions(told))
        sentences[rows] = said
        # Row by row: NumPy would make a table of lists of equal length.
        for row, names in zip(rows.tolist(), named, strict=True):
            codes[row] = names
    return sentences, codes


def _can_speak(model: RankingModel, matrix: Floats) -> NDArray[np.bool_]:
    """Households with anything in a feature that has a sentence.

    What is unknown or, where more is more risk, nothing adds nothing to any score.
    """
    speaking = {reason.feature for reason in model.reasons}
    rows = np.zeros(len(matrix), dtype=bool)
    for place, name in enumerate(model.features):
        if name in speaking:
            column = matrix[:, place]
            is_least = FEATURES[name].direction >= 0 and column == 0
            rows |= ~(np.isnan(column) | is_least)
    return rows
