"""Columns that already know the answer: they would make any figure worthless."""

import re
from typing import Final

import numpy as np

from models.table.figures import figures_of
from models.table.task import Floats, Ints

# Alone, no honest sign orders households so well; a yes or no even less so, while a
# measurement (of a tumour, say) may honestly come near.
SURE_AUC: Final = 0.98
SURE_AUC_YES_NO: Final = 0.95
DOUBTFUL_AUC: Final = 0.92
# A value that (almost) only positives have, in more than a handful of them.
PURE: Final = 0.97
LEAST_PURE_ROWS: Final = 10
LEAST_PURE_SHARE: Final = 0.1
# Where positives are common, an honest level may hold little else; then it must hold
# more of them, and the more certainly.
RARE: Final = 0.15
LEAST_COMMON_ROWS: Final = 40
LEAST_COMMON_SHARE: Final = 0.3
# One value in so many rows makes the others mean "something happened".
USUAL_SHARE: Final = 0.5
BINS: Final = 20
RESULT_NAME: Final = re.compile(
    r"^(result|results|outcome|outcomes|label|labels|target|targets|y_true|verdict)$"
    r"|^(label|target|outcome)_"
    r"|(^|_)(visit|support|case|investigation|inspection|final|check)_?(result|outcome)$"
    r"|(^|_)(result|outcome)_?(code|date|day|on|at|dt|type|reason|status)$"
    r"|(^|_)(closed|resolved|decided|decision|closure)_?(on|at|date|day|dt|code)$"
    r"|결과코드|처리결과|조사결과|결과일|처리일|결정일|종결일|판정결과",
    re.IGNORECASE,
)
# What was known of earlier rounds is a fair sign.
EARLIER: Final = re.compile(
    r"(^|_)(prev|previous|prior|past|last|earlier|history|hist|lag\d*)(_|$)"
    r"|\d+m$|이전|과거|직전|지난|최근",
    re.IGNORECASE,
)


def leak_of(
    name: str, numbers: Floats, kind: str, labels: Ints, label: str
) -> tuple[str | None, str | None]:
    """Why a column is left out, and else what is doubtful about it."""
    if _is_named_result(name, label):
        return "is named like the outcome or its date: known only afterwards", None
    missing = np.isnan(numbers)
    filled = _only_when(~missing, labels)
    if filled is not None and missing.any():
        return f"is filled in (almost) only where the label is {filled}: a leak", None
    empty = _only_when(missing, labels)
    if empty is not None:
        return f"is empty (almost) only where the label is {empty}: a leak", None
    levels = _bins(numbers, kind)
    if _only_when(_unusual(numbers), labels) == 1 or (
        _stands_for_values(levels, numbers) and _holds_pure_level(levels, labels)
    ):
        return "holds a value that (almost) only positives have: a leak", None
    auc = max(_auc_alone(levels, labels), _auc_as_it_stands(numbers, labels))
    yes_no = len(np.unique(levels)) <= 2
    if auc >= (SURE_AUC_YES_NO if yes_no else SURE_AUC):
        return "predicts the label almost perfectly alone: a leak", None
    if auc >= DOUBTFUL_AUC:
        return None, "alone it predicts the label very well; is it known beforehand?"
    return None, None


def _is_named_result(name: str, label: str) -> bool:
    if EARLIER.search(name):
        return False
    return bool(RESULT_NAME.search(name)) or name.startswith(f"{label}_")


def _only_when(marked: np.ndarray, labels: Ints) -> int | None:
    """The label that (almost) all marked rows have, against the base rate."""
    count = int(marked.sum())
    rare = labels.mean() < RARE
    if count < (LEAST_PURE_ROWS if rare else LEAST_COMMON_ROWS):
        return None
    hits, positives = int(labels[marked].sum()), int(labels.sum())
    least = LEAST_PURE_SHARE if rare else LEAST_COMMON_SHARE
    covers = hits >= least * positives
    if hits >= PURE * count and covers and positives < 0.5 * len(labels):
        return 1
    return None


def _bins(numbers: Floats, kind: str) -> Ints:
    """Levels, or twenty bins of equal size; unknown is one of its own."""
    known = ~np.isnan(numbers)
    out = np.full(len(numbers), -1, dtype=np.int64)
    values = numbers[known]
    distinct, where = np.unique(values, return_inverse=True)
    if kind == "category" or len(distinct) <= BINS:
        out[known] = where
        return out
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    out[known] = np.searchsorted(edges, values, side="left")
    return out


def _holds_pure_level(levels: Ints, labels: Ints) -> bool:
    return any(_only_when(levels == level, labels) == 1 for level in np.unique(levels))


def _auc_as_it_stands(numbers: Floats, labels: Ints) -> float:
    """AUC of the values themselves, whichever way they point."""
    least = np.nanmin(numbers) if (~np.isnan(numbers)).any() else 0.0
    filled = np.nan_to_num(numbers, nan=least)
    auc = figures_of(filled, labels, 1, np.ones((1, len(labels))))[0, 0]
    return float(max(auc, 1 - auc))


def _stands_for_values(levels: Ints, numbers: Floats) -> bool:
    """Whether levels are values and not slices of a measurement."""
    distinct = len(np.unique(numbers[~np.isnan(numbers)]))
    return distinct <= BINS or distinct == int(levels.max()) + 1


def _unusual(numbers: Floats) -> np.ndarray:
    """Rows that hold another value than the one that most rows hold, if one does."""
    known = ~np.isnan(numbers)
    values, counts = np.unique(numbers[known], return_counts=True)
    if len(values) == 0 or counts.max() < USUAL_SHARE * len(numbers):
        return np.zeros(len(numbers), dtype=bool)
    out: np.ndarray = known & (numbers != values[np.argmax(counts)])
    return out


def _auc_alone(levels: Ints, labels: Ints) -> float:
    """AUC of the share of positives per level, learnt on the other half."""
    codes = levels - levels.min()
    base, size = labels.mean(), int(codes.max()) + 1
    rank = np.zeros(len(labels), dtype=np.int64)
    for level in (0, 1):
        rows = np.flatnonzero(labels == level)
        rank[rows] = np.arange(len(rows)) % 2
    found = []
    for half in (0, 1):
        train, test = rank == half, rank != half
        rows = np.bincount(codes[train], minlength=size)
        hits = np.bincount(codes[train], weights=labels[train], minlength=size)
        score = ((hits + base) / (rows + 1))[codes[test]]
        ones = np.ones((1, int(test.sum())))
        found.append(float(figures_of(score, labels[test], 1, ones)[0, 0]))
    return float(np.mean(found))
