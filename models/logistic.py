"""A logistic model whose weights cannot turn against what their features mean."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from features.catalogue import FEATURES, Feature
from models.additive import AdditiveModel, Floats, Term, matrix_of, shape
from models.errors import ModelError
from models.scorecard import BAND_NAMES, load_scorecard
from models.splits import forward_chain
from models.training import TrainingData

# Below this a scale would end where people still differ: 17 and 22 months, say.
LEAST_CAP: Final = {"개월": 60.0, "원": 1_000_000.0, "회": 12.0, "일": 365.0}
PENALTIES: Final = (0.3, 1.0, 3.0, 10.0, 30.0)
# With few rounds there is nothing to choose by; on shares in [0, 1] this shrinks a
# feature seen in ten listings by about half and one seen in hundreds hardly.
DEFAULT_PENALTY: Final = 3.0
WEIGHT_PLACES: Final = 9
# The bands hold about the upper tenth and third of households like those learnt from.
BAND_SHARES: Final = (0.9, 0.7)


@dataclass(frozen=True)
class LogisticFit:
    """A fitted model and how its penalty was found."""

    model: AdditiveModel
    penalty: float
    why: str


@dataclass(frozen=True)
class _Column:
    feature: str
    kind: str
    direction: int
    cap: float


def is_weighed(feature: Feature) -> bool:
    """Whether the model may use a feature.

    Of the context without a direction only the household's composition is used: no
    arrears or stop can change it, so its free weight cannot break monotonicity.
    What is sensitive (disability, nationality) is weighed by no model.
    """
    if not feature.is_model_input or feature.sensitivity == "sensitive":
        return False
    return feature.direction != 0 or feature.family == "household"


def fit_logistic(data: TrainingData, penalty: float | None = None) -> LogisticFit:
    """Fit on all listings; without a penalty, choose one by later rounds.

    Raises:
        ModelError: the optimiser did not converge.
    """
    why = "given"
    if penalty is None:
        penalty, why = _choose_penalty(data)
    columns = _columns(data)
    matrix = _shares(data, columns)
    weights = _minimise(matrix, data.labels, columns, penalty)
    return LogisticFit(_as_model(data, columns, weights), penalty, why)


def _columns(data: TrainingData) -> list[_Column]:
    columns = []
    for name, feature in FEATURES.items():
        if not is_weighed(feature):
            continue
        values = matrix_of(data.frame, (name,))[:, 0]
        seen = values[~np.isnan(values)]
        largest = float(seen.max()) if len(seen) else 0.0
        cap = max(largest, LEAST_CAP.get(feature.unit, 1.0))
        columns.append(_Column(name, "log", feature.direction, cap))
        if feature.unit == "개월" and feature.direction:
            # A straight scale beside the bent one, so that the data may say that
            # the twentieth month weighs as much as the second.
            columns.append(_Column(name, "linear", feature.direction, cap))
    return columns


def _shares(data: TrainingData, columns: list[_Column]) -> Floats:
    """Columns in [0, 1], more is more risk wherever a direction is known."""
    matrix = np.zeros((len(data.labels), len(columns)), order="F")
    for place, column in enumerate(columns):
        values = matrix_of(data.frame, (column.feature,))[:, 0]
        known = ~np.isnan(values)
        share = shape(np.where(known, values, 0.0), column.kind, column.cap)
        risk = 1.0 - share if column.direction < 0 else share
        matrix[:, place] = np.where(known, risk, 0.0)
    return matrix


def _minimise(
    matrix: Floats, labels: NDArray[np.int8], columns: list[_Column], penalty: float
) -> Floats:
    """Intercept and weights of least penalised log loss within the bounds."""
    signs = 2.0 * labels - 1.0

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = signs * (weights[0] + matrix @ weights[1:])
        pull = -signs / (1.0 + np.exp(np.clip(margins, -500, 500)))
        slope = np.concatenate(([pull.sum()], matrix.T @ pull + penalty * weights[1:]))
        value = np.logaddexp(0.0, -margins).sum()
        return float(value + penalty / 2 * weights[1:] @ weights[1:]), slope

    free, rising = (None, None), (0.0, None)
    bounds = [free, *(free if column.direction == 0 else rising for column in columns)]
    start = np.zeros(len(columns) + 1)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 2_000, "ftol": 1e-12, "gtol": 1e-7},
    )
    if not np.isfinite(found.x).all():
        raise ModelError(
            "the logistic model did not converge",
            "screen with scorecard_v1 and look at the training data with 'report'",
        )
    weights: Floats = np.round(found.x, WEIGHT_PLACES) + 0.0
    return weights


def _choose_penalty(data: TrainingData) -> tuple[float, str]:
    """The penalty with the least log loss over later rounds; ties to the larger."""
    folds = list(forward_chain(data))
    if len(folds) < 2:
        return DEFAULT_PENALTY, "fixed: fewer than two later rounds to choose by"
    losses = []
    for penalty in PENALTIES:
        total = 0.0
        for train, test in folds:
            total += _loss_after(data.rows(train), data.rows(test), penalty)
        losses.append((round(total, 6), -penalty))
    return -min(losses)[1], f"least log loss over {len(folds)} later rounds"


def _loss_after(train: TrainingData, test: TrainingData, penalty: float) -> float:
    columns = _columns(train)
    weights = _minimise(_shares(train, columns), train.labels, columns, penalty)
    margins = weights[0] + _shares(test, columns) @ weights[1:]
    return float(np.logaddexp(0.0, -(2.0 * test.labels - 1.0) * margins).sum())


def _as_model(
    data: TrainingData, columns: list[_Column], weights: Floats
) -> AdditiveModel:
    terms = tuple(
        Term(
            column.feature,
            "log" if column.kind == "log" else "linear",
            column.direction,
            (column.cap,),
            (float(weight),),
        )
        for column, weight in zip(columns, weights[1:], strict=True)
        if weight != 0.0
    )
    intercept, reasons = float(weights[0]), load_scorecard().reasons
    plain = AdditiveModel("logistic_v1", "logistic", intercept, terms, reasons, ())
    matrix = matrix_of(data.frame, plain.features)
    scores = plain.scores(plain.contributions(matrix))
    levels = np.quantile(scores, BAND_SHARES, method="higher")
    bands = tuple(
        (name, float(level)) for name, level in zip(BAND_NAMES, levels, strict=True)
    )
    return AdditiveModel("logistic_v1", "logistic", intercept, terms, reasons, bands)
