"""Features in, scores out: one row per household, with its band and its reasons."""

from typing import Final

import numpy as np
import pandas as pd

from models.additive import AdditiveModel, matrix_of
from models.errors import ModelError
from models.explain import REASON_COUNT, top_reasons

CHUNK_ROWS: Final = 131_072
REASONS: Final = tuple(f"reason_{number}" for number in range(1, REASON_COUNT + 1))
COLUMNS: Final = ("household_id", "score", "band", *REASONS, "reason_codes")


def score(
    frame: pd.DataFrame, model: AdditiveModel, *, chunk_rows: int = CHUNK_ROWS
) -> pd.DataFrame:
    """Score every household of a frame, in its order.

    Grain: one row per household, whose id is the frame's index (or its column
    ``household_id``).

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


def _score_chunk(frame: pd.DataFrame, model: AdditiveModel) -> pd.DataFrame:
    matrix = matrix_of(frame, model.features)
    parts = model.contributions(matrix)
    scores = model.scores(parts)
    sentences, codes = top_reasons(model, matrix, parts)
    columns: dict[str, object] = {
        "household_id": frame.index.to_numpy(dtype=object),
        "score": scores,
        "band": model.band_of(scores),
    }
    for place, name in enumerate(REASONS):
        columns[name] = sentences[:, place]
    columns["reason_codes"] = _as_objects(codes)
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=float if name == "score" else object)
            for name, values in columns.items()
        },
        columns=list(COLUMNS),
    )


def _as_objects(rows: list[list[str]]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Lists as cells; NumPy would make a table of lists of equal length."""
    cells = np.empty(len(rows), dtype=object)
    cells[:] = rows
    return cells
