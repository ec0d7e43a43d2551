"""Steps for the points model: a few cuts a column, each worth whole points."""

from typing import Final

import numpy as np

from models.table.design import LEAST_LEVEL, Encoder, level_columns, missing_column
from models.table.task import Floats, Task

CUTS: Final = (0.2, 0.4, 0.6, 0.8, 0.95)


def step_encoders(task: Task) -> list[Encoder]:
    """Encoders of 0/1 columns: above a cut, a level, unknown."""
    encoders: list[Encoder] = []
    for place, column in enumerate(task.columns):
        values = task.matrix[:, place]
        known = values[~np.isnan(values)]
        if len(known) == 0:
            continue
        if column.kind == "category":
            encoders += level_columns(place, known, "level")
        else:
            encoders += _steps(place, known, column.direction)
        missing = len(values) - len(known)
        if min(missing, len(known)) >= LEAST_LEVEL:
            encoders.append(missing_column(place, 0.5))
    return encoders


def _steps(place: int, known: Floats, sign: int) -> list[Encoder]:
    turn = -1.0 if sign < 0 else 1.0
    turned = turn * known
    least = float(turned.min())
    above = turned[turned > least]
    if len(above) == 0:
        return []
    # Where many share the least value its own step counts; the cuts divide the rest.
    rest = above if len(above) < 0.8 * len(turned) else turned
    cuts = np.unique(np.concatenate([[least], np.quantile(rest, CUTS)]))
    counts = np.array([(turned > cut).sum() for cut in cuts])
    cuts = cuts[counts >= min(LEAST_LEVEL, len(above))]

    def encode(values: Floats) -> Floats:
        known = np.where(np.isnan(values), -np.inf, turn * values)
        out: Floats = (known[:, None] > cuts[None, :]).astype(np.float64)
        return out

    return [Encoder(place, ("step",) * len(cuts), sign != 0, encode)]
