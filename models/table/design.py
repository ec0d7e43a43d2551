"""From a table's columns to the columns of a linear model, learnt within a fold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.table.levels import are_codes
from models.table.task import Column, Floats, Ints, Task

# A level seen less often than this says nothing; it joins "any other".
LEAST_LEVEL: Final = 20
MOST_LEVELS: Final = 60
# A column of so many levels says by itself how much its levels differ.
MANY_LEVELS: Final = 13
ZERO_SHARE: Final = 0.2
SKEW: Final = 2.0
KNOTS: Final = 6
LEAST_MISSING: Final = 20

Part = tuple[Floats, list[tuple[str, bool]]]
Encode = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Encoder:
    """Columns made of one column: what kind each is and whether it must not fall."""

    place: int
    kinds: tuple[str, ...]
    rising: bool
    encode: Encode


@dataclass(frozen=True)
class Design:
    """All encoders of a task, ready for new rows."""

    encoders: tuple[Encoder, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for e in self.encoders for kind in e.kinds)

    @property
    def rising(self) -> NDArray[np.bool_]:
        return np.array([e.rising for e in self.encoders for _ in e.kinds], dtype=bool)

    @property
    def blocks(self) -> Ints:
        """Kinds as numbers: weights of one kind share a penalty."""
        names = sorted(set(self.kinds))
        return np.array([names.index(kind) for kind in self.kinds], dtype=np.int64)

    def __call__(self, matrix: Floats) -> Floats:
        parts = [e.encode(matrix[:, e.place]) for e in self.encoders]
        return np.column_stack(parts) if parts else np.zeros((len(matrix), 0))


def make_design(task: Task, *, curves: bool, trees: bool = False) -> Design:
    """Encoders for every column; with curves also bends, for trees all few levels."""
    encoders: list[Encoder] = []
    for place, column in enumerate(task.columns):
        values = task.matrix[:, place]
        known = values[~np.isnan(values)]
        if len(known) == 0:
            continue
        if column.kind == "category":
            encoders += level_columns(place, known, "level")
        else:
            hits = task.labels[~np.isnan(values)]
            encoders += _number(place, column, known, hits, curves, trees)
        missing = int(np.isnan(values).sum())
        if min(missing, len(known)) >= LEAST_MISSING:
            encoders.append(missing_column(place, missing / len(values)))
    return Design(tuple(encoders))


def missing_column(place: int, share: float) -> Encoder:
    """A column that marks the unknown."""
    spread = max(np.sqrt(share * (1 - share)), 0.1)

    def encode(values: Floats) -> Floats:
        out: Floats = (np.isnan(values) / spread)[:, None]
        return out

    return Encoder(place, ("missing",), False, encode)


def level_columns(place: int, known: Floats, kind: str) -> list[Encoder]:
    """A column per level seen often enough; the others and the unknown are all 0."""
    levels, counts = np.unique(known, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
    kept = np.sort(levels[order][counts[order] >= LEAST_LEVEL])
    if len(kept) < 2:
        return []

    def encode(values: Floats) -> Floats:
        out: Floats = (values[:, None] == kept[None, :]).astype(np.float64)
        return out

    if len(kept) >= MANY_LEVELS:
        kind = f"{kind} {place}"
    return [Encoder(place, (kind,) * len(kept), False, encode)]


def _number(
    place: int, column: Column, known: Floats, labels: Ints, curves: bool, trees: bool
) -> list[Encoder]:
    sign = column.direction
    distinct = np.unique(known)
    if len(distinct) == 1:
        return []
    encoders = [_scaled(place, known, sign)]
    zeros = float(np.mean(known == 0))
    if len(distinct) > 2 and zeros >= ZERO_SHARE and known.min() >= 0:
        encoders.append(_above_zero(place, 1 - zeros, sign))
    codes = sign == 0 and are_codes(known, labels, degree=2 if curves else 1)
    few = 2 < len(distinct) < MANY_LEVELS
    if sign == 0 and trees and few and bool((distinct == np.round(distinct)).all()):
        codes = True
    if curves:
        encoders += _ramps(place, known, sign)
    return encoders + (level_columns(place, known, "code") if codes else [])


def _scale(known: Floats) -> Encode:
    """Outliers held, the skewed on a log scale, centred, of about one spread."""
    low, high = np.quantile(known, [0.002, 0.998])
    if low == high:
        low, high = float(known.min()), float(known.max())
    held = np.clip(known, low, high)
    spread = float(held.std())
    skew = float(np.mean((held - held.mean()) ** 3) / spread**3)
    bend = skew > SKEW and low >= 0
    # The log starts to bend at the usual size of what is not zero.
    unit = float(np.median(held[held > 0])) / 4 if bend else 1.0

    def raw(values: Floats) -> Floats:
        values = np.clip(values, low, high)
        out: Floats = np.log1p(values / unit) if bend else values
        return out

    centre, width = float(raw(known).mean()), max(float(raw(known).std()), 1e-12)

    def encode(values: Floats) -> Floats:
        out: Floats = np.nan_to_num((raw(values) - centre) / width, nan=0.0)
        return out

    return encode


def _scaled(place: int, known: Floats, sign: int) -> Encoder:
    scale, turn = _scale(known), -1.0 if sign < 0 else 1.0

    def encode(values: Floats) -> Floats:
        out: Floats = (turn * scale(values))[:, None]
        return out

    return Encoder(place, ("line",), sign != 0, encode)


def _above_zero(place: int, share: float, sign: int) -> Encoder:
    turn = -1.0 if sign < 0 else 1.0
    spread = max(np.sqrt(share * (1 - share)), 0.1)

    def encode(values: Floats) -> Floats:
        on = np.where(np.isnan(values), share, values > 0)
        out: Floats = (turn * (on - share) / spread)[:, None]
        return out

    return Encoder(place, ("line",), sign != 0, encode)


def _ramps(place: int, known: Floats, sign: int) -> list[Encoder]:
    """Slopes between quantiles: weights ≥ 0 make a curve that never falls."""
    scale = _scale(known)
    inside = (
        known[known > known.min()]
        if np.mean(known == known.min()) > ZERO_SHARE
        else known
    )
    scaled = np.unique(
        np.round(scale(np.quantile(inside, np.linspace(0, 1, KNOTS))), 9)
    )
    low = np.round(scale(known.min(keepdims=True)), 9)
    knots = np.unique(np.concatenate([low, scaled]))
    if len(knots) < 3:
        return []
    starts, widths = knots[:-1], np.diff(knots)
    turn = -1.0 if sign < 0 else 1.0

    def bare(values: Floats) -> Floats:
        steps = (scale(values)[:, None] - starts) / widths
        out: Floats = np.clip(steps, 0.0, 1.0) * np.sqrt(widths)
        return out

    centre = bare(known).mean(axis=0)

    def encode(values: Floats) -> Floats:
        out: Floats = turn * (bare(values) - centre)
        out[np.isnan(values)] = 0.0
        return out

    return [Encoder(place, ("curve",) * len(starts), sign != 0, encode)]
