"""Penalised logistic loss with signed weights: what fitted additive models share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models.base import Floats
from models.errors import ModelError

WEIGHT_PLACES = 9


@dataclass(frozen=True)
class Penalty:
    """How strongly each weight is drawn, and to what; ``is_free`` may be negative."""

    strength: Floats
    target: Floats
    is_free: NDArray[np.bool_]


def fit_weights(
    matrix: Floats,
    labels: NDArray[np.int8],
    penalty: Penalty,
) -> Floats:
    """Intercept and weights of least penalised log loss within the bounds.

    Raises:
        ModelError: the optimiser did not converge.
    """
    signs = 2.0 * labels - 1.0

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = signs * (weights[0] + matrix @ weights[1:])
        pull = -signs / (1.0 + np.exp(np.clip(margins, -500, 500)))
        apart = weights[1:] - penalty.target
        slope = np.concatenate(
            ([pull.sum()], matrix.T @ pull + penalty.strength * apart)
        )
        value = np.logaddexp(0.0, -margins).sum()
        return float(value + 0.5 * penalty.strength @ (apart * apart)), slope

    bounds = [
        (None, None),
        *((None, None) if free else (0.0, None) for free in penalty.is_free),
    ]
    start = np.concatenate(([_log_odds(labels)], penalty.target))
    limits = {"maxiter": 2_000, "ftol": 1e-11, "gtol": 1e-6, "maxcor": 20}
    # One thread: sums in one order, and no waiting for another core on so little.
    with threadpool_limits(limits=1):
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=limits
        )
    if not np.isfinite(found.x).all():
        raise ModelError(
            "the logistic model did not converge",
            "screen with scorecard_v1 and look at the training data with 'report'",
        )
    weights: Floats = np.round(found.x, WEIGHT_PLACES) + 0.0
    return weights


def _log_odds(labels: NDArray[np.int8]) -> float:
    share = (labels.sum() + 0.5) / (len(labels) + 1.0)
    return float(np.log(share / (1.0 - share)))
