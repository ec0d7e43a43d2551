"""What an evaluation of a table says, for machines and for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from models.table.figures import NAMES, Figure
from models.table.review import Unusable


@dataclass(frozen=True)
class ModelResult:
    """A model's figures.

    Attributes:
        within_folds: ROC-AUC and average precision as means over single folds, the
            way a plain cross-validation gives them.
    """

    name: str
    title_ko: str
    figures: Mapping[str, Figure]
    within_folds: Mapping[str, float]


@dataclass(frozen=True)
class TableResult:
    """Figures of every model on a table, each from rows that it had not seen.

    Attributes:
        predictions: id, fold and a probability per model; a row judged in several
            repeats has the mean of its log-odds as a probability.
    """

    models: tuple[ModelResult, ...]
    rows: int
    positives: int
    columns: int
    k: int
    method: Mapping[str, str | int]
    unusable: tuple[Unusable, ...]
    warnings: tuple[str, ...]
    predictions: pd.DataFrame
    seed: int

    def as_json(self) -> dict[str, Any]:
        """Plain values: per model each figure with ``_low`` and ``_high``."""
        return {
            "rows": self.rows,
            "positives": self.positives,
            "columns": self.columns,
            "k": self.k,
            "method": dict(self.method),
            "seed": self.seed,
            "models": [_model_json(model) for model in self.models],
            "unusable": [
                {"column": left.column, "reason": left.reason} for left in self.unusable
            ],
            "warnings": list(self.warnings),
        }

    def as_text(self) -> str:
        """A table to read on a terminal."""
        method = ", ".join(f"{key} {value}" for key, value in self.method.items())
        lines = [
            f"{self.rows:,} rows, {self.positives:,} with label 1 "
            f"({self.positives / self.rows:.1%}), {self.columns} columns used, "
            f"k = {self.k:,}",
            method,
            "",
            f"{'model':<14}" + "".join(f"{name:>26}" for name in NAMES),
        ]
        for model in self.models:
            cells = (_cell(model.figures[name]) for name in NAMES)
            lines.append(f"{model.name:<14}" + "".join(f"{c:>26}" for c in cells))
        if self.unusable:
            lines += ["", "left out:"]
            lines += [f"  {left.column}: {left.reason}" for left in self.unusable]
        if self.warnings:
            lines += ["", "warnings:", *(f"  {text}" for text in self.warnings)]
        return "\n".join(lines)


def _cell(figure: Figure) -> str:
    return f"{figure.value:.4f} [{figure.low:.3f}, {figure.high:.3f}]"


def _model_json(model: ModelResult) -> dict[str, Any]:
    out: dict[str, Any] = {"name": model.name, "title_ko": model.title_ko}
    for name in NAMES:
        figure = model.figures[name]
        out[name] = figure.value
        out[f"{name}_low"], out[f"{name}_high"] = figure.low, figure.high
    out["within_folds"] = dict(model.within_folds)
    return out
